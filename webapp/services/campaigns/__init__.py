"""Campaigns: a procedure started for many people, each of them once, whatever happens meanwhile."""
