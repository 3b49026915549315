"""The adapter round SpiffWorkflow: what a diagram means."""
