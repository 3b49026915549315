"""A tiny application that serves the style guide; the real one is webapp/app.py."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader

from webapp.views import shell

ROOT = Path(__file__).resolve().parents[2]
STUDIOS = {
    "diagram": ("studio", "bpmn/leave/leave.bpmn"),
    "decision": ("dmn", "bpmn/leave/approver.dmn"),
    "form": ("formedit", "forms/leave/request.form"),
}
CITY = {"type": "textfield", "id": "F_city", "key": "city", "label": "城市"}
NIGHTS = {"type": "number", "id": "F_nights", "key": "nights", "label": "晚数"}
DAYS = {
    "type": "dynamiclist", "id": "F_days", "path": "days", "label": "日程", "allowAddRemove": True, "defaultRepetitions": 1,
    "components": [{"type": "textfield", "id": "F_plan", "key": "plan", "label": "安排"}],
}  # fmt: skip
STOPS = {
    "type": "dynamiclist", "id": "F_stops", "path": "stops", "label": "行程", "allowAddRemove": True, "defaultRepetitions": 2,
    "components": [CITY, NIGHTS, DAYS],
}  # fmt: skip
GROUP = {
    "type": "group", "id": "F_group", "path": "trip", "label": "目的",
    "components": [{"type": "textfield", "id": "F_goal", "key": "goal", "label": "事由"}],
}  # fmt: skip
TRIP = {"type": "default", "id": "trip", "components": [GROUP, STOPS]}
TOLD = {
    "trip.goal": ["请写明事由。"],
    "stops.1.city": ["第二站没有城市。"],
    "stops.0.days.0.plan": ["请写明安排。"],
    "stops": ["最多 1 行。"],
    "stops.1.days": ["至少 2 行。"],
    "gone": ["表单里没有这个字段。"],
}
NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
TASKS = (
    ("法务审核出境评估", "许梓涵 · 研发中心 · HR10014", "境外差旅数据出境评估", "王敏", timedelta(days=-2)),
    ("催办未签员工", "陈晓东 · 客户成功部 · HR10089", "年度保密承诺", "李思远", timedelta(days=-2)),
    ("核对续签意向", "曹梓涵 · 客户成功部 · HR10033", "劳动合同续签", "王敏", timedelta(days=-1)),
    ("确认员工手册阅读回执", "蒋佳琪 · 法务部 · HR10113", "入职合规流程", "赵雪", timedelta(hours=-1)),
    ("审批年休假 3 天", "韩丽华 · 华东销售部 · HR10032", "请假", "王敏", timedelta(hours=7)),
    ("审批病假 1 天", "韩志强 · 研发中心 · HR10009", "请假", "王敏", timedelta(hours=7)),
    ("员工签署续签合同", "周丽华 · 客户成功部 · HR10049", "劳动合同续签", "周丽华", timedelta(days=1)),
    ("核对签署证据与身份核验记录", "吴梓涵 · 财务部 · HR10132", "离职合规流程", "王敏", timedelta(days=2)),
    ("核验学历与身份证明", "张一鸣 · 供应链管理部 · HR10106", "入职合规流程", "孙磊", timedelta(days=3)),
    ("审批产假 158 天", "周敏 · 人力资源部 · HR10050", "请假", "王敏", timedelta(days=4)),
    ("审批续签条款", "金子轩 · 法务部 · HR10094", "劳动合同续签", "王敏", timedelta(days=9)),
    ("核对加班工时", "褚浩然 · 华东仓 · HR10000", "考勤异常", "王敏", timedelta(days=20)),
    ("补充诊断证明", "秦雨桐 · 研发中心 · HR10001", "请假", "秦雨桐", None),
)


def groups():
    rows = [
        {"title": t, "sub": s, "process": p, "who": w, "due": NOW + d if d is not None else None}
        for t, s, p, w, d in TASKS
    ]
    return (("已逾期", rows[:4]), ("今天", rows[4:6]), ("本周", rows[6:10]), ("以后", rows[10:]))


def frame():
    link, section = shell.Link, shell.Section
    return shell.Frame(
        person_name="王敏",
        person_note="人力资源部 · 经理",
        sections=(
            section(
                links=(
                    link(label="待办", url="/", icon="inbox", count=29, current=True),
                    link(label="我的申请", url="#", icon="send"),
                    link(label="案件", url="#", icon="case"),
                    link(label="考勤", url="#", icon="calendar"),
                )
            ),
            section(
                title="工作室",
                links=(link(label="流程", url="#", icon="flow"), link(label="表单", url="#", icon="form")),
            ),
            section(
                title="证据",
                links=(
                    link(label="证据包", url="#", icon="shield"),
                    link(label="签署记录", url="#", icon="pen"),
                ),
            ),
            section(
                title="基础数据",
                links=(
                    link(label="人员", url="#", icon="people"),
                    link(label="部门", url="#", icon="building"),
                    link(label="日历", url="#", icon="clock"),
                    link(label="地区参数", url="#", icon="settings"),
                ),
            ),
        ),
        tabs=(
            link(label="待办", url="/", icon="inbox", count=29, current=True),
            link(label="我的申请", url="#", icon="send"),
            link(label="发起", url="#", icon="plus", act=True),
            link(label="考勤", url="#", icon="calendar"),
            link(label="我的", url="#", icon="person"),
        ),
        menu=(link(label="账户与安全", url="#", icon="key"),),
        search_url="/search",
        language_url="/language",
        logout_url="/logout",
    )


def create_app():
    app = Flask("webapp", root_path=str(ROOT / "webapp"), template_folder="views/templates")
    app.jinja_loader = ChoiceLoader(
        [app.jinja_loader, FileSystemLoader(Path(__file__).with_name("templates"))]
    )
    app.secret_key = "the style guide keeps no secrets"
    shell.install(app, locale=lambda: request.args.get("lang", "zh-Hans"), frame=frame, now=lambda: NOW)
    state = {"drafts": [], "writes": [], "spoil": False}
    app.extensions["style-guide"] = state

    @app.get("/")
    def guide():
        return render_template(
            "styleguide.html",
            groups=groups(),
            moment=NOW - timedelta(minutes=90),
            part=request.args.get("part", ""),
        )

    @app.get("/error/<int:code>")
    def error(code):
        return render_template("error.html", code=code, message=None, request_id="7f3a"), code

    @app.get("/form")
    def form():
        schema = json.loads((ROOT / "forms" / "leave" / "request.form").read_text("utf-8"))
        schema = TRIP if "list" in request.args else schema
        return render_template(
            "form_guide.html", schema=schema, data=json.loads(request.args.get("data", "{}"))
        )

    @app.get("/studio/<kind>")
    def studio(kind):
        return render_template("studio_guide.html", entry=STUDIOS[kind][0], kind=kind)

    @app.get("/source/<kind>")
    def source(kind):
        body = (ROOT / STUDIOS[kind][1]).read_bytes()
        if state["spoil"]:
            body = body.replace(b"<zeebe:userTask />", b"<zeebe:userTask /><zeebe:wand strength='7' />", 1)
        return Response(body, content_type="text/plain; charset=utf-8")

    @app.post("/studio/<kind>/<act>")
    def write(kind, act):
        state["writes"].append((kind, act, request.get_json()))
        problem = {
            "element": "approve",
            "name": "直属主管审批",
            "message": "没有设办理时限。",
            "level": "warning",
        }
        return {"version": 2, "saved_at": NOW.isoformat(), "problems": [problem]}

    @app.post("/submit")
    def submit():
        state["writes"].append(("form", request.headers.get("Idempotency-Key"), request.get_json()))
        told = TOLD if "stops" in request.get_json()["data"] else {"reason": ["事由不能少于五个字。"]}
        return {"message": "填写有误。", "errors": told}, 422

    @app.post("/upload")
    def upload():
        name = request.files["file"].filename
        state["writes"].append(("upload", name, request.form.get("field")))
        return {"id": "sha256-1", "name": name}

    @app.get("/parts")
    def parts():
        return render_template("parts_guide.html")

    @app.post("/slow")
    def slow():
        state["writes"].append(("slow", request.form["idempotency_key"], None))
        time.sleep(0.3)
        return "", 204

    @app.post("/claim/<int:number>")
    def claim(number):
        state["writes"].append(("claim", request.headers["Idempotency-Key"], number))
        if number == 2:
            return {"message": "李思远已先认领。"}, 409
        return '<p id="row-1">已认领</p>', 200, {"HX-Trigger": json.dumps({"toast": {"text": "ok"}})}

    @app.post("/draft")
    def draft():
        state["drafts"].append(request.get_json())
        return {"saved_at": NOW.isoformat()}

    return app


if __name__ == "__main__":
    create_app().run(port=5199)
