"""Running cases moved to another version: judged first, then moved case by case by a job."""
