"""Queries on surveys: visibility, tallies and the public view."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from django.db.models import Count, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import own_units_q
from gongkai.lib.chinese.numerals import compute_mean, compute_percent
from gongkai.work.participation.models import (
    SCALE_MARKS,
    Announcement,
    AnnouncementKind,
    PublishedQuestion,
    QuestionKind,
    Survey,
    SurveyChoice,
    SurveyQuestion,
    SurveyReply,
    SurveyWords,
)
from gongkai.work.participation.public_timeline import map_public_shelf_rows

# Replies read at once.
REPLY_BATCH_SIZE = 500


@register_visible_to(Survey)
def surveys_visible_to(by: Actor) -> QuerySet[Survey, Survey]:
    """Return the surveys of the user's and supervised units."""
    rows = Survey.objects.all() if by.system else Survey.objects.filter(own_units_q(by))
    return rows.select_related("body")


@register_visible_to(SurveyQuestion)
def questions_visible_to(by: Actor) -> QuerySet[SurveyQuestion, SurveyQuestion]:
    """Return the questions of surveys of the user's and supervised units."""
    return SurveyQuestion.objects.filter(survey__in=surveys_visible_to(by)).select_related("survey__body")


@register_visible_to(SurveyReply, drafts=True)
def replies_visible_to(by: Actor) -> QuerySet[SurveyReply, SurveyReply]:
    """Return the replies to surveys of the user's own and supervised units."""
    return SurveyReply.objects.filter(survey__in=_filter_surveys_for_staff(by)).select_related("survey__body")


@register_visible_to(SurveyWords, drafts=True)
def words_visible_to(by: Actor) -> QuerySet[SurveyWords, SurveyWords]:
    """Return the written answers to surveys of the user's own and supervised units."""
    return SurveyWords.objects.filter(reply__survey__in=_filter_surveys_for_staff(by)).select_related(
        "reply", "question"
    )


def _filter_surveys_for_staff(by: Actor) -> QuerySet[Survey, Survey]:
    """Return the surveys of units for which the user works or whose 政务公开办 the user is."""
    if by.system:
        return Survey.objects.all()
    return Survey.objects.filter(own_units_q(by, roles=ENTRY_STAFF_ROLES, supervising=(Role.CHIEF,)))


class OptionTally(TypedDict):
    """An option of a survey question with its count and its share of answers in percent."""

    option: str
    count: int
    share: int


class QuestionTally(TypedDict):
    """The counted answers to one survey question.

    `answered` is the number of people, `lines` the options with counts, `mean` the mean mark (0
    without marks).
    """

    text: str
    kind: str
    answered: int
    lines: list[OptionTally]
    mean: float


def tally_survey(survey: Survey) -> list[QuestionTally]:
    """Return the counts of each question's answers, in the order of the questions."""
    choices = SurveyChoice.objects.filter(reply__survey=survey).order_by()
    counts = {
        (question, option): count
        for question, option, count in choices.values_list("question", "option").annotate(count=Count("pk"))
    }
    people = Counter(dict(choices.values_list("question").annotate(count=Count("reply", distinct=True))))
    rows = SurveyWords.objects.filter(reply__survey=survey).order_by()
    people.update(dict(rows.values_list("question").annotate(count=Count("pk"))))
    return [tally_question(question, counts, people[question["number"]]) for question in survey.asked]


def tally_question(question: PublishedQuestion, counts: "dict[tuple[int, int], int]", answered: int) -> QuestionTally:
    """Return the counted answers to a survey question.

    Args:
        counts: (question, option) → count.
        answered: the number of people who answered it.
    """
    number, scale = question["number"], question["kind"] == QuestionKind.SCALE
    options = [f"{score}分" for score in SCALE_MARKS] if scale else question["options"]
    option_counts = [counts.get((number, place), 0) for place in range(1, len(options) + 1)]
    lines: list[OptionTally] = [
        {"option": option, "count": count, "share": compute_percent(count, answered) or 0}
        for option, count in zip(options, option_counts, strict=True)
    ]
    total = sum(place * count for place, count in enumerate(option_counts, 1)) if scale else 0
    return {
        "text": question["text"],
        "kind": question["kind"],
        "answered": answered,
        "lines": lines,
        "mean": compute_mean(total, answered) or 0.0,
    }


def get_questions(survey: Survey) -> list[PublishedQuestion]:
    """Return the published questions, else the current ones in the same form."""
    return survey.asked or [question.frozen() for question in survey.questions.all()]


@dataclass(frozen=True)
class PublicSurvey:
    """A survey in the public list, with its announcement and results."""

    survey: Survey
    announcement: Shelf
    findings: Shelf | None
    replies: int


@dataclass
class PublicSurveys:
    """Open surveys, first to end first, and ended ones (`over`), latest first."""

    open: list[PublicSurvey] = field(default_factory=list)
    over: list[PublicSurvey] = field(default_factory=list)


def list_public_surveys(rows: QuerySet[Survey, Survey]) -> PublicSurveys:
    """Return those surveys that have begun, are not dropped and are announced."""
    surveys = rows.filter(starts_on__lte=timezone.localdate(), dropped="")
    begun_surveys = list(surveys.select_related("body").prefetch_related("announcements").order_by("ends_on", "pk"))
    texts = map_public_shelf_rows(
        text for survey in begun_surveys for text in survey.announcements.all() if not text.dropped
    )
    counts = dict(
        SurveyReply.objects.filter(survey__in=begun_surveys)
        .order_by()
        .values_list("survey")
        .annotate(count=Count("pk"))
    )
    public_surveys = PublicSurveys()
    for survey in begun_surveys:
        public_texts = {text.what: texts[text.pk] for text in survey.announcements.all() if text.pk in texts}
        if AnnouncementKind.SURVEY in public_texts:
            announcement, findings = public_texts[AnnouncementKind.SURVEY], public_texts.get(AnnouncementKind.FINDINGS)
            row = PublicSurvey(survey, announcement, findings, counts.get(survey.pk, 0))
            (public_surveys.open if survey.is_open() else public_surveys.over).append(row)
    public_surveys.over.reverse()
    return public_surveys


def list_open_surveys(day: date) -> list[Survey]:
    """Return the surveys that accept replies sent on a day and whose announcement is public."""
    public_surveys = list_public_surveys(Survey.objects.filter(starts_on__lte=day, ends_on__gte=day, dropped=""))
    return [row.survey for row in (*public_surveys.open, *reversed(public_surveys.over))]


def get_public_findings(survey: Survey) -> Shelf | None:
    """Return the public row of a survey's results, or None."""
    texts: Iterable[Announcement] = survey.announcements.filter(what=AnnouncementKind.FINDINGS, dropped=False)
    return next(iter(map_public_shelf_rows(texts).values()), None)


def find_survey_of_source(source: str) -> Survey | None:
    """Return the open survey that a public announcement (`announcement/12`) announces, or None."""
    source_kind, _, number = source.partition("/")
    if source_kind != "announcement" or not number.isdecimal():
        return None
    text = Announcement.objects.filter(pk=int(number), what=AnnouncementKind.SURVEY).select_related("survey").first()
    return text.survey if text and text.survey and text.survey.is_open() and map_public_shelf_rows([text]) else None


def filter_due_surveys(rows: QuerySet[Survey, Survey]) -> QuerySet[Survey, Survey]:
    """Return the ended surveys, not dropped, whose results are not public."""
    return rows.filter(dropped="", answered_on=None, ends_on__lt=timezone.localdate())


def make_findings_facts(survey: Survey, rows: Sequence[QuestionTally]) -> dict[str, object]:
    """Return the facts of a survey's published results: number of replies, and tallies by question."""
    return {"replies": survey.replies.count(), "tallies": list(rows)}


def make_question_column_key(question: PublishedQuestion) -> str:
    """Return the column key of a question in the file of replies."""
    return f"q{question['number']}"


def export_replies(survey: Survey, by: Actor) -> Iterator[dict[str, object]]:
    """Yield a row for each visible reply to a survey, by number, read in batches."""
    rows = replies_visible_to(by).filter(survey=survey).order_by("number")
    last_number = 0
    while portion := list(rows.filter(number__gt=last_number)[:REPLY_BATCH_SIZE]):
        last_number = portion[-1].number
        numbers = [reply.pk for reply in portion]
        chosen: dict[tuple[int, int], list[int]] = defaultdict(list)
        for choice in SurveyChoice.objects.filter(reply__in=numbers).order_by("pk"):
            chosen[choice.reply_id, choice.question_id].append(choice.option)
        written = {
            (written_answer.reply_id, written_answer.question_id): written_answer.masked.reveal()
            for written_answer in SurveyWords.objects.filter(reply__in=numbers)
        }
        for reply in portion:
            values = {
                make_question_column_key(question): _format_reply_answer(
                    question,
                    chosen.get((reply.pk, question["number"]), []),
                    written.get((reply.pk, question["number"]), ""),
                )
                for question in survey.asked
            }
            yield {"number": reply.number, "received_at": timezone.localtime(reply.received_at), **values}


def _format_reply_answer(question: PublishedQuestion, options: list[int], text: str) -> object:
    """Return the answer to a question: the mark, the text, or the chosen options."""
    if question["kind"] == QuestionKind.SCALE:
        return options[0] if options else None
    return text or "；".join(question["options"][number - 1] for number in options)
