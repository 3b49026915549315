"""Bundles: the list, a new one from a name, what it is about, who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.exhibits import ROLES, Role
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services.evidence.bundles import access as reading
from webapp.services.evidence.bundles import collect, create
from webapp.services.evidence.bundles.history import history_of
from webapp.views.bundles.frame import blueprint, opened, posted_day, said, seen, shown
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from models.person import Person
    from webapp.domain.text import Message
    from webapp.services.work import Work


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The bundles that I may read, last changed first."""
    search = request.args.get("q", "").strip()[:100]
    with edge().view(actor()) as work:
        return render_template(
            "bundles/index.html",
            bundles=reading.list_bundles(work, search=search),
            search=search,
            works=work.actor.may(Permission.BUNDLE_WORK),
        )


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """From a name to a person, their cases and a title."""
    if not actor().may(Permission.BUNDLE_WORK):
        raise ForbiddenError
    return _new_page({})


def _new_page(errors: Mapping[str, tuple[Message, ...]]) -> str:
    search = request.values.get("q", "").strip()[:60]
    with edge().view(actor()) as work:
        people = [each for each in collect.find_people(work, search) if each.id != work.actor.person_id]
        chosen = request.values.get("person", type=int)
        person = next((each for each in people if each.id == chosen), None)
        if len(people) == 1:
            person = people[0]
        return render_template(
            "bundles/new.html",
            search=search,
            people=people,
            person=person,
            case_options=[] if person is None else _cases(work, person),
            given=request.form,
            errors=said(errors),
            roles=_roles(),
        )


def _cases(work: Work, person: Person) -> list[tuple[int, str]]:
    return [(case.id, f"{case.title}（{case.number}）") for case in collect.person_cases(work, person)]


def _roles() -> list[tuple[str, str]]:
    return [(role.value, gettext(title)) for role, title in ROLES.items()]


@blueprint.post("/new")
@signed_in
def make() -> ResponseReturnValue:
    """Begin a bundle, with all papers where that was ticked."""
    try:
        with edge().unit(actor()) as work:
            bundle_id = create.create_bundle(
                work,
                request.form.get("person", 0, type=int),
                _facts(),
                collect="collect" in request.form,
                key=request.form.get("idempotency_key"),
            )
    except InvalidError as error:
        if not error.fields:
            raise
        return _new_page(error.fields), 422
    return redirect(url_for("bundles.page", bundle_id=bundle_id), 303)


def _facts() -> create.Facts:
    form = request.form
    return create.Facts(
        title=form.get("title", "").strip(),
        case_id=form.get("case_id", type=int),
        first_day=posted_day("first_day"),
        last_day=posted_day("last_day"),
        tribunal=form.get("tribunal", "").strip(),
        docket=form.get("docket", "").strip(),
        role=form.get("role", Role.RESPONDENT),
    )


@blueprint.get("/<int:bundle_id>/access")
@signed_in
def access(bundle_id: int) -> ResponseReturnValue:
    """What the bundle is about, who may read it, and who did what."""
    return _access_page(bundle_id, {})


def _access_page(bundle_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        show = shown if errors else opened
        return show(
            work,
            bundle,
            "access",
            readers=create.readers_of(work, bundle),
            case_options=_cases(work, bundle.person),
            history=history_of(work, bundle),
            role_choices=_roles(),
            given=request.form if errors else {},
            errors=said(errors),
        )


@blueprint.post("/<int:bundle_id>/facts")
@signed_in
def change(bundle_id: int) -> ResponseReturnValue:
    """Write what the bundle is about."""
    try:
        with edge().unit(actor()) as work:
            create.change_facts(work, bundle_id, _facts(), version=seen())
    except InvalidError as error:
        if not error.fields:
            raise
        return _access_page(bundle_id, error.fields), 422
    flash(gettext(msg("已保存。")), "ok")
    return redirect(url_for("bundles.access", bundle_id=bundle_id), 303)


@blueprint.post("/<int:bundle_id>/readers")
@signed_in
def let_in(bundle_id: int) -> ResponseReturnValue:
    """Let somebody in by staff number, or shut them out."""
    leaving = request.form.get("person", type=int)
    try:
        with edge().unit(actor()) as work:
            if leaving is not None:
                create.shut_out(work, bundle_id, leaving, version=seen())
            else:
                create.let_in(work, bundle_id, request.form.get("number", ""), version=seen())
    except InvalidError as error:
        if not error.fields:
            raise
        return _access_page(bundle_id, error.fields), 422
    return redirect(url_for("bundles.access", bundle_id=bundle_id), 303)
