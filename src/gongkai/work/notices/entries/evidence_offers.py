"""Offer editions as evidence to units that owe a measure and published for it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from gongkai.content.editions.models import Address, Document, Edition, EditionEffect, Placement, Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.publishing.item_list import filter_items, items_visible_to
from gongkai.content.publishing.models import ChannelRelease, ItemPage
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import read_numbers
from gongkai.work.notices.entries.checklist import select_by_channel
from gongkai.work.notices.entries.columns import join_path
from gongkai.work.notices.models import Assignment, Duty, EvidenceOffer, ImportedColumn
from gongkai.work.notices.states import OPEN_STATES, NoticeState


def offer_published_edition(happened: ActionEvent) -> None:
    """Offer a new edition as evidence to open assignments (follows `publishing.publish`)."""
    if isinstance(edition := happened.step.result, Edition):
        _offer_edition_as_evidence(edition)


def offer_moved_documents(happened: ActionEvent) -> None:
    """Offer published documents placed in other columns (follows two actions)."""
    target, facts = happened.target, happened.step.facts
    documents = [target.pk] if isinstance(target, Document) else read_numbers(facts, "documents")
    rows = Edition.objects.filter(document__in=documents).select_related("document", "content")
    newest = {edition.document_id: edition for edition in rows.order_by("number")}
    for edition in newest.values():
        if edition.act == EditionEffect.PUBLISH:
            _offer_edition_as_evidence(edition)


def _offer_edition_as_evidence(edition: Edition) -> None:
    """Offer a published edition as evidence to open tasks that name its column, in place of earlier editions."""
    paths = _find_notice_paths(edition.document_id)
    if not paths:
        return
    content = getattr(edition, "content", None)
    address = Address.objects.filter(document=edition.document_id).order_by("-current", "-pk").first()
    offers = [
        EvidenceOffer(
            assignment=assignment,
            edition=edition.pk,
            title=(content.title if content else str(edition))[:300],
            url=_get_address_url(address),
            path=path,
            at=edition.visible_from,
        )
        for assignment, path in _find_owing_assignments(edition.document.body_id, paths)
    ]
    earlier = Edition.objects.filter(document=edition.document_id, number__lt=edition.number)
    tasks = [offer.assignment_id for offer in offers]
    open_offers = EvidenceOffer.objects.filter(assignment__in=tasks, release=0, taken=None)
    if edition.visible_from <= timezone.now():
        open_offers.filter(edition__in=earlier.values("pk")).update(taken=False)
    EvidenceOffer.objects.bulk_create(offers, ignore_conflicts=True)


def _find_notice_paths(document: int) -> dict[int, set[str]]:
    """Map notices in force to the paths that lead to columns of the document."""
    columns = Placement.objects.filter(document=document).order_by().values("column_id")
    rows = ImportedColumn.objects.filter(column_id__in=columns, notice__state=NoticeState.LIVE)
    paths: dict[int, set[str]] = {}
    for notice, path in rows.values_list("notice_id", "path"):
        paths.setdefault(notice, set()).add(path)
    return paths


def offer_channel_release(happened: ActionEvent) -> None:
    """Offer a release to open assignments whose duties require its channel.

    Releases recorded by the system (the gazette) count as verified, others need the lead unit.
    """
    release = happened.step.result
    assert isinstance(release, ChannelRelease)
    document = release.document
    edition = document.editions.filter(act=EditionEffect.PUBLISH).order_by("-number").first()
    if edition is None:
        return
    content = getattr(edition, "content", None)
    label = release.get_channel_display()
    offers = [
        EvidenceOffer(
            assignment=assignment,
            edition=edition.pk,
            release=release.pk,
            holds=release.recorded_by == SYSTEM.name,
            title=f"{release.name}刊登：{content.title if content else document}"[:300],
            url=release.address,
            path=label,
            at=release.at,
            duties=[duty.pk for duty in duties],
        )
        for assignment, _ in _find_owing_assignments(document.body_id, _find_notice_paths(document.pk))
        if (duties := select_by_channel(assignment.measure.duties.all(), release.channel))
    ]
    EvidenceOffer.objects.bulk_create(offers, ignore_conflicts=True)


def withdraw_release_offers(happened: ActionEvent) -> None:
    """Withdraw the open offers of a deleted channel record (follows `publishing.drop_channel`)."""
    EvidenceOffer.objects.filter(release=happened.target.pk, taken=None).update(taken=False)


def withdraw_document_offers(happened: ActionEvent) -> None:
    """Withdraw the open offers of a withdrawn document (follows `publishing.withdraw`)."""
    EvidenceOffer.objects.filter(edition__in=happened.target.editions.values("pk"), taken=None).update(taken=False)


#: Maximum number of the unit's published texts that a task offers as evidence in addition to those of its columns.
MAX_PUBLISHED = 20
#: Maximum number of the unit's latest unpublished items among which a task's drafts are found.
MAX_DRAFTS = 200


def list_unused_publications(entry: Entry, since: date) -> list[Shelf]:
    """Return at most 20 recent public documents of the unit that are not evidence yet.

    Those that were written from the task come first.
    """
    known = {
        *EvidenceOffer.objects.filter(assignment=entry.pk).values_list("edition", flat=True),
        *entry.evidence.filter(withdrawn=False).exclude(edition=None).values_list("edition", flat=True),
    }
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, body=entry.body_id, published_at__date__gte=since)
    published: dict[int, Shelf] = {}
    for row in (
        rows.exclude(edition__in=known).select_related("document").order_by("-published_at", "pk")[: 2 * MAX_PUBLISHED]
    ):
        published.setdefault(row.document_id, row)
    own_texts = _find_texts_of(entry, published.values())
    return sorted(published.values(), key=lambda row: row.document.item_number not in own_texts)[:MAX_PUBLISHED]


def list_drafted_from_task(entry: Entry, rows: Iterable[Shelf]) -> list[Shelf]:
    """Return the rows among `rows` whose documents were begun with 起草信息 on the task."""
    own_texts = _find_texts_of(entry, rows)
    return [row for row in rows if row.document.item_number in own_texts]


def list_open_drafts(entry: Entry, by: Actor) -> list[ItemPage]:
    """Return the unit's items that were begun with 起草信息 on the task and are not public, latest first."""
    unit = Body.objects.filter(pk=entry.body_id)
    items = list(items_visible_to(by).filter(pk__in=filter_items(unit, state="draft")).order_by("-pk")[:MAX_DRAFTS])
    drafted = _find_drafted_items(entry, [item.stream for item in items])
    return [item for item in items if item.pk in drafted]


def _find_texts_of(entry: Entry, rows: Iterable[Shelf]) -> set[int | None]:
    """Return the item numbers among these rows whose texts were drafted from the entry."""
    return _find_drafted_items(entry, [f"item/{row.document.item_number}" for row in rows if row.document.item_number])


def _find_drafted_items(entry: Entry, streams: list[str]) -> set[int | None]:
    moved = Movement.objects.filter(stream__in=streams, action="publishing.draft", facts__task=entry.pk)
    return set(moved.values_list("facts__item", flat=True))


def _get_address_url(address: Address | None) -> str:
    """Return the URL of an address, else its path; "" without an address."""
    return "" if address is None else str(getattr(address, "url", "") or address.path)[:500]


def _find_owing_assignments(body: int, paths: dict[int, set[str]]) -> list[tuple[Assignment, str]]:
    """Return (open assignment of the unit, path shown to readers) for these paths by notice."""
    mine = Assignment.objects.filter(notice__in=list(paths), body=body, entry__state__in=OPEN_STATES).prefetch_related(
        Prefetch("measure__duties", Duty.objects.exclude(paths=[]))
    )
    owing_assignments = []
    for assignment in mine:
        existing = {join_path(path) for duty in assignment.measure.duties.all() for path in duty.paths} & paths[
            assignment.notice_id
        ]
        if existing:
            owing_assignments.append((assignment, min(existing).replace(">", " > ")))
    return owing_assignments
