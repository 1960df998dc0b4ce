"""Queries of this app, and the text of an item or document that an interpretation is compared with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document, EditionContent, Shelf
from gongkai.content.editions.models.editions import POLICY_KINDS, Audience, ItemKind
from gongkai.content.editions.queries import fetch_rows, shelf_visible_to
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.interpretation.models import (
    COUNTED_KINDS,
    LEADER_RANKS,
    HandOver,
    Interpretation,
    InterpretationMedium,
    Owed,
    Plan,
    PlannedRelease,
    PolicyField,
    PressEvent,
    PressTarget,
    Specialist,
    SpecialistRule,
)
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.item_list import make_can_open_condition
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.core.acts.rows import cached_in_batch
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.object_access import register_visible_to
from gongkai.lib.richtext import to_plain_text


def list_interpretations_of(document: Document) -> list[int]:
    """Return the primary keys of interpretations of a policy document, texts first. The caller
    filters by visibility."""
    if document.kind not in POLICY_KINDS:
        return []
    order = {form: place for place, form in enumerate(InterpretationMedium.values)}
    links = fetch_rows(Interpretation, document=document.pk)  # asked for each policy document that is read
    return [
        text
        for _, text in sorted(
            (order[interpretation.form], interpretation.text_id) for interpretation in links if interpretation.text_id
        )
    ]


def list_explained_documents(document: Document) -> list[int]:
    """Return the primary keys of the documents that an interpretation explains; [] for any other document."""
    if document.kind != ItemKind.INTERPRETATION:
        return []
    return list(Interpretation.objects.filter(text=document).values_list("document_id", flat=True))


def list_one_sided_links(bodies: QuerySet[Body]) -> QuerySet[Interpretation]:
    """Return links of which only one document is public, newest first; see `describe_missing_side`."""
    rows = Interpretation.objects.filter(document__body__in=bodies).annotate(
        has_policy=Exists(list_public_shelf_rows(OuterRef("document"))),
        has_own=Exists(list_public_shelf_rows(OuterRef("text"))),
    )
    return rows.filter(Q(has_policy=True) ^ Q(has_own=True)).select_related("document__body").order_by("-pk")


def describe_missing_side(link: Interpretation) -> str:
    """Return in Chinese which document of a link is not public: the interpretation or the explained one."""
    return "解读没有公开" if link.has_policy else "被解读的文件没有公开"  # type: ignore[attr-defined]


def list_uninterpreted_documents(bodies: QuerySet[Body]) -> QuerySet[Document]:
    """Return public policy documents without a public interpretation, an entry, or a plan that needs none."""
    links = Interpretation.objects.filter(Exists(list_public_shelf_rows(OuterRef("text"))), document=OuterRef("pk"))
    owed = Owed.objects.filter(document=OuterRef("pk"))
    exempt = Plan.objects.filter(item_id=OuterRef("item_number"), needed=False)
    rows = Document.objects.filter(
        Exists(list_public_shelf_rows(OuterRef("pk"))), ~Exists(links), ~Exists(owed), ~Exists(exempt)
    )
    return rows.filter(kind__in=POLICY_KINDS, body__in=bodies).select_related("body").order_by("-published_at")


def list_owed_interpretations(bodies: QuerySet[Body]) -> QuerySet[Owed]:
    """Return the required interpretations that are still open, the most urgent first."""
    rows = Owed.objects.filter(entry__body__in=bodies, entry__closed_at=None)
    return rows.select_related("entry__body", "document").order_by("entry__due_at", "pk")


@dataclass(frozen=True)
class DocumentLackingMedia:
    """A policy document not yet interpreted in all required media; `forms`: labels of the missing ones."""

    plan: Plan
    title: str
    forms: list[str]


def list_documents_missing_required_media(bodies: QuerySet[Body]) -> list[DocumentLackingMedia]:
    """Return documents not yet interpreted in all media that the office ordered, newest first; four queries."""
    plans = Plan.objects.filter(body__in=bodies).exclude(ordered=[]).select_related("body").order_by("-pk")
    return list_plans_missing_required_media(list(plans))


def list_plans_missing_required_media(plans: list[Plan]) -> list[DocumentLackingMedia]:
    """Return the plans whose required media are not all public, with title and missing media, in the given order; three queries."""
    numbers = [plan.item_id for plan in plans]
    links = Interpretation.objects.filter(document__item_number__in=numbers, text__isnull=False)
    rows = list(links.values_list("document__item_number", "form", "text"))
    shelf = filter_public_shelf().filter(document__in=[text for *_, text in rows])
    public = set(shelf.values_list("document", flat=True))
    have = {(number, form) for number, form, text in rows if text in public}
    titles = dict(ItemPage.objects.filter(pk__in=numbers).values_list("pk", "draft_title"))
    found = [(plan, [form for form in plan.ordered if (plan.item_id, form) not in have]) for plan in plans]
    return [
        DocumentLackingMedia(plan, titles.get(plan.item_id, ""), [InterpretationMedium(form).label for form in forms])
        for plan, forms in found
        if forms
    ]


@dataclass(frozen=True)
class ReleaseCounter:
    """The news releases of a unit in a year, compared with its target.

    Attributes:
        least, led_least: the target: releases, and those held by a leader; 0 without a target.
        source: the document that sets the target.
        done, led: releases held, and those held by a leader.
        unseen: releases held whose result is not public.
        planned, planned_led: open planned releases, and those to be held by a leader.
    """

    body: Body
    least: int
    led_least: int
    source: str
    done: int
    led: int
    unseen: int
    planned: int
    planned_led: int

    @property
    def misses_target_with_plan(self) -> bool:
        """Return true if past and planned releases together miss the target."""
        return self.done + self.planned < self.least or self.led + self.planned_led < self.led_least

    @property
    def short(self) -> bool:
        """Return true if the unit has had fewer releases than its target so far."""
        return self.done < self.least or self.led < self.led_least


def filter_public_shelf() -> QuerySet[Shelf]:
    """Return the list rows (`Shelf`) of documents that are public for everyone, one per document and site."""
    now = timezone.now()
    rows = Shelf.objects.filter(column=None, from_at__lte=now, audience=Audience.ALL)
    return rows.filter(Q(until_at=None) | Q(until_at__gt=now))


def list_public_shelf_rows(document: OuterRef) -> QuerySet[Shelf]:
    """Return the public shelf rows of one document, as a subquery."""
    return filter_public_shelf().filter(document=document)


def annotate_result(events: QuerySet[PressEvent], by: Actor) -> QuerySet[PressEvent]:
    """Annotate releases with `found` and `opens`: their result is public now, and the user may open its item.

    Withdrawn documents do not count.
    """
    found = ~Q(address="") | Q(Exists(list_public_shelf_rows(OuterRef("result"))))
    return events.annotate(opens=make_can_open_condition(by, "result__item_number"), found=found)


def list_release_counters(bodies: QuerySet[Body], year: int) -> list[ReleaseCounter]:
    """Return the counters of units with a target, plan or event in a year; four queries."""
    events = PressEvent.objects.filter(body__in=bodies, on__year=year, dropped="", kind__in=COUNTED_KINDS)
    sums = events.values("body").annotate(
        done=Count("pk"),
        led=Count("pk", filter=Q(rank__in=LEADER_RANKS)),
        unseen=Count("pk", filter=Q(~Exists(list_public_shelf_rows(OuterRef("result"))), address="")),
    )
    counted = {row["body"]: {"done": row["done"], "led": row["led"], "unseen": row["unseen"]} for row in sums}
    plans = _count_planned(bodies, year)
    targets = {t.body_id: t for t in PressTarget.objects.filter(body__in=bodies, year=year, least__gt=0)}
    found = Body.objects.filter(pk__in={*counted, *targets, *plans}).order_by("position", "pk")
    rows = {pk: {**counted.get(pk, {}), **plans.get(pk, {})} for pk in {*counted, *plans}}
    return [_make_counter(body, targets.get(body.pk), rows.get(body.pk, {})) for body in found]


def _count_planned(bodies: QuerySet[Body], year: int) -> dict[int, dict[str, int]]:
    """Return by unit the number of planned releases in a year, and of those led by a leader."""
    rows = PlannedRelease.objects.filter(
        entry__body__in=bodies, entry__year=year, entry__closed_at=None, kind__in=COUNTED_KINDS
    )
    sums = rows.values("entry__body").annotate(
        planned=Count("pk"), planned_led=Count("pk", filter=Q(rank__in=LEADER_RANKS))
    )
    return {row["entry__body"]: {"planned": row["planned"], "planned_led": row["planned_led"]} for row in sums}


def _make_counter(body: Body, target: PressTarget | None, row: dict[str, int]) -> ReleaseCounter:
    """Return the counts of a unit's releases (`row`) with its target."""
    return ReleaseCounter(
        body,
        target.least if target else 0,
        target.led if target else 0,
        target.source if target else "",
        row.get("done", 0),
        row.get("led", 0),
        row.get("unseen", 0),
        row.get("planned", 0),
        row.get("planned_led", 0),
    )


def list_planned_releases(bodies: QuerySet[Body], year: int) -> QuerySet[PlannedRelease]:
    """Return the planned releases of a year by day, including cancelled ones."""
    rows = PlannedRelease.objects.filter(entry__body__in=bodies, entry__year=year)
    return rows.select_related("entry__body", "event").order_by("entry__due_at", "pk")


def load_handovers(events: Iterable[PressEvent]) -> dict[int, HandOver]:
    """Return {release: its newest handover}, without withdrawn ones."""
    rows = HandOver.objects.filter(event__in=[press_event.pk for press_event in events]).exclude(
        entry__state="withdrawn"
    )
    return {hand_over.event_id: hand_over for hand_over in rows.select_related("entry__body").order_by("pk")}


@register_visible_to(PressEvent)
def events_visible_to(user: object) -> QuerySet[PressEvent]:
    """Return the news releases of units that the user sees in the office."""
    return PressEvent.objects.filter(body__in=bodies_seen(get_actor(user)).values("pk"))


@register_visible_to(PressTarget)
def targets_visible_to(user: object) -> QuerySet[PressTarget]:
    """Return the release targets of units that the user sees."""
    return PressTarget.objects.filter(body__in=bodies_seen(get_actor(user)).values("pk")).select_related("body")


@register_visible_to(PlannedRelease)
def plans_visible_to(user: object) -> QuerySet[PlannedRelease]:
    """Return the planned releases of units that the user sees."""
    rows = PlannedRelease.objects.filter(entry__body__in=bodies_seen(get_actor(user)).values("pk"))
    return rows.select_related("entry__body", "event")


@register_visible_to(Specialist)
def specialists_visible_to(user: object) -> QuerySet[Specialist]:
    """Return the specialists of units that the user sees."""
    return Specialist.objects.filter(body__in=bodies_seen(get_actor(user)).values("pk")).select_related(
        "body", "person"
    )


@register_visible_to(SpecialistRule)
def specialist_rules_visible_to(user: object) -> QuerySet[SpecialistRule]:
    """Return the specialist rules of units that the user sees."""
    bodies = bodies_seen(get_actor(user)).values("pk")
    return SpecialistRule.objects.filter(body__in=bodies).select_related("body")


def list_specialists(bodies: QuerySet[Body], day: date) -> QuerySet[Specialist]:
    """Return the interpretation specialists (政策解读专员) in office on a day."""
    rows = Specialist.objects.filter(body__in=bodies, start__lte=day).filter(Q(end=None) | Q(end__gt=day))
    return rows.select_related("body", "person")


def list_specialists_for_text(body: Body, text: str, day: date) -> list[Specialist]:
    """Return the interpretation specialists for a text, by the fields that it names (I-11).

    If none fits, all specialists of the unit are returned.
    """
    rows = cached_in_batch(
        ("specialists", body.pk, day), lambda: list(list_specialists(Body.objects.filter(pk=body.pk), day))
    )
    matching_specialists = [row for row in rows if any(word in text for word in _split_field_words(row.field))]
    return matching_specialists or rows


def _split_field_words(field: str) -> list[str]:
    return [word for word in re.split(r"[、，,；;和与及\s]+", field) if len(word) > 1]


def filter_drafting_bodies(bodies: QuerySet[Body]) -> QuerySet[Body]:
    """Return the units that draft policies, and the departments that execute them (I-11)."""
    drafts = Document.objects.filter(body=OuterRef("pk"), kind__in=POLICY_KINDS)
    return bodies.filter(Exists(drafts) | Q(kind=BodyKind.DEPARTMENT), active_to=None, merged_into=None)


def count_interpretations_by_field(bodies: QuerySet[Body], year: int) -> list[tuple[str, int]]:
    """Return (label of a policy field, number of interpretations, also drafts, of documents published in a year), without
    zeros."""
    links = Interpretation.objects.filter(document__body__in=bodies, document__published_at__year=year)
    plans = dict(Plan.objects.filter(item_id__in=links.values("document__item_number")).values_list("item_id", "field"))
    count: dict[str, int] = {}
    for number in links.values_list("document__item_number", flat=True):
        field = plans.get(number or 0, "")
        count[field] = count.get(field, 0) + 1
    return [(PolicyField(key).label, count[key]) for key in PolicyField.values if key in count]


def describe_interpretation(item: ItemPage) -> tuple[bool, str]:
    """Return (whether a document is interpreted or exempt, description in Chinese)."""
    texts = list(Interpretation.objects.filter(document__source=item.stream).values_list("text", flat=True))
    public = shelf_visible_to(ANONYMOUS).filter(column=None, document__in=[n for n in texts if n])
    if found := public.values("document").distinct().count():
        return True, f"已公开解读{found}篇"
    plan = Plan.objects.filter(item_id=item.pk).first()
    if plan is None:
        return False, "还没有解读方案"
    passed = "已审定" if plan.passed_at else "等待审定"
    if not plan.needed:
        return bool(plan.passed_at), f"不需要解读（{passed}）：{plan.exempt_reason}"
    drafted = f"起草解读{len(texts)}篇，还没有公开" if texts else "还没有起草解读"
    return False, f"方案{passed}，{drafted}"


def read_item_text(item: ItemPage) -> str:
    """Return title and text of an item's last draft."""
    frozen = freeze_page(item.get_latest_revision_as_object(), item.unit)
    return f"{frozen.title}\n{to_plain_text(frozen.html)}"


def read_document_text(document: Document) -> str:
    """Return title and text of a document: of its draft, or else of its last edition."""
    item = find_document_item(document)
    if item is not None:
        return read_item_text(item)
    content = EditionContent.objects.filter(edition__document=document).order_by("-edition__number").first()
    return f"{content.title}\n{to_plain_text(content.html)}" if content else ""
