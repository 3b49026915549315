"""The frame round every page: where this person may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for
from flask_login import current_user

from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.views.house import actor
from webapp.views.shell import Frame, Link, Section

if TYPE_CHECKING:
    from webapp.domain.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the rail: shown where its page exists and the actor holds one of the permissions."""

    endpoint: str
    label: Message
    icon: str
    needs: tuple[Permission, ...] = ()  # empty: everybody
    tab: bool = False  # also in the phone's bottom bar
    act: bool = False


WORK = (
    Place(endpoint="inbox.mine", label=msg("待办"), icon="inbox", tab=True),
    Place(endpoint="leave.mine", label=msg("我的休假"), icon="leaf", tab=True),
    Place(endpoint="leave.ask", label=msg("请假"), icon="plus", tab=True, act=True),
    Place(endpoint="begin.index", label=msg("发起"), icon="flow"),
    Place(endpoint="cases.own", label=msg("我的申请"), icon="case", tab=True),
    Place(endpoint="documents.own", label=msg("我的合同与文件"), icon="file"),
    Place(endpoint="notices.mine", label=msg("通知"), icon="bell", tab=True),
    Place(endpoint="privacy.mine", label=msg("个人信息"), icon="shield"),
)
HR = (
    Place(endpoint="seals.desk", label=msg("用印"), icon="pen", needs=(Permission.DOCUMENT_SEAL,)),
    Place(endpoint="cases.index", label=msg("案件"), icon="case", needs=(Permission.CASE_READ,)),
    Place(endpoint="contracts.index", label=msg("合同"), icon="file", needs=(Permission.DOCUMENT_READ,)),
    Place(endpoint="permits.index", label=msg("特殊工时审批"), icon="clock", needs=(Permission.PERMIT_READ,)),
    Place(endpoint="campaigns.index", label=msg("批次"), icon="people", needs=(Permission.CASE_OPERATE,)),
    Place(
        endpoint="attendance.month", label=msg("考勤"), icon="calendar", needs=(Permission.ATTENDANCE_READ,)
    ),
    Place(endpoint="vault.index", label=msg("证据保管库"), icon="case", needs=(Permission.VAULT_READ,)),
    Place(
        endpoint="privacy.ledger_page",
        label=msg("同意台账"),
        icon="shield",
        needs=(Permission.PRIVACY_READ,),
    ),
    Place(endpoint="alerts.index", label=msg("预警"), icon="warn", needs=(Permission.ALERT_READ,)),
    Place(
        endpoint="monitoring.index",
        label=msg("监测方案"),
        icon="search",
        needs=(Permission.MONITORING_READ,),
    ),
    Place(endpoint="bundles.index", label=msg("证据册"), icon="list", needs=(Permission.BUNDLE_WORK,)),
    Place(
        endpoint="evidence.check",
        label=msg("核验证据包"),
        icon="shield",
        needs=(Permission.EVIDENCE_READ,),
    ),
    Place(
        endpoint="activation.people", label=msg("邀请员工"), icon="people", needs=(Permission.PERSON_WRITE,)
    ),
    Place(endpoint="messages.index", label=msg("消息"), icon="send", needs=(Permission.CASE_OPERATE,)),
    Place(
        endpoint="retention.index",
        label=msg("保全与保存期限"),
        icon="clock",
        needs=(Permission.HOLD_WRITE, Permission.ERASE),
    ),
    Place(endpoint="handover.index", label=msg("离职交接"), icon="people", needs=(Permission.TASK_REASSIGN,)),
    Place(endpoint="imports.index", label=msg("导入"), icon="upload", needs=(Permission.IMPORT_RUN,)),
    Place(
        endpoint="calculators.index",
        label=msg("法规计算"),
        icon="scale",
        needs=(Permission.PERSON_READ, Permission.REFERENCE_READ),
    ),
)
HOUSE = (
    Place(
        endpoint="studio.index",
        label=msg("流程工作室"),
        icon="flow",
        needs=(Permission.PROCEDURE_EDIT, Permission.PROCEDURE_RELEASE),
    ),
    Place(endpoint="admin.index", label=msg("基础数据"), icon="table", needs=(Permission.REFERENCE_READ,)),
    Place(endpoint="health.page", label=msg("运行状况"), icon="info", needs=(Permission.JOB_READ,)),
)


def frame() -> Frame | None:
    """The frame for who is logged in; None for nobody."""
    if not current_user.is_authenticated:
        return None
    who = actor()
    return Frame(
        person_name=who.name,
        person_note=current_user.person.post,
        sections=tuple(s for s in _sections(who) if s.links),
        tabs=tuple(_link(p) for p in WORK if p.tab and _shown(p, who)),
        menu=_menu(),
        search_url=_url("inbox.search"),
        language_url=_url("home.language"),
        logout_url=_url("security.logout"),
    )


def _sections(who: Actor) -> tuple[Section, ...]:
    return (
        Section(links=tuple(_link(p) for p in WORK if _shown(p, who))),
        Section(title=msg("人事"), links=tuple(_link(p) for p in HR if _shown(p, who))),
        Section(title=msg("管理"), links=tuple(_link(p) for p in HOUSE if _shown(p, who))),
    )


def _menu() -> tuple[Link, ...]:
    places = (("account.security", msg("账户与安全"), "key"),)
    return tuple(Link(label=label, url=_url(e), icon=icon) for e, label, icon in places if _url(e))


def _shown(place: Place, who: Actor) -> bool:
    return bool(_url(place.endpoint)) and (not place.needs or any(who.may(p) for p in place.needs))


def _link(place: Place) -> Link:
    return Link(
        label=place.label,
        url=_url(place.endpoint),
        icon=place.icon,
        current=request.endpoint == place.endpoint,
        act=place.act,
    )


def _url(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""
