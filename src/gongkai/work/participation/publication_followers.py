"""Update decisions, catalogues and surveys after their announcements are published."""

from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from gongkai.content.editions.models import Document, Edition, EditionEffect
from gongkai.core.acts.action import Action
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.lib.typed_json import read_number
from gongkai.work.participation import actions
from gongkai.work.participation.announcement_barriers import get_publication_day
from gongkai.work.participation.models import Announcement, AnnouncementKind, AnnouncementRevision, Consultation, Survey
from gongkai.work.participation.public_timeline import map_public_shelf_rows
from gongkai.work.participation.queries import filter_pending_feedback
from gongkai.work.participation.states import DECISION_MACHINE, FeedbackState

_Kind = AnnouncementKind

#: Kinds of announcements that have their effect on the day on which they become public.
_APPLIED_WHEN_PUBLIC = (_Kind.CATALOGUE, _Kind.ADOPTION, _Kind.RESULT, _Kind.EVALUATION, _Kind.FINDINGS)
#: Time in which a scheduled text that became public is applied, even if jobs did not run meanwhile.
_CATCH_UP_PERIOD = timedelta(days=60)


def follow_publication(happened: ActionEvent) -> None:
    """Follow `publishing.publish`: apply the published revision of an announcement to its owner.

    Texts that open a period are applied when they are signed, with the day on which it begins; the others, if they are
    scheduled, when they become public (`apply_scheduled_texts`).
    """
    edition = happened.step.result
    announcement: Announcement = happened.target
    assert isinstance(edition, Edition)
    revision = AnnouncementRevision.objects.filter(
        pk=read_number(happened.step.facts, "revision"), source=announcement
    ).first()
    is_scheduled = edition.visible_from > timezone.now()
    if revision is not None and not (is_scheduled and announcement.what in _APPLIED_WHEN_PUBLIC):
        apply_published_text(announcement, revision, edition)


def apply_scheduled_texts() -> dict[str, int]:
    """Apply scheduled texts that became public; return {"applied": number}. Safe to repeat."""
    moment = timezone.now()
    editions = Edition.objects.filter(
        document__source__startswith=f"{Announcement.source_name}/",
        act=EditionEffect.PUBLISH,
        visible_from__range=(moment - _CATCH_UP_PERIOD, moment),
    ).filter(visible_from__gt=F("made_at"))
    sources = editions.values_list("document__source", flat=True)
    numbers = {int(source.rpartition("/")[2]) for source in sources}
    rows = Announcement.objects.filter(pk__in=numbers, what__in=_APPLIED_WHEN_PUBLIC)
    announcements = {row.pk: row for row in rows.select_related("decision", "catalogue", "survey")}
    count = 0
    for number, shelf in map_public_shelf_rows(announcements.values()).items():
        announcement, approvals = announcements[number], shelf.edition.approvals
        revisions = {row["revision"] for row in approvals if row.get("revision")}
        revision = announcement.revisions.filter(pk__in=revisions).first()
        if revision is not None and not _is_applied(announcement, revision):
            apply_published_text(announcement, revision, shelf.edition)
            count += 1
    return {"applied": count}


def _is_applied(announcement: Announcement, revision: AnnouncementRevision) -> bool:
    """Return true if a public text was applied to its owner; corrections of decisions are not applied again."""
    if announcement.catalogue is not None:
        return announcement.catalogue.shown_at is not None and announcement.catalogue.shown == revision.terms["rows"]
    if announcement.survey is not None:
        return announcement.survey.answered_on is not None
    _, act = _FOLLOWING_ACTIONS[announcement.what]
    movements = Movement.objects.filter(stream=Entry(pk=announcement.decision_id).stream, action=act.name)
    return any(facts.get("announcement") == announcement.pk for facts in movements.values_list("facts", flat=True))


def follow_withdrawal(happened: ActionEvent) -> None:
    """Follow `publishing.withdraw`: undo what an announcement opened that was withdrawn before it became public."""
    document: Document = happened.target
    name, _, number = document.source.partition("/")
    if name != Announcement.source_name or document.published_at is not None:
        return
    announcement = find_announcement(int(number))
    if announcement is None:
        return
    Consultation.objects.filter(pk=announcement.pk, comments=None, feedback=None).delete()
    if announcement.what == _Kind.SURVEY and announcement.survey_id:
        Survey.objects.filter(pk=announcement.survey_id, replies=None).update(starts_on=None, ends_on=None, asked=[])


def apply_published_text(announcement: Announcement, revision: AnnouncementRevision, edition: Edition) -> None:
    """Update the decision, catalogue or survey of a published announcement."""
    if announcement.what == _Kind.CATALOGUE:
        catalogue = announcement.catalogue
        assert catalogue is not None
        catalogue.shown = revision.terms.get("rows", [])
        catalogue.shown_at = catalogue.shown_at or edition.visible_from
        catalogue.save(update_fields=["shown", "shown_at"])
        return
    if announcement.survey is not None:
        _apply_survey_text(announcement.survey, announcement.what, revision, timezone.localdate(edition.visible_from))
        return
    decision, move = announcement.decision, _FOLLOWING_ACTIONS.get(announcement.what)
    assert decision is not None
    if move is None:
        return
    entry, (verb, act) = Entry.objects.get(pk=decision.pk), move
    if entry.state not in DECISION_MACHINE.moves[verb].sources or _corrects_earlier_round(announcement):
        return
    if announcement.what == _Kind.DRAFT:
        act(
            entry,
            by=SYSTEM,
            announcement=announcement,
            starts_on=get_publication_day(announcement),
            ends_on=date.fromisoformat(revision.terms["ends_on"]),
            short=revision.terms.get("short", ""),
        )
        return
    act(entry, by=SYSTEM, announcement=announcement)
    if announcement.what == _Kind.ADOPTION:
        _close_feedback(announcement, edition.document)


def _corrects_earlier_round(announcement: Announcement) -> bool:
    """Return true for a correction of an ended draft, or of the adoption table of a round before the last one."""
    if announcement.what == _Kind.DRAFT:
        return any(period.is_over for period in Consultation.objects.filter(pk=announcement.pk))
    if announcement.what != _Kind.ADOPTION:
        return False
    last_period = Consultation.objects.filter(decision=announcement.decision_id).last()
    is_earlier = last_period is not None and last_period.pk != announcement.about_id
    return is_earlier and Consultation.objects.filter(pk=announcement.about_id, feedback__state="done").exists()


def _apply_survey_text(survey: Survey, kind: str, revision: AnnouncementRevision, day: date) -> None:
    """Open a survey with its published questions, or record that its findings were published."""
    if kind == _Kind.FINDINGS:
        actions.record_published_findings(survey, by=SYSTEM, on=day)
        return
    ends = date.fromisoformat(revision.terms["ends_on"])
    actions.open_survey(survey, by=SYSTEM, starts_on=day, ends_on=ends, asked=revision.terms["asked"])


_FOLLOWING_ACTIONS: dict[str, tuple[str, Action[Entry]]] = {
    _Kind.DRAFT: ("opened", actions.open_comment_period),
    _Kind.ADOPTION: ("answered", actions.record_adoption_table),
    _Kind.RESULT: ("published", actions.record_published_result),
    _Kind.EVALUATION: ("evaluated", actions.record_published_evaluation),
}


def _close_feedback(announcement: Announcement, document: Document) -> None:
    """Close the feedback entry of a consultation, and schedule the erasure of comments; a correction changes neither."""
    consultation = Consultation.objects.filter(pk=announcement.about_id).first()
    if consultation is None:
        return
    entry = consultation.feedback or actions.open_feedback_entry(consultation, by=SYSTEM)
    if entry.state == FeedbackState.OPEN:
        actions.close_feedback_entry(entry, by=SYSTEM, document=document)
        actions.schedule_comment_erasure(consultation)


def catch_up() -> dict[str, int]:
    """Job: apply scheduled texts that became public, and open feedback entries for ended periods; return counts."""
    return {**apply_scheduled_texts(), **open_feedback_entries()}


def open_feedback_entries() -> dict[str, int]:
    """Open feedback entries for ended periods; return {"owed": number}. Safe to repeat."""
    rows = filter_pending_feedback(Consultation.objects.filter(feedback=None))
    count = 0
    for consultation in rows.select_related("decision__entry__body"):
        actions.open_feedback_entry(consultation, by=SYSTEM)
        count += 1
    return {"owed": count}


def find_announcement(number: int) -> Announcement | None:
    """Return an announcement by primary key, with its owner; None if there is none."""
    rows = Announcement.objects.select_related("decision__entry__body", "catalogue__body", "survey__body")
    return rows.filter(pk=number).first()
