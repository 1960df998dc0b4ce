"""The register of requests: what somebody sees of it, and how it is filtered."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.intake.models import Party
from gongkai.ledger.models import Entry, EntryQuerySet
from gongkai.ledger.models.entry import closed_late, overdue_at
from gongkai.ledger.queries import of_visible
from gongkai.ledger.queries import visible_to as entries_visible_to
from gongkai.ledger.subjects import found_in_words
from gongkai.requests.models import Complaint, Dispute, Letter, Material, Request
from gongkai.requests.models.request import VOID
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


#: The tabs of the register. What a clock that stands still is open too.
STANDING = {"open": "在办", "late": "逾期", "closed": "已办结", "all": "全部"}
#: Days ahead that count as coming due.
AHEAD = 7
#: What a figure of the statistics lists (`queries.statistics`): without what was merged, split or passed on.
COUNTED = {
    "received": "收到",
    "ended": "已办结",
    "running": "在办",
    "overdue": "在办已逾期",
    "due": f"{AHEAD}天内到期",
    "answered_late": "逾期办结",
}


def in_standing(rows: QuerySet[Request, Request], standing: str) -> QuerySet[Request, Request]:
    """Return the requests of a tab."""
    condition = {
        "open": Q(entry__closed_at=None),
        "late": overdue_at(prefix="entry__"),
        "closed": Q(entry__closed_at__isnull=False),
    }
    return rows.filter(condition.get(standing, Q()))


def counted(rows: QuerySet[Request, Request], figure: str) -> QuerySet[Request, Request]:
    """Return what a figure of the statistics counts; another word narrows nothing."""
    now = timezone.now()
    soon = Q(entry__due_at__gte=now, entry__due_at__lt=now + timedelta(days=AHEAD))
    running = Q(entry__closed_at=None)
    condition = {
        "received": Q(),
        "ended": Q(ended_on__isnull=False),
        "running": running,
        "overdue": overdue_at(prefix="entry__"),
        "due": running & Q(entry__paused=False) & soon,
        "answered_late": closed_late("entry__"),
    }
    return rows.filter(condition[figure]).exclude(ended_as=VOID) if figure in condition else rows


def saying(rows: QuerySet[Request, Request], by: Actor, words: str) -> QuerySet[Request, Request]:
    """Return the requests with this number, or with these words in what was asked, as far as somebody may read it."""
    said = Q(pk__in=found_in_words(entries_of(rows), by, words))
    return rows.filter(Q(entry__number=words) | Q(entry__title__icontains=words) | said)


def entries_of(rows: QuerySet[Request, Request]) -> EntryQuerySet:
    """Return the entries of requests."""
    return Entry.objects.filter(pk__in=rows.order_by().values("pk"))
