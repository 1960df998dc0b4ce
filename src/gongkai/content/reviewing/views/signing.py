"""POST views of a review: sign, return, recall, record, order; singly or in bulk."""

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.sources import get_item_number
from gongkai.content.reviewing import actions
from gongkai.content.reviewing.forms import PaperSignatureForm
from gongkai.content.reviewing.models import Review, ReviewState, SecrecySheet
from gongkai.content.reviewing.models import reviews as sheets
from gongkai.content.reviewing.required_reading import describe_signed_effects, record_vouched_files
from gongkai.content.reviewing.signers import get_pending_stage, get_plan
from gongkai.content.reviewing.views.review_texts import get_review
from gongkai.content.reviewing.views.reviews import REVIEWS_PER_PAGE, list_queue, list_recordable_persons
from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import refuse_too_many_rows, respond_to_form, run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.writing.titles import cite_title

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

#: Reasons that are named one by one.
MAX_NAMED_REASONS = 10
#: Error if the page is older than the review.
STALE_PAGE_ERROR = "这个页面已经过时，请刷新后再办理。"
#: Error if a problem is ticked on a signature.
TICKED_PROBLEM_ERROR = "勾了发现的问题，没有签字：有问题的请点“退回修改”；没有问题的不勾。"


@require_POST
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Sign the pending stage; refused if a problem is ticked, which only a return may have."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    following = _find_next_review(by, review)
    version = parse_whole_number(request.POST.get("version", ""))
    if version is None:
        messages.error(request, STALE_PAGE_ERROR)
        return _redirect_to_review(review)
    if request.POST.getlist("gate") or request.POST.getlist("line"):
        messages.error(request, TICKED_PROBLEM_ERROR)
        return _redirect_to_review(review)

    record_vouched_files(review, by, request.POST.getlist("vouched"))

    def sign() -> None:
        """Fill the secrecy sheet if it was posted and is new, then sign, in one transaction."""
        with transaction.atomic():
            if "sheet" in request.POST and not SecrecySheet.objects.filter(review_id=review.pk).exists():
                actions.fill_sheet(review, by=by, **_read_sheet(request, review))
            actions.approve(
                review,
                by=by,
                words=request.POST.get("words", ""),
                sheet=request.POST.get("confirm", ""),
                version=version,
            )

    if not run_with_messages(request, sign, f"已审签：{review.title}"):
        return _redirect_to_review(review)
    _show_result_message(request, review)
    return _redirect_onward(request, following)


def _show_result_message(request: HttpRequest, review: Review) -> None:
    """Show a message on the effect of the last signature."""
    review.refresh_from_db()
    if review.state == ReviewState.APPROVED and review.edition_id:
        messages.success(
            request, "各级审签完成，" + ("到定时公开的时间自动公开。" if review.visible_from else "已公开。")
        )
    elif review.waits_for_document:
        messages.success(request, "各级审签完成，与它说明的文件同时公开。")


def _read_sheet(request: HttpRequest, review: Review) -> dict[str, object]:
    """Return the secrecy sheet as typed: answers by question, conclusion, words, consulted party.

    Unanswered questions are "".
    """
    bulk = review.rows >= get_plan(review).bulk_rows
    values = {q.name: request.POST.get(f"sheet-{q.name}", "") for q in sheets.list_questions(bulk=bulk)}
    return {
        "answers": values,
        "conclusion": request.POST.get("conclusion", ""),
        "words": request.POST.get("sheet-words", ""),
        "consulted": request.POST.get("consulted", ""),
    }


@require_POST
def fill_sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Store the secrecy sheet; until a person signed, it replaces an earlier one."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    run_with_messages(
        request, lambda: actions.fill_sheet(review, by=by, **_read_sheet(request, review)), "保密审查表已填写。"
    )
    return _redirect_to_review(review)


@require_POST
def return_review(request: HttpRequest, number: int) -> HttpResponse:
    """Return a text to its author with a reason or unmet checklist lines; after an urgent publication, object to it."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    following = _find_next_review(by, review)
    stage = get_pending_stage(review, get_plan(review))
    lines = stage.checklist if stage else ()
    picked = [parse_whole_number(n) for n in request.POST.getlist("line")]
    unmet = [lines[n] for n in picked if n is not None and n < len(lines)]
    gate = next(iter(request.POST.getlist("gate")), "")
    text = request.POST.get("words", "").strip() or "；".join(unmet)
    what = "已记录补审意见，请撤回公开或者更正。" if review.state == ReviewState.AFTER else "已退回起草人。"
    done = run_with_messages(
        request,
        lambda: actions.return_review(
            review,
            by=by,
            words=text,
            gate=gate,
            unmet=unmet,
            version=parse_whole_number(request.POST.get("version", "")),
        ),
        what,
    )
    return _redirect_onward(request, following) if done else _redirect_to_review(review)


def _find_edit_url(review: Review) -> str:
    """Return the URL where a text is edited, or its review for sources without a desk page."""
    number = get_item_number(review.source)
    return reverse("publishing:item", args=(number,)) if number else reverse("reviewing:review", args=(review.pk,))


@require_POST
def recall(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a submission."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    if run_with_messages(request, lambda: actions.recall(review, by=by), "已撤回送审，可以继续修改。"):
        return HttpResponseRedirect(_find_edit_url(review))
    return _redirect_to_review(review)


@require_POST
def record_paper_signature(request: HttpRequest, number: int) -> HttpResponse:
    """Record a signature on paper."""
    by = require_staff_actor(request)
    review = get_review(by, number)

    def write(scan: "UploadedFile[bytes]", **facts: object) -> None:
        """Store the scan and record the signature on paper."""
        name = str(scan.name)[-200:]
        actions.record_signature(
            review,
            by=by,
            scan=store_publishable_file(scan.read(), name, by),
            scan_name=name,
            version=parse_whole_number(request.POST.get("version", "")),
            **facts,
        )

    form = PaperSignatureForm(
        request.POST, request.FILES, people=list_recordable_persons(review, by), effects=describe_signed_effects(review)
    )
    done = "纸质签批已登记，待签批人本人或者另一人核对后生效。"
    return respond_to_form(request, form, write, done, _redirect_to_review(review).url, matter=review.title)


@require_POST
def decide_paper(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm the recorded signature on paper, or refuse it with a reason."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    record = parse_whole_number(request.POST.get("record", "")) or 0
    if request.POST.get("do") != "confirm":
        reason = request.POST.get("reason", "")
        refuse = partial(actions.refuse_paper, review, by=by, record=record, reason=reason)
        run_with_messages(request, refuse, "已不予登记，并已通知登记人和签批人。")
        return _redirect_to_review(review)
    version = parse_whole_number(request.POST.get("version", ""))
    confirm = partial(actions.confirm_paper, review, by=by, record=record, version=version)
    if run_with_messages(request, confirm, "已核对，签批生效。"):
        _show_result_message(request, review)
    return _redirect_to_review(review)


@require_POST
def order_urgent(request: HttpRequest, number: int) -> HttpResponse:
    """Order urgent publication."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    record_vouched_files(review, by, request.POST.getlist("vouched"))

    def order() -> None:
        """Order the urgent publication as posted."""
        actions.order_urgent(
            review,
            by=by,
            reason=request.POST.get("reason", ""),
            sheet=request.POST.get("confirm", ""),
            version=parse_whole_number(request.POST.get("version", "")),
        )

    run_with_messages(request, order, "已紧急发布，公众现在就能看到；其余各级须按期补审。")
    return _redirect_to_review(review)


@require_POST
def uphold_objection(request: HttpRequest, number: int) -> HttpResponse:
    """Decide that an urgent publication with an objection stays withdrawn."""
    by = require_staff_actor(request)
    review = get_review(by, number)
    reason = request.POST.get("reason", "")
    run_with_messages(request, lambda: actions.uphold_objection(review, by=by, reason=reason), "已记录：维持不公开。")
    return _redirect_to_review(review)


@require_POST
def sign_many(request: HttpRequest) -> HttpResponse:
    """Sign several reviews that the user saw completely in this version, and confirm their secrecy sheets."""
    by = require_staff_actor(request)
    given = request.POST.getlist("pick")
    if refuse_too_many_rows(request, given, REVIEWS_PER_PAGE):
        return HttpResponseRedirect(reverse("reviewing:reviews"))
    picked = [part.partition(":") for part in given]
    done, remaining = 0, []
    for number, _, version in picked:
        try:
            review = get_review(by, parse_whole_number(number) or 0)
        except Http404:
            continue  # a review that this user may not see does not stop the others
        try:
            _sign_shown(by, review, parse_whole_number(version), confirmed="confirm" in request.POST)
            done += 1
        except Refused as refused:
            remaining.append(f"{cite_title(review.title)}没有签：{refused.reasons[0]}")
    if done:
        messages.success(request, f"已审签{done}条。")
    if len(remaining) > MAX_NAMED_REASONS:
        remaining[MAX_NAMED_REASONS:] = [f"另有{len(remaining) - MAX_NAMED_REASONS}条没有签。"]
    for text in remaining or ([] if done else ["请先勾选要审签的信息。"]):
        messages.error(request, text)
    return HttpResponseRedirect(reverse("reviewing:reviews"))


def _sign_shown(by: Actor, review: Review, version: int | None, *, confirmed: bool) -> None:
    """Sign the version shown; `confirmed` also signs the last secrecy sheet, which must exist."""
    if version is None:
        raise Refused(STALE_PAGE_ERROR)
    sheet = SecrecySheet.objects.filter(review_id=review.pk).order_by("-pk").first()
    if sheet is None:
        raise Refused("还没有填写保密审查表，请逐条审签。")
    actions.approve(review, by=by, sheet=sheet.digest if confirmed else "", version=version)


def _find_next_review(by: Actor, review: Review) -> int | None:
    """Return the key of the next review in the user's queue, else of the first other one, or None."""
    numbers = list(list_queue(by).values_list("pk", flat=True))
    behind = numbers[numbers.index(review.pk) + 1 :] if review.pk in numbers else []
    return next(iter([*behind, *(n for n in numbers if n != review.pk)]), None)


def _redirect_onward(request: HttpRequest, following: int | None) -> HttpResponseRedirect:
    """Redirect to the next text of the queue (`following`), or to the list."""
    address = reverse("reviewing:reviews")
    if "queue" in request.POST and following:
        address += f"?open={following}"
    return HttpResponseRedirect(address)


def _redirect_to_review(review: Review) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("reviewing:review", args=(review.pk,)))
