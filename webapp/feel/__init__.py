"""FEEL of DMN 1.5: text and values in, value out, bounded."""
