"""Queries on urgings (催办), and the job that escalates unanswered ones."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.actions import raise_urging
from gongkai.core.ledger.kinds import list_inner_kinds
from gongkai.core.ledger.models import Entry, Urging
from gongkai.core.ledger.queries import make_turn_filter
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import SYSTEM, Actor, get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.lib import law

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    #: An urging annotated with its counts.
    Sent = WithAnnotations[Urging, "UrgingCounts"]

#: Working days without acknowledgement, and without submission, before escalation. This is our
#: convention: notices order 督促 and 通报 without days.
WORKDAYS_TO_ACKNOWLEDGE, WORKDAYS_TO_SUBMIT = 2, 5
#: Urgings that one run of the job escalates at most; the next run does the rest.
MAX_RAISED_URGINGS = 500


@register_visible_to(Urging)
def visible_to(user: object) -> QuerySet[Urging]:
    """Return the urgings a user sees: of their unit, sent by them or the office they head, or to supervised units."""
    by = get_actor(user)
    rows = Urging.objects.select_related("body")
    if by.system:
        return rows
    condition = Q(body_id__in=by.body_ids(*ENTRY_STAFF_ROLES))
    if by.person_id is not None:
        condition |= Q(person_id=by.person_id, office_id__in=by.bodies)
    for post in by.posts:
        if post.role == Role.LEAD:  # unanswered ones are reported to the head of the office that sent them
            condition |= Q(office_id=post.body_id) & ~make_inner_urging_filter()
        if post.role in SUPERVISING_ROLES:
            condition |= Q(body__path__startswith=post.reach) & ~make_inner_urging_filter()
    return rows.filter(condition)


def make_inner_urging_filter() -> Q:
    """Return the filter for urgings about entries between a unit and its own offices, hidden from supervisors."""
    inner = Urging.entries.through.objects.filter(urging=OuterRef("pk"), entry__kind__in=list_inner_kinds())
    return Q(Exists(inner))


class UrgingCounts(TypedDict):
    """Annotations of `with_open_counts`: number of all entries of an urging (`of`), and of those that its unit must
    still act on (`left`)."""

    of: int
    left: int


def with_open_counts(rows: QuerySet[Urging]) -> "QuerySet[Sent]":
    """Annotate urgings with the number of entries that the unit must still act on (`left`) and of all (`of`)."""
    left = Q(entries__isnull=False, entries__closed_at=None) & make_turn_filter("entries__")
    return rows.annotate(of=Count("entries", distinct=True), left=Count("entries", filter=left, distinct=True))


def rows_of_block(by: Actor) -> list[RowCondition]:
    """Return the condition without which the home page list is empty: an unacknowledged urging of the actor's units."""
    own_bodies = by.body_ids(*ENTRY_STAFF_ROLES)
    return [RowCondition(Urging, {"body": own_bodies, "received_at": None})]


def filter_unacknowledged_urgings(by: Actor) -> "QuerySet[Sent]":
    """Return the urgings, sent by others, that the actor's units have not acknowledged and must still act on, oldest
    first."""
    own_bodies = by.body_ids(*ENTRY_STAFF_ROLES)
    rows = Urging.objects.filter(body_id__in=own_bodies, received_at=None).select_related("body")
    if by.person_id is not None:
        rows = rows.exclude(person_id=by.person_id)
    return with_open_counts(rows).filter(left__gt=0).order_by("sent_at", "pk")


def raise_urgings(now: datetime | None = None) -> Mapping[str, int]:
    """Job: escalate up to `MAX_RAISED_URGINGS` urgings not acknowledged, or whose entries were not submitted, in time."""
    moment = now or timezone.now()
    too_long_ago = Q(sent_at__lt=_subtract_working_days(moment, WORKDAYS_TO_SUBMIT))
    late = Q(received_at=None, sent_at__lt=_subtract_working_days(moment, WORKDAYS_TO_ACKNOWLEDGE)) | too_long_ago
    # Urgings whose entries are done are never raised: if they counted, they would fill each portion for ever.
    rows = with_open_counts(Urging.objects.filter(late, raised_at=None)).filter(left__gt=0)
    raised = 0
    for row in rows.order_by("pk")[:MAX_RAISED_URGINGS]:
        raise_urging(row, by=SYSTEM, why=_get_escalation_reason(row))
        raised += 1
    return {"raised": raised}


def _get_escalation_reason(urging: "Sent") -> str:
    """Return in Chinese why a late urging goes to the level above."""
    if urging.received_at is None:
        return f"满{WORKDAYS_TO_ACKNOWLEDGE}个工作日没有签收"
    return f"满{WORKDAYS_TO_SUBMIT}个工作日仍有{urging.left}项没有报送"


def _subtract_working_days(moment: datetime, days: int) -> datetime:
    day = law.default_calendar().subtract_working_days(timezone.localtime(moment).date(), days)
    return timezone.make_aware(datetime.combine(day, time()))


def urgings_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the context of the panel of an entry's last five urgings, or None if there are none."""
    rows = list(entry.urgings.all()[:5])
    return {"urgings": rows} if rows else None
