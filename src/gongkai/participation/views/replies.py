"""The replies to a survey as a file: a row each, a column for each question."""

from collections import defaultdict
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.acts.actors import Actor
from gongkai.acts.door import get_visible_or_404
from gongkai.errands.exports import always, may_be_long
from gongkai.participation.models import Asked, QuestionKind, Survey, SurveyChoice, SurveyWords
from gongkai.participation.surveys import replies_visible_to
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.sheet import Column, Sheet
from gongkai.units.actors import require_staff_actor

#: So many replies are read at once.
PORTION = 500


def _seen(request: HttpRequest, number: int) -> Survey:
    return get_visible_or_404(request.user, Survey, number)


@may_be_long(
    "participation.replies",
    "网上调研答卷",
    rows=lambda request, number: replies_visible_to(require_staff_actor(request)).filter(survey=number),
    asked=always,
)
def file(request: HttpRequest, number: int) -> HttpResponse:
    """Give the replies that somebody may read; what was written, personal data hidden."""
    by, survey = require_staff_actor(request), _seen(request, number)
    columns = [Column("number", "编号", width=8), Column("received_at", "收到时间", width=18)]
    columns += [
        Column(_key(question), f"{place}. {question['text']}", width=30)
        for place, question in enumerate(survey.asked, 1)
    ]
    return spreadsheet(Sheet("答卷", tuple(columns)), _rows(survey, by), f"{survey.title}答卷", guide=False)


def _key(question: Asked) -> str:
    return f"q{question['number']}"


def _rows(survey: Survey, by: Actor) -> Iterator[dict[str, object]]:
    """Yield a row for each reply, in the order in which they came; some hundred are read in three statements."""
    rows = replies_visible_to(by).filter(survey=survey).order_by("number")
    last = 0
    while portion := list(rows.filter(number__gt=last)[:PORTION]):
        last = portion[-1].number
        numbers = [reply.pk for reply in portion]
        chosen: dict[tuple[int, int], list[int]] = defaultdict(list)
        for choice in SurveyChoice.objects.filter(reply__in=numbers).order_by("pk"):
            chosen[choice.reply_id, choice.question_id].append(choice.option)
        written = {
            (words.reply_id, words.question_id): words.masked.reveal()
            for words in SurveyWords.objects.filter(reply__in=numbers)
        }
        for reply in portion:
            said = {
                _key(question): _said(
                    question,
                    chosen.get((reply.pk, question["number"]), []),
                    written.get((reply.pk, question["number"]), ""),
                )
                for question in survey.asked
            }
            yield {"number": reply.number, "received_at": timezone.localtime(reply.received_at), **said}


def _said(question: Asked, options: list[int], words: str) -> object:
    """Return what one reply says to a question: the mark, the options in their words, what was written."""
    if question["kind"] == QuestionKind.SCALE:
        return options[0] if options else None
    return words or "；".join(question["options"][place - 1] for place in options)
