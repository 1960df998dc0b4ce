"""The closed table of acts: each has its words, its provision, its form, its action."""

import pytest

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.ledger.forms import ENTRY_FORMS_BY_ACTION
from gongkai.lib.law.annual_form import TABLE3_RESULTS
from gongkai.work.requests.results import DECIDABLE_RESULTS, REQUEST_RESULTS, REVIEW_FIRST
from gongkai.work.requests.states import CLOSED_STATES, OPEN_STATES, REQUEST_ACTS, REQUEST_MACHINE, STATE_LABELS


@pytest.mark.parametrize("verb", sorted(REQUEST_ACTS))
def test_an_act_is_an_action_with_a_form_and_leads_somewhere(verb: str) -> None:
    act = REQUEST_ACTS[verb]
    assert ACTIONS_BY_NAME[f"request.{verb}"].label == act.label
    assert f"request.{verb}" in ENTRY_FORMS_BY_ACTION
    assert act.sources <= set(STATE_LABELS)
    assert set(act.to) <= set(STATE_LABELS)
    assert act.text.endswith("。")


def test_every_state_is_reached_and_every_open_one_is_left() -> None:
    reached = {to for act in REQUEST_ACTS.values() for to in act.to} | {REQUEST_MACHINE.first}
    assert reached == set(STATE_LABELS)
    for state in OPEN_STATES:
        assert any(state in act.sources and set(act.to) & CLOSED_STATES for act in REQUEST_ACTS.values())


def test_the_21_results_are_the_rows_of_the_form() -> None:
    assert list(REQUEST_RESULTS) == list(TABLE3_RESULTS)
    assert len(REQUEST_RESULTS) == 21
    assert len(DECIDABLE_RESULTS) == 19
    review = {key for key, one in REQUEST_RESULTS.items() if one.remedies == REVIEW_FIRST}
    assert review == {"3.2", *(f"3.3.{n}" for n in range(1, 8))}
