"""Finds the sentences that a room shows."""

import ast


def sentences(folder):
    """The first argument of every ``msg`` call."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "msg":
                yield node.args[0].value
