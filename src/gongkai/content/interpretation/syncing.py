"""Update the list of owed interpretations after publication, by listener and by job."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from gongkai.content.editions.models import Document, Edition, Shelf
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium, Owed, Plan
from gongkai.content.interpretation.queries import public_shelf
from gongkai.content.interpretation.readiness import (
    cancel_scheduled,
    find_withdrawal_errors,
    publish_all_signed,
    publish_signed,
)
from gongkai.core.acts.action import Refused
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import SYSTEM


def public_since(documents: Collection[int]) -> dict[int, datetime]:
    """Return {document: time since which it is public}, without others."""
    return dict(public_shelf().filter(document__in=documents).values_list("document", "published_at"))


def find_missing_forms(documents: Collection[Document]) -> dict[int, tuple[list[str], datetime | None]]:
    """Return (missing forms, time since when all are public or None) of each public policy document, by key.

    Five queries. Without a plan, the forms ordered by the office are required; if only a text was
    ordered, any interpretation counts.
    """
    public = public_since([document.pk for document in documents])
    items = {document.item_number or 0: document.pk for document in documents if document.pk in public}
    plans = {items[plan.item_id]: plan for plan in Plan.objects.filter(item_id__in=items, needed=True)}
    ordered = dict(
        Owed.objects.filter(document__in=public, entry__closed_at=None)
        .exclude(forms=[InterpretationMedium.TEXT])
        .values_list("document", "forms")
    )
    links = list(Interpretation.objects.filter(document__in=public, text__isnull=False))
    texts = public_since([link.text_id for link in links if link.text_id])
    since: dict[int, dict[str, datetime]] = defaultdict(dict)
    for link in links:
        if link.text_id in texts:
            at = texts[link.text_id]
            since[link.document_id][link.form] = min(at, since[link.document_id].get(link.form, at))
    return {pk: _find_missing(plans.get(pk), ordered.get(pk), since[pk]) for pk in public}


def _find_missing(
    plan: Plan | None, ordered: list[str] | None, since: dict[str, datetime]
) -> tuple[list[str], datetime | None]:
    """Return (required forms that are not public, time when all were public or None); `since`: publication time by form."""
    if plan is None and ordered is None and since:  # nobody asked for a form: any explains it
        return [], min(since.values())
    wanted = plan.wanted if plan else ordered or [InterpretationMedium.TEXT.value]
    missing = [form for form in wanted if form not in since]
    return missing, max(since.values()) if since and not missing else None


def sync_entries(documents: Collection[Document]) -> int:
    """Open or close the entries of documents by their missing forms; return how many changed."""
    from gongkai.content.interpretation.actions import close_interpreted, end_interpretation, owe_interpretation

    policies = [document for document in documents if document.kind in POLICY_KINDS]
    if not policies:
        return 0
    state = find_missing_forms(policies)
    owed = Owed.objects.select_related("entry").filter(document__in=policies).order_by("entry")
    newest = {one.document_id: one for one in owed}
    running = {one.document_id: one.entry for one in owed if one.entry.closed_at is None}
    excused = {one.document_id for one in owed if one.entry.state == "excused"}
    ended = {one.document_id: one.forms for one in newest.values() if one.entry.state == "withdrawn"}
    items = [document.item_number or 0 for document in documents]
    planned = set(Plan.objects.filter(item_id__in=items, needed=True).values_list("item_id", flat=True))
    done = 0
    for document in documents:
        missing, since = state.get(document.pk, ([], None))
        entry = running.get(document.pk)
        # Without a plan, what the office had ordered before the document was withdrawn is due again.
        wanted = missing if document.item_number in planned else ended.get(document.pk)
        if entry and document.pk not in state:
            end_interpretation(entry, by=SYSTEM)
        elif entry and not missing and since:
            close_interpreted(entry, by=SYSTEM, at=since)
        elif entry is None and missing and wanted and document.pk not in excused:
            owe_interpretation(document, by=SYSTEM, forms=wanted)
        elif entry and missing and document.item_number in planned:
            # The list names the forms that are missing now, not those that were when the entry was made.
            Owed.objects.filter(entry=entry).exclude(forms=missing).update(forms=missing)
            continue
        else:
            continue
        done += 1
    return done


def sync_after_publication(happened: ActionEvent) -> None:
    """Update entries after a publication or withdrawal, and publish or cancel signed interpretations with it.

    Raises:
        Refused: an interpretation would be withdrawn alone, or one cannot be published with its document.
    """
    target, made = happened.target, happened.step.result
    withdrawn = isinstance(target, Document)
    document = made.document if isinstance(made, Edition) else target
    if document.kind not in {*POLICY_KINDS, ItemKind.INTERPRETATION}:
        return  # neither owes an interpretation nor is one; what became another kind of text, `sync_all_entries` finds
    if document.kind in POLICY_KINDS:
        if withdrawn and document.published_at is None:
            cancel_scheduled(document)
        publish_signed(document)
    if withdrawn and document.kind == ItemKind.INTERPRETATION:
        for link in Interpretation.objects.filter(text=document).select_related("document"):
            if reasons := find_withdrawal_errors(link):
                raise Refused(reasons)
    touched = Document.objects.filter(**{"pk" if withdrawn else "item_number": target.pk})
    explained = Document.objects.filter(interpretations__text__in=touched)
    sync_entries(list((touched | explained).select_related("body").distinct()))


def sync_all_entries() -> dict[str, int]:
    """Job: update entries after scheduled publications and changed plans; return counts.

    May be repeated safely.
    """
    shelf = Shelf.objects.filter(document=OuterRef("pk"), column=None)
    planned = Plan.objects.filter(item_id=OuterRef("item_number"), needed=True)
    owed = Owed.objects.filter(document=OuterRef("pk"))
    due = (Exists(planned) & ~Exists(owed.filter(entry__state="excused"))) | Exists(
        owed.filter(entry__state="withdrawn")
    )
    rows = Document.objects.filter(kind__in=POLICY_KINDS).filter(
        Exists(owed.filter(entry__closed_at=None)) | (Exists(shelf) & due)
    )
    kept = 0
    portion: list[Document] = []
    for document in rows.select_related("body").order_by("pk").iterator(chunk_size=500):
        portion.append(document)
        if len(portion) == 500:
            kept, portion = kept + sync_entries(portion), []
    return {"kept": kept + sync_entries(portion), "released": publish_all_signed()}
