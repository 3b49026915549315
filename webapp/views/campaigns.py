"""Campaigns: put together, tried, set going, watched; one page that tells how far everybody is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from models.campaign import CampaignState
from webapp.domain.errors import ForbiddenError, HeguiError, InvalidError, NotFoundError
from webapp.domain.keys import read_key
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import forms
from webapp.services.campaigns import control, lists
from webapp.services.campaigns.correct import correct as correct_text
from webapp.services.campaigns.correct import correctable
from webapp.services.campaigns.create import CreateCampaign, campaign_bundle, check_may_run, create
from webapp.services.campaigns.members import MemberFilter, count_stuck, export_members, list_members
from webapp.services.campaigns.population import Selection, choices, numbers_of_file, read_numbers
from webapp.services.campaigns.progress import read_progress, stage_words
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks import claim as verbs
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from models.campaign import Campaign
    from webapp.domain.text import Message
    from webapp.services.work import Work

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")

TONES = {
    CampaignState.CHECKING: "info",
    CampaignState.CHECKED: "warn",
    CampaignState.APPROVAL: "warn",
    CampaignState.READY: "warn",
    CampaignState.RUNNING: "info",
    CampaignState.PAUSED: "warn",
    CampaignState.ENDED: "ok",
    CampaignState.STOPPED: "",
}
HOURS = (
    ("standard", msg("标准工时")),
    ("comprehensive", msg("综合计算工时")),
    ("irregular", msg("不定时工时")),
)
BUSY = (CampaignState.CHECKING, CampaignState.RUNNING, CampaignState.APPROVAL, CampaignState.PAUSED)
WHO = "who_"  # before the names of the filter's fields: the common form may have fields of the same name
MOST = 50  # people of one bulk press


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The campaigns of my scope, and what may be started for many."""
    who = actor()
    if not who.may(Permission.CASE_READ):
        raise ForbiddenError
    with edge().view(who) as work:
        return render_template(
            "campaigns/index.html",
            campaigns=lists.list_campaigns(work),
            procedures=lists.startable(work),
            states=control.STATES,
            tones=TONES,
        )


@blueprint.get("/new/<key>")
@signed_in
def new(key: str) -> ResponseReturnValue:
    """Choose people and what is common to all."""
    with edge().view(actor()) as work:
        return _new_page(work, key, typed=None, errors={})


def _new_page(
    work: Work, key: str, *, typed: Mapping[str, Any] | None, errors: Mapping[str, tuple[Message, ...]]
) -> str:
    bundle = campaign_bundle(work, key)
    check_may_run(work, bundle)
    form = _form(work, key)
    fields = (
        () if form is None else forms.view(form, typed, context={}, errors=errors, language=current_locale())
    )
    return render_template(
        "campaigns/new.html",
        bundle=bundle,
        fields=fields,
        choices=choices(work),
        hours=[(v, gettext(label)) for v, label in HOURS],
        given=request.form,
        errors={k: [gettext(m) for m in v] for k, v in errors.items()},
    )


def _form(work: Work, key: str) -> forms.Form | None:
    bundle = campaign_bundle(work, key)
    settings = bundle.settings.campaign
    return None if settings is None or settings.form is None else forms.load(bundle.form(settings.form))


def _posted(work: Work, key: str) -> dict[str, Any]:
    form = _form(work, key)
    own = {"title", "people", "numbers", "skip_unknown"}  # beside the filter's, which begin with WHO
    pairs = [p for p in request.form.items(multi=True) if p[0] not in own and not p[0].startswith(WHO)]
    return {} if form is None else forms.read_posted(form, pairs, context={})


@blueprint.post("/new/<key>")
@signed_in
def make(key: str) -> ResponseReturnValue:
    """Write it down and have everybody checked."""
    try:
        with edge().unit(actor()) as work:
            command = CreateCampaign(
                procedure_key=key,
                title=request.form.get("title", ""),
                selection=_selection(),
                values=_posted(work, key),
                skip_unknown="skip_unknown" in request.form,
                key=request.form.get("idempotency_key"),
            )
            campaign_id = create(work, command)
    except InvalidError as error:
        with edge().view(actor()) as work:
            if not error.fields:
                flash(gettext(error.message), "danger")
            return _new_page(work, key, typed=_posted(work, key), errors=error.fields), 422
    return redirect(url_for("campaigns.page", campaign_id=campaign_id), 303)


def _selection() -> Selection:
    if request.form.get("people") != "list":
        return Selection.read({k.removeprefix(WHO): v for k, v in request.form.items() if k.startswith(WHO)})
    file = request.files.get("file")
    if file is not None and file.filename:
        return Selection(numbers=numbers_of_file(file.stream.read(), file.filename))
    numbers = read_numbers(request.form.get("numbers", ""))
    if not numbers:
        raise InvalidError(fields={"numbers": (msg("请粘贴工号，或上传一个文件。"),)})
    return Selection(numbers=numbers)


@blueprint.get("/<int:campaign_id>")
@signed_in
def page(campaign_id: int) -> ResponseReturnValue:
    """How far everybody is, and who is stuck."""
    wanted = _filter()
    after = request.args.get("after", 0, type=int)
    with edge().view(actor()) as work:
        campaign = control.read_campaign(work, campaign_id)
        shown = _shown(work, campaign)
        return render_template(
            "campaigns/page.html",
            **shown,
            members=list_members(work, campaign, wanted, after=after),
            wanted=wanted,
            stuck=count_stuck(work, campaign),
            may_run=control.may_run(work, campaign),
            after=after,
        )


def _shown(work: Work, campaign: Campaign) -> dict[str, Any]:
    bundle = load_bundle(work.session, campaign.procedure_version_id)
    settings = bundle.settings.campaign
    if settings is None:  # a version never loses its settings
        raise InvalidError
    return {
        "campaign": campaign,
        "bundle": bundle,
        "progress": read_progress(work, campaign, settings),
        "words": stage_words(settings),
        "states": control.STATES,
        "tones": TONES,
        "busy": campaign.state in BUSY,
    }


@blueprint.get("/<int:campaign_id>/progress")
@signed_in
def progress(campaign_id: int) -> ResponseReturnValue:
    """The moving part alone: the page asks for it every few seconds while anything moves."""
    with edge().view(actor()) as work:
        campaign = control.read_campaign(work, campaign_id)
        if request.args.get("state") != campaign.state:  # other buttons belong to the new state
            return Response(headers={"HX-Refresh": "true"})
        return render_template("campaigns/progress.html", **_shown(work, campaign))


@blueprint.post("/<int:campaign_id>/act")
@signed_in
def act(campaign_id: int) -> ResponseReturnValue:
    """Set going, pause, resume, call off."""
    what = request.form.get("act", "")
    with edge().unit(actor()) as work:
        if what == "launch":
            control.launch(work, campaign_id)
        elif what == "pause":
            control.pause(work, campaign_id)
        elif what == "resume":
            control.resume(work, campaign_id)
        elif what == "stop":
            control.stop(work, campaign_id, reason=request.form.get("reason", ""))
        else:
            raise InvalidError
    return redirect(url_for("campaigns.page", campaign_id=campaign_id), 303)


@blueprint.get("/<int:campaign_id>/correct")
@signed_in
def correction(campaign_id: int) -> ResponseReturnValue:
    """The common text again, to be corrected for those who have not signed."""
    with edge().view(actor()) as work:
        return _correct_page(work, campaign_id, typed=None, errors={})


def _correct_page(
    work: Work,
    campaign_id: int,
    *,
    typed: Mapping[str, Any] | None,
    errors: Mapping[str, tuple[Message, ...]],
) -> str:
    campaign = control.read_campaign(work, campaign_id)
    fields = correctable(work, campaign)
    form = _form_of(work, campaign)
    views = forms.view(
        form, {**campaign.values, **(typed or {})}, context={}, errors=errors, language=current_locale()
    )
    return render_template(
        "campaigns/correct.html",
        campaign=campaign,
        fields=[v for v in views if v.name in fields],
        errors={k: [gettext(m) for m in v] for k, v in errors.items()},
    )


def _form_of(work: Work, campaign: Campaign) -> forms.Form:
    bundle = load_bundle(work.session, campaign.procedure_version_id)
    settings = bundle.settings.campaign
    if settings is None or settings.form is None:
        raise NotFoundError
    return forms.load(bundle.form(settings.form))


@blueprint.post("/<int:campaign_id>/correct")
@signed_in
def correct(campaign_id: int) -> ResponseReturnValue:
    """Correct the text; the cases are told by jobs."""
    with edge().view(actor()) as work:
        campaign = control.read_campaign(work, campaign_id)
        own = set(correctable(work, campaign))
        pairs = [p for p in request.form.items(multi=True) if p[0] in own]
        read = forms.read_posted(_form_of(work, campaign), pairs, context={})
        values = {k: v for k, v in read.items() if k in own}
    try:
        with edge().unit(actor()) as work:
            correct_text(work, campaign_id, values, version=request.form.get("version", -1, type=int))
    except InvalidError as error:
        with edge().view(actor()) as work:
            if not error.fields:
                flash(gettext(error.message), "danger")
            return _correct_page(work, campaign_id, typed=values, errors=error.fields), 422
    flash(gettext(msg("文本已更正，正在送给还没有签署的人。")), "ok")
    return redirect(url_for("campaigns.page", campaign_id=campaign_id), 303)


@blueprint.post("/<int:campaign_id>/members")
@signed_in
def bulk(campaign_id: int) -> ResponseReturnValue:
    """Remind or hand on many: each task is a click of its own, so that one refusal spoils nothing else."""
    what, chosen = request.form.get("act", ""), request.form.getlist("id")[:MOST]
    if what not in ACTS or not chosen:
        raise InvalidError(msg("请先选择人员。"))
    with edge().view(actor()) as work:
        control.read_campaign(work, campaign_id)
    refused = [message for message in (_one(what, text) for text in chosen) if message is not None]
    done = len(chosen) - len(refused)
    flash(
        gettext(msg("已处理 {done} 人，{left} 人未处理。", done=done, left=len(refused))),
        "ok" if done else "warn",
    )
    for sentence in dict.fromkeys(gettext(m) for m in refused):
        flash(sentence, "warn")
    back: dict[str, Any] = dict(_filter().plain())
    return redirect(url_for("campaigns.page", campaign_id=campaign_id, **back), 303)


def _one(what: str, text: str) -> Message | None:
    first, _, second = text.partition(":")
    task_id, version = read_key(first), read_key(second)
    if task_id is None or version is None:
        raise InvalidError(msg("选择有误，请刷新后再试。"))
    try:
        with edge().unit(actor()) as work:
            ACTS[what](work, task_id, version)
    except HeguiError as error:
        return error.message
    return None


def _remind(work: Work, task_id: int, _version: int) -> None:
    verbs.urge(work, task_id)


def _hand_on(work: Work, task_id: int, version: int) -> None:
    to_id = verbs.find_person(work, request.form.get("to", "").strip())
    verbs.transfer(work, task_id, version=version, to_id=to_id, reason=request.form.get("reason", ""))


ACTS = {"remind": _remind, "reassign": _hand_on}


@blueprint.get("/<int:campaign_id>/members.csv")
@signed_in
def export(campaign_id: int) -> ResponseReturnValue:
    """The list as it is filtered, for a spreadsheet."""
    with edge().unit(actor()) as work:
        campaign = control.read_campaign(work, campaign_id)
        words = _shown(work, campaign)["words"]
        data = export_members(work, campaign, _filter(), words=words, translate=gettext)
    answer = Response(data, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="campaign-{campaign_id}.csv"'
    return answer


def _filter() -> MemberFilter:
    entity = request.args.get("entity", "")
    entity_id = read_key(entity)
    if entity and entity_id is None:
        raise InvalidError(msg("筛选条件有误。"))
    return MemberFilter(
        stage=request.args.get("stage", "")[:48],
        entity_id=entity_id,
        stuck=request.args.get("stuck") == "1",
        q=request.args.get("q", "").strip()[:100],
    )
