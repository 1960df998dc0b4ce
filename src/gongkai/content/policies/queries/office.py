"""Office queries on the library for the units that a user works for or supervises."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.queries import documents_visible_to, shelf_visible_to
from gongkai.content.policies.formats import (
    FILED_LEVELS,
    find_format_errors,
    list_missing_consultation_facts,
    list_warnings,
)
from gongkai.content.policies.models import (
    CleanupCase,
    CleanupRound,
    Decision,
    FiledRow,
    KeptText,
    PolicyRecord,
    Relation,
    Span,
    Upload,
    WaitingFile,
)
from gongkai.content.policies.rules import ENTRY_STAFF_ROLES, works_at_justice_bureau_of
from gongkai.content.policies.text_facts import find_record_differences
from gongkai.content.policies.validity import VALID_STANDINGS
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_working_units, own_units_q
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib import law

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    #: A record with its state on a day.
    Stated = WithAnnotations[PolicyRecord, "StateAnnotations"]


def list_filed_unpublished(body: Body) -> QuerySet[FiledRow]:
    """Return the lines of a government's filed list whose document is neither public nor excused."""
    documents = documents_visible_to(ANONYMOUS).filter(policy=OuterRef("record"))
    return FiledRow.objects.filter(~Exists(documents), body=body, excuse="").select_related("record__body")


def list_public_unfiled(body: Body) -> QuerySet[PolicyRecord]:
    """Return a government's public rules and normative documents in force without filing number or filed line."""
    today = timezone.localdate()
    living = Span.objects.filter(since__lte=today, until__gte=today, state__in=VALID_STANDINGS)
    documents = documents_visible_to(ANONYMOUS).filter(policy=OuterRef("pk"))
    listed = FiledRow.objects.filter(record=OuterRef("pk"))
    rows = PolicyRecord.objects.filter(
        Exists(documents), ~Exists(listed), body__path__startswith=body.path, level__in=FILED_LEVELS, filed_number=""
    )
    return rows.filter(pk__in=living.values("record")).select_related("body").order_by("pk")


def find_filing_differences(body: Body) -> list[str]:
    """Return reasons against closing a clean-up round: both differences from the filed list must be zero."""
    publish, file = list_filed_unpublished(body).count(), list_public_unfiled(body).count()
    reasons = []
    if publish:
        reasons.append(f"备案目录中有{publish}件尚未公开，请公开或认定不公开的理由。")
    if file:
        reasons.append(f"有{file}件已公开的规章、规范性文件没有备案，请报备并登记备案号。")
    return reasons


#: Tab of the office's list → label.
OFFICE_TABS = {
    "valid": "现行有效",
    "open_ended": "没有宣布失效",
    "ended": "失效/废止",
    "unpublished": "待公开",
    "unfiled": "待备案",
    "ending": "半年内到期",
}


def make_bodies_condition(by: Actor) -> Q:
    """Return the condition on the bodies whose documents the user sees in the office; cached for a request."""
    return Q() if by.system else ask_once(("bodies of documents", by), lambda: _make_unit_condition(by))


def _make_unit_condition(by: Actor) -> Q:
    """Return the condition for the actor's own units and those under a justice bureau's government."""
    condition = own_units_q(by, "")
    for body in Body.objects.filter(pk__in=by.body_ids(*ENTRY_STAFF_ROLES), parent__isnull=False).select_related(
        "parent"
    ):
        if body.parent and works_at_justice_bureau_of(by, body.parent):
            condition |= Q(path__startswith=body.parent.path)
    return condition


@register_visible_to(PolicyRecord)
def visible_to(user: object) -> QuerySet[PolicyRecord]:
    """Return the records that the user sees in the office, with those in the clean-up rounds of their own unit."""
    by = get_actor(user)
    if by.system:
        return PolicyRecord.objects.all()
    cases = CleanupCase.objects.filter(round__body__in=list_working_units(by)).values("record")
    return PolicyRecord.objects.filter(Q(body__in=Body.objects.filter(make_bodies_condition(by))) | Q(pk__in=cases))


@register_visible_to(Decision)
def decisions_visible_to(user: object) -> QuerySet[Decision]:
    """Return the decisions on the records that the user sees."""
    return Decision.objects.filter(record__in=visible_to(user).values("pk"))


@register_visible_to(Upload)
def uploads_visible_to(user: object) -> QuerySet[Upload]:
    """Return the uploads of the records that the user sees."""
    return Upload.objects.filter(record__in=visible_to(user).values("pk")).select_related("record__body", "receipt")


@register_visible_to(Relation)
def relations_visible_to(user: object) -> QuerySet[Relation]:
    """Return the relations of records and items of the units that the user sees."""
    bodies = Body.objects.filter(make_bodies_condition(get_actor(user)))
    return Relation.objects.filter(Q(record__body__in=bodies) | Q(user__body__in=bodies))


@register_visible_to(FiledRow)
def filed_rows_visible_to(user: object) -> QuerySet[FiledRow]:
    """Return the lines of the filed lists of units that the user sees."""
    return FiledRow.objects.filter(body__in=Body.objects.filter(make_bodies_condition(get_actor(user))))


@register_visible_to(WaitingFile)
def waiting_files_visible_to(user: object) -> QuerySet[WaitingFile]:
    """Return the originals waiting for import in units that the user sees."""
    return WaitingFile.objects.filter(body__in=Body.objects.filter(make_bodies_condition(get_actor(user))))


def filter_nameable_records(user: object) -> QuerySet[PolicyRecord]:
    """Return the records that the user may name in forms: visible in the office or readable as a page."""
    query = Q(pk__in=visible_to(user).values("pk"))
    return PolicyRecord.objects.filter(query | Q(document__in=shelf_visible_to(user).values("document")))


class StateAnnotations(TypedDict):
    """The annotations of `annotate_validity` on a record: validity today, its first day, and public or not."""

    state: str
    state_since: date
    is_public: bool


def annotate_validity(rows: QuerySet[PolicyRecord], day: date | None = None) -> "QuerySet[Stated]":
    """Add `state` (on a day), `state_since` and `is_public` to rows."""
    today = day or timezone.localdate()
    span = Span.objects.filter(record=OuterRef("pk"), since__lte=today, until__gte=today)
    documents = documents_visible_to(ANONYMOUS).filter(pk=OuterRef("document"))
    return rows.annotate(
        state=Subquery(span.values("state")[:1]),
        state_since=Subquery(span.values("since")[:1]),
        is_public=Exists(documents),
    )


def count_hidden_records(rows: QuerySet[PolicyRecord]) -> int:
    """Return the number of records that no site shows."""
    return rows.exclude(Exists(documents_visible_to(ANONYMOUS).filter(pk=OuterRef("document")))).count()


def filter_by_tab(rows: "QuerySet[Stated]", tab: str) -> "QuerySet[Stated]":
    """Return the rows of a tab of the office's list; any other tab: those that expire soon."""
    from gongkai.content.policies.expiry_reminders import get_notice_months

    if tab == "valid":
        return rows.filter(state__in=(ValidityState.IN_FORCE, ValidityState.AMENDED))
    if tab == "open_ended":
        return rows.filter(state=ValidityState.OPEN_ENDED)
    if tab == "ended":
        return rows.filter(state__in=("repealed", "expired"))
    if tab == "unpublished":
        return rows.filter(is_public=False)
    if tab == "unfiled":
        return rows.filter(level__in=FILED_LEVELS, filed_number="", state__in=VALID_STANDINGS, filed_rows=None)
    today = timezone.localdate()
    end = law.add_months(today, get_notice_months())
    soon = Span.objects.filter(
        record=OuterRef("pk"), since__lte=today, until__gte=today, until__lte=end, state__in=VALID_STANDINGS
    )
    return rows.filter(Exists(soon))


def count_public_by_site(rows: QuerySet[PolicyRecord]) -> list[tuple[str, int]]:
    """Return (site, number) of the records that the public can read on each site."""
    shelf = shelf_visible_to(ANONYMOUS).filter(column=None, document__in=rows.order_by().values("document"))
    counts = shelf.order_by().values_list("website__name").annotate(n=Count("document", distinct=True))
    return sorted(counts, key=lambda site: (-site[1], site[0]))


def filter_without_record(user: object) -> QuerySet[Document]:
    """Return published policy documents without a record, of the units whose library the user sees."""
    by = get_actor(user)
    rows = Document.objects.filter(
        kind__in=POLICY_KINDS, policy=None, published_at__isnull=False, item_number__isnull=False
    )
    return rows.filter(body__in=Body.objects.filter(make_bodies_condition(by))).select_related("body").order_by("pk")


@dataclass(frozen=True)
class RecordFaults:
    """The faults of a record in Chinese: `errors`, missing `steps` of the consultation, and warnings (`hints`)."""

    errors: list[str]
    steps: list[str]
    hints: list[str]


def find_record_faults(record: PolicyRecord, text: str) -> RecordFaults:
    """Return the faults of a record, whose `text` is compared with its fields for the warnings."""
    said = find_record_differences(record, text, timezone.localdate())
    return RecordFaults(
        find_format_errors(record), list_missing_consultation_facts(record), [*said, *list_warnings(record)]
    )


@register_visible_to(CleanupRound)
def rounds_visible_to(user: object) -> QuerySet[CleanupRound]:
    """Return the clean-up rounds of the user's own and supervised units."""
    by = get_actor(user)
    if by.system:
        return CleanupRound.objects.all()
    bodies = Body.objects.filter(make_bodies_condition(by))
    return CleanupRound.objects.filter(Q(body__in=bodies) | Q(tasks__body__in=bodies)).distinct()


@register_visible_to(KeptText)
def kept_visible_to(user: object) -> QuerySet[KeptText]:
    """Return the enforced texts that the user sees in the office."""
    by = get_actor(user)
    if by.system:
        return KeptText.objects.all()
    return KeptText.objects.filter(body__in=Body.objects.filter(make_bodies_condition(by)))
