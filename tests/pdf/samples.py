"""A case that fills every chapter of the printed book."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from webapp.adapters.diagrams import read_scene
from webapp.domain.casebook import (
    AttachmentLine,
    CaseBook,
    EventLine,
    FieldLine,
    FormSection,
    LedgerLine,
    PersonLine,
    RuleLine,
)
from webapp.domain.scene import Trail
from webapp.domain.text import msg

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
RARE = "𬭚鿏䶮㛃𡋾"


def digest(text):
    return hashlib.sha256(str(text).encode()).hexdigest()


def leave_scene():
    return read_scene(
        (ROOT / "bpmn/leave/leave.bpmn").read_bytes(),
        trail=Trail(
            passed=frozenset(
                [
                    "request",
                    "check",
                    "approve",
                    "manager_agrees",
                    "route",
                    "second_needed",
                    "second_done",
                    "hr_needed",
                    "hr",
                    "hr_agrees",
                    "hr_done",
                    "book",
                    "inform",
                    "on_leave",
                ]
            ),
            current=frozenset({"waiting"}),
            cancelled=frozenset({"remind"}),
        ),
    )


def sample(**changes):
    names = ["王𬭚", "李鿏", "张䶮", "陈㛃"]
    book = {
        "title": "年休假申请",
        "number": "HG-2026-000187",
        "state": msg("已完成"),
        "procedure": "请假",
        "version": "3",
        "version_sha256": digest("version"),
        "started_at": START,
        "ended_at": START + timedelta(days=2),
        "printed_at": START + timedelta(days=22, hours=5),
        "printed_by": "陈㛃",
        "organisation": "星河电商（上海）有限公司",
        "people": (
            PersonLine(role="申请人", name=names[0], number="SH-0187", department="仓储运营部 / 夜班一组"),
            PersonLine(role="直属上级", name=names[1], number="SH-0021", department="仓储运营部"),
            PersonLine(role="人力资源", name=names[2], number="SH-0007", department="人力资源中心"),
        ),
        "facts": (
            FieldLine(label="假期类型", value="年休假"),
            FieldLine(label="请假时长", value="3 天（24 小时）"),
        ),
        "forms": (
            FormSection(
                title="填写申请",
                note="王𬭚 于 2026-11-02 09:30 提交",
                fields=(
                    FieldLine(label="开始日期", value="2026-11-09"),
                    FieldLine(label="结束日期", value="2026-11-11"),
                    FieldLine(label="职务代理人", value="赵子涵"),
                    FieldLine(label="紧急联系人", value="138****0021"),
                    FieldLine(
                        label="请假事由",
                        value="回乡探亲，处理老家房屋修缮事宜；期间可通过电话联系，夜班排班已与同组同事对调，交接清单见附件。",
                        wide=True,
                    ),
                ),
            ),
            FormSection(
                title="直属上级审批",
                note="李鿏 于 2026-11-02 14:05 提交",
                fields=(
                    FieldLine(label="审批意见", value="同意"),
                    FieldLine(label="备注", value="请做好交接。"),
                ),
            ),
        ),
        "scene": leave_scene(),
        "rules": (
            RuleLine(
                decision="审批人判定",
                rule="R2",
                inputs="假期类型 = 年休假；时长 = 3 天；职级 = 员工",
                output="直属上级审批",
                source="公司《休假管理制度》第八条",
            ),
        ),
        "ledger": (
            LedgerLine(on="2026-01-01", entry="本年度年休假额度", amount="+10 天", balance="10 天"),
            LedgerLine(on="2026-11-02", entry="预占：HG-2026-000187", amount="−3 天", balance="7 天"),
            LedgerLine(on="2026-11-04", entry="休假扣减（预占转实扣）", amount="0 天", balance="7 天"),
        ),
        "events": tuple(
            EventLine(
                sequence=n,
                at=START + timedelta(hours=n),
                actor=names[n % 4],
                action=msg("完成步骤“{step}”", step=f"审批 {n}"),
                detail="意见：同意" if n % 3 else "",
                leaf=digest(n),
            )
            for n in range(1, 31)
        ),
        "attachments": tuple(
            AttachmentLine(
                name=f"交接清单-{n}.xlsx",
                size=48213 * n,
                sha256=digest(f"file {n}"),
                added_at=START,
                added_by=names[0],
            )
            for n in range(1, 4)
        ),
        "chain_head": digest("head"),
        "hidden": 2,
    }
    return CaseBook(**{**book, **changes})


def sample_book(**changes):
    from webapp.adapters.verifier import verifier_digest
    from webapp.domain.evidencebook import EvidenceBook, Exhibit
    from webapp.domain.pack import LogEntry, PackInfo, TreeHead

    case = sample()
    book = {
        "info": PackInfo(
            number="HG-EP-2026-0001", title="王𬭚 劳动合同变更争议", organisation="星河电商（上海）有限公司",
            made_at=START + timedelta(days=22), made_by="陈㛃", software="Hegui 0.1.0",
        ),
        "parties": (PersonLine(role="申请人", name="王𬭚", number="SH-0187"), PersonLine(role="被申请人", name="星河电商（上海）有限公司")),
        "exhibits": (
            Exhibit(number=1, name="劳动合同变更协议书", source="电子签署平台，2026-11-02 签署", proves="双方协商一致变更工作岗位", content="第三条：自 2026-12-01 起岗位变更为仓储主管，月工资 9,800 元", path="originals/001-变更协议.pdf", sha256=digest("a"), size=126_604),
            Exhibit(number=2, name="送达回执", source="系统发送记录", proves="协议文本已交付劳动者", content="2026-11-02 09:41 下载", path="originals/002-送达回执.txt", sha256=digest("b"), size=960, cautions=("下载设备与签署设备相同",)),
        ),
        "identity": (
            FormSection(title="王𬭚", fields=(FieldLine(label="核验方式", value="运营商三要素"), FieldLine(label="结果编号", value="RN-20261102-88121"), FieldLine(label="意愿确认", value="2026-11-02 09:38:12 通行密钥确认，绑定文件指纹 " + digest("a"), wide=True))),
        ),
        "cases": (case,),
        "entries": tuple(
            LogEntry(position=88_120 + e.sequence * 3, case="187", sequence=e.sequence, previous=digest(e.sequence - 1), leaf=e.leaf, salt=None, payload=None if e.sequence == 3 else "{}", proof=(digest(1),) * 17)
            for e in case.events
        ),
        "head": TreeHead(size=91_204, root=digest("root"), at="2026-11-24T04:00:00+00:00"),
        "head_stamped_at": "2026-11-24 12:00:03",
        "statement": tuple(f"第 {n} 项的说明：本系统部署于自有机房，版本 0.1.0，当日健康检查全部通过。" for n in range(1, 8)),
        "masking": "身份证号仅显示后四位，人脸图像不入库，只保存核验机构的结果编号。",
        "verifier_sha256": verifier_digest(),
        "trial": True,
    }  # fmt: skip
    return EvidenceBook(**{**book, **changes})
