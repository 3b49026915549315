"""The worker: jobs and due timers."""
