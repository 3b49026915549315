"""Grounds of 劳动合同法第40、41条: no fault of the employee. Art. 42 stands in their way; N is owed."""

from __future__ import annotations

from webapp.domain.dismissal.fault import CERTIFICATE, CLOSING, SERVED, STEPS, UNION_LETTER
from webapp.domain.dismissal.ground import Condition, Ground, Notice, Party, Pay
from webapp.domain.text import Message, msg

ONLY_REFUSED = Condition(
    key="only_refused_change",
    question=msg("是否只是劳动者不同意变更合同，而客观情况并未重大变化？"),
    article="劳动合同法第35条",
    opening=msg("不同意变更不是解除理由，原合同继续履行。"),
)


def _no_fault(
    number: str,
    title: Message,
    *,
    all_of: tuple[Condition, ...],
    documents: tuple[Message, ...],
    any_of: tuple[tuple[Condition, ...], ...] = (),
    forbids: tuple[Condition, ...] = (),
    cautions: tuple[Message, ...] = (),
    by_circumstances: bool = False,
) -> Ground:
    return Ground(
        code=f"40({number})",
        title=title,
        article=f"劳动合同法第40条第{number}项",
        by=Party.EMPLOYER,
        all_of=all_of,
        any_of=any_of,
        forbids=forbids,
        notice=Notice.THIRTY_DAYS_OR_PAY,
        union=True,
        protected=True,
        allowed_in_probation=not by_circumstances,
        by_circumstances=by_circumstances,
        pay=Pay.N,
        documents=(*documents, *CLOSING),
        next_steps=STEPS,
        cautions=cautions,
    )


NO_FAULT: tuple[Ground, ...] = (
    _no_fault(
        "1",
        msg("医疗期满后不能从事原工作，也不能从事另行安排的工作"),
        all_of=(
            Condition(
                key="medical_period_over",
                question=msg("规定的医疗期是否已满？"),
                article="劳动合同法第40条第1项",
                opening=msg("等医疗期届满后再处理。"),
            ),
            Condition(
                key="capacity_appraised",
                question=msg("是否已作劳动能力鉴定？"),
                article="劳部发〔1995〕309号第35条",
                opening=msg("先作劳动能力鉴定。"),
            ),
            Condition(
                key="cannot_do_old_work",
                question=msg("是否不能从事原工作？"),
                article="劳动合同法第40条第1项",
                opening=msg("能够从事原工作的，应当安排原工作。"),
            ),
            Condition(
                key="cannot_do_other_work",
                question=msg("另行安排的工作是否也不能从事？"),
                article="劳动合同法第40条第1项",
                opening=msg("先另行安排适当工作并留存记录。"),
            ),
        ),
        documents=(msg("医疗和劳动能力意见"), msg("另行安排工作的记录")),
        cautions=(msg("另有医疗补助费，标准按当地规定（劳部发〔1995〕309号）。"),),
    ),
    _no_fault(
        "2",
        msg("不能胜任工作，经培训或者调岗仍不能胜任"),
        all_of=(
            Condition(
                key="first_incompetent",
                question=msg("是否有第一次考核证明不能胜任工作？"),
                article="劳动合同法第40条第2项",
                opening=msg("依据明确的岗位标准完成第一次考核。"),
            ),
            Condition(
                key="still_incompetent",
                question=msg("培训或者调岗之后，是否有第二次考核证明仍不能胜任？"),
                article="劳动合同法第40条第2项",
                opening=msg("培训或者调岗之后再行考核。"),
            ),
        ),
        any_of=(
            (
                Condition(
                    key="trained",
                    question=msg("两次考核之间是否经过培训？"),
                    article="劳动合同法第40条第2项",
                    opening=msg("安排与岗位有关的培训并留存记录。"),
                ),
            ),
            (
                Condition(
                    key="transferred",
                    question=msg("两次考核之间是否调整过工作岗位？"),
                    article="劳动合同法第40条第2项",
                    opening=msg("合理调整工作岗位并留存记录。"),
                ),
            ),
        ),
        documents=(msg("两次考核结果"), msg("培训或者调岗记录")),
    ),
    _no_fault(
        "3",
        msg("客观情况发生重大变化，协商变更未能达成协议"),
        all_of=(
            Condition(
                key="circumstances_changed",
                question=msg("订立合同所依据的客观情况是否发生重大变化（按当地口径）？"),
                article="劳动合同法第40条第3项",
                opening=msg("须有客观情况重大变化的证明；经营上的一般调整不足。"),
            ),
            Condition(
                key="performance_impossible",
                question=msg("是否因此致使合同无法履行？"),
                article="劳动合同法第40条第3项",
                opening=msg("合同仍能履行的，继续履行。"),
            ),
            Condition(
                key="negotiation_failed",
                question=msg("是否就变更合同协商而未能达成协议？"),
                article="劳动合同法第40条第3项",
                opening=msg("先提出合理的变更方案并协商，留存记录。"),
            ),
        ),
        forbids=(ONLY_REFUSED,),
        by_circumstances=True,
        documents=(msg("客观情况变化的证明"), msg("变更协商记录")),
    ),
    Ground(
        code="41",
        title=msg("经济性裁员"),
        article="劳动合同法第41条",
        by=Party.EMPLOYER,
        all_of=(
            Condition(
                key="threshold_reached",
                question=msg("裁减人数是否达到规定的人数或者占职工总数的比例？"),
                article="劳动合同法第41条第1款",
                opening=msg("未达到人数的，逐人适用其他理由。"),
            ),
            Condition(
                key="briefed_beforehand",
                question=msg("是否按规定期限提前向工会或者全体职工说明情况并听取意见？"),
                article="劳动合同法第41条第1款",
                opening=msg("先说明情况、听取意见，满规定期限后再裁减。"),
            ),
            Condition(
                key="plan_reported",
                question=msg("裁减人员方案是否已向劳动行政部门报告？"),
                article="劳动合同法第41条第1款",
                opening=msg("先向劳动行政部门报告方案并取得回执。"),
            ),
            Condition(
                key="keep_first_observed",
                question=msg("是否优先留用了依法应当优先留用的人员？"),
                article="劳动合同法第41条第2款",
                opening=msg("调整名单，优先留用较长期限、无固定期限和家庭负担人员。"),
            ),
        ),
        any_of=tuple(
            (Condition(key=key, question=question, article=article, opening=opening),)
            for key, question, article, opening in (
                (
                    "reorganisation",
                    msg("是否依照企业破产法进行重整？"),
                    "劳动合同法第41条第1款第1项",
                    msg("取得重整的证明。"),
                ),
                (
                    "serious_difficulty",
                    msg("生产经营是否发生严重困难？"),
                    "劳动合同法第41条第1款第2项",
                    msg("以财务资料证明严重困难。"),
                ),
                (
                    "technical_change",
                    msg("是否因转产、重大技术革新或者经营方式调整，变更合同后仍需裁减？"),
                    "劳动合同法第41条第1款第3项",
                    msg("先变更劳动合同，仍需裁减的再裁减。"),
                ),
                (
                    "economic_circumstances",
                    msg("是否因客观经济情况重大变化致使合同无法履行？"),
                    "劳动合同法第41条第1款第4项",
                    msg("取得客观经济情况重大变化的证明。"),
                ),
            )
        ),
        notice=Notice.TO_STAFF,
        union=True,
        protected=True,
        allowed_in_probation=False,
        pay=Pay.N,
        documents=(
            msg("情况说明及意见记录"),
            msg("裁员方案及报告回执"),
            msg("优先留用名单"),
            msg("优先招用名单"),
            UNION_LETTER,
            SERVED,
            CERTIFICATE,
        ),
        next_steps=(
            msg("向工会或者全体职工说明情况，听取意见。"),
            msg("向劳动行政部门报告裁减人员方案。"),
            msg("逐人核查第42条的保护情形。"),
            msg("法定期限内重新招用的，通知并优先招用被裁减人员。"),
        ),
    ),
)
