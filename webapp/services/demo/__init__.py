"""The demo company: the same for everybody, from one seed."""
