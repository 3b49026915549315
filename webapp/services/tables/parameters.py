"""Region parameters change by two pairs of eyes: one person proposes, another confirms or refuses."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.reference import RegionParameter
from webapp.domain import nesting
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.permissions import Permission
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.leave.announce import announce
from webapp.services.tables.catalogue import CONFIDENCES, PARAMETERS
from webapp.services.tables.read import read_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

REGION = re.compile(r"(CN(-[A-Z]{2}(-[A-Z0-9]{2,4})?)?|[0-9]{6})\Z", re.ASCII)
REQUIRED = ("key", "region", "valid_from", "value", "unit", "source")
KNOWN = (*REQUIRED, "valid_to", "confidence")
PROPOSABLE = frozenset(value for value, _ in CONFIDENCES)


def propose(work: Work, values: Mapping[str, str]) -> RegionParameter:
    """Propose a row; it has no effect until somebody else confirms it. Raises InvalidError with fields."""
    if not work.actor.may(Permission.REFERENCE_WRITE):
        raise ForbiddenError
    given = {k: v.strip() for k, v in values.items()}
    errors = _errors(given)
    if errors:
        raise InvalidError(fields=errors)
    row = RegionParameter(
        key=given["key"],
        region=parameter_region(given["region"]),
        valid_from=date.fromisoformat(given["valid_from"]),
        valid_to=date.fromisoformat(given["valid_to"]) if given.get("valid_to") else None,
        value=_value(given["value"]),
        unit=given["unit"],
        source=given["source"],
        confidence=given.get("confidence") or "medium",
        state="proposed",
        proposed_by_id=work.person_id,
        changed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    events.append(work, "parameter.proposed", _facts(row), subject=f"parameter/{row.id}")
    return row


def decide(work: Work, key: str, *, confirm: bool) -> RegionParameter:
    """Confirm or refuse a proposal; never one's own. A confirmed row ends the one that it follows."""
    if not work.actor.may(Permission.REFERENCE_CONFIRM):
        raise ForbiddenError
    row: RegionParameter = read_row(work, PARAMETERS, key)
    work.session.refresh(row, with_for_update=True)  # two who decide at once: the second reads the first
    if row.state != "proposed":
        raise ConflictError(msg("这条参数已复核过。"))
    if row.proposed_by_id == work.person_id:
        raise ForbiddenError(msg("提出人不能复核自己的参数，请由另一人复核。"))
    row.confirmed_by_id = work.person_id
    row.changed_at = work.now
    if confirm:
        _replace(work, row)
        announce(work, keys=(row.key,))
    row.state = "active" if confirm else "refused"
    work.session.flush()
    kind = "parameter.confirmed" if confirm else "parameter.refused"
    events.append(work, kind, _facts(row), subject=f"parameter/{row.id}")
    return row


def _replace(work: Work, row: RegionParameter) -> None:
    same = work.session.scalars(
        select(RegionParameter).where(
            RegionParameter.key == row.key,
            RegionParameter.region == row.region,
            RegionParameter.valid_from == row.valid_from,
            RegionParameter.state == "active",
        )
    ).all()
    for old in same:
        old.state = "replaced"
    work.session.flush()  # the place must be free before the new row takes it


def _errors(given: Mapping[str, str]) -> dict[str, tuple[Message, ...]]:
    errors: dict[str, tuple[Message, ...]] = {n: (msg("没有这个字段。"),) for n in given if n not in KNOWN}
    errors |= {n: (msg("请填写此项。"),) for n in REQUIRED if not given.get(n)}
    for name in ("valid_from", "valid_to"):
        if given.get(name) and not _is_date(given[name]):
            errors[name] = (msg("请填写日期，例如 2026-11-24。"),)
    if given.get("region") and not REGION.match(given["region"]):
        errors["region"] = (msg("请填写 CN、CN-SH 这样的代码，或六位行政区划代码。"),)
    if given.get("confidence") and given["confidence"] not in PROPOSABLE:
        errors["confidence"] = (msg("请从列表中选择。"),)
    if not errors and given.get("valid_to") and given["valid_to"] < given["valid_from"]:
        errors["valid_to"] = (msg("失效日不能早于生效日。"),)
    return errors


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _value(text: str) -> Any:
    """A number as text, so that it stays exact; a table as JSON."""
    if text[:1] in "[{":
        try:
            return nesting.read_json(text)
        except ValueError as error:
            raise InvalidError(fields={"value": (msg("表格的格式有误，应为 JSON。"),)}) from error
    try:
        return str(Decimal(text))
    except InvalidOperation:
        return text


def _facts(row: RegionParameter) -> dict[str, Any]:
    return {
        "key": row.key,
        "region": row.region,
        "valid_from": row.valid_from.isoformat(),
        "value": row.value,
        "unit": row.unit,
        "source": row.source,
    }
