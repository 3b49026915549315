"""The review desk of legal: bundles of evidence, from the first paper to the set that is filed."""
