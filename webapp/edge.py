"""The edge: the only place that commits."""
