"""Posts for which special hours are wanted 特殊工时岗位核查: what the record and the law say of them.

Only counts come in and go out: whether somebody expects a child is not the reader's business (PIPL art. 28).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.eligibility import Block
from webapp.domain.protection import LATE_PREGNANCY, MINORS, NURSING
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = "劳动合同法第17条"
APPLICANT = "劳动合同法第58条、第59条"
WOMEN = f"{LATE_PREGNANCY}、{NURSING}、劳动法第61条、第63条"


@dataclass(frozen=True, kw_only=True, slots=True)
class PostFacts:
    """What is known of one post of an employer on a day; all figures are people."""

    post: str
    people: int = 0  # whose record names the post
    named_otherwise: int = 0  # of these, whose contract in force names another
    without_contract: int = 0
    dispatch: int = 0
    protected: int = 0  # late pregnancy, or nursing an infant
    minors: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PostCheck:
    """What stands against applying, and what legal must know."""

    blocks: tuple[Block, ...]
    cautions: tuple[Block, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing stands against it."""
        return not self.blocks


def check_posts(posts: Iterable[PostFacts], *, lends: bool) -> PostCheck:
    """All that stands against an application; ``lends``: the employer is the agency of its people."""
    known = tuple(posts)
    blocks = [block for post in known for block in _blocks(post)]
    if lends:
        blocks.insert(
            0,
            Block(
                code="agency",
                article=APPLICANT,
                sentence=msg("本单位是劳务派遣单位，被派遣人员的特殊工时由用工单位申请。"),
                opens=msg("请用工单位以自己的名义申请。"),
            ),
        )
    return PostCheck(
        blocks=tuple(blocks), cautions=tuple(block for post in known for block in _cautions(post))
    )


def _blocks(post: PostFacts) -> Iterator[Block]:
    if not post.people:
        yield Block(
            code="nobody",
            article=NAMES,
            sentence=msg("花名册上没有岗位“{post}”。", post=post.post),
            opens=msg("请按花名册和劳动合同上的岗位名称填写。"),
        )
    if post.named_otherwise:
        yield Block(
            code="other-name",
            article=NAMES,
            sentence=msg(
                "岗位“{post}”有 {n} 人的劳动合同写的是别的岗位。", post=post.post, n=post.named_otherwise
            ),
            opens=msg("先协商变更合同上的岗位，或改用合同上的名称。"),
        )


def _cautions(post: PostFacts) -> Iterator[Block]:
    values = {"post": post.post}
    if post.without_contract:
        yield Block(
            code="no-contract",
            article="劳动合同法第10条",
            sentence=msg("岗位“{post}”有 {n} 人没有生效的书面劳动合同。", **values, n=post.without_contract),
            opens=msg("先订立或补录劳动合同。"),
        )
    if post.dispatch:
        yield Block(
            code="dispatch",
            article=APPLICANT,
            sentence=msg("岗位“{post}”有 {n} 名被派遣人员，由用工单位一并申请。", **values, n=post.dispatch),
            opens=msg("申请书须写明被派遣人员的人数和派遣单位。"),
        )
    if post.protected:
        yield Block(
            code="protected",
            article=WOMEN,
            sentence=msg(
                "岗位“{post}”有 {n} 人处于怀孕七个月以上或者哺乳期，不得延长工时，不得安排夜班。",
                **values,
                n=post.protected,
            ),
            opens=msg("这些人员照标准工时安排，不列入夜班。"),
        )
    if post.minors:
        yield Block(
            code="minors",
            article=MINORS,
            sentence=msg("岗位“{post}”有 {n} 名未成年工。", **values, n=post.minors),
            opens=msg("未成年工须登记并定期体检；是否可以适用请向受理机关核实。"),
        )
