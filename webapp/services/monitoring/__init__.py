"""Monitoring of posts: profiles under assessment, people told, rules that ask and never decide."""
