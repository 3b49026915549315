"""Grounds of 劳动合同法第39条: the employee's fault. Art. 42 does not stand in their way; art. 43 does."""

from __future__ import annotations

from webapp.domain.dismissal.ground import Condition, Ground, Notice, Party, Pay
from webapp.domain.text import Message, msg

NOTICE_PAPER = msg("解除劳动合同通知书（写明事实、依据条款和日期）")
CERTIFICATE = msg("解除劳动合同证明")
SERVED = msg("送达记录")
UNION_LETTER = msg("通知工会函及工会意见")
EVIDENCE = msg("事实证据清单")
STATEMENT = msg("劳动者的陈述或者询问笔录")
CLOSING = (UNION_LETTER, NOTICE_PAPER, SERVED, CERTIFICATE)
STEPS = (
    msg("由法务复核事实、条款和相当性。"),
    msg("先将理由通知工会，研究其意见并书面答复。"),
    msg("由两人分别审批后作出决定。"),
    msg("送达通知书，在法定期限内办理转移手续。"),
)
NO_DOUBLE = Condition(
    key="already_punished",
    question=msg("同一事实是否已经处分过？"),
    article="劳动合同法第39条",
    opening=msg("同一事实不重复处分；只有新的事实才能另行处理。"),
)


def _fault(
    number: str,
    title: Message,
    *,
    all_of: tuple[Condition, ...],
    documents: tuple[Message, ...],
    any_of: tuple[tuple[Condition, ...], ...] = (),
    forbids: tuple[Condition, ...] = (),
    cautions: tuple[Message, ...] = (),
) -> Ground:
    return Ground(
        code=f"39({number})",
        title=title,
        article=f"劳动合同法第39条第{number}项",
        by=Party.EMPLOYER,
        all_of=all_of,
        any_of=any_of,
        forbids=forbids,
        notice=Notice.NONE,
        union=True,
        pay=Pay.NONE,
        documents=(*documents, *CLOSING),
        next_steps=STEPS,
        cautions=cautions,
    )


FAULT: tuple[Ground, ...] = (
    _fault(
        "1",
        msg("试用期内被证明不符合录用条件"),
        all_of=(
            Condition(
                key="in_probation",
                question=msg("作出决定时是否仍在合法约定的试用期内？"),
                article="劳动合同法第39条第1项",
                opening=msg("试用期已过的，不能再用这一理由；可考虑第四十条第二项。"),
            ),
            Condition(
                key="conditions_written",
                question=msg("录用条件是否书面明确并由劳动者确认？"),
                article="劳动合同法第39条第1项",
                opening=msg("须有经劳动者签字确认的录用条件。"),
            ),
            Condition(
                key="assessment_failed",
                question=msg("是否有考核结果证明不符合录用条件？"),
                article="劳动合同法第39条第1项",
                opening=msg("按录用条件完成考核并保存结果。"),
            ),
        ),
        documents=(msg("经确认的录用条件"), msg("试用期考核结果")),
        cautions=(msg("在试用期解除的，应当向劳动者说明理由（劳动合同法第21条）。"),),
    ),
    _fault(
        "2",
        msg("严重违反规章制度"),
        all_of=(
            Condition(
                key="rules_consulted",
                question=msg("规章制度是否经过民主程序制定？"),
                article="劳动合同法第4条第2款",
                opening=msg("补行讨论和平等协商程序后，只对其后的行为适用。"),
            ),
            Condition(
                key="rules_received",
                question=msg("所依据的版本是否已公示或者由该劳动者签收？"),
                article="劳动合同法第4条第4款",
                opening=msg("只能依据劳动者已签收的版本；先公示或者告知。"),
            ),
            Condition(
                key="facts_proved",
                question=msg("违纪事实是否有证据证明？"),
                article="法释〔2020〕26号第44条",
                opening=msg("补充调查取证；举证责任在用人单位。"),
            ),
            Condition(
                key="serious_by_rules",
                question=msg("按规章制度是否属于“严重”？"),
                article="劳动合同法第39条第2项",
                opening=msg("未达到严重程度的，按规章制度给予较轻处理。"),
            ),
        ),
        forbids=(NO_DOUBLE,),
        documents=(msg("规章制度及签收记录"), EVIDENCE, STATEMENT),
    ),
    _fault(
        "3",
        msg("严重失职、营私舞弊造成重大损害"),
        all_of=(
            Condition(
                key="neglect_proved",
                question=msg("严重失职或者营私舞弊是否有证据证明？"),
                article="法释〔2020〕26号第44条",
                opening=msg("补充调查取证；举证责任在用人单位。"),
            ),
            Condition(
                key="threshold_defined",
                question=msg("“重大损害”的标准是否事先明确？"),
                article="劳动合同法第39条第3项",
                opening=msg("在规章制度中明确重大损害的标准。"),
            ),
            Condition(
                key="damage_proved",
                question=msg("损害及其因果关系是否有证据证明？"),
                article="劳动合同法第39条第3项",
                opening=msg("补充损失和因果关系的证据。"),
            ),
        ),
        forbids=(NO_DOUBLE,),
        documents=(msg("损害证明"), EVIDENCE, STATEMENT),
    ),
    _fault(
        "4",
        msg("同时与其他用人单位建立劳动关系"),
        all_of=(
            Condition(
                key="second_employment_proved",
                question=msg("是否证明存在第二个劳动关系（不只是在他处出现、合作或者接单）？"),
                article="劳动合同法第39条第4项",
                opening=msg("补充社保、工资、合同等证据；只是自由接单的，按规章制度另行处理。"),
            ),
        ),
        any_of=(
            (
                Condition(
                    key="serious_effect",
                    question=msg("是否对完成本单位工作任务造成严重影响？"),
                    article="劳动合同法第39条第4项前段",
                    opening=msg("以产出、缺勤、投诉与基线对比证明严重影响。"),
                ),
            ),
            (
                Condition(
                    key="demand_served",
                    question=msg("是否已书面要求限期改正并送达？"),
                    article="劳动合同法第39条第4项后段",
                    opening=msg("送达限期改正通知书。"),
                ),
                Condition(
                    key="refused_to_stop",
                    question=msg("期满复查后是否拒不改正？"),
                    article="劳动合同法第39条第4项后段",
                    opening=msg("期满复查；已改正的，予以警告并结案。"),
                ),
            ),
        ),
        forbids=(NO_DOUBLE,),
        documents=(msg("第二个劳动关系的证据"), msg("限期改正通知书及送达记录"), msg("复查记录"), STATEMENT),
        cautions=(msg("在他处打卡或者出现只是线索，不是第二个劳动关系的证明。"),),
    ),
    _fault(
        "5",
        msg("以欺诈、胁迫或者乘人之危订立合同致使合同无效"),
        all_of=(
            Condition(
                key="fraud_proved",
                question=msg("欺诈、胁迫或者乘人之危是否有证据证明？"),
                article="劳动合同法第26条第1款第1项",
                opening=msg("补充证据；有争议的由仲裁机构或者法院确认。"),
            ),
            Condition(
                key="fraud_decisive",
                question=msg("用人单位是否因此违背真实意思订立或者变更合同？"),
                article="劳动合同法第26条第1款第1项",
                opening=msg("证明该事实与录用或者变更直接相关。"),
            ),
        ),
        documents=(msg("欺诈、胁迫的证据"),),
    ),
    _fault(
        "6",
        msg("被依法追究刑事责任"),
        all_of=(
            Condition(
                key="final_judgment",
                question=msg("是否已有生效的刑事判决？"),
                article="劳动合同法第39条第6项",
                opening=msg("等待判决生效；此前不得以此理由解除。"),
            ),
        ),
        documents=(msg("生效的刑事判决书"),),
    ),
)
