"""Labour contracts 劳动合同: content, void clauses, double pay, probation, the open-ended right."""
