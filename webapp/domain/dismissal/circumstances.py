"""Which causes count as a material change of circumstances 客观情况发生重大变化, region by region."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.dismissal.situation import Block, Findings
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.dismissal.ground import Ground
    from webapp.domain.dismissal.situation import Situation
    from webapp.domain.explain import Working

ROW = "dismissal.circumstances"


class Circumstance(StrEnum):
    """What happened; the row of the region says whether it counts."""

    DISASTER = "disaster"  # 自然灾害等不可抗力
    LAW_OR_POLICY = "law_or_policy"  # 法律、政策变化导致的迁移、停产、转产、转制等
    FRANCHISE = "franchise"  # 特许经营性质的用人单位经营范围变化
    RELOCATION = "relocation"  # 企业迁移
    MERGER = "merger"  # 被兼并
    ASSET_TRANSFER = "asset_transfer"  # 企业资产转移
    BUSINESS = "business"  # 自主的经营调整: business judgement alone


def check_circumstance(ground: Ground, situation: Situation, work: Working) -> Findings:
    """For art. 40(3): does the stated cause count where the contract is performed. MissingParameterError."""
    cause = situation.circumstance
    if cause is None or not ground.by_circumstances:
        return Findings()
    row = work.parameter(ROW)
    accepted = {cell for cells in row.table for cell in cells}
    if cause in accepted:
        return Findings()
    return Findings(
        blocks=(
            Block(
                article=f"{ground.article}；{row.source}",
                reason=msg("当地口径不把这一事由认定为客观情况发生重大变化。"),
                opening=msg("改为协商一致解除，或者查明是否另有符合当地口径的事由。"),
            ),
        )
    )
