"""Evidence of the demo company: mails, chats, tables, a picture, a recording and a file that nobody opens."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import Case
from webapp.domain.permissions import SYSTEM
from webapp.services.demo.jobs import perform_due
from webapp.services.evidence.custody import NewItem, check_item, note_step, open_item, take_in
from webapp.services.evidence.readings import READ
from webapp.services.people import load_actor

if TYPE_CHECKING:
    from pathlib import Path

    from webapp.services.demo.leave import Stage
    from webapp.services.demo.people import Cast


def play_vault(stage: Stage, cast: Cast, root: Path) -> list[int]:
    """Take the files of forms/demo/vault in, about the newest case; their ids."""
    folder = root / "forms" / "demo"
    plan = tomllib.loads((folder / "vault.toml").read_text(encoding="utf-8"))
    takers = {cast.logins[row["by"]].id for row in plan["item"]}
    with stage.unit(SYSTEM) as work:
        case_id = work.session.scalars(
            select(Case.id).where(Case.person_id.not_in(takers)).order_by(Case.id.desc()).limit(1)
        ).one()
    ids = [_take(stage, cast, row, case_id=case_id, folder=folder / "vault") for row in plan["item"]]
    perform_due(stage, (READ,))
    with stage.unit(SYSTEM) as work:
        legal = load_actor(work.session, cast.logins["linfan"].id)
    for item_id in ids[:2]:
        with stage.unit(legal) as work:
            open_item(work, item_id)
            check_item(work, item_id)
    return ids


def _take(stage: Stage, cast: Cast, row: dict[str, Any], *, case_id: int, folder: Path) -> int:
    """Take one file in, collected some days ago, and note where its medium went."""
    with stage.unit(SYSTEM) as work:
        actor = load_actor(work.session, cast.logins[row["by"]].id)
    with stage.unit(actor) as work:
        item = take_in(
            work,
            NewItem(
                name=row["name"],
                data=(folder / row["file"]).read_bytes(),
                source=row["source"],
                collected_by=actor.name,
                collected_at=work.now - timedelta(days=row["days_ago"]),
                method=row["method"],
                method_note=row.get("method_note", ""),
                legality=row["legality"],
                medium=row.get("medium", ""),
                keeper=row.get("keeper", ""),
                case_id=case_id,
            ),
        )
        if "handed_to" in row:
            note_step(work, item.id, "handed", reason="移交法务保管", receiver=row["handed_to"])
        return item.id
