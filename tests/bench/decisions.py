"""Decision tables against @bpmn-io/feelin in Node, cell for cell; times are of the processor on both sides."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from pathlib import Path

from tests.bench.figure import Figure
from tests.decisions.drawing import table_model
from webapp.decisions import check

ROOT = Path(__file__).resolve().parents[2]
INPUTS = {"年龄": 35, "级别": "M", "工龄": 99}
# Every cell is asked: the first two of each row pass, the third passes in the last row alone.
CELLS = [
    *((f"[18..{60 + row}]", f'"M", "L{row}"', f"({row}..{row + 1})") for row in range(99)),
    (">= 18", '"M"', ">= 99"),
]
FEELIN = """
import { unaryTest } from '@bpmn-io/feelin';
const { cells, values, rounds } = JSON.parse(await new Promise((done) => {
  let text = ''; process.stdin.on('data', (part) => { text += part; }).on('end', () => done(text));
}));
const times = [];
let matched = 0;
for (let round = 0; round < rounds; round++) {
  const begun = process.cpuUsage();
  for (const row of cells) {
    let all = true;
    row.forEach((cell, column) => {
      const answer = unaryTest(cell, { '?': values[column] });
      all = (answer.value ?? answer) === true && all;
    });
    if (all) matched += 1;
  }
  const used = process.cpuUsage(begun);
  times.push((used.user + used.system) / 1e3);
}
if (matched !== rounds) throw new Error(`feelin matched ${matched} rows in ${rounds} rounds`);
console.log(JSON.stringify(times));
"""


def run() -> list[Figure]:
    """Milliseconds a table of 100 rules and 3 inputs, all 300 cells asked; median of warm rounds."""
    clauses = [("年龄", "number"), ("级别", "string"), ("工龄", "number")]
    rules = [(*cells, f'"{row}"') for row, cells in enumerate(CELLS)]
    begun = time.process_time()
    model = table_model("UNIQUE", clauses, [("档", "string")], *rules)
    read = (time.process_time() - begun) * 1000
    times = []
    for _ in range(60):
        begun = time.process_time()
        answer = model.evaluate("d", INPUTS)
        times.append((time.process_time() - begun) * 1000)
    assert answer.value == "99"
    begun = time.process_time()
    check(model)
    checked = (time.process_time() - begun) * 1000
    feelin = _time_feelin(rounds=20)
    return [
        Figure(
            name="100 × 3 table, all cells asked",
            value=statistics.median(times[10:]),
            unit="ms",
            limit=feelin,
        ),
        Figure(name="the same cells in feelin (Node)", value=feelin, unit="ms"),
        Figure(name="reading the 100 × 3 table", value=read, unit="ms", limit=1000),
        Figure(name="checking the 100 × 3 table", value=checked, unit="ms", limit=5000),
    ]


def _time_feelin(*, rounds: int) -> float:
    asked = {"cells": CELLS, "values": list(INPUTS.values()), "rounds": rounds}
    done = subprocess.run(
        ["node", "--input-type=module", "-e", FEELIN],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return statistics.median(json.loads(done.stdout)[rounds // 2 :])
