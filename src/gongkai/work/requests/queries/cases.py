"""Queries on compiled cases and similar decided requests (R-09)."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from gongkai.core.ledger.subjects import with_subjects
from gongkai.core.units.actors import actor_of
from gongkai.core.units.door import visible
from gongkai.lib.matching import search_tokens
from gongkai.work.requests.models import Case, Request
from gongkai.work.requests.models.request import VOID
from gongkai.work.requests.queries.listing import requests_visible_to
from gongkai.work.requests.results import RESULTS

# Maximum number of compared texts and shown results; minimum share of common words.
COMPARED, SHOWN, LEAST = 400, 5, 0.25


@visible(Case)
def cases_visible_to(user: object) -> QuerySet[Case, Case]:
    """Return the compiled cases: all staff may read them."""
    rows = Case.objects.select_related("body")
    return rows.filter(withdrawn=False) if actor_of(user).known else rows.none()


@dataclass(frozen=True)
class Like:
    """A similar case or request, with its result and similarity (0 to 1)."""

    title: str
    url: str
    unit: str
    result: str
    alike: float
    case: bool = False


def tokens_of(text: str) -> frozenset[str]:
    """Return the words of a text for comparison."""
    return frozenset(search_tokens(text))


def like(request: Request, user: object) -> list[Like]:
    """Return the most similar cases and visible decided requests of the same topic."""
    asked = tokens_of(request.content.reveal())
    found = [*_cases(asked, request, user), *_requests(asked, request, user)]
    return sorted(found, key=lambda one: (-one.alike, one.url))[:SHOWN]


def word_overlap(asked: frozenset[str], text: str) -> float:
    """Return the Jaccard similarity (0 to 1) of a text's words."""
    other = tokens_of(text)
    both = len(asked | other)
    return len(asked & other) / both if both else 0.0


def _cases(asked: frozenset[str], request: Request, user: object) -> list[Like]:
    rows = cases_visible_to(user).exclude(request=request.pk)[:COMPARED]
    scored = [(word_overlap(asked, case.wanted), case) for case in rows]
    return [
        Like(
            one.title,
            reverse("requests:case", args=[one.pk]),
            one.body.label,
            RESULTS[one.result].name,
            alike,
            case=True,
        )
        for alike, one in scored
        if alike >= LEAST
    ]


def _requests(asked: frozenset[str], request: Request, user: object) -> list[Like]:
    rows = requests_visible_to(user).filter(topic=request.topic, ended_on__isnull=False, case=None)
    rows = rows.exclude(pk=request.pk).exclude(ended_as__in=[VOID, "3.6.1", "3.6.2", "3.6.3"])
    scored = [
        (word_overlap(asked, row.content.reveal()), row) for row in rows.order_by("-ended_on")[:COMPARED]
    ]
    alike = sorted(((share, one) for share, one in scored if share >= LEAST), key=lambda pair: -pair[0])[
        :SHOWN
    ]
    with_subjects([one.entry for _, one in alike], actor_of(user))
    return [
        Like(one.entry.heading, one.entry.url, one.entry.body.label, one.get_ended_as_display(), share)
        for share, one in alike
    ]
