"""Mutants of the seeded samples that change nothing that anybody could see, each with the reason."""

#: File and difference, as tests/soak/mutants.py prints them, without the line: why no test can tell.
EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "webapp/decisions/checking/rules.py",
        """-        pairs = zip(table.outputs, outputs[row], strict=True)
+        pairs = zip(table.outputs, outputs[row], strict=False)""",
    ): "reading a table refuses a rule with more or fewer outputs than columns, so both are as long",
    (
        "webapp/decisions/run.py",
        """-    refused: bool = False  # whether something given was not of its type
+    refused: bool = None  # whether something given was not of its type""",
    ): "only asked whether it is true",
    (
        "webapp/feel/nodes.py",
        """-    negated: bool = False
+    negated: bool = True""",
    ): "left out for a cell of - alone, which has no tests: it passes before anybody asks",
}
