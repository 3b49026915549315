"""``hegui decide``: evaluate a decision of a DMN file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cli import DONE, UsageError
from webapp.cli.rule import law_today
from webapp.cli.values import read_object, read_temporal, write

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands
    from webapp.decisions import Model


def register(commands: Commands) -> None:
    """Add ``hegui decide FILE --input JSON [--decision ID]``."""
    parser = commands.add_parser("decide", help="计算 DMN 文件中的决策")
    parser.add_argument("file", type=Path, help=".dmn 文件；同一文件夹里的其他 .dmn 可被导入")
    parser.add_argument("--input", default="{}", help="输入数据：JSON 对象，或 @文件名")
    parser.add_argument("--decision", help="决策的 id 或名称；文件里只有一个决策时可省略")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the value and the rules that fired as JSON."""
    from webapp.adapters.lawfeel import Bench, law_functions
    from webapp.decisions import load_file

    model = load_file(arguments.file)
    given = read_object(arguments.input, name="--input")
    inputs = {name: read_temporal(value, model.input_type(name)) for name, value in given.items()}
    answer = model.evaluate(
        arguments.decision or _only(model),
        inputs,
        now=datetime.now(UTC),
        functions=law_functions(Bench(law=law_today)),
    )
    fired = [
        {"decision": rule.decision_id, "rule": rule.rule_id, "index": rule.index, "inputs": rule.inputs}
        for rule in answer.fired
    ]
    print(write({"value": answer.value, "fired": fired}))
    return DONE


def _only(model: Model) -> str:
    if len(model.decision_ids) == 1:
        return model.decision_ids[0]
    raise UsageError("请用 --decision 指明决策：" + "、".join(model.decision_ids))
