"""What every template may use: built files, sentences, times, the frame of a page. No rules of the firm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zlib import crc32

from flask import current_app, request, url_for

from webapp.adapters.catalog import LOCALES, SOURCE_LOCALE, translate
from webapp.domain.text import Message
from webapp.views import times
from webapp.views.headers import is_hashed, secure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

KEY = "hegui-shell"
LANGUAGE_NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
CAP = 1000  # counts beside tabs stop here; a count reads at most one index row more
TINTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One place to go: of the rail, the bottom bar, the crumbs or the user's menu."""

    label: Message | str
    url: str
    icon: str = ""  # a name of icons.html
    count: int = 0  # shown when not 0, capped at 1000+
    current: bool = False
    act: bool = False  # the one filled button of the phone's bottom bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Links of the rail under one heading; the first section has none."""

    links: tuple[Link, ...]
    title: Message | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Around every page of a signed-in person; anonymous pages have none."""

    person_name: str = ""
    person_note: Message | str = ""  # post and department
    sections: tuple[Section, ...] = ()  # the rail
    tabs: tuple[Link, ...] = ()  # the phone's bottom bar, at most five
    menu: tuple[Link, ...] = ()  # the user's menu
    search_url: str = ""
    language_url: str = ""  # POST locale, next
    logout_url: str = ""  # POST


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The three questions that the frame asks of the application at each request."""

    locale: Callable[[], str]
    frame: Callable[[], Frame | None]
    now: Callable[[], datetime]


def install(
    app: Flask,
    *,
    locale: Callable[[], str] = lambda: SOURCE_LOCALE,
    frame: Callable[[], Frame | None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    https: bool = False,
) -> None:
    """Give templates their globals and filters, and answers headers. Call after Flask-Babel's init_app."""
    app.extensions[KEY] = Shell(locale=locale, frame=frame, now=now)
    app.jinja_env.globals.update(GLOBALS)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.context_processor(_context)

    @app.after_request
    def _secure(response: Response) -> Response:
        return secure(response, https=https, hashed=is_hashed(request.path))


def _shell() -> Shell:
    shell: Shell = current_app.extensions[KEY]
    return shell


def _context() -> dict[str, Any]:
    locale = current_locale()
    return {"frame": _shell().frame(), "locale": locale, "_": gettext}


def current_locale() -> str:
    """The reader's language, zh-Hans when the application names one that there is not."""
    locale = _shell().locale()
    return locale if locale in LOCALES else SOURCE_LOCALE


def gettext(text: Message | str, /, **values: Any) -> str:
    """``_("共 {n} 项", n=3)`` or ``_(message)`` in the reader's language."""
    if isinstance(text, str) and values:
        text = Message(text, values)
    return translate(text, current_locale())


def now() -> datetime:
    """The moment of this page."""
    return _shell().now()


def asset(name: str) -> str:
    """The address of a built file, ``asset("app.js")``, with its hash; ``""`` for a sheet not made."""
    folder = current_app.static_folder
    made = _manifest(folder or "", _stamp(folder or ""))
    if name.endswith(".css") and made and name not in made:
        return ""
    return url_for("static", filename=f"dist/{made.get(name, name)}")


def _stamp(folder: str) -> int:
    path = _manifest_path(folder)
    return path.stat().st_mtime_ns if path.exists() else 0


def _manifest_path(folder: str) -> Path:
    return Path(folder) / "dist" / "manifest.json"


@lru_cache(maxsize=4)
def _manifest(folder: str, stamp: int) -> Mapping[str, str]:
    if not stamp:
        return {}
    made: dict[str, str] = json.loads(_manifest_path(folder).read_text("utf-8"))
    return made


def capped(count: int) -> str:
    """A count beside a tab: ``1000+`` from the thousand on."""
    return str(count) if count <= CAP else f"{CAP}+"


def money(amount: Decimal | int | None, *, sign: str = "¥") -> str:
    """Yuan and fen: ``¥12,345.60``; a minus stands first."""
    if amount is None:
        return ""
    value = Decimal(amount).quantize(Decimal("0.01"))
    return f"{'−' if value < 0 else ''}{sign}{abs(value):,.2f}"


def initial(name: str) -> str:
    """The letter in a person's round: the surname of a Chinese name, the first letter of another."""
    return name.strip()[:1].upper() or "？"


def tint(name: str) -> int:
    """Which of six calm colours a person's round has: always the same for the same name."""
    return crc32(name.encode()) % TINTS


def person(name: str, number: str = "") -> str:
    """``王敏（HR10089）``."""
    return f"{name}（{number}）" if number else name


def size(count: int) -> str:
    """Bytes as people read them: ``182 KB``."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def idempotency_key() -> str:
    """A fresh key for one form: pressed twice, the act happens once."""
    return uuid4().hex


def due(moment: datetime | None) -> times.DueWord:
    """``due_word`` at the moment of this page."""
    return times.due_word(moment, now())


def since(moment: datetime) -> str:
    """``3 分钟前`` in the reader's language."""
    return gettext(times.since(moment, now()))


def words() -> str:
    """The script's own sentences as JSON, for ``<body data-words>``."""
    return json.dumps(_words(), ensure_ascii=False)


def _words() -> dict[str, str]:
    _ = gettext
    return {
        "saving": _("正在保存…"),
        "saved": _("草稿已保存 {time}", time="{time}"),
        "notSaved": _("草稿没有保存，正在重试"),
        "draftConflict": _("草稿已在别处更改，请刷新后再填"),
        "offline": _("网络不通，您填的内容还在，请稍后再试。"),
        "signedOut": _("登录已过期，请重新登录。"),
        "forbidden": _("您无权进行此操作。"),
        "conflict": _("内容已被他人更改，请刷新后再试。"),
        "tooLarge": _("文件太大，请压缩后再传。"),
        "slowDown": _("操作太频繁，请稍后再试。"),
        "failed": _("没有成功，请稍后再试。"),
        "close": _("关闭"),
        "copied": _("已复制"),
        "justNow": _("刚刚"),
        "uploading": _("正在上传…"),
        "remove": _("移除"),
        "fixFields": _("有 {n} 处需要修改。", n="{n}"),
        "unsaved": _("有未保存的修改"),
        "saveBlocked": _("有问题要先解决，暂时不能保存"),
        "publishBlocked": _("还有 {n} 个问题必须先解决", n="{n}"),
        "mustFix": _("必须解决"),
        "shouldSee": _("请留意"),
        "lostOnSave": _("图中有本系统读不懂的内容，保存会丢失它，请先改正：{detail}", detail="{detail}"),
        "pickAssignee": _("由谁办理"),
        "pickGroup": _("由哪个角色认领"),
        "pickForm": _("用哪张表单"),
        "pickDecision": _("用哪个决策"),
        "notChosen": _("（未选）"),
        "ownValue": _("自定义：{value}", value="{value}"),
        "cannotOpen": _("这个文件打不开，可能已损坏。"),
        **_approval_words(),
    }


def _approval_words() -> dict[str, str]:
    """What the studio's panel calls the settings of an approval."""
    _ = gettext
    return {
        "approval": _("审批"),
        "approval_mode": _("审批方式"),
        "approval_mode_single": _("一人审批"),
        "approval_mode_all": _("会签：全部同意才通过"),
        "approval_mode_any": _("或签：一人同意即通过"),
        "approval_mode_sequence": _("依次审批：前一人同意后轮到下一人"),
        "approval_mode_share": _("票签：达到比例即通过"),
        "approval_approvers": _("审批人"),
        "approversHint": _("工号的列表，如 =[manager, department_head]；不填则用办理人或候选人。"),
        "approval_share": _("通过比例"),
        "shareHint": _("60%、60 或 2/3，按整数计算。"),
        "approval_weights": _("各人票数"),
        "weightsHint": _('如 ={"E0001": 3}；没写的人各一票。'),
        "approval_onReject": _("一人不同意时"),
        "approval_onReject_decides": _("立即不通过"),
        "approval_onReject_counts": _("只计一票"),
        "approval_onSelf": _("审批人就是申请人时"),
        "approval_onSelf_manager": _("由上级审批"),
        "approval_onSelf_hr": _("由人事审批"),
        "approval_emptyAssignee": _("找不到审批人时"),
        "emptyHint": _("角色（如 hr、legal）或工号；不填则由人事审批。"),
        "approval_sameApprover": _("前面已同意的人"),
        "approval_sameApprover_skip": _("不再询问，视为同意"),
    }


GLOBALS: dict[str, Any] = {
    "_": gettext,
    "asset": asset,
    "now": now,
    "due_word": due,
    "idempotency_key": idempotency_key,
    "language_names": LANGUAGE_NAMES,
    "page_words": words,
    "current_locale": current_locale,
}
FILTERS: dict[str, Any] = {
    "capped": capped,
    "money": money,
    "initial": initial,
    "tint": tint,
    "person": person,
    "size": size,
    "shanghai": times.clock,
    "day": times.day,
    "since": since,
    "utc": times.utc,
    "weekday": lambda value: gettext(times.weekday(value)),
}
