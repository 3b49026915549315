"""What a bundle lacks: rules of reference over the exhibits, each gap a sentence with its article.

A rule says: an exhibit of this kind (or any, or the bundle itself) calls for another kind of paper, or for a
fact about itself. The rules are data that legal edits; here is only how they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.text import Message, Named, msg, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ANY = "any"  # a rule for each exhibit, whatever its kind
BUNDLE = "bundle"  # a rule for the bundle as a whole


class Fact(StrEnum):
    """What can be known of an exhibit itself; a rule may call for it."""

    SIGNED = "fact:signed"  # signed by the person
    SEALED = "fact:sealed"  # sealed by the company
    IDENTITY = "fact:identity"  # identity of the signer was checked
    WILL = "fact:will"  # will of the signer was confirmed
    STAMPED = "fact:stamped"  # a trusted time stamp
    DELIVERED = "fact:delivered"  # a copy was handed to the person
    ORIGINAL = "fact:original"  # an original, or a copy that counts as one
    SOURCE = "fact:source"  # it is said where it is from
    OBJECT = "fact:object"  # it is said what it proves
    INTACT = "fact:intact"  # its bytes are those that were added
    READABLE = "fact:readable"  # it can be opened and printed


FACT_TITLES: dict[str, Message] = {
    Fact.SIGNED.value: msg("员工签署"),
    Fact.SEALED.value: msg("单位盖章"),
    Fact.IDENTITY.value: msg("签署人身份核验"),
    Fact.WILL.value: msg("签署意愿确认"),
    Fact.STAMPED.value: msg("可信时间戳"),
    Fact.DELIVERED.value: msg("已交付员工"),
    Fact.ORIGINAL.value: msg("原件"),
    Fact.SOURCE.value: msg("写明来源"),
    Fact.OBJECT.value: msg("写明证明对象和内容"),
    Fact.INTACT.value: msg("字节未变"),
    Fact.READABLE.value: msg("可以打开和打印"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; ``needs`` is a kind of paper or a fact, ``for_kind`` a kind, ANY or BUNDLE."""

    code: str
    for_kind: str
    needs: str
    sentences: Mapping[str, str]  # by language tag; ``{exhibit}`` is its name; an empty one is not said
    article: str
    ground: str = ""  # only where the dismissal stands on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An exhibit as the rules see it."""

    key: str
    number: int
    name: str
    kind: str
    facts: frozenset[str]
    house_made: bool = False  # a document that was made to be signed here


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that is missing; ``exhibit`` is the key of what calls for it, empty for the bundle."""

    code: str
    exhibit: str
    sentence: Named
    article: str
    needs: str


def find_gaps(rules: Sequence[Rule], exhibits: Sequence[Known], *, ground: str = "") -> tuple[Gap, ...]:
    """The gaps of a bundle, in the order of its exhibits and then of the rules; ``ground`` such as 39(2)."""
    there = {each.kind for each in exhibits}
    live = [rule for rule in rules if not rule.ground or rule.ground == ground]
    found = [
        _gap(rule, each)
        for each in exhibits
        for rule in live
        if _applies(rule, each) and _lacks(rule, each, there)
    ]
    whole = [rule for rule in live if rule.for_kind == BUNDLE and exhibits and rule.needs not in there]
    return (*found, *(_gap(rule, None) for rule in whole))


#: Facts that only a document which was signed here can have: a paper from outside is never asked for them.
_OF_SIGNING = frozenset({Fact.SIGNED, Fact.SEALED, Fact.IDENTITY, Fact.WILL, Fact.STAMPED, Fact.DELIVERED})


def _applies(rule: Rule, each: Known) -> bool:
    if rule.for_kind not in (ANY, each.kind):
        return False
    return rule.needs not in _OF_SIGNING or each.house_made


def _lacks(rule: Rule, each: Known, there: set[str]) -> bool:
    if rule.needs in set(Fact):
        return rule.needs not in each.facts
    return rule.needs not in there


#: How an exhibit is called within a sentence.
_NAMES = {
    "zh-Hans": "证据{number}《{name}》",
    "zh-Hant": "證據{number}《{name}》",
    "en": "exhibit {number} “{name}”",
}


def _name(each: Known, language: str) -> str:
    return _NAMES[language].format(number=each.number, name=each.name)


def _gap(rule: Rule, each: Known | None) -> Gap:
    return Gap(
        code=rule.code,
        exhibit="" if each is None else each.key,
        sentence=named(
            {
                language: sentence.replace("{exhibit}", "" if each is None else _name(each, language))
                for language, sentence in rule.sentences.items()
            }
        ),
        article=rule.article,
        needs=rule.needs,
    )
