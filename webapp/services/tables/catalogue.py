"""The tables that the admin serves."""

from __future__ import annotations

from models.account import Grant
from models.counsel import GapRule
from models.job import Job
from models.organisation import Department, Entity, EntityKind
from models.person import Person
from models.procedure import ProcedureFile
from models.reference import CalendarDay, RegionParameter
from webapp.domain.gaps import ANY, BUNDLE, FACT_TITLES
from webapp.domain.papers import PaperKind
from webapp.domain.parameters import Confidence
from webapp.domain.permissions import Permission, Role
from webapp.domain.text import msg
from webapp.services.calculators.choices import choice_title
from webapp.services.tables.describe import Field, Table

_ENTITY = Field(name="entity_id", label=msg("用人单位"), kind="ref", target=Entity, by="code")
_READ = (Permission.REFERENCE_READ,)
ROLE_NAMES = {
    Role.EMPLOYEE: msg("员工"),
    Role.MANAGER: msg("主管"),
    Role.HR: msg("人事"),
    Role.HR_HEAD: msg("人事负责人"),
    Role.LEGAL: msg("法务"),
    Role.PROCESS_OWNER: msg("流程负责人"),
    Role.UNION: msg("工会"),
    Role.SEAL_HOLDER: msg("印章保管人"),
    Role.ADMINISTRATOR: msg("系统管理员"),
    Role.AUDITOR: msg("审计"),
}
KINDS = {
    EntityKind.GROUP: msg("集团"),
    EntityKind.COMPANY: msg("公司"),
    EntityKind.BRANCH: msg("分公司"),
    EntityKind.VENDOR: msg("外包方"),
}
HOURS = (
    ("standard", msg("标准工时")),
    ("comprehensive", msg("综合计算工时")),
    ("irregular", msg("不定时工作制")),
)

PEOPLE = Table(
    key="people",
    title=msg("人员"),
    model=Person,
    order="number",
    search=("name", "number"),
    entity_column="entity_id",
    reads=(Permission.PERSON_READ,),
    writes=Permission.PERSON_WRITE,
    versioned=True,
    fields=(
        Field(name="number", label=msg("工号"), most=32, fixed=True),
        Field(name="name", label=msg("姓名"), most=100),
        _ENTITY,
        Field(name="department_id", label=msg("部门"), kind="ref", target=Department, by="code"),
        Field(
            name="manager_id", label=msg("直属主管"), kind="ref", target=Person, by="number", required=False
        ),
        Field(name="post", label=msg("岗位"), most=100),
        Field(name="level", label=msg("职级"), kind="number"),
        Field(name="region", label=msg("工作地区代码"), most=12, listed=False),
        Field(name="hours_system", label=msg("工时制度"), kind="choice", choices=HOURS),
        Field(name="hired_on", label=msg("入职日期"), kind="date"),
        Field(name="service_from", label=msg("累计工龄起算日"), kind="date", listed=False),
        Field(name="left_on", label=msg("离职日期"), kind="date", required=False, listed=False),
        Field(name="phone", label=msg("手机"), most=32, required=False, listed=False, masked=True),
        Field(name="email", label=msg("邮箱"), most=200, required=False, listed=False, masked=True),
    ),
)
DEPARTMENTS = Table(
    key="departments",
    title=msg("部门"),
    model=Department,
    order="code",
    search=("name", "code"),
    entity_column="entity_id",
    reads=_READ,
    writes=Permission.REFERENCE_WRITE,
    fields=(
        Field(name="code", label=msg("代码"), most=32, fixed=True),
        Field(name="name", label=msg("名称")),
        _ENTITY,
        Field(
            name="parent_id",
            label=msg("上级部门"),
            kind="ref",
            target=Department,
            by="code",
            required=False,
            fixed=True,
        ),
        Field(name="head_id", label=msg("负责人"), kind="ref", target=Person, by="number", required=False),
    ),
)
ENTITIES = Table(
    key="entities",
    title=msg("用人单位"),
    model=Entity,
    order="code",
    search=("name", "code"),
    reads=_READ,
    writes=Permission.REFERENCE_WRITE,
    fields=(
        Field(name="code", label=msg("代码"), most=32, fixed=True),
        Field(name="name", label=msg("名称")),
        Field(
            name="kind",
            label=msg("类型"),
            kind="choice",
            choices=tuple((k.value, v) for k, v in KINDS.items()),
        ),
        Field(name="parent_id", label=msg("上级"), kind="ref", target=Entity, by="code", required=False),
        Field(
            name="region", label=msg("地区代码"), most=12, hint=msg("GB/T 2260 行政区划代码，例如 310000。")
        ),
        Field(name="credit_code", label=msg("统一社会信用代码"), most=18, required=False),
    ),
)
CALENDAR = Table(
    key="calendar",
    title=msg("日历"),
    model=CalendarDay,
    order="day",
    search=("name",),
    reads=_READ,
    writes=Permission.REFERENCE_WRITE,
    fields=(
        Field(name="day", label=msg("日期"), kind="date", fixed=True),
        Field(
            name="kind",
            label=msg("日期类型"),
            kind="choice",
            choices=(
                ("statutory", msg("法定休假日")),
                ("rest", msg("休息日")),
                ("working", msg("工作日")),
            ),
        ),
        Field(name="name", label=msg("名称"), most=60),
        Field(name="source", label=msg("依据文件")),
        Field(name="published_on", label=msg("发布日期"), kind="date"),
    ),
)
#: How well a figure is known, as its proposer says; confirmed it becomes by a second person alone.
CONFIDENCES = (
    (Confidence.MEDIUM.value, msg("待确认")),
    (Confidence.HIGH.value, msg("待确认（较有把握）")),
    (Confidence.LOW.value, msg("待确认（来源不一）")),
    (Confidence.TEXT.value, msg("读过法条原文")),
    (Confidence.PAGE.value, msg("读过公开网页")),
    (Confidence.POLICY.value, msg("公司政策")),
)
PARAMETERS = Table(
    key="parameters",
    title=msg("地区参数"),
    model=RegionParameter,
    order="key",
    search=("key", "region", "source"),
    reads=_READ,
    writes=None,  # two pairs of eyes: proposed and confirmed on pages of their own
    fields=(
        Field(name="key", label=msg("参数"), most=100),
        Field(name="region", label=msg("地区"), most=12),
        Field(name="valid_from", label=msg("生效日"), kind="date"),
        Field(name="valid_to", label=msg("失效日"), kind="date", required=False),
        Field(name="value", label=msg("值")),
        Field(name="unit", label=msg("单位"), most=32),
        Field(name="source", label=msg("依据文件"), most=300),
        Field(
            name="confidence",
            label=msg("可信度"),
            kind="choice",
            choices=CONFIDENCES,
        ),
        Field(
            name="state",
            label=msg("状态"),
            kind="choice",
            choices=(
                ("proposed", msg("待复核")),
                ("active", msg("有效")),
                ("replaced", msg("已替换")),
                ("refused", msg("未通过")),
            ),
        ),
    ),
)
ROLES = Table(
    key="roles",
    title=msg("角色"),
    model=Grant,
    order="id",
    reads=(Permission.ACCOUNT_WRITE,),
    writes=Permission.ACCOUNT_WRITE,
    fields=(
        Field(name="person_id", label=msg("人员"), kind="ref", target=Person, by="number", fixed=True),
        Field(
            name="role",
            label=msg("角色"),
            kind="choice",
            choices=tuple((r.value, name) for r, name in ROLE_NAMES.items() if r is not Role.EMPLOYEE),
        ),
        Field(name="entity_id", label=msg("用人单位"), kind="ref", target=Entity, by="code", required=False),
        Field(
            name="department_id", label=msg("部门"), kind="ref", target=Department, by="code", required=False
        ),
    ),
)
TEMPLATES = Table(
    key="templates",
    title=msg("表单与模板"),
    model=ProcedureFile,
    order="path",
    search=("path",),
    reads=_READ,
    writes=None,  # changed in the studio, as versions
    fields=(
        Field(name="path", label=msg("文件")),
        Field(name="kind", label=msg("类型")),
        Field(name="version_id", label=msg("版本编号"), kind="number"),
        Field(name="sha256", label=msg("哈希")),
    ),
)
JOBS = Table(
    key="jobs",
    title=msg("后台任务"),
    model=Job,
    order="id",
    search=("type",),
    reads=(Permission.JOB_READ,),
    writes=None,
    fields=(
        Field(name="type", label=msg("类型")),
        Field(name="state", label=msg("状态")),
        Field(name="attempts", label=msg("已试次数"), kind="number"),
        Field(name="retries", label=msg("剩余次数"), kind="number"),
        Field(name="due_at", label=msg("应在")),
        Field(name="error", label=msg("最近错误"), kind="long"),
    ),
)
_KINDS = tuple((kind.value, choice_title(kind.value)) for kind in PaperKind if kind is not PaperKind.OTHER)
GAP_RULES = Table(
    key="gap-rules",
    title=msg("证据缺口规则"),
    model=GapRule,
    order="code",
    search=("code", "sentence", "article"),
    reads=_READ,
    writes=Permission.GAP_RULE_WRITE,
    versioned=True,
    fields=(
        Field(name="code", label=msg("代码"), most=40, fixed=True),
        Field(
            name="for_kind",
            label=msg("适用于"),
            kind="choice",
            choices=((ANY, msg("每一份证据")), (BUNDLE, msg("整册")), *_KINDS),
        ),
        Field(
            name="ground",
            label=msg("仅限解除依据"),
            most=16,
            required=False,
            hint=msg("例如 39(2)；不填则不论依据。"),
        ),
        Field(name="needs", label=msg("须有"), kind="choice", choices=(*_KINDS, *FACT_TITLES.items())),
        Field(
            name="sentence",
            label=msg("缺失时的提示"),
            kind="long",
            hint=msg("{exhibit} 处填入证据名称。", exhibit="{exhibit}"),
        ),
        Field(name="sentence_zh_hant", label=msg("繁体中文提示"), kind="long", listed=False),
        Field(name="sentence_en", label=msg("英文提示"), kind="long", most=300, listed=False),
        Field(name="article", label=msg("依据条款"), most=120),
        Field(
            name="active", label=msg("启用"), kind="choice", choices=(("yes", msg("是")), ("no", msg("否")))
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    PEOPLE,
    DEPARTMENTS,
    ENTITIES,
    CALENDAR,
    PARAMETERS,
    ROLES,
    TEMPLATES,
    GAP_RULES,
    JOBS,
)
