"""``hegui rule --list``, ``hegui rule AREA JSON``, ``hegui rule --examples FILE``: ask the law as code."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from webapp.cli import DONE, FAILED, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from webapp.cli import Commands
    from webapp.domain.law import Law
    from webapp.domain.schema import Rule


def register(commands: Commands) -> None:
    """Add ``rule``."""
    parser = commands.add_parser("rule", help="按法律规则计算：工时、加班、假期、期限、补偿等")
    parser.add_argument("--list", action="store_true", dest="listing", help="列出全部规则及其输入项、单位")
    parser.add_argument(
        "--markdown", action="store_true", help="与 --list 一起：写成 docs/rules.md 那样的表格"
    )
    parser.add_argument("--explain", action="store_true", help="同时给出依据、步骤和参数")
    parser.add_argument(
        "--examples", type=Path, metavar="文件", help="逐项比对算例文件（JSON），有不一致时返回 1"
    )
    parser.add_argument("area", nargs="?", metavar="规则", help="规则名，如 overtime_standard")
    parser.add_argument(
        "inputs", nargs="?", metavar="JSON", help="输入项的 JSON；- 表示读标准输入，@文件 表示读文件"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, one rule's inputs, or an answer, as JSON."""
    from webapp.domain.rules import RULES, find_rule

    if arguments.listing and arguments.markdown:
        print("\n".join(_tables()))
    elif arguments.listing:
        _print([_describe(rule) for rule in RULES.values()])
    elif arguments.examples is not None:
        return _compare(arguments.examples)
    elif arguments.area is None:
        raise UsageError("请给出规则名，或用 --list 列出全部规则。")
    elif arguments.inputs is None:
        _print(_describe(find_rule(arguments.area)))
    else:
        _print(_answer(arguments.area, _read(arguments.inputs), explain=arguments.explain))
    return DONE


def _tables() -> Iterator[str]:
    """The same list as a page of the documentation, in the groups of the calculators."""
    from webapp.domain.rules import RULES
    from webapp.services.calculators import list_groups

    yield "# Areas of the law: inputs of `hegui rule`, calculators and FEEL"
    yield "\nWritten by `hegui rule --list --markdown`; a test holds it up to date."
    for group in list_groups():
        yield f"\n## {group.title}"
        for calculator in group.calculators:
            yield f"\n**`{calculator.area}`** {calculator.title}\n"
            yield "| input | what | kind | unit | left out |"
            yield "|---|---|---|---|---|"
            yield from (_row(each) for each in _describe(RULES[calculator.area])["inputs"])


def _row(each: dict[str, Any]) -> str:
    kind = " / ".join(f"`{choice}`" for choice in each["choices"]) or each["kind"]
    unit = "" if each["unit"] in {"none", "date"} else each["unit"]
    left_out = "refused" if each["required"] else _json(each["default"])
    return f"| `{each['name']}` | {each['title']} | {kind} | {unit} | {left_out} |"


def _compare(file: Path) -> int:
    """Print a line for each example, with what differs; 1 where one does."""
    from webapp.domain.examples import judge, read_examples

    verdicts = [
        judge(example, law=law_today()) for example in read_examples(_load(file.read_text("utf-8-sig")))
    ]
    for verdict in verdicts:
        print(f"{'一致' if verdict.agrees else '不一致'}　{verdict.example.id}　{verdict.example.area}")
        if verdict.refused is not None:
            print(f"　　系统不予计算：{verdict.refused}")
        for each in verdict.differences:
            print(f"　　{each.name}：应得 {_json(each.expected)}，系统 {_json(each.found)}")
    differing = sum(not verdict.agrees for verdict in verdicts)
    print(f"共 {len(verdicts)} 个算例，{differing} 个不一致。")
    return FAILED if differing else DONE


def _answer(area: str, inputs: dict[str, Any], *, explain: bool) -> dict[str, Any]:
    from webapp.domain.explain import plain_number
    from webapp.domain.rules import ask

    result = ask(area, inputs, law=law_today())
    answer: dict[str, Any] = plain_number(result.value)
    return {**answer, "explanation": result.plain()} if explain else answer


def law_today() -> Law:
    """The law as shipped, as of today in Shanghai."""
    from webapp.adapters.lawdata import seed_law

    return replace(seed_law(), as_of=datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date())


def _describe(rule: Rule) -> dict[str, Any]:
    from webapp.domain.explain import plain_number

    return {
        "area": rule.area,
        "title": str(rule.title),
        "inputs": [
            {
                "name": each.name,
                "title": str(each.title),
                "kind": each.kind.value + "[]" * each.many,
                "unit": each.unit.value,
                "required": each.required,
                "default": plain_number(each.default),
                "choices": list(each.choices),
            }
            for each in rule.inputs
        ],
    }


def _read(text: str) -> dict[str, Any]:
    if text == "-":
        text = sys.stdin.read()
    elif text.startswith("@"):
        text = Path(text[1:]).read_text(encoding="utf-8")
    inputs = _load(text)
    if not isinstance(inputs, dict):
        raise UsageError("输入应为 JSON 对象。")
    return inputs


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"输入不是 JSON：{error}") from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
