"""Periodic reviews (定期梳理, C-04): due items, near-duplicates, the quarterly job and the kind."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger.kinds import Kind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.subjects import with_subjects
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law.periods import add_months
from gongkai.lib.matching import search_tokens
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.queries import TIDY_AFTER, to_tidy
from gongkai.work.consultation.recall import SAME_WORDS, flags_of, shared
from gongkai.work.consultation.states import SHOWN, TIDYING, AnswerState, InquiryState

NAME = "tidying"
# Maximum near-duplicate pairs shown, and answers compared.
MOST_PAIRS, MOST_COMPARED = 20, 2000
# Rarest words of a question by which near-duplicates are searched for.
RAREST = 4


@dataclass(frozen=True)
class Left:
    """Items left to review in a unit."""

    answers: int
    inquiries: int


def title_of(year: int, quarter: int) -> str:
    """Return the title of a round."""
    return f"{year}年第{quarter}季度问答库梳理"


def due_of(year: int, quarter: int) -> datetime:
    """Return the due time of a round: the end of its quarter."""
    return end_of_day(date.fromordinal(add_months(date(year, quarter * 3 - 2, 1), 3).toordinal() - 1))


def unsorted(body: Body) -> QuerySet[Inquiry]:
    """Return a unit's answered inquiries that await a decision.

    Those answered from the base need none.
    """
    return Inquiry.objects.filter(
        entry__body=body, entry__state=InquiryState.ANSWERED, sorted="", known__isnull=True
    ).select_related("entry__body")


def due_answers(body: Body) -> QuerySet[KnownAnswer]:
    """Return a unit's answers due for review."""
    return to_tidy(KnownAnswer.objects.filter(body=body))


def due_because(known: KnownAnswer) -> str:
    """Return the reason why an answer is due."""
    said = list(flags_of(known))
    if known.unhelpful > known.helpful:
        said.append(f"{known.unhelpful}人说没有帮助{f'（{known.whys}）' if known.whys else ''}")
    if not said:
        said.append(f"{known.confirmed_on}确认，已满{TIDY_AFTER}天" if known.confirmed_on else "没有确认过")
    return "；".join(said)


def left_of(body: Body) -> Left:
    """Return the number of items left to review in a unit."""
    return Left(due_answers(body).count(), unsorted(body).count())


def twins(body: Body) -> list[tuple[KnownAnswer, KnownAnswer]]:
    """Return pairs of a unit's answers to nearly the same question."""
    rows = KnownAnswer.objects.filter(body=body).exclude(state=AnswerState.RETIRED).order_by("pk")
    known = list(rows[:MOST_COMPARED])
    words = [set(search_tokens(known_answer.question)) for known_answer in known]
    holders: dict[str, list[int]] = defaultdict(list)
    found: list[tuple[KnownAnswer, KnownAnswer]] = []
    for place, own in enumerate(words):
        rarest = sorted(own, key=lambda word: len(holders[word]))[:RAREST]
        near = {other for word in rarest for other in holders[word]}
        found += [
            (known[other], known[place]) for other in sorted(near) if shared(own, words[other]) >= SAME_WORDS
        ]
        for word in own:
            holders[word].append(place)
    return found


def open_rounds() -> dict[str, int]:
    """Open this quarter's round for every unit with answers or answered inquiries."""
    from gongkai.work.consultation.actions.tidying import open_round

    today = timezone.localdate()
    quarter = (today.month - 1) // 3 + 1
    title = title_of(today.year, quarter)
    there = set(Entry.objects.filter(kind=NAME, year=today.year, title=title).values_list("body", flat=True))
    wanted = set(KnownAnswer.objects.filter(state__in=SHOWN).values_list("body", flat=True))
    wanted |= set(
        Inquiry.objects.filter(entry__state=InquiryState.ANSWERED, sorted="").values_list(
            "entry__body", flat=True
        )
    )
    bodies = Body.objects.filter(pk__in=wanted - there, active_to=None)
    for body in bodies:
        open_round(body, by=SYSTEM, year=today.year, quarter=quarter)
    return {"opened": len(bodies)}


def shown(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a round: items left and near-duplicates."""
    loose = list(unsorted(entry.body).order_by("-pk")[:30])
    with_subjects([inquiry.entry for inquiry in loose], by)
    return {
        "due": [
            (known_answer, due_because(known_answer))
            for known_answer in due_answers(entry.body).prefetch_related("documents")[:30]
        ],
        "unsorted": loose,
        "twins": (pairs := twins(entry.body))[:MOST_PAIRS],
        "pairs": len(pairs),
        "left": left_of(entry.body),
    }


TIDYING_KIND = Kind(
    name=NAME,
    label="问答库梳理",
    prefix="梳理",
    machine=TIDYING,
    actions=(f"{NAME}.finish",),
    onward=(f"{NAME}.finish",),
    rules=NAME,
)
