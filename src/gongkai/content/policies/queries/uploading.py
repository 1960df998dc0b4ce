"""Find documents that must be uploaded to the higher government's library (L-08: 先入库后公开).

A document must be uploaded while it is public and in force, and again after its validity changed.
The government's setting (`UpperLibrary`) defines library, levels and days; it is local practice.
Without a setting nothing is due.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.utils import timezone

from gongkai.content.editions.models import Edition, ValidityState
from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.content.policies.models import TAKEN_DOWN_STANDING, Decision, PolicyRecord, Upload, UpperLibrary
from gongkai.content.policies.queries.office import (
    StateAnnotations,
    annotate_validity,
    make_bodies_condition,
    visible_to,
)
from gongkai.content.policies.validity import ENDED_STANDINGS
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.rows import find_row
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS, find_government
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.law import default_calendar


class UploadStage(TextChoices):
    """The stage of a document on its way to the higher library."""

    MISSING = "missing", "未上传"
    STALE = "stale", "状态已变待更新"
    WAITING = "waiting", "已上传待回执"
    DONE = "done", "已上传"
    COMING = "coming", "公开前须上传"
    NONE = "", "不须上传"


#: Stages in which a unit still has to act.
DUE_STAGES = (UploadStage.MISSING, UploadStage.STALE, UploadStage.WAITING)
#: Validity states before and in force; a change from 尚未施行 to 现行有效 needs no new upload.
LIVING_STANDINGS = (ValidityState.NOT_YET, ValidityState.IN_FORCE, ValidityState.OPEN_ENDED)


def list_upper_libraries() -> list[UpperLibrary]:
    """Return the settings in force today, the deepest body first, because the nearest setting applies."""
    on = timezone.localdate()
    rows = UpperLibrary.objects.filter(active=True, since__lte=on).select_related("body")
    return ask_once(("libraries", on), lambda: sorted(rows, key=lambda one: (-len(one.body.path), one.pk)))


def list_setting_units(library: UpperLibrary) -> QuerySet[Body]:
    """Return the units under a setting, without lower governments and units with a nearer setting."""
    under = Body.objects.filter(path__startswith=library.body.path)
    bodies = under.exclude(pk=library.body_id).filter(
        Q(kind__in=GOVERNING_KINDS) | Q(pk__in=[upper_library.body_id for upper_library in list_upper_libraries()])
    )
    for path in ask_once(("below library", library.pk), lambda: list(bodies.values_list("path", flat=True))):
        under = under.exclude(path__startswith=path)
    return under


def find_upper_library_of_body(body: Body) -> UpperLibrary | None:
    """Return the higher library for a unit's documents, or None."""
    near = next(
        (upper_library for upper_library in list_upper_libraries() if body.path.startswith(upper_library.body.path)),
        None,
    )
    covered = near and ask_once(("in library", near.pk, body.pk), list_setting_units(near).filter(pk=body.pk).exists)
    return near if covered else None


def find_upper_library_of_record(record: PolicyRecord) -> UpperLibrary | None:
    """Return the higher library for a document, or None if its level is not uploaded."""
    return UpperLibraryCache().find_library_of_record(record)


class UpperLibraryCache:
    """A cache of higher libraries by unit, for one action."""

    def __init__(self) -> None:
        self._of: dict[int, UpperLibrary | None] = {}

    def find_library_of_body(self, body: Body) -> UpperLibrary | None:
        """Return the higher library for a unit's documents, or None."""
        if body.pk not in self._of:
            self._of[body.pk] = find_upper_library_of_body(body)
        return self._of[body.pk]

    def find_library_of_record(self, record: PolicyRecord) -> UpperLibrary | None:
        """Return the higher library for a document, or None if its level is not uploaded."""
        library = self.find_library_of_body(record.body)
        return library if library and record.level in library.levels else None


def upper_libraries_visible_to(user: Actor) -> list[UpperLibrary]:
    """Return the settings in force for units that the user sees, the highest body first; cached for a request."""
    return ask_once(("libraries above", user), lambda: _list_libraries_of_user(user))


def _list_libraries_of_user(user: Actor) -> list[UpperLibrary]:
    """Return the higher libraries to which units of the user upload."""
    libraries = list_upper_libraries()
    if not libraries:  # asked with every page's menu
        return []
    bodies = Body.objects.filter(make_bodies_condition(user))
    return [
        upper_library
        for upper_library in sorted(libraries, key=lambda one: (len(one.body.path), one.body.position, one.pk))
        if list_setting_units(upper_library).filter(pk__in=bodies.values("pk")).exists()
    ]


@register_visible_to(UpperLibrary)
def settings_visible_to(user: object) -> QuerySet[UpperLibrary]:
    """Return the settings in force for units that the user sees, as a queryset."""
    libraries = upper_libraries_visible_to(get_actor(user))
    return UpperLibrary.objects.filter(pk__in=[library.pk for library in libraries]).select_related("body")


def list_upper_library_settings(by: Actor) -> list[tuple[Body, UpperLibrary | None]]:
    """Return (body, setting or None) of the bodies for which the user sets the higher library."""
    posts = by.body_ids(Role.CHIEF)
    bodies = Body.objects.filter(pk__in=posts).select_related("parent").order_by("position", "pk")
    own = dict.fromkeys(find_government(body) for body in bodies)
    kept = {library.body_id: library for library in UpperLibrary.objects.filter(body__in=own)}
    return [(body, kept.get(body.pk)) for body in own]


def has_upload_work(user: Actor) -> bool:
    """Return true if an actor sets up a higher library (政务公开办) or works on documents uploaded to it."""
    return user.has(Role.CHIEF) or bool(upper_libraries_visible_to(user))


def filter_current_uploads(library: UpperLibrary) -> QuerySet[Upload]:
    """Return the uploads to the library that is set now (with its counter `turn`), without withdrawn ones."""
    return Upload.objects.filter(back=None, library_id=library.pk or 0, turn=library.turn)


def list_same_receipt_uploads(upload: Upload) -> QuerySet[Upload]:
    """Return all uploads recorded with the receipt of this one."""
    if not upload.shared:
        return filter_current_uploads(upload.library).filter(pk=upload.pk)
    rows = filter_current_uploads(upload.library).filter(shared=True, on=upload.on)
    return rows.filter(number=upload.number, receipt=upload.receipt_id, made_by=upload.made_by)


def filter_covered_records(library: UpperLibrary) -> QuerySet[PolicyRecord]:
    """Return the documents of a setting's units and levels."""
    return PolicyRecord.objects.filter(body__in=list_setting_units(library), level__in=library.levels)


class UploadAnnotations(StateAnnotations):
    """The annotations that `annotate_upload_stage` adds to a record: its stage and its last upload."""

    place: str
    up: int | None
    up_on: date | None
    up_at: datetime | None
    up_number: str | None
    up_shared: bool | None
    up_address: str | None
    up_standing: str | None
    up_receipt: str | None
    edited_at: datetime | None
    decided_since: bool
    has_draft: bool


class UploadDecisionAnnotations(UploadAnnotations):
    """The annotations of `UploadAnnotations` with the prefetched decisions in effect."""

    counting: list[Decision]


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    Placed = WithAnnotations[PolicyRecord, UploadAnnotations]
    Owed = WithAnnotations[PolicyRecord, UploadDecisionAnnotations]


def annotate_upload_stage(library: UpperLibrary) -> "QuerySet[Placed]":
    """Annotate the covered documents with stage, last upload and validity.

    `place` is an `UploadStage`; `up_on`, `up_number`, `up_standing` … are of the last upload.
    """
    today = timezone.localdate()
    last = filter_current_uploads(library).filter(record=OuterRef("pk")).order_by("-on", "-pk")
    editions = Edition.objects.filter(document=OuterRef("document"), visible_from__lte=timezone.now())
    rows = annotate_validity(filter_covered_records(library), today).annotate(
        up=Subquery(last.values("pk")[:1]),
        up_on=Subquery(last.values("on")[:1]),
        up_at=Subquery(last.values("made_at")[:1]),
        up_number=Subquery(last.values("number")[:1]),
        up_shared=Subquery(last.values("shared")[:1]),
        up_address=Subquery(last.values("address")[:1]),
        up_standing=Subquery(last.values("standing")[:1]),
        up_receipt=Subquery(last.values("receipt")[:1]),
        edited_at=Subquery(editions.order_by("-number").values("visible_from")[:1]),
    )
    return (
        rows.annotate(
            decided_since=Exists(_select_decisions_after_upload(today)), has_draft=_make_draft_condition(library)
        )
        .annotate(place=_make_stage_case())
        .select_related("body", "document")
    )


def _select_decisions_after_upload(today: date) -> QuerySet[Decision]:
    """Return decisions in effect by now that are later than the last upload."""
    rows = Decision.objects.counting().filter(record=OuterRef("pk"), on__lte=today)
    return rows.filter(Q(on__gt=OuterRef("up_on")) | Q(effective_at__gt=OuterRef("up_at")))


def _make_draft_condition(library: UpperLibrary) -> object:
    """Return the condition for a drafted item to publish (主动公开); false if the setting requires no receipt first."""
    if not library.refuses:
        return Value(False, output_field=BooleanField())
    drafts = ItemPage.objects.filter(pk=OuterRef("document__item_number"), attribute=DisclosureAttribute.PROACTIVE)
    return Exists(drafts)


def _make_stage_case() -> Case:
    """Return the SQL case for the upload stage of a document (annotated with its last upload)."""
    has_ended, never_uploaded, is_shown_as_removed = (
        Q(state__in=ENDED_STANDINGS),
        Q(up__isnull=True),
        Q(up_standing=TAKEN_DOWN_STANDING),
    )
    is_withdrawn = Q(is_public=False, document__published_at__lte=timezone.now())
    stale = (
        is_withdrawn
        | (has_ended & ~Q(up_standing=F("state")))
        | (Q(state=ValidityState.AMENDED) & ~Q(up_standing=ValidityState.AMENDED))
        | (Q(state__in=LIVING_STANDINGS) & ~Q(up_standing__in=LIVING_STANDINGS))
        | (~has_ended & Q(decided_since=True))
    )
    return Case(
        When(never_uploaded & ~has_ended & Q(is_public=True), then=Value(UploadStage.MISSING.value)),
        When(
            never_uploaded & ~has_ended & Q(has_draft=True, document__published_at=None),
            then=Value(UploadStage.COMING.value),
        ),
        When(never_uploaded, then=Value(UploadStage.NONE.value)),
        When(is_shown_as_removed & (is_withdrawn | has_ended), then=Value(UploadStage.NONE.value)),
        When(stale, then=Value(UploadStage.STALE.value)),
        When(up_number="", up_receipt__isnull=True, then=Value(UploadStage.WAITING.value)),
        default=Value(UploadStage.DONE.value),
        output_field=CharField(),
    )


def list_visible_uploads(user: Actor, library: UpperLibrary) -> "QuerySet[Placed]":
    """Return the annotated documents of a setting that the user sees."""
    return annotate_upload_stage(library).filter(pk__in=visible_to(user).values("pk"))


def with_upload_stage(record: PolicyRecord) -> "Placed | None":
    """Return a document with its upload stage, or None if no setting covers its unit and level."""
    library = find_upper_library_of_record(record)
    return find_row(annotate_upload_stage(library).filter(pk=record.pk)) if library else None


def list_due_documents(library: UpperLibrary, bodies: Collection[int] | None = None) -> list[tuple["Placed", date]]:
    """Return (document, due date) of those that units still have to upload; `bodies`: only of these units."""
    rows = annotate_upload_stage(library).filter(place__in=DUE_STAGES)
    if bodies is not None:
        rows = rows.filter(body__in=bodies)
    return with_due_dates(library, rows.order_by("pk"))


def filter_pending_uploads(library: UpperLibrary, records: Collection[int]) -> "QuerySet[Placed]":
    """Return the documents in `records` (primary keys) that must still be uploaded to the library."""
    return annotate_upload_stage(library).filter(place__in=DUE_STAGES, pk__in=records).order_by("pk")


def with_due_dates(library: UpperLibrary, rows: "QuerySet[Placed]") -> list[tuple["Placed", date]]:
    """Return (document, day by which it must be uploaded) of these annotated documents."""
    counting = Decision.objects.counting()
    prefetched = rows.prefetch_related(Prefetch("decisions", counting, to_attr="counting"))
    return [(row, compute_upload_due_date(library, find_deadline_start(library, row))) for row in prefetched]


def find_deadline_start(library: UpperLibrary, row: "Owed") -> date:
    """Return the day from which the deadline of a document is counted.

    For a changed validity it is the last of: the day on which the change took effect, on which it
    was recorded, and of the upload that did not show it. For a withdrawn document it is the later
    of the withdrawal and its upload. Otherwise it is the day of publication. It is never before the first day of the
    setting.
    """
    days = [library.since]
    if row.place == UploadStage.STALE and not row.is_public and row.edited_at:
        days += [_get_upload_day(row), timezone.localdate(row.edited_at)]
    elif row.place == UploadStage.STALE:
        today = timezone.localdate()
        days += [_get_upload_day(row), row.state_since]
        days += [
            max(decision.on, timezone.localdate(decision.effective_at))
            for decision in row.counting
            if decision.on <= today and decision.effective_at
        ]
    elif row.document and row.document.published_at:
        days.append(timezone.localdate(row.document.published_at))
    elif row.up_on:
        days.append(row.up_on)
    return max(days)


def _get_upload_day(row: "Placed") -> date:
    assert row.up_on is not None  # only what was uploaded is behind
    return row.up_on


def count_setting_effects(library: UpperLibrary) -> dict[str, int]:
    """Return {"documents": due by a setting, "units": with due ones, "late": overdue immediately}.

    The setting need not be saved.
    """
    owed = list_due_documents(library) if library.active else []
    late = sum(due < timezone.localdate() for _, due in owed)
    return {"documents": len(owed), "units": len({row.body_id for row, _ in owed}), "late": late}


def compute_upload_due_date(library: UpperLibrary, begins: date) -> date:
    """Return the due date, the setting's `days` (calendar or working days) after `begins`, which is not counted."""
    if library.working_days:
        return default_calendar().add_working_days(begins, library.days)
    return begins + timedelta(days=library.days)


def has_receipt(record: PolicyRecord) -> bool:
    """Return true if a document has an upload with a receipt (number or file) that was not withdrawn."""
    library = find_upper_library_of_record(record)
    if library is None:
        return False
    rows = filter_current_uploads(library).filter(record=record)
    return rows.filter(~Q(number="") | Q(receipt__isnull=False)).exists()
