"""Messages to people outside Hegui: asked for in the act, handed over by a job, followed up by HR."""
