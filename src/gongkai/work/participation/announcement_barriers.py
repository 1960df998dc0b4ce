"""Rules that block an announcement; checked at submission, signature and publication."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils import timezone

from gongkai.content.editions.erasure import ERASED_TEXT
from gongkai.content.editions.models import Document
from gongkai.content.editions.shelves import list_spans
from gongkai.content.editions.sources import OutgoingText
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.digest import digest
from gongkai.core.ledger.models import PastState
from gongkai.lib.typed_json import read_text
from gongkai.work.participation.models import (
    Announcement,
    AnnouncementKind,
    Consultation,
    Decision,
    Examination,
    ParticipationWay,
)
from gongkai.work.participation.queries import count_comments_by_outcome, find_feedback_gaps, list_last_examinations
from gongkai.work.participation.rules import list_comment_period_faults, list_hearing_notice_faults
from gongkai.work.participation.states import DECISION_MACHINE, DecisionState
from gongkai.work.participation.surveys import get_questions, make_findings_facts, tally_survey
from gongkai.work.participation.texts import find_personal_words, get_commenter_identities, read_adoption_rows

_Kind = AnnouncementKind


def get_publication_day(announcement: Announcement) -> date:
    """Return the day on which an announcement first became public or will become public.

    Before its publication this is the day set in its open review, else today.
    """
    first_moment = _get_first_publication(announcement)
    return timezone.localdate(first_moment) if first_moment else _get_day_of_review(announcement)


def _get_first_publication(announcement: Announcement) -> datetime | None:
    """Return when an announcement became public or is scheduled to become public, or None."""
    rows = Document.objects.filter(source=announcement.stream).values_list("published_at", flat=True)
    return rows.first()


def _get_day_of_review(announcement: Announcement) -> date:
    """Return the day set in the open review of an announcement, if it is not past, else today."""
    review = Review.objects.filter(source=announcement.stream, state__in=OPEN_STATES).order_by("-pk").first()
    today = timezone.localdate()
    return max(today, timezone.localdate(review.visible_from)) if review and review.visible_from else today


def _find_catalogue_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the reasons why a catalogue cannot be published."""
    catalogue = announcement.catalogue
    assert catalogue is not None
    reasons = [] if terms.get("rows") else ["目录中还没有事项。"]
    if not catalogue.consent:
        reasons.append("目录经同级党委同意后公布（国令第713号第三条）：请填写同意的会议或者文件。")
    return reasons


def list_consents_to_approve(outgoing: OutgoingText) -> list[tuple[str, str]]:
    """Return the consent of the party committee, for the signers of a catalogue to approve.

    Returns [(Chinese words, their digest)]; empty if the announcement is not a catalogue's, or has no consent.
    """
    source = outgoing.source
    catalogue = source.catalogue if isinstance(source, Announcement) else None
    if catalogue is None or not catalogue.consent:
        return []
    return [(f"登记的同级党委同意：{catalogue.consent}", digest(f"{catalogue.stream} {catalogue.consent}"))]


def _find_draft_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the reasons why a draft cannot be published."""
    decision = announcement.decision
    assert decision is not None
    reasons = []
    if not terms.get("draft") and not announcement.latest.files:
        reasons.append("请写上或者附上草案全文。")
    if not terms.get("explanation"):
        reasons.append("公开征求意见应当同时公布决策草案及其说明（国令第713号第十五条）：请写起草说明。")
    if not terms.get("ways"):
        reasons.append("请写明提交意见的方式。")
    starts, ends = get_publication_day(announcement), date.fromisoformat(read_text(terms, "ends_on"))
    consultation = Consultation.objects.filter(pk=announcement.pk).first()
    if consultation is not None and ends < consultation.ends_on:
        reasons.append("已公布的截止日期只能延后，不能提前。")
    if consultation is not None and ends != consultation.ends_on and consultation.ends_on < timezone.localdate():
        reasons.append("征求意见的期限已经届满，再次征求意见请另行公告。")
    return [*reasons, *list_comment_period_faults(decision.draft_kind, starts, ends, read_text(terms, "short"))]


def _find_hearing_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    hearing_day = datetime.fromisoformat(read_text(terms, "held_at")).date()
    if hearing_day < timezone.localdate() or terms["form"] != "hearing":
        return []  # a correction after the hearing, or a meeting
    if hearing_day in _list_published_hearing_days(announcement):
        return []  # a correction of something else
    return list_hearing_notice_faults(_get_day_of_review(announcement), hearing_day)


def _list_published_hearing_days(announcement: Announcement) -> set[date]:
    """Return the day of a hearing in the text that is public now; empty if there is none."""
    document = Document.objects.filter(source=announcement.stream).first()
    editions = {edition.number: edition for edition in document.editions.all()} if document else {}
    now = timezone.now()
    spans = [
        span for span in list_spans(editions.values()) if span.since <= now and (span.until is None or now < span.until)
    ]
    approvals = [row for span in spans for row in editions[span.edition.number].approvals]
    numbers = {row["revision"] for row in approvals if row.get("revision")}
    revisions = announcement.revisions.filter(pk__in=numbers)
    return {datetime.fromisoformat(revision.terms["held_at"]).date() for revision in revisions}


def _find_adoption_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the reasons why the adoption table cannot be published."""
    draft = announcement.about
    consultation = Consultation.objects.filter(pk=draft.pk).first() if draft else None
    if consultation is None:
        return ["征求意见的公告还没有公布，先起草公告、审签公布。"]
    if not consultation.is_over:
        return ["征求意见的期限还没有届满，不能公布采纳情况。"]
    reasons = find_feedback_gaps(consultation)
    if not reasons and terms.get("counts") != count_comments_by_outcome(consultation):
        reasons = ["意见或者采纳情况有变动：请重新生成采纳情况表。"]
    cells = [cell for row in read_adoption_rows(terms) for cell in (row[1], row[4])]
    text = "\n".join((announcement.latest.title, read_text(terms, "intro"), *cells))
    names_found = find_personal_words(text, get_commenter_identities(consultation.comments.all()))
    return reasons + ([f"采纳情况中不能有个人信息，请改写：{'、'.join(names_found)}。"] if names_found else [])


def _find_result_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the Chinese reason if no decision was recorded whose result could be published."""
    decision = announcement.decision
    assert decision is not None
    return [] if decision.decided_on else ["还没有登记审议决定，不能公布结果。"]


def _find_evaluation_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the reason if the decision's result was not published before its evaluation."""
    decision = announcement.decision
    assert decision is not None
    return [] if decision.entry.state in {DecisionState.DECIDED, DecisionState.EVALUATED} else ["决策结果还没有公布。"]


def _find_survey_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the reasons why a survey cannot be published."""
    survey = announcement.survey
    assert survey is not None
    reasons = [] if terms.get("asked") else ["还没有问题，请先添加问题。"]
    present_terms = {"matter": survey.title, "policy": survey.policy, "asked": get_questions(survey)}
    if any(terms.get(name) != value for name, value in present_terms.items()):
        reasons.append("名称或者问题有改动：请保存一次公告，重新生成问卷。")
    ends = date.fromisoformat(read_text(terms, "ends_on"))
    if survey.ends_on is None:
        return reasons if ends > get_publication_day(announcement) else [*reasons, "截止日期应当在公布之后。"]
    if ends < survey.ends_on:
        reasons.append("已公布的截止日期只能延后，不能提前。")
    elif ends != survey.ends_on and survey.is_over:
        reasons.append("调研已经结束，再次调研请另建问卷。")
    return reasons


def _find_findings_gaps(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    """Return the reasons why a survey's findings cannot be published."""
    survey = announcement.survey
    assert survey is not None
    if not survey.is_over:
        return ["调研还没有结束，不能公布结果。"]
    needed = (("findings", "请写调研结果的分析。"), ("answers", "请写共性问题和答复（没有的写明没有）。"))
    reasons = [sentence for name, sentence in needed if not terms.get(name)]
    present_terms = make_findings_facts(survey, tally_survey(survey))
    if any(terms.get(name) != value for name, value in present_terms.items()):
        reasons.append("填写的数字有变动：请保存一次，重新生成结果表。")
    return reasons


_GAP_FINDERS: dict[str, Callable[[Announcement, Mapping[str, object]], list[str]]] = {
    _Kind.CATALOGUE: _find_catalogue_gaps,
    _Kind.DRAFT: _find_draft_gaps,
    _Kind.HEARING: _find_hearing_gaps,
    _Kind.ADOPTION: _find_adoption_gaps,
    _Kind.RESULT: _find_result_gaps,
    _Kind.EVALUATION: _find_evaluation_gaps,
    _Kind.SURVEY: _find_survey_gaps,
    _Kind.FINDINGS: _find_findings_gaps,
}


def find_announcement_gaps(announcement: Announcement) -> list[str]:
    """Return the reasons why the last text of an announcement cannot be published; [] without a text."""
    latest = announcement.latest
    if latest and latest.title == ERASED_TEXT:
        return ["内容已依法删除，不能再公布，请重新起草。"]
    if latest is None:
        return []
    return _find_state_errors(announcement) or _GAP_FINDERS[announcement.what](announcement, latest.terms)


#: Announcement of a decision → the move that its first publication makes.
_MOVES_BY_KIND = {_Kind.DRAFT: "opened", _Kind.ADOPTION: "answered", _Kind.RESULT: "published"}


def _find_state_errors(announcement: Announcement) -> list[str]:
    """Return the reason if an announcement is given up, or does not fit the state of its decision or survey.

    Corrections of a published announcement of a decision fit in every state.
    """
    if announcement.dropped:
        return ["这份公告已经放弃。"]
    if announcement.survey and announcement.survey.dropped:
        return ["调研已经取消，不能公布公告。"]
    decision, move = announcement.decision, _MOVES_BY_KIND.get(_Kind(announcement.what))
    if decision is None or move is None or _get_first_publication(announcement):
        return []
    if decision.entry.state in DECISION_MACHINE.moves[move].sources:
        return []
    return [f"这项决策{decision.entry.state_label}，不能公布{announcement.get_what_display()}。"]


_PASSING_LEGALITY_RESULTS = frozenset({Examination.Result.PASSED, Examination.Result.MENDED})
# Steps that may be omitted with a reason only (国令第713号第十九条、第二十二条).
_STEPS_OMITTED_WITH_REASON = (Examination.What.EXPERTS, Examination.What.RISK)


def list_omitted_steps(decision: Decision) -> list[str]:
    """Return the labels of omitted steps that need a reason."""
    existing = {examination.what for examination in list_last_examinations(decision)}
    missing = [step.label for step in _STEPS_OMITTED_WITH_REASON if step not in existing]
    return (
        missing
        if decision.exempt
        else [*missing, *(meeting.label for meeting in list_promised_meetings_not_held(decision))]
    )


def list_promised_meetings_not_held(decision: Decision) -> list[ParticipationWay]:
    """Return the promised forms of meeting (hearing, meeting) that were not held."""
    rows = decision.announcements.filter(what=_Kind.HEARING, dropped=False)
    form_by_stream = {
        announcement.stream: announcement.latest.terms["form"]
        for announcement in rows
        if is_meeting_time_past(announcement)
    }
    published_streams = Document.objects.filter(
        source__in=form_by_stream, published_at__lte=timezone.now()
    ).values_list("source", flat=True)
    held_forms = {form_by_stream[stream] for stream in published_streams}
    return [
        meeting
        for meeting in (ParticipationWay.HEARING, ParticipationWay.MEETING)
        if meeting in decision.ways and meeting.value not in held_forms
    ]


def is_meeting_time_past(announcement: Announcement) -> bool:
    """Return true if the time of an announced hearing or meeting has passed; false without one or if it was erased."""
    held_at = read_text(announcement.latest.terms, "held_at") if announcement.latest else ""
    return bool(held_at) and datetime.fromisoformat(held_at) <= timezone.localtime().replace(tzinfo=None)


def find_submission_gaps(decision: Decision) -> list[str]:
    """Return the reasons that block the submission of a decision (D-02).

    Required are the published draft with the feedback on comments, or an exemption; and a passed
    review of legality.
    """
    return [*_find_publication_gaps(decision), *_find_legality_gaps(decision)]


def _find_legality_gaps(decision: Decision) -> list[str]:
    """Return the reasons why the legality examination does not permit submission.

    A failed one gives none here: `_find_publication_gaps` returns its reason.
    """
    result = {examination.what: examination.result for examination in list_last_examinations(decision)}.get(
        Examination.What.LEGALITY
    )
    if result == Examination.Result.FAILED:
        return []
    if result in _PASSING_LEGALITY_RESULTS:
        papers = decision.entry.evidence.filter(withdrawn=False, attachment__isnull=False)
        compared = decision.entry.past_records.filter(action="decision.examine", state=PastState.CONFIRMED)
        return [] if papers.exists() or compared.exists() else ["还没有附上合法性审查意见书：请用“添加佐证”附上。"]
    return [
        "还没有登记合法性审查的结论，未经合法性审查不得提交讨论（国令第713号第二十五条）：请先“登记论证、评估、审查”。"
    ]


def _was_public_until_end(consultation: Consultation) -> bool:
    """Return true if a draft stayed public until the end of its consultation."""
    document = Document.objects.filter(source=consultation.announcement.stream).first()
    last_spans = list_spans(document.editions.all())[-1:] if document else []
    until = last_spans[0].until if last_spans else None
    return bool(last_spans) and (until is None or timezone.localdate(until) > consultation.ends_on)


def _find_publication_gaps(decision: Decision) -> list[str]:
    """Return the reasons against submission: a failed examination, or an unfinished comment period."""
    failed = [
        examination
        for examination in list_last_examinations(decision)
        if examination.result == Examination.Result.FAILED
    ]
    if failed:
        return [
            f"{examination.get_what_display()}没有通过（{examination.on:%Y-%m-%d}）：修改草案、重新{examination.get_what_display()}后再提请审议。"
            for examination in failed
        ]
    if decision.exempt:
        return []
    periods = list(decision.consultations.all())
    if not any(_was_public_until_end(consultation) for consultation in periods):
        return ["没有公布过决策草案和起草说明，也没有依法不公开征求意见的理由，不能提请审议（国令第713号第十五条）。"]
    if not all(consultation.is_over for consultation in periods):
        return ["征求意见的期限还没有届满，不能提请审议。"]
    if decision.entry.state != DecisionState.ANSWERED:
        return ["还没有公布意见采纳情况，不能提请审议（国令第713号第二十九条）。"]
    return []
