"""Draw DMN models for the tests, shorter than XML."""

from xml.sax.saxutils import escape, quoteattr

from webapp.decisions import load

HEAD = '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{version}" namespace="{namespace}" name="m" id="m">'
DMN15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(*parts, version=DMN15, namespace="urn:m"):
    return (HEAD.format(version=version, namespace=namespace) + "".join(parts) + "</definitions>").encode()


def model(*parts, imports=None, **options):
    return load(definitions(*parts, **options), imports=imports or {})


def typed(type_ref):
    return f" typeRef={quoteattr(type_ref)}" if type_ref else ""


def text(content, *, type_ref=""):
    return f"<literalExpression{typed(type_ref)}><text>{escape(content)}</text></literalExpression>"


def given(name, type_ref=""):
    return f"<inputData id={quoteattr('in ' + name)} name={quoteattr(name)}><variable name={quoteattr(name)}{typed(type_ref)}/></inputData>"


def needs(*names):
    return "".join(
        f'<informationRequirement><requiredInput href="#in {name}"/></informationRequirement>'
        for name in names
    )


def relies(*ids):
    return "".join(
        f'<informationRequirement><requiredDecision href="#{i}"/></informationRequirement>' for i in ids
    )


def knows(*ids):
    return "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{i}"/></knowledgeRequirement>' for i in ids
    )


def decision(name, logic, *, needs="", type_ref=""):
    return f"<decision id={quoteattr(name)} name={quoteattr(name)}><variable name={quoteattr(name)}{typed(type_ref)}/>{needs}{logic}</decision>"


def knowledge(name, parameters, logic, *, extra="", type_ref="", kind="FEEL"):
    formal = "".join(f"<formalParameter name={quoteattr(p)}{typed(t)}/>" for p, t in parameters)
    return (
        f"<businessKnowledgeModel id={quoteattr(name)} name={quoteattr(name)}><variable name={quoteattr(name)}{typed(type_ref)}/>"
        f'<encapsulatedLogic kind="{kind}">{formal}{logic}</encapsulatedLogic>{extra}</businessKnowledgeModel>'
    )


def tests(tag, content):
    return f"<{tag}><text>{escape(content)}</text></{tag}>" if content else ""


def input_clause(expression, type_ref="", values=""):
    return f"<input label={quoteattr(expression)}><inputExpression{typed(type_ref)}><text>{escape(expression)}</text></inputExpression>{tests('inputValues', values)}</input>"


def output_clause(name, type_ref="", values="", default=""):
    return f"<output name={quoteattr(name)}{typed(type_ref)}>{tests('outputValues', values)}{tests('defaultOutputEntry', default)}</output>"


def table(policy, inputs, outputs, *rules, aggregation=""):
    """``inputs`` and ``outputs``: tuples for the clauses; each rule: cells, inputs first, as FEEL texts."""
    rows = ""
    for number, cells in enumerate(rules, 1):
        entries = "".join(
            f"<{'inputEntry' if i < len(inputs) else 'outputEntry'} id='c{number}-{i}'><text>{escape(cell)}</text></{'inputEntry' if i < len(inputs) else 'outputEntry'}>"
            for i, cell in enumerate(cells)
        )
        rows += f"<rule id='r{number}'>{entries}</rule>"
    aggregator = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        f'<decisionTable id="table" hitPolicy="{policy}"{aggregator}>'
        + "".join(input_clause(*clause) for clause in inputs)
        + "".join(output_clause(*clause) for clause in outputs)
        + rows
        + "</decisionTable>"
    )


def table_model(policy, inputs, outputs, *rules, aggregation="", extra=()):
    """A model with one decision ``d``; each input column tests an input of its own name."""
    names = [clause[0] for clause in inputs]
    logic = table(policy, inputs, outputs, *rules, aggregation=aggregation)
    return model(
        *extra, *(given(*clause[:2]) for clause in inputs), decision("d", logic, needs=needs(*names))
    )


def rows_of(answer):
    return [fired.index for fired in answer.fired]
