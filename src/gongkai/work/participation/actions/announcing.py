"""Actions that draft announcements, and that track the feedback due after a comment period."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.core.intake.actions import schedule_erasures
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.lib.law import Event
from gongkai.work.participation import rules
from gongkai.work.participation.models import (
    KINDS_OF_DECISION,
    KINDS_OF_SURVEY,
    Announcement,
    AnnouncementKind,
    Catalogue,
    Consultation,
    Decision,
    Survey,
)
from gongkai.work.participation.queries import count_comments_by_outcome, make_adoption_rows
from gongkai.work.participation.states import FEEDBACK_KIND, FeedbackState
from gongkai.work.participation.surveys import get_questions, make_findings_facts, tally_survey
from gongkai.work.participation.texts import make_announcement_html, make_announcement_title

_Kind = AnnouncementKind
# Kinds of which an owner has one announcement; drafts and hearings may be several.
SINGLE_ANNOUNCEMENT_KINDS = frozenset({_Kind.RESULT, _Kind.EVALUATION, *KINDS_OF_SURVEY})


def _list_announcement_kinds(owner: Decision | Catalogue | Survey) -> tuple[AnnouncementKind, ...]:
    if isinstance(owner, Catalogue):
        return (_Kind.CATALOGUE,)
    return KINDS_OF_SURVEY if isinstance(owner, Survey) else KINDS_OF_DECISION


def _get_owner_stream(owner: Decision | Catalogue | Survey) -> str:
    return f"entry/{owner.pk}" if isinstance(owner, Decision) else owner.stream


def _list_published_ids(rows: QuerySet[Announcement]) -> list[int]:
    """Return the ids of those announcements that have editions, withdrawn ones included."""
    names = {f"announcement/{number}": number for number in rows.values_list("pk", flat=True)}
    documents = Document.objects.filter(source__in=list(names), editions__isnull=False)
    return [names[source] for source in documents.values_list("source", flat=True).distinct()]


@action(
    "participation.start_announcement",
    label="起草公告",
    rule=lambda by, owner: rules.list_reasons_unless_unit_staff(
        by, owner.entry if isinstance(owner, Decision) else owner
    ),
)
def start_announcement(
    owner: Decision | Catalogue | Survey, *, by: Actor, what: str, about: Announcement | None = None
) -> ActionResult:
    """Start an announcement (`what`: its kind) of a decision, catalogue or survey.

    `about`: for an adoption table, the announcement of the draft that was commented on.

    Returns:
        The `Announcement`, without a text; an unfinished one of this kind if there is one.
    """
    if what not in _list_announcement_kinds(owner):
        raise Refused("没有这种公告。")
    if what == _Kind.ADOPTION:
        if about is None or about.what != _Kind.DRAFT or about.decision_id != owner.pk:
            raise Refused("请指明是对哪一次征求意见的采纳情况。")
        if not Consultation.objects.filter(pk=about.pk).exists():
            raise Refused("征求意见的公告还没有公布，先起草公告、审签公布。")
    candidates = owner.announcements.filter(what=what, dropped=False)
    candidates = candidates.filter(about=about) if about else candidates
    if what not in SINGLE_ANNOUNCEMENT_KINDS | {_Kind.CATALOGUE, _Kind.ADOPTION}:
        candidates = (
            candidates.filter(revisions=None)
            if what == _Kind.HEARING
            else candidates.exclude(pk__in=_list_published_ids(candidates))
        )
    announcement = candidates.first()
    key = type(owner).__name__.lower()  # decision, catalogue or survey
    started = announcement or Announcement.objects.create(what=what, about=about, **{key: owner})
    text = f"起草{started.get_what_display()}"
    return ActionResult(words=text, facts={"announcement": started.pk}, result=started, stream=_get_owner_stream(owner))


def _list_reasons_if_under_review(announcement: Announcement) -> list[str]:
    """Return the Chinese reasons why an announcement cannot be changed: dropped or under review."""
    if announcement.dropped:
        return ["这份公告已经放弃。"]
    is_under_review = Review.objects.filter(source=announcement.stream, state__in=OPEN_STATES).exists()
    return ["正在审签，要改动请先撤回送审。"] if is_under_review else []


def _list_reasons_against_dropping(announcement: Announcement) -> list[str]:
    """Return the reasons why an announcement cannot be dropped."""
    if _list_published_ids(Announcement.objects.filter(pk=announcement.pk)):
        return ["公布过的公告不能放弃，可以撤回公开。"]
    return _list_reasons_if_under_review(announcement)


@action(
    "participation.drop_announcement",
    label="放弃公告",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_dropping,
)
def drop_announcement(announcement: Announcement, *, by: Actor) -> ActionResult:
    """Drop an announcement that was never published; the action's result is its owner."""
    Announcement.objects.filter(pk=announcement.pk).update(dropped=True)
    owner = announcement.owner
    return ActionResult(
        words=f"放弃“{announcement}”",
        facts={"announcement": announcement.pk},
        result=owner,
        stream=_get_owner_stream(owner),
    )


@action(
    "participation.write_announcement",
    label="编写公告",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_under_review,
)
def write_announcement(
    announcement: Announcement,
    *,
    by: Actor,
    terms: Mapping[str, object],
    title: str = "",
    files: Sequence[tuple[str, StoredFile]] | None = None,
) -> ActionResult:
    """Write the next text of an announcement from its form; return the revision.

    Data of the ledger (rows of a catalogue, the adoption table, questions and results of a survey)
    is added here.

    Args:
        terms: the fields, as `texts.make_announcement_html` reads them.
        title: the title, if not the usual one.
        files: (name, stored file) of the attachments; None keeps those of the last text.
    """
    values = dict(terms)
    last_revision = announcement.latest
    if announcement.what == _Kind.CATALOGUE:
        assert announcement.catalogue is not None
        values |= make_catalogue_terms(announcement.catalogue)
        usual_title = str(announcement.catalogue)
    elif announcement.survey is not None:
        values |= make_survey_terms(announcement)
        usual_title = make_announcement_title(announcement.what, announcement.survey.title, values)
    else:
        assert announcement.decision is not None
        usual_title = make_announcement_title(announcement.what, announcement.decision.entry.title, values)
    if announcement.what == _Kind.ADOPTION:
        values |= make_adoption_terms(announcement)
    last_files = [(name, digest) for name, digest in last_revision.files] if last_revision and files is None else []
    file_digests = [(name, file.pk) for name, file in files] if files is not None else last_files
    row = announcement.save_revision(
        by=by,
        title=title.strip() or usual_title,
        html=make_announcement_html(announcement.what, values),
        facts={
            "formed_on": timezone.localdate().isoformat(),
            "attribute": "proactive",
            "attribute_basis": "19",
            "issuer": announcement.unit.name,
        },
        files=file_digests,
        terms=values,
    )
    return ActionResult(words=f"保存“{row.title}”", facts={"revision": row.pk}, result=row)


def make_catalogue_terms(catalogue: Catalogue) -> dict[str, object]:
    """Return the fields of a catalogue's announcement: its rows and changes."""
    rows = catalogue.decisions.exclude(entry__state="removed").select_related("entry__body")
    changes = [
        {
            "on": timezone.localdate(catalogue_change.at).isoformat(),
            "what": catalogue_change.get_what_display(),
            "title": catalogue_change.title,
            "words": catalogue_change.words,
            "reason": catalogue_change.reason,
        }
        for catalogue_change in catalogue.changes.all()
    ]
    return {"rows": [decision.row() for decision in rows], "changes": changes}


def make_adoption_terms(announcement: Announcement) -> dict[str, object]:
    """Return the fields of an adoption table: its rows and counts.

    Raises:
        Refused: the draft's announcement was not published.
    """
    consultation = Consultation.objects.filter(pk=announcement.about_id).first()
    if consultation is None:
        raise Refused("征求意见的公告还没有公布，先起草公告、审签公布。")
    return {"rows": make_adoption_rows(consultation), "counts": count_comments_by_outcome(consultation)}


def make_survey_terms(announcement: Announcement) -> dict[str, object]:
    """Return the fields of a survey's announcement, or of its results with period and tallies.

    Raises:
        Refused: results before the end.
    """
    survey = announcement.survey
    assert survey is not None
    facts: dict[str, object] = {"matter": survey.title, "policy": survey.policy, "asked": get_questions(survey)}
    if announcement.what != _Kind.FINDINGS:
        return facts
    if not survey.is_over:
        raise Refused("调研还没有结束，结束后起草结果。")
    assert survey.starts_on is not None  # it has run
    assert survey.ends_on is not None
    period = {"starts_on": survey.starts_on.isoformat(), "ends_on": survey.ends_on.isoformat()}
    return facts | period | make_findings_facts(survey, tally_survey(survey))


def _list_reasons_unless_period_over(consultation: Consultation) -> list[str]:
    """Return the reasons why the feedback entry cannot be opened."""
    if not consultation.is_over:
        return ["征求意见的期限还没有届满。"]
    return ["已经列入反馈台账。"] if consultation.feedback_id else []


@action("participation.owe_answer", label="列入反馈台账", rule=check_system, ready=_list_reasons_unless_period_over)
def open_feedback_entry(consultation: Consultation, *, by: Actor) -> ActionResult:
    """Open the feedback entry after a comment period; return it."""
    decision = consultation.decision
    entry = Entry(
        kind=FEEDBACK_KIND.name,
        title=f"公布意见采纳情况：{decision.entry.title}"[:300],
        body=decision.entry.body,
        year=consultation.ends_on.year,
        audience=Audience.STAFF,
    )
    make_entries([entry], by=by, words="征求意见期限届满", events=lambda _: [Event("ended", consultation.ends_on)])
    consultation.feedback = entry
    consultation.save(update_fields=["feedback"])
    return ActionResult(words="征求意见期限届满，待公布采纳情况", facts={"entry": entry.pk}, result=entry)


@entry_action("decision_feedback", "published", label="公布采纳情况", rule=check_system)
def close_feedback_entry(entry: Entry, *, by: Actor, document: Document) -> ActionResult:
    """Close the feedback entry: the adoption table is public."""
    entry.outcome = "published"
    return ActionResult(words="采纳情况已公布", facts={"document": document.pk}, events=(make_event("published"),))


@entry_action("decision_feedback", "ceased", label="不再反馈", rule=check_system)
def cancel_feedback_entry(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Close the feedback entry: the decision was terminated, or taken out of its catalogue."""
    entry.outcome = "ceased"
    return ActionResult(words=reason, events=(make_event("ceased"),))


def cancel_pending_feedback(decision: Decision, reason: str) -> None:
    """Close the open feedback of a decision that ends, and schedule the erasure of unanswered comments.

    Call it inside the action that ends the decision.
    """
    for period in decision.consultations.select_related("feedback"):
        if period.feedback and period.feedback.state == FeedbackState.OPEN:
            cancel_feedback_entry(period.feedback, by=SYSTEM, reason=reason)
        if period.feedback is None or period.feedback.state != FeedbackState.DONE:
            schedule_comment_erasure(period)


def schedule_comment_erasure(consultation: Consultation) -> None:
    """Start the retention of commenters' data: the adoption table is public, or there will be none."""
    numbers = consultation.comments.values_list("pk", flat=True)
    schedule_erasures([f"comment/{number}" for number in numbers], timezone.localdate())


def make_drafting_unit_notification(entry: Entry, subject: str, body: str, key: str) -> Notification:
    """Return a notification to the clerks and leads of the drafting unit."""
    return Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=body,
        link=get_entry_url(entry),
        key=key,
        posts=((Role.CLERK, entry.body_id), (Role.LEAD, entry.body_id)),
    )
