"""What other systems report about work: read, judged row by row, kept only as far as a profile allows."""
