"""Undo the migration of texts that were not changed since, singly or in batches."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from gongkai.content.editions import erasing
from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.models import Document, Edition, Erasure
from gongkai.content.migration.orders import MIGRATED_APPROVAL
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor


def _system_only(by: Actor, _: Document) -> list[str]:
    return [] if by.system else ["迁移的撤销只由迁移程序办理。"]


def untouched(document: Document) -> list[str]:
    """Return reasons against undoing the migration of a document: it was changed since."""
    return worked_on([document]).get(document.pk, [])


def worked_on(documents: Sequence[Document]) -> dict[int, list[str]]:
    """Return reasons against undoing by document key, without those that were not changed. Three
    queries."""
    items = {document.item_number for document in documents if document.item_number}
    editions: dict[int, list[Edition]] = defaultdict(list)
    for edition in Edition.objects.filter(document__in=documents):
        editions[edition.document_id].append(edition)
    reviewed = set(
        Review.objects.filter(source__in=[f"item/{number}" for number in items]).values_list("source", flat=True)
    )
    drafts = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(pk) for pk in items]
    )
    saved = Counter(drafts.values_list("object_id", flat=True))
    found: dict[int, list[str]] = {}
    for document in documents:
        made, number = editions[document.pk], document.item_number
        if len(made) != 1 or not any(row.get("kind") == MIGRATED_APPROVAL for row in made[0].approvals):
            found[document.pk] = ["迁移之后又有新的版本，或已撤回。"]
        elif document.source in reviewed:
            found[document.pk] = ["迁移之后又送审过。"]
        elif saved[str(number)] > 1:
            found[document.pk] = ["迁移之后在案头修改过。"]
    return found


@action("publishing.take_back_migrated", label="撤销迁移", rule=_system_only, ready=untouched)
def take_back_migrated(document: Document, *, by: Actor, reason: str) -> ActionResult:
    """Undo the migration of an unchanged text: withdraw it, erase text and files, release its URLs.

    The append-only edition rows and their digests stay. The page is deleted first, so that its
    attachments no longer use the files.

    Editions are insert-only: the two rows and their digests stay and say what was there. The page goes first: what is deleted whole needs
    no blanking, and its attachments hold no file any more. Withdrawing has derived lists and search anew; where nothing is shown, no place
    and no address adds to them.
    """
    edition = document.editions.get()
    withdraw(document, by=by, reason=reason)
    item = item_of(document)
    if item is not None:
        item.delete()
    Erasure(edition=edition, basis=reason[:300], at=timezone.now(), by=by.name).save(force_insert=True)
    erasing.erase_content(edition)
    document.placements.all().delete()
    document.addresses.all().delete()
    return ActionResult(words=reason, facts={"edition": edition.pk, "digest": edition.digest}, to_state="erased")


def take_back_many(documents: Sequence[Document], *, by: Actor, reason: str) -> dict[int, str]:
    """Undo a batch of migrated texts in one transaction; return the reasons for those left, by key.

    Their pages leave the desk together, which costs a fraction of one by one. Where one is refused only then, nothing of the portion was
    done, and each is tried by itself.
    """
    left: dict[int, str] = {}
    try:
        with transaction.atomic():
            left = {pk: str(Refused(reasons)) for pk, reasons in worked_on(documents).items()}
            taken = [document for document in documents if document.pk not in left]
            ItemPage.objects.filter(pk__in=[document.item_number for document in taken]).delete()
            for document in taken:
                take_back_migrated(document, by=by, reason=reason)
    except Refused:
        return _one_by_one(documents, by, reason)
    return left


def _one_by_one(documents: Sequence[Document], by: Actor, reason: str) -> dict[int, str]:
    left: dict[int, str] = {}
    for document in documents:
        try:
            take_back_migrated(document, by=by, reason=reason)
        except Refused as refused:
            left[document.pk] = str(refused)
    return left
