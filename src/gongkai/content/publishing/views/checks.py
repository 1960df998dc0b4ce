"""Views of an item's checks: decide findings, compare a masked copy, preview an attachment."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.models import Revision

from gongkai.content.checks import masked_copies, views
from gongkai.content.checks.models import MaskedCopy
from gongkai.content.editions.rules import check_writer
from gongkai.content.publishing import actions
from gongkai.content.publishing import panels as panel
from gongkai.content.publishing.models import ItemPage, SourceFile
from gongkai.content.publishing.views.common import get_item
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Action, Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.serving import serve_stored
from gongkai.core.signin.operations import record_view
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.unit_filters import with_drafting_posts
from gongkai.core.widgets.query_parameters import parse_whole_number


def _redirect_to_checks(page: ItemPage) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('publishing:item', args=(page.pk,))}#checks")


def checks_panel(request: HttpRequest, number: int) -> HttpResponse:
    """Render the checks panel, polled while checks run."""
    by = require_staff_actor(request)
    page = get_item(with_drafting_posts(by), number)
    shown = panel.checks_context(page, by)
    if shown is None:
        raise Http404("没有草稿")
    return render(request, panel.CHECKS_PANEL.template, {"item": page, "actor": by, "shown": shown})


@require_POST
def run_finding_verb(request: HttpRequest, number: int) -> HttpResponse:
    """Run the action of a panel button on the selected findings."""
    by = require_staff_actor(request)
    page = get_item(with_drafting_posts(by), number)
    verb, _, value = request.POST.get("do", "").partition(":")
    chosen = [value] if value else request.POST.getlist("mark")
    ways: dict[str, Callable[..., HttpResponse | None]] = {
        **{rewriting: partial(_rewrite_remarks, rewriting) for rewriting in REWRITING_OPERATIONS},
        "keep": _keep_findings,
        "unkeep": _reopen_finding,
        "vouch": _vouch_for_file,
        "prepare": _prepare_copy,
    }
    way = ways.get(verb)
    if way is None:
        raise Http404("没有这个操作")
    return way(request, page, by, chosen) or _redirect_to_checks(page)


class RewritingAction(NamedTuple):
    """A panel button that changes the words of selected findings in a new draft."""

    act: Action[ItemPage]
    #: Name of the property of remarks to which it applies.
    which: str
    #: Chinese messages: nothing was ticked; done.
    lacks: str
    done: str


#: Verb of a button → operation that changes the text.
REWRITING_OPERATIONS = {
    "mask": RewritingAction(actions.mask_findings, "can_mask", "请先勾选要遮盖的内容。", "已遮盖{}处，存为新的一稿。"),
    "drop": RewritingAction(
        actions.drop_clauses,
        "can_drop",
        "请先勾选要删去的内容。",
        "已删去{}处所在的分句，存为新的一稿；请看看前后文是否通顺。",
    ),
    "mend": RewritingAction(
        actions.apply_suggestions, "can_mend", "请先勾选要修改的内容。", "已按建议修改{}处，存为新的一稿。"
    ),
}


def _rewrite_remarks(verb: str, request: HttpRequest, page: ItemPage, by: Actor, chosen: list[str]) -> None:
    """Mask or correct (`verb`) the selected remarks, or all that allow it."""
    way = REWRITING_OPERATIONS[verb]
    marks = chosen
    if chosen == ["all"]:
        context = panel.checks_context(page, by) or {"privacy": [], "slips": []}
        marks = [
            remark.fingerprint for remark in (*context["privacy"], *context["slips"]) if getattr(remark, way.which)
        ]
    if not marks:
        messages.error(request, way.lacks)
        return
    run_with_messages(request, lambda: way.act(page, by=by, fingerprints=marks), way.done.format(len(marks)))


def _keep_findings(request: HttpRequest, page: ItemPage, by: Actor, chosen: list[str]) -> None:
    """Record that chosen findings, or all of one kind in a file, may stay on a ground."""
    fingerprints = [value for value in chosen if ":" not in value]
    kinds = [(digest, kind) for digest, _, kind in (value.partition(":") for value in chosen if ":" in value)]
    run_with_messages(
        request,
        lambda: actions.keep_finding(
            page,
            by=by,
            fingerprints=fingerprints,
            whole=kinds,
            ground=request.POST.get("ground", ""),
            words=request.POST.get("words", ""),
        ),
        "已记录保留的依据，审签人会看到。",
    )


def _reopen_finding(request: HttpRequest, page: ItemPage, by: Actor, chosen: list[str]) -> None:
    """Cancel the decision to publish a text with this finding."""
    run_with_messages(request, lambda: actions.unkeep_finding(page, by=by, fingerprint="".join(chosen)), "已取消保留。")


def _vouch_for_file(request: HttpRequest, page: ItemPage, by: Actor, chosen: list[str]) -> None:
    """Record that the user inspected a file himself."""
    text = request.POST.get("words", "")
    run_with_messages(
        request,
        lambda: actions.vouch_for_file(page, by=by, digest="".join(chosen), words=text),
        "已记录人工查看的情况。",
    )


def _prepare_copy(request: HttpRequest, page: ItemPage, by: Actor, chosen: list[str]) -> HttpResponse | None:
    """Make the masked copy of a file and redirect to it; None after a refusal, which is shown."""
    digest = "".join(chosen)
    done = "遮盖件已做好，请比较后采用。"
    if run_with_messages(request, lambda: actions.prepare_copy(page, by=by, digest=digest), done):
        return HttpResponseRedirect(reverse("publishing:masking", args=(page.pk, digest)))
    return None


def _get_copy(page: ItemPage, digest: str) -> MaskedCopy:
    return get_object_or_404(
        MaskedCopy.objects.select_related("original", "masked"), source=page.stream, original=digest
    )


def masked_copy_page(request: HttpRequest, number: int, digest: str) -> HttpResponse:
    """Show a masked copy next to its original, and replace the original."""
    by = require_staff_actor(request)
    page = get_item(with_drafting_posts(by), number)
    copy = _get_copy(page, digest)
    if request.method == "POST":
        run_with_messages(
            request,
            lambda: actions.use_masked_copy(page, by=by, digest=digest),
            "附件已换成遮盖件；原件留在后台，公众看不到。",
        )
        return _redirect_to_checks(page)
    suffix = get_suffix(copy.name)
    pages = masked_copies.count_pdf_pages(copy.masked) if suffix == "pdf" else 0
    at = min(max(parse_whole_number(request.GET.get("page", "1")) or 1, 1), max(pages, 1))
    context = {
        "item": page,
        "copy": copy,
        "lines": masked_copies.compare_copy(copy.original, copy.masked, suffix),
        "pages": pages,
        "page": at,
        "may": not check_writer(by, page) and copy.taken_at is None,
    }
    record_view(request, "遮盖件与原件对照")
    return render(request, "publishing/checks/masking.html", context)


def page_picture(request: HttpRequest, number: int, digest: str, which: str, page: int) -> HttpResponse:
    """Serve a page of the original or masked PDF (`which`) as a picture."""
    item_page = get_item(with_drafting_posts(require_staff_actor(request)), number)
    copy = _get_copy(item_page, digest)
    try:
        data = masked_copies.draw_pdf_page(copy.original if which == "original" else copy.masked, page)
    except Refused as refused:
        raise Http404(str(refused)) from refused
    if which == "original":
        record_view(request, "遮盖件的原件")
    answer = HttpResponse(data, content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


def attachment_preview(request: HttpRequest, number: int, digest: str) -> HttpResponse:
    """Show an attachment of the last or reviewed draft as text and tables."""
    page = get_item(with_drafting_posts(require_staff_actor(request)), number)
    # The last draft's, or those of what is under review: that need not be the last draft.
    reviewed = Review.objects.filter(source=page.stream).order_by("-pk").values_list("revision_id", flat=True)[:1]
    drafts = Revision.objects.for_instance(page).filter(pk__in=[page.latest_revision_id, *reviewed])
    listed = (one for draft in drafts for one in draft.as_object().attachments.all())
    attachment = next((file for file in listed if file.stored_id == digest), None)
    if attachment is None:
        raise Http404("没有这个附件")
    context = {"item": page, "name": attachment.name, "digest": digest}
    return render(
        request,
        "publishing/checks/look.html",
        context | views.make_file_preview(attachment.stored, attachment.name),
    )


def download_source(request: HttpRequest, number: int, source: int) -> FileResponse:
    """Serve the source file of a text to users who see the item in the office."""
    by = with_drafting_posts(require_staff_actor(request))
    page = get_item(by, number)
    row = get_visible_or_404(by, SourceFile, source, item_id=page.pk)
    return serve_stored(row.stored, row.name)
