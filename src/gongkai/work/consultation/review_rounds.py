"""Periodic reviews (定期梳理, C-04): due items, near-duplicates, the quarterly job and the kind."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law.values import add_months
from gongkai.lib.matching import make_search_tokens
from gongkai.work.consultation.answer_index import MIN_SAME_QUESTION_SIMILARITY, compute_jaccard_similarity, find_flags
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.queries import CONFIRMATION_DAYS, filter_due_for_review
from gongkai.work.consultation.states import REVIEW_ROUND_MACHINE, SHOWN_STATES, AnswerState, InquiryState

ROUND_KIND_NAME = "tidying"
# Maximum near-duplicate pairs shown, and answers compared.
MAX_SHOWN_PAIRS, MAX_COMPARED_ANSWERS = 20, 2000


@dataclass(frozen=True)
class ReviewBacklog:
    """The numbers of Q&A answers and of inquiries that a unit has not reviewed yet."""

    answers: int
    inquiries: int


def make_round_title(year: int, quarter: int) -> str:
    """Return the title of a quarterly review of the Q&A base."""
    return f"{year}年第{quarter}季度问答库梳理"


def get_round_due_time(year: int, quarter: int) -> datetime:
    """Return the due time of a round: the end of the last day of its quarter."""
    return end_of_day(date.fromordinal(add_months(date(year, quarter * 3 - 2, 1), 3).toordinal() - 1))


def list_unsorted_inquiries(body: Body) -> QuerySet[Inquiry]:
    """Return a unit's answered inquiries without a decision on the Q&A base.

    Those answered from the base need none.
    """
    return _filter_unsorted(Inquiry.objects.filter(entry__body=body)).select_related("entry__body")


def _filter_unsorted(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    return rows.filter(entry__state=InquiryState.ANSWERED, sorted="", known__isnull=True)


def list_due_answers(body: Body) -> QuerySet[KnownAnswer]:
    """Return a unit's answers due for review."""
    return filter_due_for_review(KnownAnswer.objects.filter(body=body))


def describe_due_reason(known_answer: KnownAnswer) -> str:
    """Return the reason why an answer is due: flags, votes, or the last confirmation."""
    texts = list(find_flags(known_answer))
    if known_answer.unhelpful > known_answer.helpful:
        texts.append(f"{known_answer.unhelpful}人说没有帮助{f'（{known_answer.whys}）' if known_answer.whys else ''}")
    if not texts:
        texts.append(
            f"{known_answer.confirmed_on}确认，已满{CONFIRMATION_DAYS}天" if known_answer.confirmed_on else "没有确认过"
        )
    return "；".join(texts)


def count_review_backlog(body: Body) -> ReviewBacklog:
    """Return the number of items left to review in a unit."""
    return ReviewBacklog(list_due_answers(body).count(), list_unsorted_inquiries(body).count())


def find_near_duplicate_answers(body: Body) -> list[tuple[KnownAnswer, KnownAnswer]]:
    """Return (older, newer) pairs of a unit's answers, not retired, to nearly the same question."""
    rows = KnownAnswer.objects.filter(body=body).exclude(state=AnswerState.RETIRED).order_by("pk")
    compared_answers = list(rows[:MAX_COMPARED_ANSWERS])
    tokens_by_answer = [set(make_search_tokens(known_answer.question)) for known_answer in compared_answers]
    answers_by_word: dict[str, list[int]] = defaultdict(list)
    near_duplicates: list[tuple[KnownAnswer, KnownAnswer]] = []
    for index, tokens in enumerate(tokens_by_answer):
        # A near-duplicate has so many of these words that it has at least one of the rarest.
        rarest_count = len(tokens) - math.ceil(MIN_SAME_QUESTION_SIMILARITY * len(tokens)) + 1
        rarest = sorted(tokens, key=lambda word: len(answers_by_word[word]))[:rarest_count]
        candidates = {candidate for word in rarest for candidate in answers_by_word[word]}
        near_duplicates += [
            (compared_answers[candidate], compared_answers[index])
            for candidate in sorted(candidates)
            if compute_jaccard_similarity(tokens, tokens_by_answer[candidate]) >= MIN_SAME_QUESTION_SIMILARITY
        ]
        for word in tokens:
            answers_by_word[word].append(index)
    return near_duplicates


def open_review_rounds() -> dict[str, int]:
    """Open this quarter's review round for each active unit with answers in use or undecided inquiries; a job.

    Return {"opened": number}.
    """
    from gongkai.work.consultation.actions.periodic_reviews import open_review_round

    today = timezone.localdate()
    quarter = (today.month - 1) // 3 + 1
    title = make_round_title(today.year, quarter)
    existing_ids = set(
        Entry.objects.filter(kind=ROUND_KIND_NAME, year=today.year, title=title).values_list("body", flat=True)
    )
    body_ids = set(KnownAnswer.objects.filter(state__in=SHOWN_STATES).values_list("body", flat=True))
    body_ids |= set(_filter_unsorted(Inquiry.objects.all()).values_list("entry__body", flat=True))
    bodies = Body.objects.filter(pk__in=body_ids - existing_ids, active_to=None)
    for body in bodies:
        open_review_round(body, by=SYSTEM, year=today.year, quarter=quarter)
    return {"opened": len(bodies)}


def make_round_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a round: due items, near-duplicates and the number left."""
    unsorted_inquiries = list(list_unsorted_inquiries(entry.body).order_by("-pk")[:30])
    set_subjects([inquiry.entry for inquiry in unsorted_inquiries], by)
    return {
        "due": [
            (known_answer, describe_due_reason(known_answer))
            for known_answer in list_due_answers(entry.body).prefetch_related("documents")[:30]
        ],
        "unsorted": unsorted_inquiries,
        "twins": (pairs := find_near_duplicate_answers(entry.body))[:MAX_SHOWN_PAIRS],
        "pairs": len(pairs),
        "left": count_review_backlog(entry.body),
    }


REVIEW_ROUND_KIND = EntryKind(
    name=ROUND_KIND_NAME,
    label="问答库梳理",
    prefix="梳理",
    machine=REVIEW_ROUND_MACHINE,
    actions=(f"{ROUND_KIND_NAME}.finish",),
    onward=(f"{ROUND_KIND_NAME}.finish",),
    rules=ROUND_KIND_NAME,
)
