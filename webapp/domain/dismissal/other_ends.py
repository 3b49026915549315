"""Agreement, resignation, the employer's fault, and the ends of 劳动合同法第44条."""

from __future__ import annotations

from webapp.domain.dismissal.fault import CERTIFICATE, SERVED
from webapp.domain.dismissal.ground import Condition, Ground, Notice, Party, Pay
from webapp.domain.text import Message, msg

AGREED = Condition(
    key="agreed_freely",
    question=msg("双方是否自愿协商一致并签署书面协议？"),
    article="劳动合同法第36条",
    opening=msg("协商一致后签署书面协议；欺诈、胁迫或者乘人之危的协议无效。"),
)
AGREEMENT = msg("协商解除协议")
FREE_AGREEMENT = msg("协议不得有欺诈、胁迫或者显失公平（法释〔2020〕26号第35条）。")
DAYS_15 = msg("在法定期限内办理档案和社会保险关系转移。")


def _fact(key: str, question: Message, article: str, opening: Message) -> Condition:  # noqa: PLR0917 - a table row
    return Condition(key=key, question=question, article=article, opening=opening)


BREACHES: tuple[tuple[Condition, ...], ...] = (
    (
        _fact(
            "no_protection",
            msg("是否未按约定提供劳动保护或者劳动条件？"),
            "劳动合同法第38条第1款第1项",
            msg("由劳动者举示未提供劳动条件的事实。"),
        ),
    ),
    (
        _fact(
            "wages_unpaid",
            msg("是否未及时足额支付劳动报酬？"),
            "劳动合同法第38条第1款第2项",
            msg("由劳动者举示欠付的事实。"),
        ),
    ),
    (
        _fact(
            "no_social_insurance",
            msg("是否未依法缴纳社会保险费？"),
            "劳动合同法第38条第1款第3项",
            msg("放弃社保的约定无效；仅缴费基数低或者年限不足的，按当地口径。"),
        ),
    ),
    (
        _fact(
            "rules_unlawful",
            msg("规章制度是否违法并损害劳动者权益？"),
            "劳动合同法第38条第1款第4项",
            msg("指明违法的规定和受到的损害。"),
        ),
    ),
    (
        _fact(
            "contract_void",
            msg("合同是否因用人单位的原因无效？"),
            "劳动合同法第38条第1款第5项",
            msg("由仲裁机构或者法院确认无效。"),
        ),
    ),
    (
        _fact(
            "violence",
            msg("是否以暴力、威胁强迫劳动或者强令冒险作业？"),
            "劳动合同法第38条第2款",
            msg("可以立即解除，不需事先告知。"),
        ),
    ),
)

OTHER_ENDS: tuple[Ground, ...] = (
    Ground(
        code="36a",
        title=msg("协商一致解除（用人单位提出）"),
        article="劳动合同法第36条",
        by=Party.BOTH,
        all_of=(AGREED,),
        pay=Pay.N,
        documents=(AGREEMENT, CERTIFICATE),
        next_steps=(msg("签署协议，写明提出方、日期和款项。"), DAYS_15),
        cautions=(FREE_AGREEMENT,),
    ),
    Ground(
        code="36b",
        title=msg("协商一致解除（劳动者提出）"),
        article="劳动合同法第36条",
        by=Party.BOTH,
        all_of=(AGREED,),
        documents=(AGREEMENT, CERTIFICATE),
        next_steps=(msg("签署协议，写明由劳动者提出。"), DAYS_15),
        cautions=(FREE_AGREEMENT,),
    ),
    Ground(
        code="37",
        title=msg("劳动者提前通知解除（辞职）"),
        article="劳动合同法第37条",
        by=Party.EMPLOYEE,
        all_of=(
            _fact(
                "resigned_in_writing",
                msg("劳动者是否提出书面通知（试用期内通知即可）？"),
                "劳动合同法第37条",
                msg("请劳动者提交书面通知。"),
            ),
        ),
        notice=Notice.BY_EMPLOYEE,
        documents=(msg("辞职通知"), CERTIFICATE),
        next_steps=(msg("确认最后工作日，办理交接。"), DAYS_15),
    ),
    Ground(
        code="38",
        title=msg("因用人单位过错，劳动者解除"),
        article="劳动合同法第38条",
        by=Party.EMPLOYEE,
        any_of=BREACHES,
        notice=Notice.TELL,
        pay=Pay.N,
        documents=(msg("劳动者的解除通知"), CERTIFICATE),
        next_steps=(msg("核实劳动者所述事实，评估经济补偿。"), DAYS_15),
    ),
    Ground(
        code="44(1)",
        title=msg("劳动合同期满终止"),
        article="劳动合同法第44条第1项",
        by=Party.LAW,
        all_of=(
            _fact(
                "term_expired",
                msg("固定期限是否届满？"),
                "劳动合同法第44条第1项",
                msg("期限未届满的，不能以期满终止。"),
            ),
        ),
        forbids=(
            _fact(
                "service_period_open",
                msg("专项培训约定的服务期是否尚未到期？"),
                "劳动合同法实施条例第17条",
                msg("合同续延至服务期满，另有约定的除外。"),
            ),
        ),
        notice=Notice.LOCAL,
        protected=True,
        pay=Pay.N_UNLESS_REFUSED,
        documents=(msg("续订意向书及答复"), msg("终止劳动合同通知书"), SERVED, msg("终止劳动合同证明")),
        next_steps=(msg("期满前书面征询续订意向并留存答复。"), DAYS_15),
    ),
    Ground(
        code="44(2)",
        title=msg("开始依法享受基本养老保险待遇"),
        article="劳动合同法第44条第2项",
        by=Party.LAW,
        all_of=(
            _fact(
                "pension_begun",
                msg("是否已开始依法享受基本养老保险待遇？"),
                "劳动合同法第44条第2项",
                msg("核对养老金核定文件；达到法定退休年龄的另见实施条例第21条。"),
            ),
        ),
        documents=(msg("养老待遇核定文件"), msg("终止劳动合同证明")),
        next_steps=(DAYS_15,),
    ),
    Ground(
        code="44(3)",
        title=msg("劳动者死亡或者被宣告死亡、失踪"),
        article="劳动合同法第44条第3项",
        by=Party.LAW,
        all_of=(
            _fact(
                "death_proved",
                msg("是否有死亡证明或者法院宣告？"),
                "劳动合同法第44条第3项",
                msg("取得死亡证明或者法院宣告。"),
            ),
        ),
        documents=(msg("死亡证明或者宣告判决"), msg("终止劳动合同证明")),
        next_steps=(msg("向近亲属结清工资等款项。"), DAYS_15),
    ),
    Ground(
        code="44(4)",
        title=msg("用人单位被依法宣告破产"),
        article="劳动合同法第44条第4项",
        by=Party.LAW,
        all_of=(
            _fact(
                "bankruptcy_declared",
                msg("是否已被依法宣告破产？"),
                "劳动合同法第44条第4项",
                msg("取得宣告破产的裁定。"),
            ),
        ),
        pay=Pay.N,
        documents=(msg("宣告破产的裁定"), msg("终止劳动合同证明")),
        next_steps=(DAYS_15,),
    ),
    Ground(
        code="44(5)",
        title=msg("用人单位被吊销、关闭、撤销或者决定提前解散"),
        article="劳动合同法第44条第5项",
        by=Party.LAW,
        all_of=(
            _fact(
                "closure_proved",
                msg("是否有吊销、关闭、撤销的决定或者解散决议？"),
                "劳动合同法第44条第5项",
                msg("取得决定或者决议。"),
            ),
        ),
        pay=Pay.N,
        documents=(msg("关闭或者解散的决定"), msg("终止劳动合同证明")),
        next_steps=(DAYS_15,),
    ),
)
