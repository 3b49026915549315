"""Doors to the world, each with a quiet twin for tests."""
