"""Erase drafts and source files of an edition by law."""

from itertools import islice

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision

from gongkai.content.checks.models import CheckResult, MaskedCopy
from gongkai.content.editions.erasure import (
    ERASED_TEXT,
    TextEchoes,
    delete_unused_file,
    find_erased_revisions,
    is_erased_by_law,
    order_blanking,
)
from gongkai.content.editions.frozen import PUBLIC_FACT_LABELS
from gongkai.content.editions.models import Document, Edition, EditionEffect, ErasureRequest
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ChannelRelease, ItemAttachment, ItemPage, SourceFile, find_document_item
from gongkai.content.reviewing.actions.reviews import recall_erased
from gongkai.content.reviewing.models import Coordination, Opinion, PaperRecord, Review, Signature, SignatureNote
from gongkai.core.acts.action import get_log_stream
from gongkai.core.files.losses import record_losses
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor

#: Facts that only staff see, with free text.
_FREE_FACTS = ("index_number", "attribute_reason", "manner_reason")
#: Requests listed in the block.
MAX_LISTED_REQUESTS = 8


def list_erasure_requests(by: Actor) -> QuerySet[ErasureRequest]:
    """Return the pending erasure requests that the user may see, oldest first."""
    rows = ErasureRequest.objects.filter(closed_at=None, edition__document__body__in=bodies_seen(by))
    return rows.select_related("edition__document__body", "edition__content").order_by("pk")


def list_erasure_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions of which one must hold for the block of erasure requests to have rows."""
    return [RowCondition(ErasureRequest, {"closed_at": None})]


def erasure_requests_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of the eight oldest erasure requests that the user may decide, or None."""
    rows = (one for one in list_erasure_requests(by) if not actions.erase.why_not(one.edition, by=by))
    mine = list(islice(rows, MAX_LISTED_REQUESTS))
    return {"rows": mine} if mine else None


class DraftErasureHandler:
    """Erases drafts, originals of masked copies, source files, scanned signatures and reviews."""

    names = frozenset({"item"})
    every = True

    def list_private_originals(self, document: Document, digests: set[str]) -> set[str]:
        """Return the digests of a document's source files and of the originals of its masked copies."""
        item = document.item_number or 0
        originals = MaskedCopy.objects.filter(source=document.source, masked__in=digests).values_list(
            "original", flat=True
        )
        sources = SourceFile.objects.filter(item_id=item).values_list("stored", flat=True)
        return {*originals, *sources}

    def uses_file(self, digest: str) -> bool:
        """Return true if a draft, a paper signature or a letter contains the file with this digest."""
        return (
            ItemAttachment.objects.filter(stored_id=digest).exists()
            or Signature.objects.filter(scan=digest).exists()
            or Opinion.objects.filter(scan=digest).exists()
        )

    def forget_file(self, digest: str) -> None:
        """Delete the check results of the file with this digest."""
        CheckResult.objects.filter(digest=digest).delete()

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return where a text is repeated: its reviews and, for an item, links to its page and its deadline entry."""
        document = edition.document
        reviews = list(Review.objects.filter(source=document.source))
        found = TextEchoes(
            streams=frozenset(get_log_stream(review) for review in reviews),
            links=frozenset(reverse("reviewing:review", args=[review.pk]) for review in reviews),
            titles=frozenset(review.title for review in reviews),
        )
        item = find_document_item(document)
        if item is None:
            return found
        clocks = Entry.objects.filter(disclosure__item_id=item.pk)
        return found | TextEchoes(
            shared=frozenset(entry.stream for entry in clocks),
            links=frozenset({reverse("publishing:item", args=[item.pk]), *(entry.url for entry in clocks)}),
            entries=frozenset(entry.pk for entry in clocks),
        )

    def erase(self, edition: Edition) -> None:
        """Delete the revisions up to the published one, and blank the page's text and the words of its reviews and consultations.

        If no newer draft exists, the page's title, descriptions and attachments go, too.
        """
        if is_erased_by_law(edition):
            _blank_releases(edition)
        item = find_document_item(edition.document)
        source = edition.document.source  # revisions are numbered within their source
        erased = find_erased_revisions(edition)  # also those that were returned before
        reviews = erased.rows(Review.objects.filter(source=source), "revision_id")
        reviews.update(title=ERASED_TEXT, note="", words="")
        PaperRecord.objects.filter(review__in=reviews).update(words="", reason="")
        for review in reviews:  # names of attachments, as what had to be seen; kinds and digests stay, the log has them
            review.parts = [{**part, "name": ""} for part in review.parts]
            review.save(update_fields=["parts"])
        erased.rows(SignatureNote.objects.filter(signature__source=source), "signature__revision_id").delete()
        record_losses(source, "", ())
        recall_erased(reviews)
        if item is None:
            return
        _blank_consultations(edition, item.pk)
        if not erased.last:
            return
        erased.rows(Revision.objects.for_instance(item)).delete()
        item = ItemPage.objects.get(pk=item.pk)
        newer = item.get_latest_revision()
        blank = {"body": "", "imported_html": "", "summary": "", "keywords": ""}
        if newer is None:
            blank |= dict.fromkeys(
                (*set(PUBLIC_FACT_LABELS) - {"written_on", "effective_on", "ends_on"}, *_FREE_FACTS), ""
            )
            blank |= {"title": ERASED_TEXT, "draft_title": ERASED_TEXT}
            ItemAttachment.objects.filter(page=item).delete()
        for name, value in blank.items():
            setattr(item, name, value)
        item.slug = f"item-erased-{item.pk}"  # Wagtail makes it from the title; no address of the public's
        item.save(clean=False)
        PageLogEntry.objects.filter(page=item.pk).update(label=ERASED_TEXT, data={})


def _blank_consultations(edition: Edition, item: int) -> None:
    """Blank the reasons of consultations of other units on an item, and their remarks, up to this edition."""
    for model, values in ((Coordination, {"reason": ERASED_TEXT}), (Opinion, {"words": "", "scan_name": ""})):
        rows = model.objects.filter(item_id=item, at__lte=edition.made_at)
        order_blanking(edition, model._meta.db_table, {row.pk: values for row in rows})
        rows.update(**values)


def _blank_releases(edition: Edition) -> None:
    """Blank notes and proofs of releases of this edition; channel, time and URL stay."""
    editions = edition.document.editions.filter(act=EditionEffect.PUBLISH).order_by("number")
    later = editions.filter(number__gt=edition.number).first()
    rows = ChannelRelease.objects.filter(document=edition.document)
    if editions.filter(number__lt=edition.number).exists():  # a first text may have gone out elsewhere before
        rows = rows.filter(at__gte=edition.made_at)
    if later:
        rows = rows.filter(at__lt=later.made_at)
    proofs = set(rows.exclude(proof=None).values_list("proof_id", flat=True))
    rows.update(note="", proof=None, proof_name="")
    for mark in proofs:
        delete_unused_file(mark)
