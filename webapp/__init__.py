"""Hegui 合规: diagrams drive the work of HR compliance."""
