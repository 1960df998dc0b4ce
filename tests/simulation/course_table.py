"""Table of courses: sequences of actions, and the facts that they need to continue. For `courses`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from django.db.models import Count
from django.utils import timezone

from factories.interpretation import INTERPRETATION_BODY
from gongkai.content.reviewing.models import ReviewScheme
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment
from gongkai.oversight.assessment.models import Indicator

#: A sentence of a notice's text that is in none of its rows.
SENTENCE = "请各单位明确专人负责落实，每月报送进展情况。"
#: A fact of an action: a text, or a function that draws it from the row.
Fact = str | Callable[[Any, Random], list[str]]

#: A name is an action; @ marks an event of `turns`; after a colon is the name whose facts it uses.
#: #: ? makes it optional, * repeats it while possible, + waits some days.
SIGN, SUBMIT = "@text_is_signed*", "@text_is_handed_in"
COURSES: dict[str, tuple[str, ...]] = {
    "a fee is paid": (
        "@request_arrives", "request.calculate_fee", "request.clear_fee", "request.notify_fee",
        "request.record_notice_service?", "request.take_payment", "request.remit_fee",
    ),
    "a request is handed in twice": ("@request_arrives", "@request_arrives_again", "request.merge", "request.unmerge"),
    "a court orders it anew": (
        "@request_arrives", "request.review_secrecy?", "request.propose?", "request.decide", "request.deliver",
        "request.open_dispute",
        "request.record_dispute_step", "request.conclude_dispute", "@record_is_compared*", "request.reopen",
    ),
    "a template is changed": ("@template_is_set", "requests.drop_template"),
    "budgets are called for": (
        "@budget_is_called", SIGN, "+1", "budget_duty.report", "budget_duty.return", "budget_duty.report",
        "budget_duty.accept",
    ),
    "a budget is not needed": ("budget_duty.drop",),
    "units help": (
        "@helped_notice_arrives", "notice.correct_cell", "@due_is_corrected", "@notice_is_settled",
        "@course_notice_is_confirmed", "support.submit", "support.return", "support.submit", "support.accept",
        "@measure_is_amended",
    ),
    "help is not needed": (
        "@helped_notice_arrives", "@notice_is_settled", "@course_notice_is_confirmed", "support.cancel",
        "@revising_notice_arrives", "@notice_is_settled", "@row_is_kept", "notice.accept_rows?", "@course_notice_is_confirmed",
    ),
    "a notice was a mistake": (
        "@helped_notice_arrives", "@notice_is_settled", "@course_notice_is_confirmed", "@import_is_undone",
    ),
    "units are assessed": (
        "assessment.draft_scheme", "@indicators_are_set", "assessment.enact_scheme", "@round_is_planned",
        "@evaluator_is_invited", "assessment.open_round", "@units_judge_themselves", "@selves_are_accepted", "+11",
        "assessment.begin_scoring", "@unit_is_talked_to", "assessment.deduct_by_talk?", "@units_are_marked",
        "assessment.publish_scores", "@appeal_is_filed",
        "score_appeal.uphold", "@appeal_is_filed", "score_appeal.reject", "@appeal_is_filed", "score_appeal.withdraw",
        "+20", "assessment.confirm_round",
    ),
    "a scheme is consulted on": (
        "participation.open_catalogue?", "participation.list_decision", "@announcement_is_started:draft",
        "@announcement_is_written", "@announcement_is_placed", SUBMIT, SIGN, "@comment_is_given", "+81",
        "participation.write_point", "participation.set_point", "participation.answer_point?",
        "@announcement_is_started:adoption", "@announcement_is_written", "@announcement_is_placed", SUBMIT,
        SIGN, "decision.examine:experts", "decision.examine:legality", "decision.examine:risk",
        "@record_is_compared*",
        "decision.submit", "decision.return", "decision.submit",
        "decision.decide", "@record_is_compared*", "@announcement_is_started:result", "@announcement_is_written",
        "@announcement_is_placed", SUBMIT, SIGN, "decision.evaluate", "@record_is_compared*", "@announcement_is_started:evaluation",
        "@announcement_is_written", "@announcement_is_placed", SUBMIT, SIGN,
    ),
    "people are asked": (
        "participation.register_survey", "participation.add_question",
        "@announcement_is_started:survey", "@announcement_is_written", "@announcement_is_placed", SUBMIT, SIGN,
        "@survey_is_replied", "+81", "@announcement_is_started:findings", "@announcement_is_written",
        "@announcement_is_placed", SUBMIT, SIGN,
    ),
    "an answer to talk is published": (
        "@talk_is_found", "opinion.consult", "opinion.judge", "opinion.draft_response", "opinion.submit_response",
        SIGN,
    ),
    "a policy is interpreted": (
        "@policy_is_drafted", "interpretation.plan:exempt", "interpretation.pass_plan", SUBMIT, SIGN,
        "interpretation.owe", "interpretation.draft", "@aspects_are_answered", SUBMIT, SIGN,
    ),
    "a policy is withdrawn": (
        "@policy_is_drafted", "interpretation.plan:exempt", "interpretation.pass_plan", SUBMIT, SIGN,
        "interpretation.owe", "publishing.withdraw",
    ),
    "forms are ordered": ("@policy_is_drafted", "interpretation.order_forms"),
    "a paper is signed": ("@text_is_submitted", "@paper_is_recorded", "@paper_is_compared"),
    "a paper is refused": ("@text_is_submitted", "@paper_is_recorded", "@paper_is_refused"),
    "a text is urgent": ("@text_is_submitted", "@sheet_is_filled", "@urgent_is_ordered", "publishing.return_review", "publishing.uphold_objection"),
    "a text names a person": ("@naming_is_drafted", "@finding_is_dropped"),
    "a file names a person": ("@naming_is_drafted", "@copy_is_made", "@copy_is_taken"),
    "a file cannot be read": ("@scan_is_drafted", "@scan_is_vouched"),
    "a column has its own signers": ("@scheme_is_set", "publishing.drop_scheme"),
    "units are asked about a text": (
        "@text_is_drafted", "publishing.coordinate", "@opinion_is_given", "@text_is_revised:words",
        "publishing.confirm_opinions",
    ),
    "a draft is dated anew": ("@text_is_drafted", "@text_is_revised:day", "@text_is_revised:title"),
    "evidence is judged": (
        "assignment.submit", "ledger.withdraw_evidence?", "assignment.submit?", "ledger.judge_evidence",
    ),
    "a training has papers": ("@papers_are_attached", "assessment.drop_paper"),
    "a job fails": ("@job_fails", "errands.retry", "@job_fails", "errands.give_up"),
    "a false alarm": (
        "inspection.mark_false_alarm", "inspection.withdraw_false_alarm", "inspection.mark_false_alarm",
        "inspection.confirm_false_alarm",
    ),
    "a new form of table": ("@schema_is_made",),
    "a sheet is undone": ("@sheet_is_uploaded", "@sheet_heads_are_set", "@sheet_is_applied", "spreadsheets.undo"),
    "an import dies": ("@sheet_is_uploaded", "@import_dies", "+1", "spreadsheets.take_back"),
    "next year has holidays": ("@holidays_are_entered",),
    "comments come by letter": (
        "participation.list_decision", "@announcement_is_started:draft", "@announcement_is_written",
        "@announcement_is_placed", SUBMIT, SIGN, "@comments_are_registered", "decision.cease",
    ),
    "a source is entered": ("@entries_are_added",),
    "a question is answered": (
        "@question_arrives", "inquiry.assign?", "inquiry.draft?", "inquiry.answer?", "@somebody_outside:inquiry.rate",
    ),
    "a fault is mended": ("fault.answer?", "@somebody_outside:fault.rate"),
    "a letter is collected": (
        "@request_arrives", "request.review_secrecy?", "request.propose?", "request.decide",
        "@somebody_outside:requests.collect_letter", "@somebody_outside:requests.collect_material?",
    ),
    "a fee is paid on the site": (
        "@request_arrives", "request.calculate_fee", "request.clear_fee", "request.notify_fee",
        "@somebody_outside:requests.order_payment",
    ),
    "somebody has read enough": ("@somebody_outside:portal.unsubscribe",),
    "a document is repealed": (
        "@policy_is_drafted", "interpretation.plan:exempt", "interpretation.pass_plan", SUBMIT, SIGN,
        "@text_is_revised:title", SUBMIT, SIGN, "policies.decide", SUBMIT, SIGN, "policies.undo_decision", SUBMIT,
        SIGN,
    ),
    "a budget call is moved": ("@budget_is_called", SIGN, "+1", "@budget_call_is_moved", "tables.hand_in", SUBMIT, SIGN, "+1"),
    "mails come back": ("@mails_come_back",),
    "a text is uploaded": (
        "@policy_is_drafted", "interpretation.plan:exempt", "interpretation.pass_plan", SUBMIT, SIGN, "+1",
        "policies.record_upload", "policies.take_back_upload",
    ),
    "a report comes back": (
        "@report_is_completed", "annual_report.check", "annual_report.hand_in",
        "annual_report.accept", "annual_report.review", "publishing.return_review",
    ),
    "a task is shared": (
        "@helped_notice_arrives", "notice.add_row?", "@notice_is_settled", "@course_notice_is_confirmed",
        "assignment.delegate", "@measure_is_amended", "@own_notice_is_issued", "@measure_is_amended",
    ),
    "a promise is kept": (
        "promise.register?", "promise.report_progress?", "promise.reword?", "promise.change_date?", "promise.take_back?",
        "promise.report_kept?", "promise.report_broken?", "promise.void?",
    ),
    "a house is open": (
        "participation.announce_opening?", "participation.change_opening?", "participation.link_opening?",
        "participation.unlink_opening?", "participation.link_opening?", "participation.prove_by_opening?",
    ),
    "the press is invited": ("press_plan.hold?", "press_plan.postpone?", "press_plan.reopen?", "press_plan.cancel?"),
    "a gateway is set up": (
        "outbox.set_up_gateway?", "outbox.try_gateway?", "outbox.switch_on_gateway?", "outbox.switch_off_gateway?",
    ),
    "a site is looked after": (
        "platform.enter_regulation?", "platform.log_drill?", "platform.log_reading?", "platform.plan_turns?",
        "platform.enter_part?", "platform.witness_part?", "platform.receive_part?", "platform.set_funding?",
        "platform.take_along?", "platform.end_member?",
    ),
    "a text is posted": (
        "newmedia.prepare_post?", "newmedia.rewrite_post?", "newmedia.mark_posted?", "newmedia.file_change?",
        "newmedia.open_column?",
    ),
    "documents answer": (
        "policies.relate?", "policies.respond?", "policies.draft_response?", "policies.list_filed?",
        "policies.link_filed?", "policies.drop_filed?",
    ),
    "a request is corrected": (
        "@request_arrives", "request.ask_correction?", "request.take_correction?", "request.record_service?",
        "request.open_to_all?", "request.abandon?",
    ),
    "answers are opened": (
        "requests.open_answer?", "requests.open_letter?", "requests.sign_letter?", "requests.take_notice?",
        "requests.settle_notice?", "request.answer_alike?",
    ),
    "a catalogue is checked": (
        "directory.draw_check?", "directory.compose_check?", "directory.judge_cells?", "directory.order_publication?",
        "directory.fill?",
    ),
    "words are confirmed": ("publishing.withdraw_words?", "publishing.confirm_words?", "publishing.refuse_words?"),
    "a gazette is made": ("gazette.arrange?", "gazette.change_article?", "gazette.note_printed?"),
    "faults are sorted": ("fault.transfer?", "fault.dismiss?", "mails.dismiss?", "messages.prepare?"),
    "a question takes long": ("@question_arrives", "inquiry.assign?", "inquiry.extend?", "inquiry.call_back?", "inquiry.conclude?"),
    "complaints end": ("complaint.extend?", "complaint.withdraw?", "rectification.extend?", "validity.extend?", "validity.lapse?"),
    "no interpretation is owed": ("interpretation.excuse?", "interpretation.hand_over?", "interpretation.confirm_copied?"),
    "rows are corrected": (
        "@helped_notice_arrives", "notice.edit_paths?", "notice.take_limit?", "notice.choose_parent?", "notice.take_last_year?",
        "notice.remove_tasks?",
    ),
    "staff is entered": ("units.enter_person?", "units.edit_group?", "units.restore?", "ledger.set_office?", "ledger.set_title?"),
    "tasks of each period": (
        "assignment.record_channel?", "assignment.catch_up?", "assignment.check_cycle?", "assignment.tick_sent?",
    ),
    "comments are grouped": (
        "participation.register_comment?", "participation.group_comments?", "participation.write_point?",
        "participation.set_point?", "participation.answer_points?",
    ),
    "tasks from above end": ("upward.resume?", "upward.cancel?", "disclosure.resume?", "opinion_duty.excuse?", "opinion_duty.met?"),
    "a law is changed": (
        "@law_is_changed", "policies.compare_text?", "law_update.finish?", "+1", "@law_is_changed", "law_update.drop?",
    ),
    "an answer is known": ("@known_question_arrives", "@somebody_outside:inquiry.settle"),
    "a catalogue is replaced": (
        "directory.make_draft?", "directory.fill?", "directory.release?", "directory.make_draft?", "directory.release?",
    ),
    "weights are learnt": ("@weights_are_learnt", "answers.put_fit_aside"),
    "a site is inspected": ("@site_is_registered",),
    "a party is corrected": ("@request_arrives", "@party_is_corrected"),
    "holidays are moved": ("@calendar_is_changed", "ledger.confirm_legal_change?"),
    "a text waits for its record": ("@original_is_uploaded", "@original_is_put_in"),
    "headings are corrected": ("@tabled_notice_arrives", "@heads_are_corrected", "@heads_are_put_back"),
    "a website carries a text": ("@site_is_asked", "newmedia.mark_carried"),
    "sources are compared again": ("gathering.tell_apart?", "gathering.compare_again"),
    "documents are looked through": (
        "policies.open_round?", "policies.judge?", "@cases_are_judged", "policies.keep_opinion?", "cleanup.submit*",
        "policies.close_round", SUBMIT,
        SIGN,
    ),
}  # fmt: skip


def in_days(days: int) -> Fact:
    """Return a fact: the day `days` days after the step."""
    return lambda row, rng: [str(timezone.localdate() + timedelta(days=days))]


def _others(entry: Entry, rng: Random) -> list[str]:
    same = Entry.objects.filter(kind="request", body=entry.body, closed_at=None).exclude(pk=entry.pk)
    return [str(number) for number in same.order_by("-pk").values_list("number", flat=True)[:1]]


def _evidence(entry: Entry, rng: Random) -> list[str]:
    return [str(key) for key in entry.evidence.filter(withdrawn=False).values_list("pk", flat=True)[:1]]


def _staffed(catalogue: Any, rng: Random) -> list[str]:
    posts = Appointment.objects.filter(in_force_q(), body__path__startswith=catalogue.body.path, body__active_to=None)
    counted = posts.order_by("body").values("body").annotate(people=Count("person", distinct=True))
    found = [*counted.filter(people__gte=4).values_list("body", flat=True)]
    return [str(rng.choice(found))] if found else []


def _before_due(entry: Entry, rng: Random) -> list[str]:
    due = timezone.localdate(entry.due_at) if entry.due_at else timezone.localdate() + timedelta(days=50)
    return [str(max(due - timedelta(days=1), timezone.localdate()))]


def _unread(notice: Any, rng: Random) -> list[str]:
    rows = "".join(notice.measures.values_list("text", flat=True))
    return [one for line in notice.source_text.split("\n") if len(one := line.strip()) > 8 and one not in rows][:1]


def _deduction(talk: Any, rng: Random) -> list[str]:
    rows = Indicator.objects.filter(scheme__rounds__units__body=talk.body, way="deduction").order_by("-pk")
    return [str(key) for key in rows.values_list("pk", flat=True)[:1]]


def _own_columns(site: Any, rng: Random) -> list[str]:
    rows = ReviewScheme.objects.filter(website=site, column_number__gt=0).order_by("-number")
    return [str(key) for key in rows.values_list("column_number", flat=True)[:1]]


FACTS: dict[str, Mapping[str, Fact]] = {
    "request.calculate_fee": {"why": "number", "grounds": "一个月内提出几百件申请", "basis": "items", "count": "130", "before": "0"},
    "request.merge": {"into": _others}, "participation.list_decision": {"body": _staffed, "planned_on": in_days(300), "reason": "年度中新增"},
    "request.conclude_dispute": {"orders_anew": "on", "result": "corrected", "finding": "原答复认定事实不清，予以撤销。"},
    "decision.examine:experts": {"what": "experts", "result": "passed"},
    "decision.examine:legality": {"what": "legality", "result": "passed"},
    "decision.examine:risk": {"what": "risk", "result": "passed"},
    "interpretation.plan:exempt": {"needed": "", "exempt_reason": "转发上级文件，不作解读"},
    "participation.add_question": {"kind": "many", "options": "出资\n协商\n审批", "most": "2", "required": "on"},
    "interpretation.plan": {"forms": "text"}, "interpretation.owe": {"forms": "text"},
    "interpretation.order_forms": {"forms": "text"}, "interpretation.draft": {"form": "text", "body": INTERPRETATION_BODY},
    "opinion.draft_response": {"text": "已责令七日内维修，费用由企业承担。"},
    "policies.decide": {"what": "repeal", "actor": "", "cited": "", "reason": "不再适用", "on": in_days(0), "announced_in": "", "round": ""},
    "policies.judge": {"verdict": "keep", "until": "", "reason": "仍然适用"},
    "assessment.deduct_by_talk": {"indicator": _deduction, "value": "1"}, "assignment.delegate": {"until": _before_due},
    "requests.drop_template": {"kind": "reply"},
    "notice.add_row": {"text": _unread, "dropped": "on"},
    "publishing.drop_scheme": {"column": _own_columns},
    "notice.correct_cell": {"field": "item", "value": "（一）规划信息和计划"},
    "ledger.judge_evidence": {"evidence": _evidence},
    "newmedia.mark_carried": {"address": lambda row, rng: [f"{row.site_address}/1.html"]},
    "gathering.compare_again": {"other": lambda row, rng: [str(one.pk) for one in row.apart.all()[:1]]},
    "ledger.withdraw_evidence": {"evidence": _evidence},
}  # fmt: skip
