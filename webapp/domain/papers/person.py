"""Is every paper about the person of the case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from webapp.domain.identity import read_identity
from webapp.domain.papers.values import CaseFile, Defect, Finding, Paper, PaperKind
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLE = "法释〔2020〕26号第44条"
# Papers that are about one person; rules and transfers may speak of many.
PERSONAL = frozenset(
    {
        PaperKind.CONTRACT,
        PaperKind.SUPPLEMENT,
        PaperKind.RULES_RECEIPT,
        PaperKind.ADDRESS_CONFIRMATION,
        PaperKind.INTERVIEW,
        PaperKind.DEMAND,
        PaperKind.UNION_LETTER,
        PaperKind.DECISION,
        PaperKind.NOTICE,
        PaperKind.CERTIFICATE,
        PaperKind.SETTLEMENT,
    }
)
HAN = "\u4e00-\u9fff·"
NAME = f"([{HAN}]{{2,8}})"
# Words after which the person of a paper is named, up to a mark, a blank or an honorific.
LABELS = re.compile(
    "(?:姓名|员工姓名|职工姓名|劳动者|乙方|被通知人|被询问人|受访人|签收人|收件人|致)"
    rf"(?:（[^）]{{1,8}}）)?[：:]\s*{NAME}(?=先生|女士|同志|[，,。；;、（(：:\s]|$)",
    re.MULTILINE,
)
ADDRESSED = re.compile(rf"^\s*(?:尊敬的)?{NAME}(?:先生|女士|同志)(?:[/／]?(?:先生|女士))?[：:]", re.MULTILINE)
WITH = re.compile(
    rf"(?:解除|终止)(?:本?公司|本?单位|我司)?(?:与|和){NAME}(?:之间)?(?:签订|订立)?的劳动(?:合同|关系)"
)
HONORIFIC = re.compile("(?:先生|女士|同志)$")
NOT_A_NAME = re.compile(
    "公司|集团|中心|工会|医院|学校|委员会|事务所|企业|单位|厂|店|劳动者|员工|职工|乙方|^(?:您|你|其|该|本人)"
)
# A label that belongs to somebody else in the paper: 询问人姓名, 法定代表人姓名 …
OTHER_ROLE = re.compile("(?:询问|记录|经办|代理|代表|见证|证|负责|审批|联系|介绍)人$")
ROLE_LENGTH = len("法定代表人")
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
ID_LABEL = re.compile(r"(?:身份证|公民身份)(?:号码|号)?[：:]?\s*([0-9]{17}[0-9Xx])")


def check_person(file: CaseFile) -> Iterator[Finding]:
    """Name and number in form and text, paper by paper."""
    for paper in file.papers:
        stranger = _stranger(paper, file)
        if stranger:
            yield Finding(
                defect=Defect.OTHER_PERSON,
                paper=paper.key,
                article=ARTICLE,
                message=msg(
                    "《{title}》里的“{stranger}”不是本案的{person}。",
                    title=paper.title,
                    stranger=stranger,
                    person=file.person,
                ),
                remedy=msg("核对人员后更正或者重新出具该材料，保留更正记录。"),
                excerpt=stranger,
            )


def _stranger(paper: Paper, file: CaseFile) -> str:
    if paper.person and paper.person.strip() != file.person:
        return paper.person.strip()
    if paper.id_number and file.id_number and paper.id_number.upper() != file.id_number.upper():
        return paper.id_number
    number = _foreign_number(paper.text, file.id_number)
    if number or paper.kind not in PERSONAL:
        return number
    return _foreign_name(paper, file)


def _foreign_number(text: str, own: str) -> str:
    if not own:
        return ""
    found = [*ID_LABEL.findall(text), *(each for each in ID_NUMBER.findall(text) if read_identity(each))]
    return next((each for each in found if each.upper() != own.upper()), "")


def _foreign_name(paper: Paper, file: CaseFile) -> str:
    for pattern in (LABELS, ADDRESSED, WITH):
        for match in pattern.finditer(paper.text):
            name = HONORIFIC.sub("", match.group(1))
            if OTHER_ROLE.search(paper.text, max(match.start() - ROLE_LENGTH, 0), match.start()):
                continue
            if file.person not in name and not NOT_A_NAME.search(name):
                return name
    if paper.text and file.person not in paper.text:
        return next((name for name in sorted(file.colleagues) if name in paper.text), "")
    return ""
