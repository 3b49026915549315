"""A BPMN file with every shape that the renderer knows, and a case's trail through it."""

NS = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'


def gallery():
    els = []
    di = []
    n = 0

    def put(xml, x, y, w, h, extra=""):
        nonlocal n
        n += 1
        els.append(xml.replace("ID", f"e{n}"))
        di.append(
            f'<bpmndi:BPMNShape id="s{n}" bpmnElement="e{n}" {extra}><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></bpmndi:BPMNShape>'
        )
        return f"e{n}"

    for i, t in enumerate(
        [
            "task",
            "userTask",
            "serviceTask",
            "sendTask",
            "receiveTask",
            "manualTask",
            "scriptTask",
            "businessRuleTask",
            "callActivity",
        ]
    ):
        put(f'<{t} id="ID" name="部门负责人审批，并通知员工本人"/>', 40 + i * 130, 40, 100, 80)
    for i, (t, x) in enumerate(
        [
            ("userTask", '<multiInstanceLoopCharacteristics isSequential="true"/>'),
            ("userTask", "<multiInstanceLoopCharacteristics/>"),
            ("userTask", "<standardLoopCharacteristics/>"),
            ("subProcess", ""),
            ("adHocSubProcess", ""),
            ("transaction", "<multiInstanceLoopCharacteristics/>"),
        ]
    ):
        put(f'<{t} id="ID" name="会签（全部同意）">{x}</{t}>', 40 + i * 130, 150, 100, 80)
    put('<subProcess id="ID" name="事件子流程" triggeredByEvent="true"/>', 820, 150, 100, 80)
    put('<task id="ID" name="补偿" isForCompensation="true"/>', 950, 150, 100, 80)
    for r, t in enumerate(
        ["startEvent", "intermediateCatchEvent", "boundaryEvent", "intermediateThrowEvent", "endEvent"]
    ):
        for c, d in enumerate(
            [
                "none",
                "message",
                "timer",
                "error",
                "escalation",
                "signal",
                "compensate",
                "conditional",
                "link",
                "terminate",
                "cancel",
            ]
        ):
            ex = ' cancelActivity="false"' if t == "boundaryEvent" and c % 2 else ""
            put(
                f'<{t} id="ID" name="{"" if r < 4 else d}"{ex}>{"" if d == "none" else f"<{d}EventDefinition/>"}</{t}>',
                40 + c * 70,
                260 + r * 60,
                36,
                36,
            )
    for i, t in enumerate(
        ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
    ):
        put(f'<{t} id="ID" name="是否超过3天？"/>', 840 + i * 90, 260, 50, 50, 'isMarkerVisible="true"')
    put('<dataObjectReference id="ID" name="申请单"/>', 860, 380, 36, 50)
    put('<dataStoreReference id="ID" name="人事库"/>', 940, 380, 50, 50)
    put(
        '<textAnnotation id="ID"><text>注：逾期两天，系统自动催办。</text></textAnnotation>',
        1040,
        380,
        120,
        50,
    )
    put('<group id="ID"/>', 830, 350, 360, 130)
    put('<participant id="ID" name="总部人力资源中心"/>', 40, 620, 1160, 260, 'isHorizontal="true"')
    put('<lane id="ID" name="员工"/>', 70, 620, 1130, 130, 'isHorizontal="true"')
    put('<lane id="ID" name="经理"/>', 70, 750, 1130, 130, 'isHorizontal="true"')
    a = put('<startEvent id="ID" name="提交"/>', 130, 660, 36, 36)
    b = put('<userTask id="ID" name="填写请假申请"/>', 230, 640, 100, 80)
    g = put(
        '<exclusiveGateway id="ID" name="超过3天？" default="f3"/>',
        400,
        655,
        50,
        50,
        'isMarkerVisible="true"',
    )
    c = put('<userTask id="ID" name="总监审批"/>', 540, 770, 100, 80)
    e = put('<endEvent id="ID" name="结束"/>', 760, 792, 36, 36)
    t = put(
        '<boundaryEvent id="ID" cancelActivity="false" attachedToRef="x"><timerEventDefinition/></boundaryEvent>',
        620,
        832,
        36,
        36,
    )
    h = put('<serviceTask id="ID" name="登记考勤"/>', 540, 640, 100, 80)

    def flow(i, s, tt, pts, name="", kind="sequenceFlow", x=""):
        els.append(f'<{kind} id="{i}" name="{name}" sourceRef="{s}" targetRef="{tt}" {x}/>')
        di.append(
            f'<bpmndi:BPMNEdge id="d{i}" bpmnElement="{i}">'
            + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in pts)
            + "</bpmndi:BPMNEdge>"
        )

    flow("f1", a, b, [(166, 678), (230, 680)])
    flow("f2", b, g, [(330, 680), (400, 680)])
    flow("f3", g, h, [(450, 680), (540, 680)], "否")
    flow("f4", g, c, [(425, 705), (425, 810), (540, 810)], "是")
    flow("f5", c, e, [(640, 810), (760, 810)])
    flow("f6", h, e, [(640, 680), (778, 680), (778, 792)])
    flow("m1", b, "zz", [(280, 640), (280, 560), (600, 560)], "通知", "messageFlow")
    flow("as", b, "zz", [(330, 660), (500, 600)], "", "association", 'associationDirection="One"')
    xml = f'<definitions {NS} id="d"><process id="p" name="示例">{"".join(els)}</process><bpmndi:BPMNDiagram id="x"><bpmndi:BPMNPlane id="y" bpmnElement="p">{"".join(di)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>'
    return xml.encode(), {
        "passed": frozenset({a, b, g}),
        "current": frozenset({c}),
        "cancelled": frozenset({h}),
    }
