"""What people are told and agree to before they sign; a changed sentence needs a new version."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from webapp.adapters.catalog import translate
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.text import Message

VERSION = "2026-11"

#: 人社厅发〔2021〕54号 art. 6: process, operation, what to mind, where the copy is, no fee.
NOTICE = (
    msg("签署步骤：阅读告知书、同意电子形式、核对身份、逐页阅读全文、确认意愿、手写签名，约需五分钟。"),
    msg("您可以随时停下，已完成的步骤会保留；在期限之前都可以回来继续。"),
    msg("您可以同意，也可以拒绝；有不同意见时可以先提出。拒绝不影响您按原合同继续工作。"),
    msg("签署由以您姓名签发的数字证书完成，并加盖时间戳；签署后任何改动都能被发现。"),
    msg("签署完成后，您可以随时在本系统查看、下载和打印，用手机或电脑均可。"),
    msg("签署、查看和下载都不收取任何费用。您也可以要求一份盖有“与原件一致”印章的纸质文本。"),
    msg("请确认是您本人操作，不要把手机、密码或验证码交给他人，包括单位的同事。"),
)

#: 电子签名法 art. 13(2): the parties may agree what makes a signature reliable.
CONSENT = (
    msg("我同意以电子形式订立、变更本文书，并认可本页所述的签署方式为双方约定的可靠电子签名条件。"),
    msg("我知道我可以不同意电子形式，改为签署纸质文本。"),
)

WILL = msg("我已阅读《{title}》全文，理解其内容，自愿签署。")
SEAL = msg("批准在所列 {count} 份文书上加盖单位印章。")


def lines(texts: tuple[Message, ...], language: str) -> tuple[str, ...]:
    """The sentences in a language."""
    return tuple(translate(text, language) for text in texts)


def digest(texts: tuple[Message, ...], language: str) -> str:
    """SHA-256 (hex) of the sentences as shown, one a line, UTF-8."""
    return hashlib.sha256("\n".join(lines(texts, language)).encode()).hexdigest()
