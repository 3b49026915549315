"""Rules of ``validate``, ``decimalDigits`` and ``increment``, as form-js viewer 2.0.0 applies them."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.services.forms import payload
from webapp.services.forms.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.forms.schema import Bound, Component

EXACT = Context(prec=80)
REQUIRED = msg("此项必填。")

# JavaScript's trim(): white space and line ends, the byte-order mark among them.
TRIM = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)

# The viewer's two expressions of its Validator, unchanged; the second is not anchored at its start, as there.
EMAIL = Pattern(
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)
PHONE = Pattern(
    r"(\+|00)(297|93|244|1264|358|355|376|971|54|374|1684|1268|61|43|994|257|32|229|226|880|359|973|1242|387|590"
    r"|375|501|1441|591|55|1246|673|975|267|236|1|61|41|56|86|225|237|243|242|682|57|269|238|506|53|5999|61|1345"
    r"|357|420|49|253|1767|45|1809|1829|1849|213|593|20|291|212|34|372|251|358|679|500|33|298|691|241|44|995|44"
    r"|233|350|224|590|220|245|240|30|1473|299|502|594|1671|592|852|504|385|509|36|62|44|91|246|353|98|964|354"
    r"|972|39|1876|44|962|81|76|77|254|996|855|686|1869|82|383|965|856|961|231|218|1758|423|94|266|370|352|371"
    r"|853|590|212|377|373|261|960|52|692|389|223|356|95|382|976|1670|258|222|1664|596|230|265|60|262|264|687|227"
    r"|672|234|505|683|31|47|977|674|64|968|92|507|64|51|63|680|675|48|1787|1939|850|351|595|970|689|974|262|40|7"
    r"|250|966|249|221|65|500|4779|677|232|503|378|252|508|381|211|239|597|421|386|46|268|1721|248|963|1649|235"
    r"|228|66|992|690|993|670|676|1868|216|90|688|886|255|256|380|598|1|998|3906698|379|1784|58|1284|1340|84|678"
    r"|681|685|967|27|260|263)(9[976]\d|8[987530]\d|6[987]\d|5[90]\d|42\d|3[875]\d|2[98654321]\d|9[8543210]|8[6421]"
    r"|6[6543210]|5[87654321]|4[987654310]|3[9643210]|2[70]|7|1)\d{4,20}$"
)


def check(component: Component, value: Any, scope: Mapping[str, Any]) -> tuple[Message, ...]:
    """Every rule that the typed value breaks."""
    if _unset(component, value):
        return (REQUIRED,) if component.rules.required else ()
    if component.type == "number":
        return tuple(_number(component, Decimal(value), scope))
    if isinstance(value, str) and component.type in {"textfield", "textarea"}:
        return tuple(_text(component, value, scope))
    return ()


def _unset(component: Component, value: Any) -> bool:
    if value is None or value in ("", []):
        return True
    if component.type == "checkbox":
        return value is False
    # a name of three blanks is no name; the page lets it pass
    return isinstance(value, str) and component.rules.required and not value.strip(TRIM)


def _number(component: Component, value: Decimal, scope: Mapping[str, Any]) -> Iterator[Message]:
    digits = component.decimal_digits
    if digits is not None and value and decimals(value) > digits:
        yield msg("请填写整数。") if digits == 0 else msg("最多 {digits} 位小数。", digits=digits)
    if component.increment and value % component.increment:
        low = EXACT.subtract(value, EXACT.remainder(value, component.increment))
        high = EXACT.add(low, component.increment)
        yield msg(
            "应为 {step} 的整数倍，最近的值是 {low} 和 {high}。",
            step=plain(component.increment),
            low=plain(low),
            high=plain(high),
        )
    low_limit = _limit(component.rules.minimum, scope)
    if low_limit is not None and value < low_limit:
        yield msg("不能小于 {limit}。", limit=plain(low_limit))
    high_limit = _limit(component.rules.maximum, scope)
    if high_limit is not None and value > high_limit:
        yield msg("不能大于 {limit}。", limit=plain(high_limit))


def _text(component: Component, value: str, scope: Mapping[str, Any]) -> Iterator[Message]:
    rules = component.rules
    if rules.pattern is not None and not rules.pattern.matches(value):
        yield Message(rules.pattern_message, {}) if rules.pattern_message else msg("格式不符合要求。")
    length = utf16_length(value.strip(TRIM))
    shortest = _limit(rules.min_length, scope)
    if shortest is not None and length < shortest:
        yield msg("至少 {limit} 个字。", limit=plain(shortest))
    longest = _limit(rules.max_length, scope)
    if longest is not None and length > longest:
        yield msg("最多 {limit} 个字。", limit=plain(longest))
    if rules.kind == "phone" and not PHONE.matches(value):
        yield msg("请填写带国家或地区代码的电话号码，例如 +8613800138000。")
    if rules.kind == "email" and not EMAIL.matches(value):
        yield msg("请填写有效的电子邮箱，例如 name@example.com。")


def _limit(bound: Bound | None, scope: Mapping[str, Any]) -> Decimal | None:
    if bound is None:
        return None
    if bound.expression is None:
        return bound.number
    number = payload.as_number(bound.expression.value(scope))
    return None if number is None else Decimal(number)


def decimals(value: Decimal) -> int:
    """Digits after the point, trailing zeros not counted."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(value: Decimal) -> str:
    """A number without exponent or trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def utf16_length(text: str) -> int:
    """Length as JavaScript counts it."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)
