"""What this room keeps behind what is public, and deletes when law orders an edition's content to be erased."""

from wagtail.models import Revision

from gongkai.editions.erasing import ERASED
from gongkai.editions.models import Document, Edition
from gongkai.publishing.documents import item_of
from gongkai.publishing.models import (
    CheckResult,
    ItemAttachment,
    ItemPage,
    MaskedCopy,
    Opinion,
    Review,
    Signature,
    SignatureNote,
    SourceFile,
)


class DraftKeeper:
    """Drafts, originals of masked copies, files that texts were made from, scans of signatures."""

    def files_behind(self, document: Document, marks: set[str]) -> set[str]:
        """Return originals of masked copies, and what the text was made from."""
        item = document.item_number or 0
        originals = MaskedCopy.objects.filter(source=document.source, masked__in=marks).values_list(
            "original", flat=True
        )
        sources = SourceFile.objects.filter(item_id=item).values_list("stored", flat=True)
        return {*originals, *sources}

    def carries(self, mark: str) -> bool:
        """Whether a draft carries a file, or a signature on paper stands on it."""
        return (
            ItemAttachment.objects.filter(stored_id=mark).exists()
            or Signature.objects.filter(scan=mark).exists()
            or Opinion.objects.filter(scan=mark).exists()
        )

    def forget_file(self, mark: str) -> None:
        """Delete what was found in a file."""
        CheckResult.objects.filter(digest=mark).delete()

    def erase(self, edition: Edition) -> None:
        """Delete the revisions up to the one that was published, and blank the page where nothing newer is there."""
        item = item_of(edition.document)
        signed = [approval["revision"] for approval in edition.approvals]
        source = edition.document.source  # revisions are numbered within their source
        reviews = Review.objects.filter(source=source, revision_id__in=signed)
        reviews.update(title=ERASED, note="", words="")
        SignatureNote.objects.filter(signature__source=source, signature__revision_id__in=signed).delete()
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
