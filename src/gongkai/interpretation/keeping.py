"""Keeping the list of documents to be interpreted in step with what is public: by listener and by job."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.acts.action import Action, Step
from gongkai.acts.chain import By
from gongkai.acts.models import Movement
from gongkai.interpretation.gates import POLICIES
from gongkai.interpretation.models import Form, Interpretation, Owed, Plan
from gongkai.publishing.models import Act, Document, Edition, Shelf
from gongkai.publishing.windows import spans
from gongkai.units.actors import SYSTEM


def shown_since(item_id: int) -> datetime | None:
    """Return since when the public has an item's present text; None where it is not public now."""
    document = Document.objects.filter(item_number=item_id).first()
    if document is None:
        return None
    now = timezone.now()
    live = [
        span
        for span in spans(document.editions.all())
        if span.since <= now and (span.until is None or span.until > now)
    ]
    first = Edition.objects.filter(document=document, act=Act.PUBLISH).order_by("number").first()
    return max(first.visible_from, document.published_at or first.visible_from) if live and first else None


def forms_lacking(document: Document) -> tuple[list[str], datetime | None]:
    """Return the forms in which a document still lacks a public interpretation, and since when it has all of the others."""
    plan = Plan.objects.filter(item_id=document.item_number or 0).first()
    wanted = plan.wanted if plan and plan.needed else [Form.TEXT.value]
    since: dict[str, datetime] = {}
    for link in Interpretation.objects.filter(document=document):
        at = shown_since(link.item_id)
        if at:
            since[link.form] = min(at, since.get(link.form, at))
    if plan is None and since:  # nobody asked for a form: any explains it
        return [], min(since.values())
    lacking = [form for form in wanted if form not in since]
    return lacking, max(since.values()) if since and not lacking else None


def keep(document: Document) -> None:
    """Bring one document's entry in step: open it where its plan asks for what is not public, close it where all is."""
    from gongkai.interpretation.actions import owe, was_interpreted

    if (
        document.kind not in POLICIES
        or document.published_at is None
        or document.published_at > timezone.now()
    ):
        return
    lacking, since = forms_lacking(document)
    running = Owed.objects.select_related("entry").filter(document=document, entry__closed_at=None).first()
    plan = Plan.objects.filter(item_id=document.item_number or 0, needed=True).first()
    if running and not lacking and since:
        was_interpreted(running.entry, by=SYSTEM, at=since)
    elif running is None and lacking and plan and not _settled(document):
        owe(document, by=SYSTEM, forms=lacking)


def _settled(document: Document) -> bool:
    """Whether somebody took the document off the list, or it was interpreted before."""
    return Owed.objects.filter(document=document, entry__state="excused").exists()


def keep_in_step(action: Action[Any], target: Any, step: Step, movement: Movement, by: By) -> None:
    """After a publication: the document itself, and what it explains."""
    if action.name != "publishing.publish":
        return
    document = Document.objects.filter(item_number=target.pk).first()
    if document:
        keep(document)
    for link in Interpretation.objects.filter(item_id=target.pk).select_related("document__body"):
        keep(link.document)


def keep_all() -> dict[str, int]:
    """Do the same for what schedules made public, and for plans that changed since. Safe to miss and to repeat."""
    shelf = Shelf.objects.filter(document=OuterRef("pk"), column=None)
    planned = Plan.objects.filter(item_id=OuterRef("item_number"), needed=True)
    running = Owed.objects.filter(document=OuterRef("pk"), entry__closed_at=None)
    policies = Document.objects.filter(kind__in=POLICIES)
    rows = policies.filter(Exists(running)) | policies.filter(Exists(planned), Exists(shelf)).exclude(
        Exists(Owed.objects.filter(document=OuterRef("pk")))
    )
    count = 0
    for document in rows.select_related("body").distinct().iterator(chunk_size=500):
        keep(document)
        count += 1
    return {"checked": count}
