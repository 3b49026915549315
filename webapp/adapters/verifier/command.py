"""The command: all checks, a verdict each, an exit code."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence  # noqa: TC003  # the bundle has no type-checking block
from pathlib import Path
from typing import Any

from webapp.adapters.verifier.container import Bag, Note, Refused, check_files
from webapp.adapters.verifier.given import check_given
from webapp.adapters.verifier.log import check_log, check_originals
from webapp.adapters.verifier.masking import check_masking
from webapp.adapters.verifier.seal import Tool, check_seal


def verify(path: Path, roots: bytes, given: Sequence[Path] = ()) -> list[dict[str, Any]]:
    """Run all checks; each gives its name, whether it passed, its faults and its notes.

    ``given`` are books or packs that somebody got before.
    """
    outside = () if b"BEGIN CERTIFICATE" in roots else ("没有包外的根证书 / no root from outside (--root)",)
    bags: list[Bag] = []

    def open_bag() -> Iterator[str]:
        bags.append(Bag(path))
        yield from ()

    checks: tuple[tuple[str, Callable[[Tool], Iterator[str]]], ...] = (
        ("压缩包结构 / zip structure", lambda _tool: open_bag()),
        ("包外信任根 / outside roots", lambda _tool: iter(outside)),
        ("清单与文件 / files and manifests", lambda _tool: check_files(bags[0])),
        ("签章与时间戳 / seal and time stamp", lambda tool: check_seal(bags[0], tool)),
        ("遮盖说明 / masking note", lambda tool: check_masking(bags[0], tool)),
        ("事件链与证明 / event chain and proofs", lambda tool: check_log(bags[0], tool)),
        ("原件与事件 / originals and events", lambda tool: check_originals(bags[0], tool)),
        ("以前交出的证据册 / books given out before", lambda _tool: check_given(bags[0], given)),
    )
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="verify-pack-") as folder:
        for name, check in checks:
            if bags or len(results) < 2:  # without a sound zip there is nothing more to read
                results.append(_run(name, check, Tool(Path(folder), roots)))
    return results


def _run(name: str, check: Callable[[Tool], Iterator[str]], tool: Tool) -> dict[str, Any]:
    findings: list[str] = []
    try:
        for finding in check(tool):
            findings.append(finding)  # noqa: PERF402  # what was found before a refusal counts
    except Refused as refused:
        findings.append(str(refused))
    except Exception as error:  # noqa: BLE001  # whatever a forger wrote: a verdict, never a traceback
        findings.append(f"无法读取 / cannot be read: {error!r}"[:300])
    notes = [finding for finding in findings if isinstance(finding, Note)]
    faults = [finding for finding in findings if not isinstance(finding, Note)]
    return {"check": name, "passed": not faults, "faults": faults, "notes": notes}


def main(arguments: list[str]) -> int:
    """Read the command line, print a verdict per check, return the exit code."""
    parser = argparse.ArgumentParser(description="核验证据包 / verify an evidence pack")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--root", type=Path, action="append", default=[], help="PEM, from outside the pack")
    parser.add_argument("--given", type=Path, action="append", default=[], help="a book or pack got before")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    roots = b"\n".join(path.read_bytes() for path in given.root if path.is_file())
    results = verify(given.pack, roots, given.given)
    passed = all(result["passed"] for result in results)
    lines = [json.dumps({"passed": passed, "checks": results}, ensure_ascii=False, indent=1)]
    if not given.json:
        lines = []
        for result in results:
            lines.append(f"[{'通过 PASS' if result['passed'] else '不通过 FAIL'}] {result['check']}")
            lines += [f"    ✗ {fault}" for fault in result["faults"]]
            lines += [f"    · {note}" for note in result["notes"]]
        lines.append(f"结论 / verdict: {'通过 PASS' if passed else '不通过 FAIL'}")
        lines.append("请使用公开发布的核验程序 / use the published verifier, not the copy in the pack")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
