"""Functions on strings (DMN 1.5, table 73). Positions count characters, not UTF-16 units, from 1."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel.patterns import compile_pattern, expand, replacement_parts
from webapp.feel.registry import builtin
from webapp.feel.strings import text

if TYPE_CHECKING:
    from webapp.feel.runtime import Run


def whole(number: Decimal) -> int | None:
    """A position or length cut to an integer, or None when it is beyond any list."""
    return int(number.to_integral_value(ROUND_DOWN)) if number.adjusted() < 12 else None


@builtin("string", "from: Any", result="string")
def string(run: Run, value: Any) -> str | None:
    """Any value as text."""
    if value is None:
        return None
    found = text(value, run.budget)
    run.budget.check_string(len(found))
    return found


@builtin("substring", "string: string, start position: number, length?: number", result="string")
def substring(  # noqa: PLR0917 - the standard's parameters
    run: Run, string: str, start: Decimal, length: Decimal | None = None
) -> str | None:
    """From a position counted from 1, or from the end when negative."""
    begin = whole(start)
    if not begin:
        return None
    run.budget.charge(len(string) >> 3)
    first = begin - 1 if begin > 0 else len(string) + begin
    if first < 0:
        return None
    if length is None:
        return string[first:]
    size = whole(length)
    return None if size is None or size < 1 else string[first : first + size]


@builtin("string length", "string: string", result="number")
def string_length(_run: Run, string: str) -> Decimal:
    """How many characters."""
    return Decimal(len(string))


@builtin("upper case", "string: string", result="string")
def upper_case(run: Run, string: str) -> str:
    """In capitals."""
    run.budget.check_string(len(string) * 3)
    return string.upper()


@builtin("lower case", "string: string", result="string")
def lower_case(run: Run, string: str) -> str:
    """In small letters."""
    run.budget.check_string(len(string) * 3)
    return string.lower()


@builtin("substring before", "string: string, match: string", result="string")
def substring_before(run: Run, string: str, match: str) -> str:
    """What stands before the first match; empty when there is none."""
    run.budget.charge(len(string) >> 3)
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string", result="string")
def substring_after(run: Run, string: str, match: str) -> str:
    """What stands after the first match; empty when there is none."""
    run.budget.charge(len(string) >> 3)
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string", result="boolean")
def contains(run: Run, string: str, match: str) -> bool:
    """Whether the match stands somewhere."""
    run.budget.charge(len(string) >> 3)
    return match in string


@builtin("starts with", "string: string, match: string", result="boolean")
def starts_with(_run: Run, string: str, match: str) -> bool:
    """Whether it begins so."""
    return string.startswith(match)


@builtin("ends with", "string: string, match: string", result="boolean")
def ends_with(_run: Run, string: str, match: str) -> bool:
    """Whether it ends so."""
    return string.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string", result="boolean")
def matches(  # noqa: PLR0917 - the standard's parameters
    run: Run, string: str, pattern: str, flags: str | None = None
) -> bool | None:
    """Whether the regular expression (XPath's, without back-references) is found somewhere."""
    run.budget.charge(20 + (len(string) + len(pattern) >> 1))
    program = compile_pattern(pattern, flags or "")
    return None if program is None else program.search(string) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string", result="string")
def replace(  # noqa: PLR0917 - the standard's parameters
    run: Run, string: str, pattern: str, replacement: str, *rest: str | None
) -> str | None:
    """Every match replaced; ``$1`` is the first group, ``$0`` the whole match."""
    run.budget.charge(20 + len(string) + len(pattern))
    program = compile_pattern(pattern, (rest[0] if rest else None) or "")
    if program is None:
        return None
    parts = replacement_parts(replacement, program.groups)
    if parts is None:
        return None
    return expand(program, string, parts, budget=run.budget)


@builtin("split", "string: string, delimiter: string", result="strings")
def split(run: Run, string: str, delimiter: str) -> tuple[str, ...] | None:
    """The parts between the matches of a regular expression."""
    run.budget.charge(20 + len(string) + len(delimiter))
    program = compile_pattern(delimiter, "")
    if program is None or program.search("") is not None:
        return None
    parts, last = [], 0
    for found in program.finditer(string):
        run.budget.charge(10)
        parts.append(string[last : found.start()])
        last = found.end()
    return (*parts, string[last:])


@builtin("string join", "list: list, delimiter?: string", result="string")
def string_join(run: Run, items: tuple[Any, ...], delimiter: str | None = None) -> str | None:
    """The strings with the delimiter between them; nulls are left out."""
    kept = [item for item in items if item is not None]
    if any(type(item) is not str for item in kept):
        return None
    run.budget.charge(len(items))
    between = delimiter or ""
    run.budget.check_string(sum(map(len, kept)) + len(between) * max(0, len(kept) - 1))
    return between.join(kept)
