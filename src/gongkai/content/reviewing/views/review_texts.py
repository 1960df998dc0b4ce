"""Views of a text, its attachments and its changes before signing.

Every served part is recorded as shown to the user (`reviewing.required_reading`).
"""

from collections.abc import Callable, Mapping
from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks import masked_copies, views
from gongkai.content.editions.frozen import PUBLIC_FACT_LABELS, FrozenContent
from gongkai.content.editions.models import Audience, EditionContent, ValidityState
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.sources import OutgoingText, Source, ensure_document, find_source, get_item_number
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions.publication import find_companions, publication_blockers
from gongkai.content.reviewing.cases import find_item_coordination
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.required_reading import find_last_decided, find_public_content, get_content_digest
from gongkai.content.reviewing.signers import get_plan
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import serve_stored
from gongkai.core.signin.operations import record_view
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.lib.richtext import to_comparable_text
from gongkai.lib.richtext.difference import compare_facts, compare_lines, fold_same
from gongkai.lib.richtext.pictures import add_picture_addresses

#: Parts that are files, shown inline.
ATTACHED_KINDS = {required_reading.FILE, required_reading.MASKED, required_reading.SCAN_PART}


def get_review(by: Actor, number: int) -> Review:
    """Return a review that the user sees.

    Raises:
        Http404: there is none, or it belongs to another unit.
    """
    return get_visible_or_404(by, Review, number)


def render_shown_text(review: Review, frozen: FrozenContent) -> str:
    """Return the text as readers see it, with office URLs of its pictures."""
    base = reverse("reviewing:review_file", args=(review.pk, "0" * 64)).removesuffix("0" * 64 + "/")
    return add_picture_addresses(frozen.html, lambda digest: f"{base}{digest}/")


def make_seen_context(review: Review, by: Actor) -> dict[str, object]:
    """Return the template context of the parts that must be opened before signing, and of the attachments."""
    shown = required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())
    required = required_reading.list_required_parts(review)
    parts = [*required, *required_reading.list_letters_to_open(find_item_coordination(get_item_number(review.source)))]
    return {
        "parts": [(part, part.was_shown(shown)) for part in parts if part.kind != required_reading.VOUCHED_FILE_PART],
        "vouched": [(part, part.was_shown(shown)) for part in parts if part.kind == required_reading.VOUCHED_FILE_PART],
        "all_seen": all(part.was_shown(shown) for part in parts if part.kind != required_reading.VOUCHED_FILE_PART),
        "effects": required_reading.describe_signed_effects(review),
        "attached": [(part, part.was_shown(shown)) for part in required if part.kind in ATTACHED_KINDS],
    }


def parts_fragment(request: HttpRequest, number: int) -> HttpResponse:
    """Render the list of parts to see, reloaded after each part."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    return render(request, "reviewing/review_seen.html", {"review": review, **make_seen_context(review, by)})


def _get_part(review: Review, digest: str) -> required_reading.RequiredPart:
    """Return the attachment of a review with this digest.

    Raises:
        Http404: there is none.
    """
    for part in required_reading.list_required_parts(review):
        if part.kind in ATTACHED_KINDS and part.digest == digest:
            return part
    raise Http404("没有这个附件")


def attachment_page(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """Show an attachment inline: PDF pages, a picture, or text; a masked copy next to its original."""
    by = require_staff_actor(request)
    review = get_review(by, int(number))
    part = _get_part(review, digest)
    stored = get_object_or_404(StoredFile, pk=digest)
    suffix = get_suffix(part.name)
    context: dict[str, object] = {"review": review, "part": part, "masked": part.kind == required_reading.MASKED}
    if part.pages:
        context["pages"] = range(1, part.pages + 1)
    else:
        context |= views.make_file_preview(stored, part.name)
        _record_look(request, review, by, part, context)
        if context["masked"]:
            original = get_object_or_404(StoredFile, pk=part.original)
            context["lines"] = masked_copies.compare_copy(original, stored, suffix)
    if context["masked"]:
        record_view(request, "遮盖件与原件对照")
    inside = "part" in request.GET
    return render(request, f"reviewing/review_look{'_part' if inside else ''}.html", context)


def _record_look(
    request: HttpRequest, review: Review, by: Actor, part: required_reading.RequiredPart, context: Mapping[str, object]
) -> None:
    """Record that an attachment was shown, if it was shown completely."""
    if request.method != "GET" or context.get("inline") or context.get("refusal"):
        return
    if not context.get("cut"):
        required_reading.record_shown(review, by, [(part.kind, part.digest)])


def pdf_page_picture(request: HttpRequest, number: str, digest: str, which: str, at: str) -> HttpResponse:
    """Serve a page of a PDF as a picture.

    `which` is "file" for the attachment, else the original of a masked copy; `at` is the page's
    index.
    """
    by = require_staff_actor(request)
    review = get_review(by, int(number))
    part = _get_part(review, digest)
    shown = digest if which == "file" else part.original
    stored = get_object_or_404(StoredFile, pk=shown or "-")
    try:
        data = masked_copies.draw_pdf_page(stored, int(at))
    except (Refused, FileNotFoundError) as refused:
        raise Http404(str(refused)) from refused
    if request.method == "GET":
        required_reading.record_shown(review, by, [(required_reading.make_page_part_name(int(at)), shown)])
    if which != "file":
        record_view(request, "遮盖件的原件")
    answer = HttpResponse(data, content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


def serve_reviewed_file(request: HttpRequest, number: str, digest: str) -> FileResponse:
    """Serve an attachment, picture or scan of a review, and record that it was shown to the user."""
    by = require_staff_actor(request)
    review = get_review(by, int(number))
    source = find_source(review.source)
    try:
        listed = source.frozen(review.revision_id).files if source else []
    except Refused:
        listed = []
    named = {frozen_file["digest"]: frozen_file["name"] or digest[:12] for frozen_file in listed}
    named |= {
        part.digest: part.name
        for part in required_reading.list_required_parts(review)
        if part.kind == required_reading.SCAN_PART
    }
    if digest not in named:
        raise Http404("没有这个附件")
    answer = serve_stored(get_object_or_404(StoredFile, pk=digest), named[digest], inline="download" not in request.GET)
    if request.method == "GET":
        required_reading.record_shown(review, by, _list_marks(review, digest))
    return answer


def _list_marks(review: Review, digest: str) -> list[tuple[str, str]]:
    """Return (part, digest) to record when a file is opened, with its masked copy if the page shows only some of it."""
    marks = [(required_reading.FILE, digest), (required_reading.SCAN_PART, digest)]
    masked = [
        part
        for part in required_reading.list_required_parts(review)
        if part.kind == required_reading.MASKED and part.digest == digest
    ]
    if masked and not masked[0].pages:
        stored = get_object_or_404(StoredFile, pk=digest)
        looked = views.make_file_preview(stored, masked[0].name)
        if looked.get("cut") or looked.get("inline"):
            marks.append((required_reading.MASKED, digest))
    return marks


#: Fact → label in a comparison.
FACT_LABELS = {
    **PUBLIC_FACT_LABELS,
    "kind": "类别",
    "formed_on": "形成或变更日期",
    "attribute": "公开属性",
    "attribute_basis": "公开依据",
    "attribute_reason": "属性认定理由",
    "standing": "有效性",
    "manner_reason": "限定范围的理由",
}
#: Fact → value → label.
FACT_VALUE_LABELS: dict[str, dict[str, object]] = {
    "kind": dict(ItemKind.choices),
    "attribute": dict(DisclosureAttribute.choices),
    "attribute_basis": dict(DisclosureBasis.choices),
    "standing": dict(ValidityState.choices),
}
SIGNED, PUBLIC = "signed", "public"
#: Function registered by the clock: (source, time of publication) → its light and words.
CLOCK_FINDERS: list[Callable[[Source, date | None], object]] = []


def make_comparison(source: Source, frozen: FrozenContent, review: Review, compared_with: str) -> dict[str, object]:
    """Return the template context of a text compared with the `signed` or `public` one: lines, facts, files."""
    document = ensure_document(source)
    live = find_public_content(document, review.edition_id)
    before = find_last_decided(source, review.content_digest, review.pk)
    which = compared_with if compared_with in {SIGNED, PUBLIC} else (SIGNED if before else PUBLIC)
    old = before if which == SIGNED and before else live
    published = document.published_at if live else None
    public = [
        effect.removeprefix(required_reading.VALIDITY_EFFECT_PREFIX)
        for effect in required_reading.describe_signed_effects(review)
        if required_reading.VALIDITY_EFFECT_PREFIX in effect
    ]
    return {
        "document": document,
        "live": live,
        "signed_before": before is not None,
        "against": which if old is not None else "",
        "compared": old is not None,
        "old_digest": get_content_digest(old) if old is not None else "",
        **compare_texts(old, frozen),
        "facts_now": compare_facts(
            {}, {**replace_values_by_labels(frozen.facts), **({"standing": public[0]} if public else {})}, FACT_LABELS
        ),
        "limited": frozen.audience == Audience.LIMITED,
        "circle": list(Body.objects.filter(pk__in=[n for n in frozen.circle.split("/") if n]))
        if frozen.audience == Audience.LIMITED
        else [],
        "placements": list(document.placements.select_related("column", "intended")),
        "lacks": list(publication_blockers(_make_outgoing_text(source, review, frozen)))
        if review.state in OPEN_STATES
        else [],
        "changed_since": review.content_digest != frozen.digest,
        "newer_draft": bool(source.latest_revision_id and source.latest_revision_id > review.revision_id),
        "prompt": _find_clock(source, timezone.localdate(published) if published else None),
    }


def _make_outgoing_text(source: Source, review: Review, frozen: FrozenContent) -> OutgoingText:
    """Return the text as the pending signature would publish it."""
    text = OutgoingText(source, review.revision_id, frozen)
    if review.state == ReviewState.WAITING and review.stage + 1 >= len(get_plan(review).stages):
        now = timezone.now()
        text.start = None if find_companions(text) else max(review.visible_from or now, now)
    return text


def _find_clock(source: Source, published: date | None) -> object:
    """Return the disclosure clock of a source from a registered function, or None."""
    return next((clock for find_clock in CLOCK_FINDERS if (clock := find_clock(source, published))), None)


def compare_texts(old: FrozenContent | EditionContent | None, frozen: FrozenContent) -> dict[str, object]:
    """Return lines, facts and files of a text compared with an older one; None: all is new."""
    before = f"{old.title}\n{to_comparable_text(old.html)}" if old else ""
    lines = compare_lines(before, f"{frozen.title}\n{to_comparable_text(frozen.html)}")
    old_files = {f["digest"]: f["name"] for f in old.files if not f["picture"]} if old else {}
    new_files = {f["digest"]: f["name"] for f in frozen.files if not f["picture"]}
    return {
        "lines": fold_same(lines) if old else lines,
        "facts": compare_facts(
            replace_values_by_labels(old.facts if old else {}), replace_values_by_labels(frozen.facts), FACT_LABELS
        ),
        "files_kept": [(name, mark) for mark, name in new_files.items() if mark in old_files],
        "files_added": [(name, mark) for mark, name in new_files.items() if mark not in old_files],
        "files_removed": [name for mark, name in old_files.items() if mark not in new_files],
    }


def replace_values_by_labels(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts with the labels of their values."""
    return {name: FACT_VALUE_LABELS.get(name, {}).get(str(value), value) for name, value in facts.items()}
