"""List the actions that need a second person, each with the first steps of the other person."""

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.units.another_person import AnotherPerson

PAIRS = {
    "account_filing.accept": {
        "newmedia.file_opening",
        "newmedia.file_change",
        "newmedia.file_closing",
        "account_filing.resubmit",
    },
    "annual_report.accept": {"annual_report.hand_in"},
    "annual_report.confirm_earlier": {"annual_report.keep_earlier"},
    "assessment.approve_bulletin": {"assessment.draft_bulletin", "assessment.change_bulletin"},
    "assessment.confirm_round": {"assessment.publish_scores"},
    "budget_duty.accept": {"budget_duty.report"},
    "complaint.answer": {"complaint.give_statement"},
    "directory.clear_template": {"directory.make_template", "directory.change_template"},
    "interpretation.pass_plan": {"interpretation.plan"},
    "newmedia.clear_post": {"newmedia.prepare_post", "newmedia.rewrite_post"},
    "policies.confirm_statement": {"policies.decide", "policies.undo_decision"},
    "rectification.confirm": {"rectification.report"},
    "rectification.waive": {"rectification.report"},
    "request.answer_alike": {"request.propose"},
    "request.clear_fee": {"request.calculate_fee"},
    "request.decide": {"request.propose"},
    "request.review_secrecy": {"request.add_materials", "request.mask_material"},
    "score_appeal.reject": {"assessment.mark", "self_assessment.accept"},
    "score_appeal.uphold": {"assessment.mark", "self_assessment.accept"},
    "support.accept": {"support.submit"},
}


def test_each_pair_is_declared_with_actions_that_exist() -> None:
    found = {
        name: set(action.rule.first)
        for name, action in ACTIONS_BY_NAME.items()
        if isinstance(action.rule, AnotherPerson)
    }
    assert found == PAIRS
    assert not {first for names in PAIRS.values() for first in names} - set(ACTIONS_BY_NAME)
