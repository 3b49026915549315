"""What an upgrade brings to a procedure that its owner has changed: compared change by change, taken or left.

Nothing shipped ever overwrites a released version. What is taken becomes a draft, which goes the usual way:
problems, trial, release by a second person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.person import Person
from models.procedure import Procedure, ProcedureVersion, ShippedState
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.procedures.bundle import newest_version
from webapp.services.procedures.drafts import (
    OPEN,
    Merged,
    check_reader,
    files_of,
    make_draft,
    may_edit,
)
from webapp.services.procedures.files import File, file_kind
from webapp.services.procedures.merge import FileOffer, Unit, merge_files, offer_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.work import Work

TAKE, KEEP = "take", "keep"
CHANGED = msg("这期间流程或产品自带的内容又有变化，请刷新后重新选择。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A shipped state beside the owner's newest version."""

    procedure: Procedure
    local: ProcedureVersion  # the newest released
    sha256: str  # of the shipped state
    files: tuple[FileOffer, ...]
    states: tuple[tuple[File, ...], ...]  # base, the owner's, the shipped
    edits: bool  # whether the actor may take
    open: ProcedureVersion | None  # a draft that must be done first
    drawer: str  # whose it is

    @property
    def conflicts(self) -> int:
        """How many changes somebody has to choose."""
        return sum(unit.conflict for _, unit in self.units())

    @property
    def count(self) -> int:
        """How many changes there are."""
        return sum(len(file.units) for file in self.files)

    def units(self) -> Iterator[tuple[str, Unit]]:
        """Every change with the name of its field in the form."""
        for number, file in enumerate(self.files):
            for place, unit in enumerate(file.units):
                yield f"change.{number}.{place}", unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person chose; ``number`` and ``sha256`` say what their page showed."""

    number: int  # of the owner's version
    sha256: str
    chosen: Mapping[str, str]  # name of a change -> TAKE or KEEP


def is_offered(procedure: Procedure) -> bool:
    """Whether the product brings a state that its owner has neither taken nor left."""
    return procedure.shipped_sha256 not in {None, procedure.compared_sha256}


def read_offer(work: Work, key: str, *, lock: bool = False) -> Offer:
    """What an upgrade brings; raises NotFoundError where there is nothing to look at."""
    check_reader(work)
    query = select(Procedure).where(Procedure.key == key)
    procedure = work.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if procedure is None or not is_offered(procedure):
        raise NotFoundError
    local = work.session.get_one(ProcedureVersion, newest_version(work.session, key))
    shipped = str(procedure.shipped_sha256)
    states = (
        _state(work, procedure, str(procedure.compared_sha256)),
        files_of(local),
        _state(work, procedure, shipped),
    )
    drawn = next((version for version in procedure.versions if version.state in OPEN), None)
    drawer = None if drawn is None else work.session.get(Person, drawn.author_id)
    return Offer(
        procedure=procedure,
        local=local,
        sha256=shipped,
        files=offer_files(*states),
        states=states,
        edits=may_edit(work, procedure),
        open=drawn,
        drawer="" if drawer is None else drawer.name,
    )


def _state(work: Work, procedure: Procedure, sha256: str) -> tuple[File, ...]:
    row = work.session.scalars(
        select(ShippedState).where(ShippedState.procedure_id == procedure.id, ShippedState.sha256 == sha256)
    ).one()
    return tuple(File(path=path, kind=file_kind(path), body=body) for path, body in sorted(row.files.items()))


def take(work: Work, key: str, choice: Choice) -> ProcedureVersion:
    """Make a draft of the owner's version with what was taken.

    Raises InvalidError with a sentence at each conflict that nobody chose, and where nothing is taken;
    ConflictError on a stale page or beside another draft; ForbiddenError for whoever does not draw it.
    """
    offer = _checked(work, key, choice)
    units = dict(offer.units())
    _check_choice(units, choice.chosen)
    taken: dict[str, set[str]] = {file.path: set() for file in offer.files}
    for number, file in enumerate(offer.files):
        for place, unit in enumerate(file.units):
            if choice.chosen[f"change.{number}.{place}"] == TAKE:
                taken[file.path].add(unit.key)
    count = sum(map(len, taken.values()))
    if not count:
        raise InvalidError(msg("没有选择采用任何修改。若都不采用，请按“本次都不采用”。"))
    files = merge_files(*offer.states, taken={path: frozenset(keys) for path, keys in taken.items()})
    merged = Merged(files=files, sha256=offer.sha256, taken=count, left=len(units) - count)
    return make_draft(work, key, merged=merged)


def leave(work: Work, key: str, choice: Choice) -> None:
    """Keep the owner's version as it is: this state is not offered again, the next is compared with it."""
    offer = _checked(work, key, choice)
    offer.procedure.compared_sha256 = offer.sha256
    facts = {"key": key, "number": offer.local.number, "shipped_sha256": offer.sha256, "left": offer.count}
    events.append(work, "procedure.update_left", facts, subject=f"procedure/{key}")
    work.session.flush()


def _checked(work: Work, key: str, choice: Choice) -> Offer:
    offer = read_offer(work, key, lock=True)
    if not offer.edits:
        raise ForbiddenError
    if (offer.local.number, offer.sha256) != (choice.number, choice.sha256):
        raise ConflictError(CHANGED)
    return offer


def _check_choice(units: Mapping[str, Unit], chosen: Mapping[str, str]) -> None:
    if set(chosen) - set(units) or set(chosen.values()) - {TAKE, KEEP}:
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    errors: dict[str, tuple[Message, ...]] = {
        name: (msg("两边都改过，请选择采用哪一边。") if unit.conflict else msg("请选择采用或保留。"),)
        for name, unit in units.items()
        if name not in chosen
    }
    if errors:
        raise InvalidError(fields=errors)
