"""The register of requests: what somebody sees of it, and how it is filtered."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from gongkai.intake.models import Party
from gongkai.ledger.models import Entry, EntryQuerySet
from gongkai.ledger.models.entry import closed_late, overdue_at
from gongkai.ledger.queries import of_visible
from gongkai.ledger.queries import visible_to as entries_visible_to
from gongkai.ledger.subjects import beyond_search, found_in_words
from gongkai.requests.applicants import ApplicantKind
from gongkai.requests.machine import CLOSED, LABELS
from gongkai.requests.models import Complaint, Dispute, Letter, Material, ReceiptChannel, Request
from gongkai.requests.models.request import VOID
from gongkai.requests.results import RESULTS
from gongkai.requests.topics import TOPICS
from gongkai.ui.asked import day_asked, whole
from gongkai.units.actors import Actor, actor_of
from gongkai.units.door import visible
from gongkai.units.reach import SUPERVISING, belongs


@visible(Request)
def requests_visible_to(user: object) -> QuerySet[Request, Request]:
    """Return the requests whose entries somebody may see."""
    return of_visible(Request.objects.all(), user, kind="request").select_related(
        "entry__body", "entry__office"
    )


def earlier_this_month(entry: Entry) -> QuerySet[Request, Request]:
    """Return what the same applicant asked of the same unit before, in the calendar month of receipt (国办函〔2020〕109号第四条).

    The same: by document, else telephone, else mail address, through their keyed digests. What was merged, split or passed on is not counted.
    """
    none = Request.objects.none()
    request = Request.objects.get(pk=entry.pk)
    party = Party.objects.filter(matter=request.matter, erased_at=None).first()
    columns = ("id_digest", "phone_digest", "email_digest")
    column = next((name for name in columns if party and getattr(party, name)), "")
    if not column:
        return none
    matters = Party.objects.filter(matter__startswith="request/", **{column: getattr(party, column)})
    pks = [int(name.partition("/")[2]) for name in matters.values_list("matter", flat=True)]
    month = {"received_on__year": request.received_on.year, "received_on__month": request.received_on.month}
    rows = Request.objects.filter(pk__in=pks, entry__body=entry.body_id, pk__lt=request.pk, **month)
    return rows.exclude(ended_as=VOID).select_related("entry").order_by("pk")


@visible(Letter)
def letters_visible_to(user: object) -> QuerySet[Letter, Letter]:
    """Return the letters of those requests."""
    return Letter.objects.filter(request__in=requests_visible_to(user).order_by().values("pk"))


@visible(Material)
def materials_visible_to(user: object) -> QuerySet[Material, Material]:
    """Return the materials found for those requests."""
    rows = Material.objects.filter(request__in=requests_visible_to(user).order_by().values("pk"))
    return rows.select_related("stored", "masked", "request__entry")


@visible(Complaint)
def complaints_visible_to(user: object) -> QuerySet[Complaint, Complaint]:
    """Return the complaints whose entries somebody may see."""
    return Complaint.objects.filter(entry__in=entries_visible_to(user, kind="complaint").values("pk"))


@visible(Dispute)
def disputes_visible_to(user: object) -> QuerySet[Dispute, Dispute]:
    """Return the cases that somebody may see: over requests they see, and those that count for their units though the request went on."""
    seen = requests_visible_to(user).order_by().values("pk")
    by = actor_of(user)
    return Dispute.objects.filter(Q(request__in=seen) | belongs(by, supervising=SUPERVISING)).select_related(
        "request__entry__body", "body"
    )


STANDING = {"open": "在办", "late": "逾期", "closed": "已办结", "all": "全部"}
#: What a figure of the statistics lists (`queries.statistics`): without what was merged, split or passed on.
COUNTED: dict[str, tuple[str, Q]] = {
    "received": ("收到", Q()),
    "ended": ("已办结", Q(ended_on__isnull=False)),
    "running": ("在办", Q(entry__closed_at=None)),
    "overdue": ("在办已逾期", Q()),
    "answered_late": ("逾期办结", closed_late("entry__")),
}


@dataclass(frozen=True)
class Wanted:
    """What was chosen in the register; nonsense asks for nothing."""

    standing: str = "open"
    state: str = ""
    result: str = ""
    channel: str = ""
    applicant: str = ""
    body: int | None = None
    since: date | None = None
    until: date | None = None
    topic: str = ""
    q: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wanted":
        """Read what an address asks for."""

        def one_of(name: str, values: Container[str], other: str = "") -> str:
            value = given.get(name, other)
            return value if value in values else other

        state, standing = one_of("state", LABELS), one_of("standing", {**STANDING, **COUNTED}, "open")
        return cls(
            standing="all" if state in CLOSED and standing in {"open", "late"} else standing,
            state=state,
            result=one_of("result", {*RESULTS, VOID}),
            channel=one_of("channel", ReceiptChannel.values),
            applicant=one_of("applicant", ApplicantKind.values),
            topic=one_of("topic", {key for key, _ in TOPICS}),
            body=whole(given.get("body", "")),
            since=day_asked(given.get("since", "")),
            until=day_asked(given.get("until", "")),
            q=given.get("q", "").replace("\0", "").strip()[:80],
        )

    def query(self, **changed: object) -> str:
        """Return it as an address's parameters."""
        return urlencode({k: v for k, v in (vars(self) | changed).items() if v not in (None, "")})

    @property
    def figure(self) -> str:
        """The figure of the statistics that is listed; "" where none is."""
        return COUNTED[self.standing][0] if self.standing in COUNTED else ""

    def beyond(self, rows: QuerySet[Request, Request], by: Actor) -> str:
        """Return what the register says where the words of older requests were not looked through; empty where all were."""
        return beyond_search(_entries_of(replace(self, q="").apply(rows, by)), by) if self.q else ""

    def apply(self, rows: QuerySet[Request, Request], by: Actor) -> QuerySet[Request, Request]:
        """Narrow requests that somebody may see."""
        if counted := COUNTED.get(self.standing):
            late = overdue_at(prefix="entry__") if self.standing == "overdue" else Q()
            rows = rows.filter(counted[1], late).exclude(ended_as=VOID)
        standing = {
            "open": Q(entry__closed_at=None),
            "late": overdue_at(prefix="entry__"),
            "closed": Q(entry__closed_at__isnull=False),
        }.get(self.standing, Q())
        exact = {
            "entry__state": self.state,
            "ended_as": self.result,
            "channel": self.channel,
            "applicant_kind": self.applicant,
            "entry__body_id": self.body,
            "topic": self.topic,
            "received_on__gte": self.since,
            "received_on__lte": self.until,
        }
        rows = rows.filter(standing, **{name: value for name, value in exact.items() if value})
        if self.q:
            said = Q(pk__in=found_in_words(_entries_of(rows), by, self.q))
            rows = rows.filter(Q(entry__number=self.q) | Q(entry__title__icontains=self.q) | said)
        order = ("entry__due_at", "pk") if self.standing in {"open", "late"} else ("-received_on", "-pk")
        return rows.order_by(*order)


def _entries_of(rows: QuerySet[Request, Request]) -> EntryQuerySet:
    return Entry.objects.filter(pk__in=rows.order_by().values("pk"))
