"""Accept a submission or say what is wrong: the same rules as on the page, against the pinned version."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg
from webapp.services.forms import payload, values
from webapp.services.forms.access import OPEN, Access
from webapp.services.forms.instances import Instance, Path, at, instances, settled, starting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from webapp.services.forms.files import Upload
    from webapp.services.forms.schema import Component, Form

MOST_ROWS = 200
UNKNOWN = msg("表单里没有这个字段。")
LOCKED = msg("此字段只读，不能修改。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Values of every field that was shown and may be written, in their types; empty ones are there, too."""

    values: Mapping[str, Any]


def accept(
    form: Form,
    data: Mapping[str, Any],
    *,
    context: Mapping[str, Any],
    access: Access = OPEN,
    uploads: Mapping[str, Upload] | None = None,
    now: datetime | None = None,
) -> Accepted:
    """Check a submission; ``context`` holds the case's variables as the page got them, dates in Shanghai.

    Raises InvalidError whose ``fields`` maps a dotted path (rows from 0) to sentences. Refused are unknown
    fields, fields that the step hides and changes to read-only ones; what a condition hides is left out.
    """
    given = payload.clean(data)
    check = _Submission(form, given, access=access)
    check.open_with(payload.exact(context))
    check.around = values.Surroundings(context=check.initial, uploads=uploads or {}, now=now)
    accepted = check.run()
    if check.errors:
        raise InvalidError(fields=dict(sorted(check.errors.items())))
    return Accepted(values=accepted)


class _Submission:
    """One submission on its way; ``errors`` fills as it goes."""

    around: values.Surroundings

    def __init__(self, form: Form, given: dict[str, Any], *, access: Access) -> None:
        self.form = form
        self.given = given
        self.access = access
        self.errors: dict[str, tuple[Message, ...]] = {}
        self.initial: dict[str, Any] = {}
        self.state: dict[str, Any] = {}

    def open_with(self, context: Mapping[str, Any]) -> None:
        """Lay the submission over what the page opened with, where the step may write."""
        self.initial = starting(self.form, context, self.access)
        self.state = deepcopy(self.initial)
        for path in _unknown(self.form.components, self.given, (self.access, (), ())):
            self.errors[_name(path)] = (UNKNOWN,)
        for instance in [*instances(self.form, self.given, facts={}, access=self.access)]:
            value = at(self.given, instance.path)
            if value is None and instance.component.repeats:
                value = []  # the page sends nothing for a list without rows
            if value is not None and not instance.locked:
                _place(self.state, instance.path, deepcopy(value))

    def run(self) -> dict[str, Any]:
        """Values of all fields that are shown and may be written."""
        facts = settled(self.form, self.state, initial=self.initial, access=self.access)
        out: dict[str, Any] = {}
        for instance in [*instances(self.form, self.state, facts=facts, access=self.access)]:
            if instance.locked:
                self._locked(instance)
            elif not instance.hidden:
                self._take(instance, out)
        return out

    def _locked(self, instance: Instance) -> None:
        value = at(self.given, instance.path)
        if value is None or _under_error(instance.path, self.errors):
            return
        if not _same(value, at(self.initial, instance.path)):
            self.errors[instance.name] = (LOCKED,)

    def _take(self, instance: Instance, out: dict[str, Any]) -> None:
        value = at(self.given, instance.path)
        if instance.component.repeats:
            self._rows(instance, value)
            _place(out, instance.path, [{} for _ in value] if isinstance(value, list) else [])
            return
        typed, faults = values.read(instance.component, value, self.around, scope=instance.scope)
        if faults:
            self.errors[instance.name] = faults
        _place(out, instance.path, typed)

    def _rows(self, instance: Instance, value: Any) -> None:
        fixed = None if instance.component.add_remove else at(self.initial, instance.path)
        count = len(value) if isinstance(value, list) else 0
        if value is not None and not (
            isinstance(value, list) and all(isinstance(row, dict) for row in value)
        ):
            self.errors[instance.name] = (msg("列表内容无法读取。"),)
        elif count > MOST_ROWS:
            self.errors[instance.name] = (msg("最多 {limit} 行。", limit=MOST_ROWS),)
        elif isinstance(fixed, list) and count != len(fixed):
            self.errors[instance.name] = (msg("这个列表不能增减行，应为 {count} 行。", count=len(fixed)),)


def _unknown(
    components: tuple[Component, ...], given: Mapping[str, Any], place: tuple[Access, tuple[str, ...], Path]
) -> Iterator[Path]:
    """Paths that the step does not know; a hidden field is as unknown as one that never was."""
    access, names, base = place
    known = {c.path: c for c in _claims(components, access, names)}
    for path in _strangers(given, (), known):
        yield (*base, *path)
    for path, component in known.items():
        listed = at(given, path)
        if component.repeats and isinstance(listed, list):
            for index, row in enumerate(listed):
                if isinstance(row, dict):
                    inner = (access, (*names, *path), (*base, *path, index))
                    yield from _unknown(component.children, row, inner)


def _claims(components: tuple[Component, ...], access: Access, names: tuple[str, ...]) -> Iterator[Component]:
    for component in components:
        if access.hides(component, names):
            continue
        if component.keyed or component.repeats:
            yield component
        else:
            yield from _claims(component.children, access, names)


def _strangers(
    given: Mapping[str, Any], prefix: tuple[str, ...], known: Mapping[tuple[str, ...], Component]
) -> Iterator[tuple[str, ...]]:
    for key, value in given.items():
        path = (*prefix, key)
        if path in known:
            continue
        if isinstance(value, dict) and any(claim[: len(path)] == path for claim in known):
            yield from _strangers(value, path, known)
        else:
            yield path


def _place(target: Any, path: Path, value: Any) -> None:
    holder = target
    for part, following in pairwise(path):
        if isinstance(holder, list):
            holder = holder[int(part)] if int(part) < len(holder) else {}
            continue
        if not isinstance(holder.get(part), dict | list):
            holder[part] = [] if isinstance(following, int) else {}
        holder = holder[part]
    if isinstance(holder, dict):
        holder[path[-1]] = value


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return all(_same(left.get(k), right.get(k)) for k in left.keys() | right.keys())
    if isinstance(left, bool) or isinstance(right, bool):
        return (left is True) == (right is True)
    return left == right or (left in (None, "", []) and right in (None, "", []))


def _under_error(path: Path, errors: Mapping[str, Any]) -> bool:
    return any(_name(path[:n]) in errors for n in range(1, len(path)))


def _name(path: Path) -> str:
    return ".".join(map(str, path))
