"""What goes when law orders an edition's content to be erased: its text, its files, the drafts it came from."""

from django.db import transaction
from wagtail.models import Revision

from gongkai.acts.storage import files_storage
from gongkai.publishing.documents import item_of
from gongkai.publishing.models import (
    CheckResult,
    Edition,
    EditionContent,
    EditionFile,
    ItemAttachment,
    ItemPage,
    MaskedCopy,
    Opinion,
    Review,
    Signature,
    SignatureNote,
    SourceFile,
    StoredFile,
)

ERASED = "（内容已依法删除）"


def erase_content(edition: Edition) -> None:
    """Delete the content of an edition (its `Erasure` must stand), files that nothing else carries, and its drafts."""
    content = EditionContent.objects.get(pk=edition.pk)
    marks = {file["digest"] for file in content.files}
    marks |= behind(edition.document.item_number, marks)
    EditionContent.objects.filter(pk=edition.pk).delete()
    _erase_drafts(edition)
    for mark in marks:
        if not _carried(mark):
            _drop(mark)


def behind(item: int | None, marks: set[str]) -> set[str]:
    """Return the private files behind public ones: originals of masked copies, and what the text was made from."""
    originals = MaskedCopy.objects.filter(item_id=item or 0, masked__in=marks).values_list(
        "original", flat=True
    )
    sources = SourceFile.objects.filter(item_id=item or 0).values_list("stored", flat=True)
    return {*originals, *sources}


def _carried(mark: str) -> bool:
    """Whether another edition or a draft still carries a file, or a signature on paper stands on it."""
    behind = Signature.objects.filter(scan=mark).exists() or Opinion.objects.filter(scan=mark).exists()
    elsewhere = EditionFile.objects.filter(digest=mark).exists()
    return elsewhere or behind or ItemAttachment.objects.filter(stored_id=mark).exists()


def _drop(mark: str) -> None:
    place = f"published/{mark[:2]}/{mark}"
    CheckResult.objects.filter(digest=mark).delete()
    StoredFile.objects.filter(pk=mark).delete()
    transaction.on_commit(lambda: files_storage().delete(place))


def _erase_drafts(edition: Edition) -> None:
    """Delete the revisions up to the one that was published, and blank the page where nothing newer is there."""
    item = item_of(edition.document)
    signed = [approval["revision"] for approval in edition.approvals]
    Review.objects.filter(revision_id__in=signed).update(title=ERASED, note="", words="")
    SignatureNote.objects.filter(signature__revision_id__in=signed).delete()
    if item is None or not signed:
        return
    Revision.objects.for_instance(item).filter(pk__lte=max(signed)).delete()
    item = ItemPage.objects.get(pk=item.pk)
    newer = item.get_latest_revision()
    blank = {"body": "", "imported_html": "", "summary": "", "keywords": ""}
    if newer is None:
        blank |= {"title": ERASED, "draft_title": ERASED}
        ItemAttachment.objects.filter(page=item).delete()
    for name, value in blank.items():
        setattr(item, name, value)
    item.save(clean=False)
