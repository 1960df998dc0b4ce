"""Visibility and filters of requests, compiled cases and similar requests (R-09)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.intake.actions import list_amended
from gongkai.core.intake.models import Party
from gongkai.core.ledger.lapses import make_lapse_condition
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.ledger.models.entry import make_closed_late_filter, make_overdue_filter
from gongkai.core.ledger.outside_texts import search_outside_texts, set_subjects
from gongkai.core.ledger.queries import filter_visible_rows
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import SUPERVISING_ROLES, own_units_q
from gongkai.lib.matching import make_search_tokens
from gongkai.work.requests.models import Case, Complaint, Dispute, Letter, Material, Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.results import REQUEST_RESULTS


@register_visible_to(Request)
def requests_visible_to(user: object) -> QuerySet[Request, Request]:
    """Return the requests whose entries a user may see, with unit and office loaded."""
    return filter_visible_rows(Request.objects.all(), user, kind="request").select_related(
        "entry__body", "entry__office"
    )


def list_earlier_requests_of_month(entry: Entry) -> QuerySet[Request, Request]:
    """Return the applicant's earlier requests to the same unit in the month of receipt.

    Merged, split and transferred requests do not count (国办函〔2020〕109号第四条).
    """
    received = Request.objects.values_list("received_on", flat=True).get(pk=entry.pk)
    month = {"received_on__year": received.year, "received_on__month": received.month}
    rows = list_same_applicant_requests(entry).filter(pk__lt=entry.pk, **month)
    return rows.exclude(ended_as=VOID_RESULT).order_by("pk")


def list_same_applicant_requests(entry: Entry) -> QuerySet[Request, Request]:
    """Return the other requests of the same applicant to the same unit, by `is_same_party`."""
    party = Party.objects.filter(matter=f"request/{entry.pk}", erased_at=None).order_by("pk").first()
    query = Q(pk__in=[])
    for column in ("id_digest", "name_digest"):
        if party and getattr(party, column):
            query |= Q(**{column: getattr(party, column)})
    other_parties = Party.objects.filter(query, matter__startswith="request/", erased_at=None)
    matters = [other.matter for other in other_parties if party and is_same_party(party, other)]
    rows = Request.objects.filter(
        pk__in=[int(matter.partition("/")[2]) for matter in matters], entry__body=entry.body_id
    )
    return rows.exclude(pk=entry.pk).select_related("entry")


def have_same_applicant(first_request: int, second_request: int) -> bool:
    """Return true if two requests, with those merged into them, have the same applicants.

    Two documents may each agree with a request without a document; such a request does not join them.
    Name and contact that staff changed prove nothing: then only documents decide.
    """
    parties = [_list_applicants(first_request), _list_applicants(second_request)]
    amended = list_amended([*parties[0], *parties[1]])
    return all(
        is_same_party(first_party, second_party)
        and (not {first_party.pk, second_party.pk} & amended or bool(first_party.id_digest and second_party.id_digest))
        for first_party in parties[0]
        for second_party in parties[1]
    )


def _list_applicants(pk: int) -> list[Party]:
    """Return the applicants of a request and of all merged into it, the newest record of each."""
    request_keys, added = {pk}, {pk}
    while added:
        merged = Request.objects.filter(merged_into__in=added).values_list("pk", flat=True)
        added = set(merged) - request_keys
        request_keys |= added
    rows = Party.objects.filter(matter__in=[f"request/{number}" for number in request_keys], erased_at=None).order_by(
        "-pk"
    )
    return list({party.matter: party for party in rows}.values())


def is_same_party(first_party: Party, second_party: Party) -> bool:
    """Return true if two parties are certainly the same person or organisation.

    Documents decide if both are known. Otherwise the name and a telephone, e-mail or postal address
    must agree: names are shared, and a household shares a telephone.
    """
    if first_party.id_digest and second_party.id_digest:
        return first_party.id_digest == second_party.id_digest
    if not first_party.name_digest or first_party.name_digest != second_party.name_digest:
        return False
    if any(
        getattr(first_party, name) and getattr(first_party, name) == getattr(second_party, name)
        for name in _CONTACT_DIGESTS
    ):
        return True
    addresses = {"".join(party.address.reveal().split()) for party in (first_party, second_party)}
    return len(addresses) == 1 and addresses != {""}


_CONTACT_DIGESTS = ("phone_digest", "email_digest")


@register_visible_to(Letter)
def letters_visible_to(user: object) -> QuerySet[Letter, Letter]:
    """Return the letters of visible requests."""
    return Letter.objects.filter(request__in=requests_visible_to(user).order_by().values("pk"))


@register_visible_to(Material)
def materials_visible_to(user: object) -> QuerySet[Material, Material]:
    """Return the materials of visible requests, dropped ones included."""
    rows = Material.objects.filter(request__in=requests_visible_to(user).order_by().values("pk"))
    return rows.select_related("stored", "masked", "request__entry")


@register_visible_to(Complaint)
def complaints_visible_to(user: object) -> QuerySet[Complaint, Complaint]:
    """Return the complaints whose entries are visible to a user."""
    return Complaint.objects.filter(entry__in=entries_visible_to(user, kind="complaint").values("pk"))


@register_visible_to(Dispute)
def disputes_visible_to(user: object) -> QuerySet[Dispute, Dispute]:
    """Return the disputes over visible requests, and those that count for the user's units."""
    visible_requests = requests_visible_to(user).order_by().values("pk")
    by = get_actor(user)
    return Dispute.objects.filter(
        Q(request__in=visible_requests) | own_units_q(by, supervising=SUPERVISING_ROLES)
    ).select_related("request__entry__body", "body")


# The tabs of the register. Requests with a paused clock are open, too.
REGISTER_TABS = {"open": "在办", "late": "逾期", "closed": "已办结", "all": "全部"}
# Days ahead that count as due soon.
DUE_SOON_DAYS = 7
# The figures of the statistics that the register can list.
STATISTICS_FIGURES = {
    "received": "收到",
    "ended": "已办结",
    "running": "在办",
    "overdue": "在办已逾期",
    "due": f"{DUE_SOON_DAYS}天内到期",
    "answered_late": "曾逾期",
}


def filter_requests_by_tab(rows: QuerySet[Request, Request], tab: str) -> QuerySet[Request, Request]:
    """Return the requests of a tab of REGISTER_TABS; an unknown name filters nothing."""
    condition = {
        "open": Q(entry__closed_at=None),
        "late": make_overdue_filter(prefix="entry__"),
        "closed": Q(entry__closed_at__isnull=False),
    }
    return rows.filter(condition.get(tab, Q()))


def filter_requests_by_figure(rows: QuerySet[Request, Request], figure: str) -> QuerySet[Request, Request]:
    """Return the requests counted by a figure of STATISTICS_FIGURES; an unknown name filters nothing."""
    now = timezone.now()
    soon = Q(entry__due_at__gte=now, entry__due_at__lt=now + timedelta(days=DUE_SOON_DAYS))
    unfinished = Q(entry__closed_at=None)
    condition = {
        "received": Q(),
        "ended": Q(ended_on__isnull=False),
        "running": unfinished,
        "overdue": make_overdue_filter(prefix="entry__"),
        "due": unfinished & Q(entry__paused=False) & soon,
    }
    if figure == "answered_late":
        return rows.filter(make_was_late_condition())
    return rows.filter(condition[figure]).exclude(ended_as=VOID_RESULT) if figure in condition else rows


def make_was_late_condition() -> Q:
    """Return the condition for requests that ended late or were once late."""
    ended_late = make_closed_late_filter("entry__") & ~Q(ended_as=VOID_RESULT)
    return ended_late | Q(answered_late=True) | Q(make_lapse_condition("entry_id"))


def search_requests(rows: QuerySet[Request, Request], by: Actor, text: str) -> QuerySet[Request, Request]:
    """Return the requests with this number, or this text in title or readable content."""
    query = Q(pk__in=search_outside_texts(get_request_entries(rows), by, text))
    return rows.filter(Q(entry__number=text) | Q(entry__title__icontains=text) | query)


def get_request_entries(rows: QuerySet[Request, Request]) -> EntryQuerySet:
    """Return the entries of the requests in `rows`."""
    return Entry.objects.filter(pk__in=rows.order_by().values("pk"))


# Maximum number of compared texts and shown results; minimum share of common words.
MAX_COMPARED_TEXTS, MAX_SIMILAR_RESULTS, MIN_WORD_OVERLAP = 400, 5, 0.25


@register_visible_to(Case)
def cases_visible_to(user: object) -> QuerySet[Case, Case]:
    """Return the compiled cases: all staff may read them."""
    rows = Case.objects.select_related("body")
    return rows.filter(withdrawn=False) if get_actor(user).known else rows.none()


@dataclass(frozen=True)
class SimilarRequest:
    """A similar request, or compiled case (`case` is true), with its result and similarity (`alike`, 0 to 1)."""

    title: str
    url: str
    unit: str
    result: str
    alike: float
    case: bool = False


def get_word_set(text: str) -> frozenset[str]:
    """Return the search tokens of a text, for comparison."""
    return frozenset(make_search_tokens(text))


def find_similar_cases_and_requests(request: Request, user: object) -> list[SimilarRequest]:
    """Return at most MAX_SIMILAR_RESULTS cases and ended requests by similarity."""
    own_words = get_word_set(request.content.reveal())
    similar = [*_find_similar_cases(own_words, request, user), *_find_similar_requests(own_words, request, user)]
    return sorted(similar, key=lambda one: (-one.alike, one.url))[:MAX_SIMILAR_RESULTS]


def compute_word_overlap(words: frozenset[str], text: str) -> float:
    """Return the Jaccard similarity (0 to 1) of a set of words and a text's words."""
    other = get_word_set(text)
    union_size = len(words | other)
    return len(words & other) / union_size if union_size else 0.0


def _find_similar_cases(words: frozenset[str], request: Request, user: object) -> list[SimilarRequest]:
    """Return visible cases of other requests that share enough words, in no order."""
    rows = cases_visible_to(user).exclude(request=request.pk)[:MAX_COMPARED_TEXTS]
    scored = [(compute_word_overlap(words, case.wanted), case) for case in rows]
    return [
        SimilarRequest(
            case.title,
            reverse("requests:case", args=[case.pk]),
            case.body.label,
            REQUEST_RESULTS[case.result].name,
            alike,
            case=True,
        )
        for alike, case in scored
        if alike >= MIN_WORD_OVERLAP
    ]


def _find_similar_requests(words: frozenset[str], request: Request, user: object) -> list[SimilarRequest]:
    """Return visible ended requests of the topic without a case, by similarity."""
    rows = requests_visible_to(user).filter(topic=request.topic, ended_on__isnull=False, case=None)
    rows = rows.exclude(pk=request.pk).exclude(ended_as__in=[VOID_RESULT, "3.6.1", "3.6.2", "3.6.3"])
    scored = [
        (compute_word_overlap(words, row.content.reveal()), row)
        for row in rows.order_by("-ended_on")[:MAX_COMPARED_TEXTS]
    ]
    alike = sorted(
        ((share, similar) for share, similar in scored if share >= MIN_WORD_OVERLAP), key=lambda pair: -pair[0]
    )[:MAX_SIMILAR_RESULTS]
    set_subjects([similar.entry for _, similar in alike], get_actor(user))
    return [
        SimilarRequest(
            similar.entry.heading, similar.entry.url, similar.entry.body.label, similar.get_ended_as_display(), share
        )
        for share, similar in alike
    ]
