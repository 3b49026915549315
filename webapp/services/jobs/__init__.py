"""Jobs: rows that outlive a killed worker, taken with a lease, done at least once."""
