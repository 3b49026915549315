"""One table of reference data: list, search, form, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, request
from flask_admin import BaseView, expose
from flask_login import current_user

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.masking import mask
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.jobs.queue import retry
from webapp.services.tables import catalogue
from webapp.services.tables.export import export_csv
from webapp.services.tables.parameters import decide, propose
from webapp.services.tables.read import PAGE, in_words, list_rows, may_write, names_of, read_row
from webapp.services.tables.write import save_row
from webapp.views.house import actor, edge
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.services.tables.describe import Field, Table

OWN = frozenset({"csrf_token", "idempotency_key", "_version"})


class TableView(BaseView):  # type: ignore[misc]
    """Serves one table of the catalogue."""

    def __init__(self, table: Table) -> None:
        self.table = table
        super().__init__(name=str(table.title), endpoint=f"admin_{table.key}", url=f"/admin/{table.key}")

    def is_accessible(self) -> bool:
        """Only for people who may read the table."""
        return bool(current_user.is_authenticated and any(actor().may(p) for p in self.table.reads))

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """To the log-in, or told that this is not theirs."""
        if not current_user.is_authenticated:
            return redirect(f"/login?next=/admin/{self.table.key}/")
        answer: ResponseReturnValue = super().inaccessible_callback(name, **kwargs)
        return answer

    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> ResponseReturnValue:
        """A page of the table."""
        search, page = request.args.get("q", "").strip()[:100], max(0, request.args.get("page", 0, type=int))
        with edge().view(actor()) as work:
            found = list_rows(work, self.table, search=search, page=page)
            return self._render(
                "admin/list.html",
                rows=[self._line(row, found.names) for row in found.rows],
                count=found.count,
                page=page,
                last=(found.count - 1) // PAGE,
                search=search,
                writes=may_write(work, self.table),
                proposes=self._is(catalogue.PARAMETERS) and work.actor.may(Permission.REFERENCE_WRITE),
                confirms=self._is(catalogue.PARAMETERS) and work.actor.may(Permission.REFERENCE_CONFIRM),
                retries=self._is(catalogue.JOBS) and work.actor.may(Permission.JOB_RETRY),
            )

    @expose("/new", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def new(self) -> ResponseReturnValue:
        """Add a row, or propose a parameter; a link may say what is to be filled in."""
        if request.method == "GET":
            asked = {f.name: request.args[f.name][:300] for f in self.table.fields if f.name in request.args}
            return self._form(asked, errors={})
        try:
            with edge().unit(actor()) as work:
                if self._is(catalogue.PARAMETERS):
                    propose(work, self._posted())
                else:
                    save_row(work, self.table, self._posted())
        except InvalidError as error:
            return self._form(self._posted(), errors=error.fields, told=error.message), 422
        flash(gettext(msg("已保存。")), "ok")
        return redirect(self.get_url(".index"), 303)

    @expose("/<key>", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def edit(self, key: str) -> ResponseReturnValue:
        """Change a row."""
        if request.method == "GET":
            with edge().view(actor()) as work:
                row = read_row(work, self.table, key)
                names = names_of(work, self.table, [row])
            values = {
                f.name: mask(f.name, getattr(row, f.name)) if f.masked else self._cell(f, row, names)
                for f in self.table.fields
            }
            return self._form(values, errors={}, key=key, version=getattr(row, "version", None))
        version = request.form.get("_version", type=int)
        try:
            with edge().unit(actor()) as work:
                save_row(work, self.table, self._posted(), key=key, version=version)
        except InvalidError as error:
            return self._form(
                self._posted(), errors=error.fields, told=error.message, key=key, version=version
            ), 422
        flash(gettext(msg("已保存。")), "ok")
        return redirect(self.get_url(".index"), 303)

    @expose("/<key>/decide", methods=("POST",))  # type: ignore[untyped-decorator]
    def decide(self, key: str) -> ResponseReturnValue:
        """The second pair of eyes, or a new try for a failed job."""
        with edge().unit(actor()) as work:
            if self._is(catalogue.PARAMETERS):
                decide(work, key, confirm=self._confirmed())
            elif self._is(catalogue.JOBS):
                if not work.actor.may(Permission.JOB_RETRY):
                    raise ForbiddenError
                retry(work, read_row(work, self.table, key).id)
            else:
                raise InvalidError
        flash(gettext(msg("已处理。")), "ok")
        return redirect(self.get_url(".index"), 303)

    @staticmethod
    def _confirmed() -> bool:
        answer = {"confirm": True, "refuse": False}.get(request.form.get("act", ""))
        if answer is None:
            raise InvalidError(msg("请选择通过或不通过。"))
        return answer

    @expose("/export.csv")  # type: ignore[untyped-decorator]
    def export(self) -> ResponseReturnValue:
        """The rows as CSV."""
        with edge().unit(actor()) as work:
            body = export_csv(
                work, self.table, search=request.args.get("q", "").strip()[:100], translate=gettext
            )
        answer = Response(body, mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.table.key}.csv"'
        return answer

    def _form(
        self,
        values: Mapping[str, Any],
        *,
        errors: Mapping[str, tuple[Message, ...]],
        told: Message | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> str:
        if told is not None and not errors:
            flash(gettext(told), "danger")
        with edge().view(actor()) as work:
            writes = may_write(work, self.table) or (
                self._is(catalogue.PARAMETERS) and key is None and work.actor.may(Permission.REFERENCE_WRITE)
            )
        fields = [f for f in self.table.fields if not (self._is(catalogue.PARAMETERS) and f.name == "state")]
        lost = [gettext(m) for n, ms in errors.items() for m in ms if n not in {f.name for f in fields}]
        return self._render(
            "admin/form.html",
            fields=fields,
            values=values,
            errors={n: [gettext(m) for m in ms] for n, ms in errors.items()},
            lost=lost,
            key=key,
            version=version,
            writes=writes,
        )

    def _render(self, template: str, **facts: Any) -> str:
        who = actor()
        return render_template(
            template,
            table=self.table,
            tables=[t for t in catalogue.TABLES if any(who.may(p) for p in t.reads)],
            view=self,
            **facts,
        )

    def _line(self, row: Any, names: Mapping[tuple[str, Any], str]) -> dict[str, Any]:
        key = getattr(row, "id", None) or getattr(row, "day", None)
        cells = [self._shown(f, row, names) for f in self.table.fields if f.listed]
        return {"key": str(key), "cells": cells, "state": getattr(row, "state", "")}

    def _shown(self, field: Field, row: Any, names: Mapping[tuple[str, Any], str]) -> str:
        value = getattr(row, field.name)
        if field.kind == "choice":
            return gettext(next((label for v, label in field.choices if v == value), str(value or "")))
        text = in_words(names, field, value)
        return text if len(text) <= 60 else f"{text[:60]}…"

    def _cell(self, field: Field, row: Any, names: Mapping[tuple[str, Any], str]) -> str:
        value = getattr(row, field.name)
        return in_words(names, field, value)

    def _posted(self) -> dict[str, str]:
        return {k: v for k, v in request.form.items() if k not in OWN}

    def _is(self, table: Table) -> bool:
        return self.table is table
