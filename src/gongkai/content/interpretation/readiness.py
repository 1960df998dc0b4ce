"""Determine the state of a document's interpretations: written, checked, signed, public.

Source: 国办发〔2016〕80号 (解读方案、解读材料与文件同步组织、同步审签、同步部署).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.frozen import Frozen
from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.editions.shelves import public_from, spans, was_public
from gongkai.content.editions.sources import OutgoingText, item_number, outgoing
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.interpretation.models import Form, Interpretation, Plan
from gongkai.content.interpretation.prose import has_film, is_empty
from gongkai.content.publishing.documents import find_item, title_of
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.publication import publication_blockers, publish
from gongkai.content.reviewing.cases import case_of
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.seeing import EFFECT
from gongkai.content.reviewing.verification import SignedText
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import canonical, digest
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.lib.richtext import plain
from gongkai.lib.writing.titles import cited

PICTURE_TYPES, _FILMS = ("image/", "application/pdf"), ("video/", "audio/")
UNWRITTEN = "解读稿还没有写正文：不能只有标题、套话、联系方式或者“另行发布”“详见文件”，请写明文件规定了什么。"


@dataclass(frozen=True)
class Prepared:
    """An interpretation of a document: the last signed or submitted text, else the last draft.

    `public_from` is when it is public for everyone; `lacks` has reasons against submission.

    `public_from` is when everybody can read it; `lacks` is what speaks against submitting it.
    """

    link: Interpretation
    title: str
    frozen: Frozen
    public_from: datetime | None
    review: Review | None
    lacks: list[str]

    @property
    def is_signed(self) -> bool:
        """Return true if it is fully signed and waits for its document."""
        return self.review is not None and self.review.is_held

    @property
    def is_under_review(self) -> bool:
        """Return true if it is under review."""
        return self.review is not None and self.review.state == ReviewState.WAITING

    def is_out_by(self, start: datetime) -> bool:
        """Return true if it is public no later than a document public from `start`."""
        return self.is_signed or (self.public_from is not None and self.public_from <= start)

    @property
    def words(self) -> str:
        """The state in words."""
        if self.public_from is not None:
            return "已公开" if self.public_from <= timezone.now() else "定时公开"
        if self.is_signed:
            return "已签发，与文件同时公开"
        if self.is_under_review:
            return "审签中"
        return "没有写好" if self.lacks else "已写好，待送审"

    @property
    def text(self) -> str:
        """The text, for the document's signers."""
        return plain(self.frozen.html)


def unwritten(frozen: Frozen, form: str) -> str:
    """Return the error of an interpretation without content of its form, or ""."""
    if form == Form.TEXT:
        return UNWRITTEN if is_empty(plain(frozen.html), frozen.title) else ""
    types = [str(file["type"]) for file in frozen.files]
    if form == Form.PICTURE:
        shown = any(type_.startswith(PICTURE_TYPES) for type_ in types) or any(file["picture"] for file in frozen.files)
        return "" if shown else "图片解读还没有图片。"
    film = any(type_.startswith(_FILMS) for type_ in types) or has_film(frozen.html)
    return "" if film else "视频解读还没有视频：请上传视频，或者写明“观看视频”并附上完整的网址。"


def answered_for(text: OutgoingText) -> list[tuple[str, str]]:
    """Return what signers of an interpretation approve: that it explains its document
    (`reviewing.seeing`)."""
    link = Interpretation.objects.filter(item_id=item_number(text.source.stream)).select_related("document").first()
    if link is None:
        return []
    words = f"本文作为{cited(title_of(link.document))}的{Form(link.form).label}公开，已经说明这份文件规定了什么"
    return [(words, _mark_of(link))]


def _mark_of(link: Interpretation) -> str:
    return digest(canonical({"explains": link.document_id, "form": link.form}))


def _signed_for(link: Interpretation, review: Review | None) -> bool:
    """Return true if the signers of a review approved this document and form; older reviews count."""
    asked = [part["digest"] for part in review.parts if part["kind"] == EFFECT] if review else []
    return not asked or _mark_of(link) in asked


def prepared(document: Document) -> list[Prepared]:
    """Return the interpretations of a document that exist as items."""
    rows = Interpretation.objects.filter(document=document).select_related("text").order_by("pk")
    items = {item.pk: item for item in ItemPage.objects.filter(pk__in=[row.item_id for row in rows])}
    return [_prepared(row, item) for row in rows if (item := items.get(row.item_id)) and item.latest_revision_id]


def _prepared(link: Interpretation, item: ItemPage) -> Prepared:
    review = Review.objects.filter(source=item.stream).order_by("-pk").first()
    live = review is not None and (review.state == ReviewState.WAITING or review.is_held)
    text = outgoing(item, review.revision_id if review and live else item.latest_revision_id or 0)
    lacks = [] if live else list(publication_blockers(text))
    public = public_from(link.text.editions.all()) if link.text else None
    out = Review.objects.filter(source=item.stream, edition_id__isnull=False).order_by("-pk").first()
    if not _signed_for(link, out if public is not None else review):
        public, review = None, None
        lacks = [*lacks, "签字的人确认的是另一份文件的解读，请重新送审"]
    return Prepared(link, text.frozen.title, text.frozen, public, review, lacks)


def unpublished_subject(text: OutgoingText) -> set[int]:
    """Return the explained document if it is not public yet.

    The interpretation waits for it, unless it was submitted for a time of its own (出台前解读).
    """
    if text.frozen.facts["kind"] != ItemKind.INTERPRETATION:
        return set()
    link = Interpretation.objects.filter(item_id=item_number(text.source.stream)).first()
    if link is None or documents_visible_to(ANONYMOUS).filter(pk=link.document_id).exists():
        return set()
    review = Review.objects.filter(source=text.source.stream).order_by("-pk").first()
    timed = review is not None and review.state == ReviewState.WAITING and review.visible_from is not None
    return set() if timed else {link.document_id}


def release(document: Document) -> int:
    """Publish the signed interpretations of a document from its public time; return how many.

    A document that was signed for a later time takes them along at once: whatever is drafted or submitted afterwards, the
    signed texts go out with it.

    Raises:
        Refused: one of them can no longer be published on its signatures.
    """
    start = public_from(document.editions.all())
    if start is None:
        return 0
    return sum(_release(link, document, start) for link in Interpretation.objects.filter(document=document))


def _release(link: Interpretation, document: Document, start: datetime) -> bool:
    item = find_item(link.item_id)
    review = Review.objects.filter(source=f"item/{link.item_id}").order_by("-pk").first()
    if item is None or review is None or not review.is_held:
        return False
    approval = SignedText(outgoing(item, review.revision_id), case_of(review), companion=document)
    try:
        publish(item, by=SYSTEM, approval=approval, visible_from=start if start > timezone.now() else None)
    except Refused as refused:
        raise Refused([f"解读“{review.title}”不能同时公开：{reason}" for reason in refused.reasons]) from refused
    return True


def release_all() -> int:
    """Job: publish interpretations that were signed after their documents; return how many. May be
    repeated."""
    shelf = Shelf.objects.filter(column=None)
    public = shelf.filter(document=OuterRef("text"), from_at__lte=timezone.now())
    rows = Interpretation.objects.filter(Exists(shelf.filter(document=OuterRef("document"))), ~Exists(public))
    done = 0
    for document in Document.objects.filter(pk__in=rows.values("document")):
        with suppress(Refused):  # its drafter's list says that it lacks its interpretation
            done += release(document)
    return done


def is_scheduled(document: Document | None) -> bool:
    """Return true if a document waits for its first publication time."""
    start = public_from(document.editions.all()) if document else None
    return start is not None and start > timezone.now()


def withdrawal_lacks(link: Interpretation) -> list[str]:
    """Return reasons against withdrawing an interpretation alone: its scheduled document's plan
    needs its form."""
    plan = Plan.objects.filter(item_id=link.document.item_number or 0, needed=True).first()
    if plan is None or link.form not in plan.wanted or not is_scheduled(link.document):
        return []
    return ["被解读的文件已经签发、等待定时公开，解读须与它同时公开；要撤回，请撤回文件，解读随文件撤回。"]


def binding(link: Interpretation) -> list[str]:
    """Return reasons against changing document and form: the interpretation is in review, signed or
    scheduled."""
    review = Review.objects.filter(source=f"item/{link.item_id}").order_by("-pk").first()
    if review is not None and (review.state == ReviewState.WAITING or review.is_held):
        return ["解读已经送审或者签发，要改关联的文件或者形式，请先在审签页撤回送审。"]
    return ["解读等待与文件同时公开，不能改关联的文件或者形式。"] if is_scheduled(link.text) else []


def cancel_scheduled(document: Document) -> None:
    """Withdraw the interpretations scheduled with a document that was withdrawn before its time."""
    for link in Interpretation.objects.filter(document=document, text__isnull=False).select_related("text"):
        assert link.text is not None
        editions = list(link.text.editions.all())
        waits = any(span.until is None and span.since > timezone.now() for span in spans(editions))
        if waits and not was_public(editions, timezone.now()):
            withdraw(link.text, by=SYSTEM, reason="被解读的文件在公开之前已撤回。")
