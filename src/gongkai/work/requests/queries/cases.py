"""Queries on compiled cases and similar decided requests (R-09)."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from gongkai.core.ledger.subjects import with_subjects
from gongkai.core.units.actors import actor_of
from gongkai.core.units.door import visible
from gongkai.lib.matching import search_tokens
from gongkai.work.requests.models import Case, Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.queries.listing import requests_visible_to
from gongkai.work.requests.results import RESULTS

# Maximum number of compared texts and shown results; minimum share of common words.
MAX_COMPARED_TEXTS, MAX_SIMILAR_RESULTS, MIN_WORD_OVERLAP = 400, 5, 0.25


@visible(Case)
def cases_visible_to(user: object) -> QuerySet[Case, Case]:
    """Return the compiled cases: all staff may read them."""
    rows = Case.objects.select_related("body")
    return rows.filter(withdrawn=False) if actor_of(user).known else rows.none()


@dataclass(frozen=True)
class SimilarRequest:
    """A similar case or request, with its result and similarity (0 to 1)."""

    title: str
    url: str
    unit: str
    result: str
    alike: float
    case: bool = False


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text for comparison."""
    return frozenset(search_tokens(text))


def find_similar(request: Request, user: object) -> list[SimilarRequest]:
    """Return the most similar cases and visible decided requests of the same topic."""
    asked = word_set(request.content.reveal())
    found = [*_find_similar_cases(asked, request, user), *_find_similar_requests(asked, request, user)]
    return sorted(found, key=lambda one: (-one.alike, one.url))[:MAX_SIMILAR_RESULTS]


def word_overlap(asked: frozenset[str], text: str) -> float:
    """Return the Jaccard similarity (0 to 1) of a text's words."""
    other = word_set(text)
    both = len(asked | other)
    return len(asked & other) / both if both else 0.0


def _find_similar_cases(asked: frozenset[str], request: Request, user: object) -> list[SimilarRequest]:
    rows = cases_visible_to(user).exclude(request=request.pk)[:MAX_COMPARED_TEXTS]
    scored = [(word_overlap(asked, case.wanted), case) for case in rows]
    return [
        SimilarRequest(
            one.title,
            reverse("requests:case", args=[one.pk]),
            one.body.label,
            RESULTS[one.result].name,
            alike,
            case=True,
        )
        for alike, one in scored
        if alike >= MIN_WORD_OVERLAP
    ]


def _find_similar_requests(asked: frozenset[str], request: Request, user: object) -> list[SimilarRequest]:
    rows = requests_visible_to(user).filter(topic=request.topic, ended_on__isnull=False, case=None)
    rows = rows.exclude(pk=request.pk).exclude(ended_as__in=[VOID_RESULT, "3.6.1", "3.6.2", "3.6.3"])
    scored = [
        (word_overlap(asked, row.content.reveal()), row) for row in rows.order_by("-ended_on")[:MAX_COMPARED_TEXTS]
    ]
    alike = sorted(((share, one) for share, one in scored if share >= MIN_WORD_OVERLAP), key=lambda pair: -pair[0])[
        :MAX_SIMILAR_RESULTS
    ]
    with_subjects([one.entry for _, one in alike], actor_of(user))
    return [
        SimilarRequest(one.entry.heading, one.entry.url, one.entry.body.label, one.get_ended_as_display(), share)
        for share, one in alike
    ]
