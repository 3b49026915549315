"""What every page of a bundle shows: the head, the tabs, the version that a form was seen at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.exhibits import FORMS, ROLES, STANDS, Side
from webapp.domain.papers import PaperKind
from webapp.domain.text import msg
from webapp.services.calculators.choices import choice_title
from webapp.services.evidence.bundles.access import may_work, tell
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.bundle import Bundle
    from webapp.domain.text import Message
    from webapp.services.work import Work

blueprint = Blueprint("bundles", __name__, url_prefix="/bundles")
OTHER = msg("其他材料")
TABS = (
    ("page", "bundles.page", msg("我方证据")),
    ("theirs", "bundles.theirs", msg("对方证据与质证")),
    ("timeline", "bundles.timeline", msg("时间线")),
    ("search", "bundles.search", msg("全文检索")),
    ("talk", "bundles.talk", msg("讨论与笔记")),
    ("editions", "bundles.editions", msg("版本与提交")),
    ("access", "bundles.access", msg("查看权限与记录")),
)


def kind_title(kind: str) -> Message:
    """What a kind of paper is called."""
    return OTHER if kind == PaperKind.OTHER else choice_title(kind)


def kinds() -> list[tuple[str, str]]:
    """The kinds of papers to choose from."""
    return [(kind.value, gettext(kind_title(kind))) for kind in PaperKind]


def seen() -> int:
    """The version of the bundle that the page showed."""
    return request.form.get("version", -1, type=int)


def posted_day(name: str) -> date | None:
    """A day of a posted form or an address; raises InvalidError at the field."""
    text = request.values.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidError(fields={name: (msg("请填写日期，例如 2026-11-24。"),)}) from None


def said(errors: Mapping[str, tuple[Message, ...]]) -> dict[str, list[str]]:
    """Sentences of a refused form, by field, in the reader's language."""
    return {key: [gettext(each) for each in messages] for key, messages in errors.items()}


def opened(work: Work, bundle: Bundle, tab: str, **values: Any) -> str:
    """A page of a bundle; that it was opened, and where, is an event."""
    tell(work, "bundle.opened", bundle, tab=tab)
    work.session.flush()
    return shown(work, bundle, tab, **values)


def shown(work: Work, bundle: Bundle, tab: str, **values: Any) -> str:
    """A page of a bundle, as a refused form shows it again."""
    return render_template(
        f"bundles/{tab}.html",
        bundle=bundle,
        tab=tab,
        tabs=[(gettext(label), url_for(endpoint, bundle_id=bundle.id), key) for key, endpoint, label in TABS],
        works=may_work(work, bundle),
        forms=FORMS,
        roles=ROLES,
        stands=STANDS,
        kind_title=kind_title,
        ours=Side.OURS,
        **values,
    )
