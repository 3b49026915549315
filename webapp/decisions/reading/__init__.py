"""From DMN's XML to a model."""
