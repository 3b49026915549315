"""What no model of the kit reaches: faults below the evaluation, doubled ids, types of inputs."""

import pytest

from tests.decisions.drawing import decision, given, model, needs, text
from webapp.decisions import DecisionError, ExpressionError, LimitError, ModelError
from webapp.decisions.evaluation import Evaluation
from webapp.feel import FeelLimitError


@pytest.mark.parametrize(("below", "told"), [(RecursionError, LimitError), (FeelLimitError, ExpressionError)])
def test_a_fault_below_the_evaluation_is_told_as_the_decisions(monkeypatch, below, told):
    found = model(given("a"), decision("d", text("a"), needs=needs("a")))

    def fail(*_given):
        raise below

    monkeypatch.setattr(Evaluation, "answer", fail)
    with pytest.raises(told) as refused:
        found.evaluate("d", {"a": 1})
    assert isinstance(refused.value, DecisionError)


def test_two_elements_of_one_id_are_refused():
    with pytest.raises(ModelError, match="重复"):
        model(given("a"), given("a"), decision("d", text("a"), needs=needs("a")))


def test_the_type_of_an_input_is_the_one_built_in_beneath_it():
    found = model(given("a", "number"), given("b"), decision("d", text("a"), needs=needs("a")))
    assert [found.input_type(name) for name in "abc"] == ["number", "Any", "Any"]
