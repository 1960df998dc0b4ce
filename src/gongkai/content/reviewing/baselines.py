"""Against which older text a signer reads: the one on which somebody decided last, else the one that is public. Reads only."""

from gongkai.content.editions.frozen import Frozen
from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.editions.shelves import editions_of, spans
from gongkai.content.editions.sources import Source
from gongkai.content.reviewing.models import Review, Signature, Verdict
from gongkai.core.acts.action import Refused


def public_before(document: Document, edition: int | None = None) -> EditionContent | None:
    """Return what the public has now, or (for a number) what it had before that edition; None where there is nothing."""
    if edition is not None:
        before = EditionContent.objects.filter(edition__document=document, edition__pk__lt=edition)
        return before.select_related("edition").order_by("-edition__number").first()
    shown = [span.edition for span in spans(editions_of(document)) if span.until is None]
    rows = EditionContent.objects.filter(edition=getattr(shown[0], "pk", 0)) if shown else None
    return rows.select_related("edition").first() if rows is not None else None


def last_decided(source: Source, content_digest: str, before: int | None = None) -> Frozen | None:
    """Return the text that somebody signed or returned last in an earlier submission which was not published; None where there is none.

    A text that came back before anybody signed it was read, too: who reads it again wants to know what was done about it.

    Args:
        source: what is under review.
        content_digest: of the text under review; the same text is no older one.
        before: the number of its review; None while it is being submitted.
    """
    earlier = Signature.objects.filter(source=source.stream)
    earlier = earlier.filter(review_id__lt=before) if before is not None else earlier
    decided = earlier.exclude(content_digest=content_digest).order_by("-pk").first()
    if decided is None:
        return None
    review = Review.objects.filter(pk=decided.review_id).first()
    if review is None or review.edition_id is not None:
        return None
    try:
        return source.frozen(decided.revision_id)
    except Refused:
        return None


def returned_before(review: Review) -> list[Signature]:
    """Return what was said against the earlier submissions of a text since it was last published, the last first."""
    out = Review.objects.filter(source=review.source, edition_id__isnull=False, pk__lt=review.pk)
    last = out.order_by("-pk").values_list("pk", flat=True).first() or 0
    said = Signature.objects.filter(source=review.source, verdict=Verdict.NO, review_id__lt=review.pk)
    return list(said.filter(review_id__gt=last).select_related("note").order_by("-pk"))


def digest_of(old: Frozen | EditionContent) -> str:
    """Return the digest of an older text, be it a frozen one or an edition's content."""
    return str(old.digest if isinstance(old, Frozen) else old.edition.content_digest)
