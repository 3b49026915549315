"""Decision files decision by decision, and within a table row by row."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from lxml import etree

from webapp.decisions.xml import read_xml
from webapp.services.procedures import flatten
from webapp.services.procedures.merge.units import Unit, item_units, same, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    Rows = dict[str, Any]

HEAD_OF_TABLE = ("hitPolicy", "aggregation")


def offer(base: str, local: str, new: str) -> list[Unit]:
    """A unit for each row and head that differ; a table whose columns differ is taken or left as one."""
    roots = [read_xml(body.encode()) for body in (base, local, new)]
    items = [flatten.decision(body) for body in (base, local, new)]
    whole = _whole_tables(roots)
    rows = [_rows(root, whole) for root in roots]
    apart = [{key: item for key, item in each.items() if key not in skip and key not in whole}
             for each, skip in zip(items, rows, strict=True)]  # fmt: skip
    found = list(item_units(apart[0], apart[1], apart[2]))
    return [*found, *(unit for key in sorted(whole) for unit in _whole(key, roots, items))]


def _whole(key: str, roots: list[Any], items: list[dict[str, flatten.Item]]) -> Iterator[Unit]:
    was, own, now = (_text(_decision(root, key)) for root in roots)
    if now in (was, own):
        return
    named = items[2].get(key) or items[0].get(key)
    assert named is not None  # the key is from one of the two
    first, mine, last = (each.get(key) for each in items)
    table = flatten.COLUMNS
    yield Unit(
        key=key,
        name=named.name or key,
        says=says(key, first, last) if first is None or last is None or not same(first, last) else (table,),
        ours=() if was == own else says(key, first, mine) or (table,),
    )


def apply(base: str, local: str, new: str, *, taken: frozenset[str]) -> str:
    """The owner's file with what is taken as shipped; a new row stands behind its neighbour."""
    first, own, now = (read_xml(body.encode()) for body in (base, local, new))
    whole = _whole_tables([first, own, now])
    shipped, ours = _all_rows(now), _all_rows(own)
    for key in _keys([now, own]):
        if key in taken:
            _take_decision(own, now, key, whole=key in whole)
    for key, rule in shipped.items():
        if key in taken:
            _take_row(own, rule, ours=ours)
            ours = _all_rows(own)
    for key, rule in ours.items():
        if key in taken and key not in shipped:
            rule.getparent().remove(rule)
    return etree.tostring(own, xml_declaration=True, encoding="UTF-8").decode()


def _whole_tables(roots: list[Any]) -> set[str]:
    """Decisions that are taken or left as one: new or gone, other columns, or rows that nothing names."""
    return {
        key
        for key in _keys(roots)
        if len({_columns(_decision(root, key)) for root in roots}) > 1
        or any(rule.get("id") is None for root in roots for rule in _rules(_decision(root, key)))
    }


def _rules(decision: Any) -> list[Any]:
    return [] if decision is None else list(decision.iter("{*}rule"))


def _keys(roots: list[Any]) -> list[str]:
    return list(dict.fromkeys(str(d.get("id")) for root in roots for d in root.iter("{*}decision")))


def _decision(root: Any, key: str) -> Any:
    return next((d for d in root.iter("{*}decision") if d.get("id") == key), None)


def _columns(decision: Any) -> str | None:
    """The columns of a table, as text; None where there is no decision."""
    if decision is None:
        return None
    columns = decision.iter("{*}input", "{*}output", "{*}literalExpression")
    return "\n".join(_text(column) for column in columns)


def _text(node: Any) -> str:
    if node is None:
        return ""
    return str(etree.tostring(node, method="c14n", exclusive=True, with_tail=False).decode())


def _all_rows(root: Any) -> Rows:
    """Every rule by the key that ``flatten.decision`` gives it."""
    found: Rows = {}
    for table in root.iter("{*}decision"):
        name = str(table.get("name") or table.get("id"))
        for number, rule in enumerate(table.iter("{*}rule"), 1):
            found[str(rule.get("id") or f"{name}-{number}")] = rule
    return found


def _rows(root: Any, whole: set[str]) -> Rows:
    """The rows of the tables that are taken as one."""
    return {
        key: rule
        for key, rule in _all_rows(root).items()
        if str(next(rule.iterancestors("{*}decision")).get("id")) in whole
    }


def _take_decision(own: Any, now: Any, key: str, *, whole: bool) -> None:
    ours, theirs = _decision(own, key), _decision(now, key)
    if theirs is None:
        ours.getparent().remove(ours)
        _undraw(own, key)
    elif ours is None:
        own.insert(len(list(own.iter("{*}decision"))), copy.deepcopy(theirs))
        _draw(own, now, key)
    elif whole:
        ours.getparent().replace(ours, copy.deepcopy(theirs))
    else:
        _take_head(ours, theirs)


def _take_head(ours: Any, theirs: Any) -> None:
    """Name and hit policy; what stands in the rows is taken row by row."""
    ours.set("name", str(theirs.get("name") or ""))
    for mine, other in zip(ours.iter("{*}decisionTable"), theirs.iter("{*}decisionTable"), strict=False):
        for name in HEAD_OF_TABLE:
            if other.get(name) is None:
                mine.attrib.pop(name, None)
            else:
                mine.set(name, other.get(name))


def _take_row(own: Any, rule: Any, *, ours: Rows) -> None:
    key = str(rule.get("id"))
    mine = ours.get(key)
    if mine is not None:
        mine.getparent().replace(mine, copy.deepcopy(rule))
        return
    before = rule.getprevious()
    neighbour = None if before is None else ours.get(str(before.get("id")))
    if neighbour is not None:
        neighbour.addnext(copy.deepcopy(rule))
        return
    table = _decision(own, str(next(rule.iterancestors("{*}decision")).get("id")))
    first = next(table.iter("{*}rule"), None)
    if first is not None and before is None:
        first.addprevious(copy.deepcopy(rule))
    else:
        next(table.iter("{*}decisionTable")).append(copy.deepcopy(rule))


def _undraw(root: Any, key: str) -> None:
    for shape in [s for s in root.iter("{*}DMNShape") if s.get("dmnElementRef") == key]:
        shape.getparent().remove(shape)


def _draw(own: Any, now: Any, key: str) -> None:
    plane = next(own.iter("{*}DMNDiagram"), None)
    shape = next((s for s in now.iter("{*}DMNShape") if s.get("dmnElementRef") == key), None)
    if plane is not None and shape is not None:
        plane.append(copy.deepcopy(shape))
