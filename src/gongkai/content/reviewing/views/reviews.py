"""Views of pending reviews (待审信息) and of one review."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.gates import list_item_panels
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.sources import Source, find_source, is_item
from gongkai.content.reviewing import actions, required_reading, signature_queue
from gongkai.content.reviewing.actions.paper import (
    describe_refusal,
    find_paper_obstacles,
    find_pending_record,
    get_recorder,
    list_comparers,
    list_refused_records,
    scan_part,
)
from gongkai.content.reviewing.forms import PaperSignatureForm
from gongkai.content.reviewing.models import PaperRecord, Review, ReviewState, SecrecySheet, Signature
from gongkai.content.reviewing.models import reviews as sheets
from gongkai.content.reviewing.plan import GATE_LABELS
from gongkai.content.reviewing.registers import ReviewRegister
from gongkai.content.reviewing.required_reading import describe_signed_effects, list_earlier_objections
from gongkai.content.reviewing.signers import get_pending_stage, get_plan, is_author, list_candidates
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.content.reviewing.views.review_texts import (
    get_review,
    make_comparison,
    make_seen_context,
    render_shown_text,
)
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.files.losses import find_losses
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Body, Person, Role
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.typed_json import read_text

if TYPE_CHECKING:
    from gongkai.content.reviewing.plan import ReviewStage

#: Texts on a page of the queue.
REVIEWS_PER_PAGE = 100


def reviews_page(request: HttpRequest) -> HttpResponse:
    """Show the user's queue with one text open. All reviews are in `reviewing.registers`."""
    by = require_staff_actor(request)
    page = get_page(request, list_queue(by), REVIEWS_PER_PAGE)
    rows = signature_queue.make_review_rows(list(page), by)
    wanted = parse_whole_number(request.GET.get("open", ""))
    review = next((row.review for row in rows if row.review.pk == wanted), rows[0].review if rows else None)
    context: dict[str, object] = {
        "rows": rows,
        "red": signature_queue.list_own_unsettled_urgent_reviews(by).filter(urgent_due__lt=timezone.now()).exists()
        or signature_queue.list_own_unsettled_urgent_reviews(by).filter(state=ReviewState.OBJECTED).exists(),
        "opened": review.pk if review else 0,
        "page": page,
        "records": ReviewRegister().url(),
    }
    if review:
        context |= make_review_context(request, by, review)
        shown = signature_queue.make_review_rows([review], by)[0].seen
        for row in rows:
            row.seen = row.seen or (shown and row.review.pk == review.pk)
    return render(request, "reviewing/reviews.html", context)


def list_queue(by: Actor) -> QuerySet[Review]:
    """Return the user's pending reviews, longest waiting first."""
    return signature_queue.list_first_in_line(by).order_by("held_since", "pk")


def review_side_panel(request: HttpRequest, number: int) -> HttpResponse:
    """Render one text next to the list."""
    by = require_staff_actor(request)
    return render(request, "reviewing/review_quick.html", make_review_context(request, by, get_review(by, number)))


def review_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a review: text, changes, signatures and pending stages, with forms to sign, return, record and order."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    context = make_review_context(request, by, review, whole=True)
    source = context["source"]
    may_record = (
        bool(source) and review.state in OPEN_STATES and not check_writer(by, source) and not is_author(review, by)
    )
    pending = find_pending_record(review)
    people = list_recordable_persons(review, by) if may_record and not pending else []
    context |= {
        "whole": True,
        "may_uphold": not actions.uphold_objection.why_not(review, by=by),
        "may_recall": not actions.recall.why_not(review, by=by),
        "paper_form": PaperSignatureForm(people=people, effects=describe_signed_effects(review)) if people else None,
        **(_make_pending_record_context(review, pending, by) if pending else {}),
        "may_order": not actions.order_urgent.why_not(review, by=by),
    }
    if source and context["revision"]:
        context |= {"panels": list_item_panels(source, by, context["frozen"]), "actor": by}
    return render(request, "reviewing/review.html", context)


def _make_pending_record_context(review: Review, pending: PaperRecord, by: Actor) -> dict[str, object]:
    """Return the template context of a recorded paper signature that must be compared with its scan."""
    shown = required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())
    return {
        "pending": pending,
        "comparers": [comparer.name for comparer in list_comparers(review, get_recorder(pending), pending.person)][:8],
        "may_compare": not actions.confirm_paper.why_not(review, by=by),
        "may_refuse": not actions.refuse_paper.why_not(review, by=by),
        "scan_opened": scan_part(pending) in shown,
        "refusals": [describe_refusal(record) for record in list_refused_records(review, pending.person)],
        "paper_effects": describe_signed_effects(review),
    }


def list_recordable_persons(review: Review, by: Actor) -> list[Person]:
    """Return the persons whose signature on paper a user can record for the pending stage."""
    stage = get_pending_stage(review, get_plan(review))
    able = {n for _, people in list_candidates(review, stage) for n in people} if stage else set()
    people = Person.objects.filter(pk__in=able, active=True).order_by("name", "pk")
    return [person for person in people if not find_paper_obstacles(review, by, person)]


def make_review_context(request: HttpRequest, by: Actor, review: Review, *, whole: bool = False) -> dict[str, Any]:
    """Return the template context of a review and record the parts shown; `whole`: of its own page."""
    source, frozen = load_text_under_review(review)
    plan = get_plan(review)
    stage = get_pending_stage(review, plan)
    sheet = SecrecySheet.objects.filter(review_id=review.pk).order_by("-pk").first()
    bulk = review.rows >= plan.bulk_rows
    may_sign = actions.approve.why_not(review, by=by)
    context: dict[str, Any] = {
        "review": review,
        "losses": find_losses(review.source) if review.state in OPEN_STATES else None,
        "body": Body.objects.filter(pk=review.body_id).first(),
        "source": source,
        "item": source if source and is_item(source) else None,
        "revision": frozen is not None,
        "plan": plan,
        "stage": stage if review.state in OPEN_STATES else None,
        "chain": _list_stages(review),
        "nos": list(Signature.objects.filter(review_id=review.pk, verdict="no").select_related("note")),
        "returned_before": list_earlier_objections(review) if review.state in OPEN_STATES else [],
        "gates": GATE_LABELS,
        "light": signature_queue.get_review_light(review, timezone.now()),
        "sign_reasons": may_sign,
        "return_reasons": actions.return_review.why_not(review, by=by),
        "open": review.state in OPEN_STATES,
        "bulk": bulk,
        "sheet": sheet,
        "own_sheet": sheet is not None and is_self(by, sheet.person_id),
        "sheet_rows": [
            (q, sheets.ANSWER_LABELS.get(sheet.answers.get(q.name, ""), "")) for q in sheets.list_questions(bulk=bulk)
        ]
        if sheet
        else [],
        "sheet_conclusion": sheets.CONCLUSION_LABELS.get(sheet.conclusion, "") if sheet else "",
        "questions": sheets.list_questions(bulk=bulk),
        "answers": sheets.ANSWER_LABELS,
        "conclusions": sheets.CONCLUSION_LABELS,
        "needs_sheet": sheet is None
        and review.state == ReviewState.WAITING
        and not actions.fill_sheet.why_not(review, by=by),
        "holders": _list_holders(review, stage) if review.state in OPEN_STATES and stage and may_sign else [],
    }
    if source and frozen:
        context |= {"frozen": frozen, **make_comparison(source, frozen, review, request.GET.get("against", ""))}
        context["text"] = render_shown_text(review, frozen)
        if not whole:
            context |= {"panels": list_item_panels(source, by, frozen, warnings=True), "actor": by}
        if request.method == "GET":
            old = read_text(context, "old_digest") if context["compared"] else ""
            # The sheet has lines for persons who may sign, and on the whole page.
            _record_page_shown(review, by, frozen, old, sheet if whole or not may_sign else None)
    context |= make_seen_context(review, by)
    return context


def _record_page_shown(review: Review, by: Actor, frozen: FrozenContent, old: str, sheet: SecrecySheet | None) -> None:
    """Record that the text, its changes (from digest `old`), its effects and the sheet are shown on this page."""
    marks = [(required_reading.TEXT, frozen.digest)]
    marks += [
        (part.kind, part.digest)
        for part in required_reading.list_required_parts(review)
        if part.kind == required_reading.EFFECT
    ]
    marks += [(required_reading.CHANGES, old)] if old else []
    marks += [(required_reading.SHEET, sheet.digest)] if sheet else []
    required_reading.record_shown(review, by, marks)


def load_text_under_review(review: Review) -> tuple[Source | None, FrozenContent | None]:
    """Return (source, frozen text under review), each None if deleted."""
    source = find_source(review.source)
    try:
        return source, source.frozen(review.revision_id) if source else None
    except Refused:
        return source, None


def _list_stages(review: Review) -> list[tuple[object, Signature | None, str]]:
    """Return (stage, its signature or None, "now" if it is pending) of the plan."""
    plan = get_plan(review)
    rows = Signature.objects.filter(review_id=review.pk, verdict="yes").select_related("note")
    signed = {signature.stage: signature for signature in rows}
    return [
        (stage, signed.get(number), "now" if review.state in OPEN_STATES and number == review.stage else "")
        for number, stage in enumerate(plan.stages)
    ]


def _list_holders(review: Review, stage: "ReviewStage") -> list[str]:
    """Return up to eight names, with roles, of possible signers of the pending stage."""
    able = list_candidates(review, stage)
    names = dict(Person.objects.filter(pk__in=[n for _, p in able for n in p]).values_list("pk", "name"))
    return [f"{names[n]}（{Role(role).label}）" for role, people in able for n in people if n in names][:8]


def serve_signature_scan(request: HttpRequest, number: int, signature: int) -> FileResponse:
    """Serve the scan of a signature on paper."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    one = get_visible_or_404(by, Signature, signature, review_id=review.pk)
    stored = get_object_or_404(StoredFile, pk=one.scan)
    return serve_stored(stored, one.scan_name, inline=True)


def serve_record_scan(request: HttpRequest, number: int, record: int) -> FileResponse:
    """Serve the scan of a recorded signature and record that it was opened."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    one = get_visible_or_404(by, PaperRecord, record, review=review)
    if request.method == "GET":
        required_reading.record_shown(review, by, [scan_part(one)])
    return serve_stored(one.scan, one.scan_name, inline=True)
