"""Determine the parts that a signer must see before signing, and record what was shown.

A signature covers the text of this version, its changes since it was last signed or published, each
attachment (a masked one with its original), and all effects of publication. The parts are fixed at
submission and logged.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from gongkai.content.checks.masked_copies import count_comparable_pages
from gongkai.content.checks.models import MaskedCopy, Vouching
from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.editions.shelves import list_spans
from gongkai.content.editions.sources import OutgoingText, Source, list_editions
from gongkai.content.reviewing.cases import map_opinions
from gongkai.content.reviewing.models import Coordination, Review, ReviewState, Shown, Signature, SignatureVerdict
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile


def find_public_content(document: Document, edition: int | None = None) -> EditionContent | None:
    """Return a document's public content, or the last before the edition with the key `edition`; None without any."""
    if edition is not None:
        before = EditionContent.objects.filter(edition__document=document, edition__pk__lt=edition)
        return before.select_related("edition").order_by("-edition__number").first()
    shown = [span.edition for span in list_spans(list_editions(document)) if span.until is None]
    rows = EditionContent.objects.filter(edition=getattr(shown[0], "pk", 0)) if shown else None
    return rows.select_related("edition").first() if rows is not None else None


def find_last_decided(source: Source, content_digest: str, before: int | None = None) -> FrozenContent | None:
    """Return the text of the last signed or returned submission since the last publication; None if there is none.

    A text that was returned unsigned counts, because its reader wants to see what was changed.

    Args:
        source: the source under review.
        content_digest: of the text under review; an equal text is not returned.
        before: the primary key of its review; None during submission.
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


def list_earlier_objections(review: Review) -> list[Signature]:
    """Return objections to earlier submissions of a text since its last publication, newest first."""
    reviews = Review.objects.filter(source=review.source, edition_id__isnull=False, pk__lt=review.pk)
    last = reviews.order_by("-pk").values_list("pk", flat=True).first() or 0
    signatures = Signature.objects.filter(source=review.source, verdict=SignatureVerdict.NO, review_id__lt=review.pk)
    return list(signatures.filter(review_id__gt=last).select_related("note").order_by("-pk"))


def get_content_digest(old: FrozenContent | EditionContent) -> str:
    """Return the digest of a frozen text or of an edition's content."""
    return str(old.digest if isinstance(old, FrozenContent) else old.edition.content_digest)


TEXT, CHANGES, FILE, MASKED, SHEET, EFFECT = "text", "changes", "file", "masked", "sheet", "effect"
#: Name of the part for an unreadable file that the drafting unit inspected; the signer must inspect
#: it, too.
VOUCHED_FILE_PART = "vouched"
#: Prefix of an effect with the validity that readers will see.
VALIDITY_EFFECT_PREFIX = "公开时显示的有效性："
#: Name of the part for a scan: of a recorded signature, or of a unit's letter.
SCAN_PART = "scan"

#: Returns what takes effect when a text is public: the words that a signer reads, and their digest.
Effects = Callable[[OutgoingText], Iterable[tuple[str, str]]]
_EFFECT_SOURCES: list[Effects] = []


def register_effects(effects: Effects) -> None:
    """Register a function that returns effects of a publication, as (description, digest), for signers to approve."""
    _EFFECT_SOURCES.append(effects)


#: Returns what other units said on paper and one person entered: (digest, file name) that each signer opens.
Papers = Callable[[OutgoingText], Iterable[tuple[str, str]]]
_PAPER_SOURCES: list[Papers] = []


def register_paper_source(papers: Papers) -> None:
    """Register a function that returns (digest, name) of other units' papers on a text, which its signers must open."""
    _PAPER_SOURCES.append(papers)


def describe_signed_effects(review: Review) -> list[str]:
    """Return descriptions of the effects and unreadable files that signers approve with the text."""
    return [str(part["name"]) for part in review.parts if part["kind"] in {EFFECT, VOUCHED_FILE_PART}]


def find_changed_effects(review: Review, text: OutgoingText) -> list[str]:
    """Return the Chinese reason if effects changed since submission.

    Effects that were added later do not take effect with this text.
    """
    submitted = {str(part["digest"]) for part in review.parts if part["kind"] == EFFECT}
    if not submitted or submitted <= {digest for effects in _EFFECT_SOURCES for _, digest in effects(text)}:
        return []
    return ["随这份文件生效的效力决定、入库的日期在送审以后有了变化，请退回后重新送审。"]


def list_signed_effects(edition: int) -> set[str]:
    """Return the digests of the effects that all stages signed with an edition."""
    parts = Review.objects.filter(edition_id=edition, state=ReviewState.APPROVED).values_list("parts", flat=True)
    return {part["digest"] for found in parts for part in found if part["kind"] == EFFECT}


#: Parts shown to a signer: (part, digest) each.
Marks = Collection[tuple[str, str]]


@dataclass(frozen=True)
class RequiredPart:
    """A part that signers must see.

    `pages` is the number of pages of a readable PDF; `original` the digest of the file from which a
    masked copy was made.
    """

    kind: str
    digest: str
    name: str = ""
    pages: int = 0
    original: str = ""

    @property
    def words(self) -> str:
        """Return the part's name on the page."""
        if self.kind == MASKED:
            return f"遮盖附件“{self.name}”与原件的对照"
        if self.kind == VOUCHED_FILE_PART:
            return f"{self.name}，打开看过或者听过后勾选"
        if self.kind == SCAN_PART:
            return self.name
        if self.kind == EFFECT:
            return f"签字时一并确认的“{self.name}”"
        return {TEXT: "正文", CHANGES: "与上一稿的变化"}.get(self.kind) or f"附件“{self.name}”"

    def was_shown(self, marks: Marks) -> bool:
        """Return true if the part was shown completely, a masked PDF page by page with its original."""
        if self.pages and self.kind == MASKED:
            return self._has_all_pages(self.digest, marks) and self._has_all_pages(self.original, marks)
        return (self.kind, self.digest) in marks or (bool(self.pages) and self._has_all_pages(self.digest, marks))

    def _has_all_pages(self, digest: str, marks: Marks) -> bool:
        return all((make_page_part_name(number), digest) in marks for number in range(1, self.pages + 1))


def make_page_part_name(number: int) -> str:
    """Return the name of a PDF page as a part of a review."""
    return f"p{number}"


def list_text_parts(text: OutgoingText) -> list[dict[str, object]]:
    """Return the parts of this text that signers must open, in the JSON form of a review."""
    frozen = text.frozen
    parts = [RequiredPart(TEXT, frozen.digest)]
    compared_content = find_last_decided(text.source, frozen.digest) or find_public_content(text.document)
    if compared_content is not None:
        parts.append(RequiredPart(CHANGES, get_content_digest(compared_content)))
    files = {frozen_file["digest"]: frozen_file["name"] for frozen_file in frozen.files if not frozen_file["picture"]}
    if files:
        stored = StoredFile.objects.in_bulk(list(files))
        masked = dict(
            MaskedCopy.objects.filter(source=text.source.stream, masked__in=files, taken_at__isnull=False)
            .order_by("pk")
            .values_list("masked_id", "original_id")
        )
        for digest, name in files.items():
            file = stored.get(digest)
            pages = count_comparable_pages(file) if file is not None and get_suffix(name) == "pdf" else 0
            kind = MASKED if digest in masked else FILE
            parts.append(RequiredPart(kind, digest, name, pages, masked.get(digest, "")))
        rows = Vouching.objects.filter(source=text.source.stream, digest__in=files).order_by("pk")
        for digest, row in {row.digest: row for row in rows}.items():
            description = f"附件“{files[digest]}”（机器不能检查，{row.by}查看后写明：{row.words}）"
            parts.append(RequiredPart(VOUCHED_FILE_PART, digest, description))
    for digest, name in [paper for papers in _PAPER_SOURCES for paper in papers(text)]:
        pages = count_comparable_pages(StoredFile.objects.get(pk=digest)) if get_suffix(name) == "pdf" else 0
        parts.append(RequiredPart(SCAN_PART, digest, name, pages))
    parts += [
        RequiredPart(EFFECT, digest, description)
        for effects in _EFFECT_SOURCES
        for description, digest in effects(text)
    ]
    return [asdict(part) for part in parts]


def list_required_parts(review: Review) -> list[RequiredPart]:
    """Return the parts that must be shown before signing."""
    return [RequiredPart(**part) for part in review.parts]


def record_vouched_files(review: Review, by: Actor, digests: Iterable[str]) -> None:
    """Record that a person confirmed having inspected the unreadable files with these digests."""
    asked = {part.digest for part in list_required_parts(review) if part.kind == VOUCHED_FILE_PART}
    record_shown(review, by, [(VOUCHED_FILE_PART, digest) for digest in digests if digest in asked])


def load_shown_marks(reviews: Iterable[int], person_id: int | None) -> dict[int, set[tuple[str, str]]]:
    """Return (part kind, digest) of the parts that a person was shown, by primary key of the review."""
    shown_marks: dict[int, set[tuple[str, str]]] = {}
    rows = Shown.objects.filter(review_id__in=list(reviews), person_id=person_id or 0).order_by()
    for number, part, digest in rows.values_list("review_id", "part", "digest"):
        shown_marks.setdefault(number, set()).add((part, digest))
    return shown_marks


def list_unseen_parts(review: Review, marks: Marks) -> list[RequiredPart]:
    """Return the parts of a review that were not shown."""
    return [part for part in list_required_parts(review) if not part.was_shown(marks)]


def find_unseen_errors(review: Review, marks: Marks, flag: Coordination | None = None) -> list[str]:
    """Return reasons against signing: parts and letters not shown yet."""
    letters = [letter for letter in list_letters_to_open(flag) if not letter.was_shown(marks)]
    return [f"您还没有看过{part.words}，看过后才能签字。" for part in [*list_unseen_parts(review, marks), *letters]]


def list_letters_to_open(flag: Coordination | None) -> list[RequiredPart]:
    """Return the letters in which other units agree; every signer must open them.

    One person alone recorded them.
    """
    if flag is None:
        return []
    opinions = [opinion for opinion in map_opinions(flag).values() if opinion.recorder and opinion.agrees]
    return [RequiredPart(SCAN_PART, opinion.scan, f"{opinion.body_name}的来函") for opinion in opinions]


def list_shown_parts(review: Review, marks: Marks) -> list[list[str]]:
    """Return (part, digest) of the parts shown, for a signature."""
    return [[part.kind, part.digest] for part in list_required_parts(review) if part.was_shown(marks)]


def has_seen_all(review: Review, parts: Sequence[Sequence[str]]) -> bool:
    """Return true if a signature lists all required parts as seen."""
    had_to = {(part.kind, part.digest) for part in list_required_parts(review)}
    return had_to <= {(kind, digest) for kind, digest in parts}


def record_shown(review: Review, by: Actor, marks: Sequence[tuple[str, str]]) -> None:
    """Record that parts are shown to a user of an open review. Repeated calls change nothing."""
    if by.person_id is None or review.state not in OPEN_STATES or not marks:
        return
    known = load_shown_marks([review.pk], by.person_id).get(review.pk, set())
    rows = [
        Shown(review_id=review.pk, person_id=by.person_id, part=part, digest=digest)
        for part, digest in dict.fromkeys(marks)
        if (part, digest) not in known
    ]
    Shown.objects.bulk_create(rows, ignore_conflicts=True)


def has_submitted_parts(review: Review, facts: Mapping[str, object]) -> bool:
    """Return true if the parts of a review equal those logged at its submission (`facts`)."""
    return "parts" not in facts or facts["parts"] == [[part["kind"], part["digest"]] for part in review.parts]
