"""Everything that is wrong with the files of a version, each with the place where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.person import Person
from webapp import decisions
from webapp.adapters.diagrams import read_scene
from webapp.adapters.lawfeel import CHECKED as LAW
from webapp.domain import nesting
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.monitoring import FACTS
from webapp.domain.text import Message, msg, named
from webapp.engine import lint
from webapp.engine.diagrams import compile_diagram
from webapp.engine.errors import DiagramError
from webapp.services import forms, scenarios
from webapp.services.campaigns.gates import GATES
from webapp.services.documents.check import check_documents
from webapp.services.procedures import references
from webapp.services.procedures.files import read_settings
from webapp.services.procedures.problems import FileProblem
from webapp.services.procedures.shipped import compile_main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from webapp.services.procedures.files import File, ProcedureSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the files of a version may refer to."""

    forms: Mapping[str, forms.Form]
    decisions: frozenset[str]
    processes: frozenset[str]
    people: frozenset[str]
    variables: frozenset[str]


def check_version(
    session: Session, key: str, files: tuple[File, ...], *, base: tuple[File, ...] = ()
) -> tuple[FileProblem, ...]:
    """All problems, errors first, then by file; ``base`` lets translations that fell behind be told."""
    try:
        settings = read_settings(key, files)
    except InvalidError as error:
        return (FileProblem(path="procedure.toml", message=error.message),)
    read = _Reading()
    for file in files:
        read.add(file)
    known = Known(
        forms=read.forms,
        decisions=frozenset(read.decisions),
        processes=frozenset(references.process_ids(files)),
        people=_people(session, references.named_people(files)),
        variables=references.declared_variables(files),
    )
    for file in files:
        if file.kind == "diagram":
            read.problems += _diagram(file, known)
            read.problems += references.check(file, files=files, people=known.people)
            read.problems += references.stale_names(file, base)
            read.problems += references.untranslated_flows(file)
    read.problems += check_documents(files)
    read.problems += _main(settings, files)
    read.problems += _alerts(settings, read)
    return tuple(sorted(read.problems, key=lambda p: (not p.error, p.path)))


def errors_of(problems: tuple[FileProblem, ...]) -> int:
    """How many keep a version from being released."""
    return sum(problem.error for problem in problems)


class _Reading:
    """Reads forms, decisions and scenarios, gathering what is wrong on the way."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []
        self.forms: dict[str, forms.Form] = {}
        self.decisions: set[str] = set()
        self.inputs: dict[str, tuple[str, tuple[str, ...]]] = {}  # decision -> its file, names of its inputs

    def add(self, file: File) -> None:
        """Read one file by its kind; diagrams wait until all else is known."""
        if file.kind == "form":
            self._form(file)
        elif file.kind == "decision":
            self._decision(file)
        elif file.kind == "scenario":
            self._scenario(file)

    def _form(self, file: File) -> None:
        try:
            form = forms.load(file.body)
        except forms.SchemaError as error:
            self.problems += [
                FileProblem(path=file.path, element=p.element, name=p.element, message=p.message)
                for p in error.problems
            ]
            return
        if form.id in self.forms:
            self.problems.append(
                FileProblem(path=file.path, message=msg("表单编号“{id}”与另一张表单重复。", id=form.id))
            )
        self.forms[form.id] = form
        self.problems += list(_untranslated(file, form))

    def _decision(self, file: File) -> None:
        try:
            model = decisions.load(file.body.encode())
        except HeguiError as error:
            self.problems.append(FileProblem(path=file.path, message=error.message))
            return
        self.decisions |= set(model.decision_ids)
        self.inputs |= dict.fromkeys(model.decision_ids, (file.path, model.input_names))
        names = {key: element.name for key, element in model.elements.items()}
        for problem in decisions.check(model, functions=LAW):
            self.problems.append(
                FileProblem(
                    path=file.path,
                    element=problem.element_id or problem.rule_id or problem.decision_id,
                    name=_cell(problem, names),
                    message=problem.message,
                    error=problem.severity is decisions.Severity.ERROR,
                )
            )

    def _scenario(self, file: File) -> None:
        try:
            scenarios.load(file.body)
        except InvalidError as error:
            self.problems.append(FileProblem(path=file.path, message=error.message))


def _cell(problem: decisions.Problem, names: Mapping[str, str]) -> Message | str:
    table = names.get(problem.decision_id, problem.decision_id)
    if problem.row and problem.column:
        return msg("{table}，第 {row} 行第 {column} 列", table=table, row=problem.row, column=problem.column)
    if problem.row:
        return msg("{table}，第 {row} 行", table=table, row=problem.row)
    return table


def _untranslated(file: File, form: forms.Form) -> Iterator[FileProblem]:
    languages: dict[str, list[str]] = {}
    for component, language in forms.untranslated(form.source):
        languages.setdefault(component, []).append(language)
    labels = {c.key: c.label for c in form.fields()}
    for component, lacking in languages.items():
        yield FileProblem(
            path=file.path,
            element=component,
            name=labels.get(component) or component,
            message=msg("名称缺少译文：{languages}。", languages="、".join(lacking)),
            error=False,
        )


def _diagram(file: File, known: Known) -> list[FileProblem]:
    xml = file.body.encode()
    names = references.element_names(xml)
    found = lint.check(
        xml,
        forms={key: [c.key for c in form.fields()] for key, form in known.forms.items()},
        decisions=known.decisions,
        processes=known.processes,
        variables=known.variables,
        functions=LAW,
    )
    problems = [
        FileProblem(
            path=file.path,
            element=p.element_id or "",
            name=names.get(p.element_id or "", ""),
            message=p.message,
            error=p.severity is lint.Severity.ERROR,
        )
        for p in found
    ]
    if any(problem.error for problem in problems):
        return problems
    return [*problems, *_picture(file), *_access(file, known)]


def _picture(file: File) -> Iterator[FileProblem]:
    """The pages of a case show its diagram: one that cannot be drawn would leave them blank."""
    try:
        read_scene(file.body.encode())
    except HeguiError as error:
        yield FileProblem(path=file.path, message=error.message)


def _access(file: File, known: Known) -> Iterator[FileProblem]:
    """Names in the access lists of steps that their forms do not have."""
    try:
        elements = compile_diagram(file.body.encode()).elements
    except DiagramError:
        return  # told by ``_main``
    for element in elements:
        form = known.forms.get(element.form_id or "")
        for problem in forms.access_problems(form, element.properties) if form else ():
            yield FileProblem(
                path=file.path,
                element=element.id,
                name=named(element.names, element.id),
                message=problem.message,
            )


def _main(settings: ProcedureSettings, files: tuple[File, ...]) -> list[FileProblem]:
    """The main diagram compiles, and the start form is there."""
    problems = []
    if not any(f.path == settings.diagram for f in files):
        return [
            FileProblem(path=settings.diagram, message=msg("缺少主流程图“{path}”。", path=settings.diagram))
        ]
    try:
        compile_main(settings, files)
    except DiagramError as error:
        problems.append(
            FileProblem(path=settings.diagram, element=error.element_id or "", message=error.message)
        )
    ids = {nesting.read_json(f.body).get("id") for f in files if f.kind == "form" and _readable(f)}
    if settings.start_form and settings.start_form not in ids:
        problems.append(
            FileProblem(
                path=settings.diagram,
                message=msg("没有找到发起流程用的表单“{form}”。", form=settings.start_form),
            )
        )
    return [*problems, *_campaign(settings, files, ids)]


def _campaign(
    settings: ProcedureSettings, files: tuple[File, ...], form_ids: set[str]
) -> Iterator[FileProblem]:
    """What the campaign section names and the version does not have."""
    campaign = settings.campaign
    if campaign is None:
        return
    if campaign.form is not None and campaign.form not in form_ids:
        sentence = msg("没有找到批次用的表单“{form}”。", form=campaign.form)
        yield FileProblem(path="procedure.toml", message=sentence)
    if campaign.gate is not None and campaign.gate not in GATES:
        sentence = msg("没有名为“{gate}”的逐人核查。", gate=campaign.gate)
        yield FileProblem(path="procedure.toml", message=sentence)
    main = next(f for f in files if f.path == settings.diagram)
    drawn = references.element_names(main.body.encode())
    for stage in campaign.stages:
        for element in stage.elements:
            if element not in drawn:
                sentence = msg("批次阶段“{stage}”指向的步骤不在图中。", stage=stage.key)
                yield FileProblem(path="procedure.toml", element=element, message=sentence)


def _alerts(settings: ProcedureSettings, read: _Reading) -> Iterator[FileProblem]:
    """Tables that the rules name and the version lacks, and inputs that are no figure of a period.

    What may be asked about people is a closed list: a table cannot bring in another kind of data.
    """
    if settings.alerts is None:
        return
    for decision in dict.fromkeys((*(r.decision for r in settings.alerts.rules), settings.alerts.doubts)):
        if decision not in read.inputs:
            sentence = msg("预警规则指向的决策表“{id}”不存在。", id=decision)
            yield FileProblem(path="procedure.toml", message=sentence)
            continue
        path, names = read.inputs[decision]
        for name in names:
            if name not in FACTS:
                sentence = msg("预警规则不能使用“{name}”：可用的数据只有监测方案列出的那些。", name=name)
                yield FileProblem(path=path, element=decision, message=sentence)


def _readable(file: File) -> bool:
    try:
        return isinstance(nesting.read_json(file.body), dict)
    except ValueError:
        return False


def _people(session: Session, numbers: frozenset[str]) -> frozenset[str]:
    if not numbers:
        return frozenset()
    found = session.scalars(
        select(Person.number).where(Person.number.in_(sorted(numbers)), Person.left_on.is_(None))
    )
    return frozenset(found)
