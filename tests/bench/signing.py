"""One document from a person's signature to the archive: each step judged, beside the bare signatures alone."""

from __future__ import annotations

import resource
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figure import Figure
from tests.signing.papers import make_paper
from webapp.adapters.signing import Act, open_trial
from webapp.adapters.signing.document import archive, sign_field
from webapp.domain.signing import SignerRequest

ROUNDS = 5
WHO = SignerRequest(number="E1", name="王𬭚", role="employee")
FIRM = SignerRequest(number="YS", name="云衫", role="company")
SIGN, SEAL = Act(field="employee", reason="同意"), Act(field="company", reason="盖章")


def run() -> list[Figure]:
    """Measure in processor time, that of the openssl processes included."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_trial(Path(folder), now=_now(), organisation="云衫").desk
        paper = make_paper()
        desk.seal(paper, FIRM, SEAL, now=_now())  # the company's certificate is made, modules are loaded
        signed = [_cost(lambda: desk.sign(paper, WHO, SIGN, now=_now())) for _ in range(ROUNDS)]
        person = signed[-1][0].pdf
        sealed = [_cost(lambda: desk.seal(person, FIRM, SEAL, now=_now())) for _ in range(ROUNDS)]
        company = sealed[-1][0].pdf
        archived = [_cost(lambda: desk.archive(company, now=_now())) for _ in range(ROUNDS)]
        bare = [_cost(lambda: _bare(desk, paper)) for _ in range(ROUNDS)]
    whole = sum(min(cost for _, cost in steps) for steps in (signed, sealed, archived))
    alone = min(cost for _, cost in bare)
    return [
        _figure("a person's signature with token, judged", signed),
        _figure("a company's seal with token, judged", sealed),
        _figure("archive with revocation data and stamp, judged", archived),
        Figure(
            name="signing as a whole beside its bare signatures", value=whole / alone, unit="×", limit=6.0
        ),
        Figure(
            name="what three signatures add to a document",
            value=(len(archived[-1][0].pdf) - len(paper)) / 1024,
            unit="KB",
            limit=160.0,
        ),
    ]


def _now():
    return datetime.now(UTC)


def _bare(desk, paper):
    person = desk.ca.certify("王𬭚", number="E1", now=_now())
    company = desk.ca.company("云衫", code="YS", now=_now())
    once = sign_field(paper, person, SIGN, tsa=desk.tsa, now=_now())
    twice = sign_field(once, company, SEAL, tsa=desk.tsa, now=_now())
    return archive(twice, [], tsa=desk.tsa, now=_now())


def _cost(act):
    before = _spent()
    made = act()
    return made, _spent() - before


def _spent():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _figure(name, steps):
    return Figure(name=name, value=1000 * min(cost for _, cost in steps), unit="ms of processor")
