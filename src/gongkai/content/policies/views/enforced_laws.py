"""Views of 本部门执行的法规规章: list, comparison with the source, taking over the source's text."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.content.policies import actions, source_comparison
from gongkai.content.policies.actions.files import MAX_UPLOAD_BYTES, read_original_text
from gongkai.content.policies.forms.records import SourceComparisonForm
from gongkai.content.policies.models import ComparisonResult, KeptText
from gongkai.content.policies.rules import check_may_maintain
from gongkai.content.policies.views.common import redirect_to
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import add_form_error_messages, add_refusal_messages, run_with_messages
from gongkai.core.files.losses import find_losses
from gongkai.core.units.actors import require_staff_actor
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.difference import fold_same


def _get_kept_text(request: HttpRequest, number: int) -> tuple[Actor, KeptText]:
    """Return (user, enforced text), or raise 404."""
    by = require_staff_actor(request)
    return by, get_visible_or_404(by, KeptText, number)


def enforced_text_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the comparison of a text with its source."""
    by, row = _get_kept_text(request, number)
    text = source_comparison.get_readable_text(by, row.record)
    taken_over = source_comparison.is_same_text(text, row.text)
    lines = (
        source_comparison.compare_texts(text, row.text)
        if row.result == ComparisonResult.DIFFERENT and not taken_over
        else []
    )
    return render(
        request,
        "policies/kept_one.html",
        {
            "kept": row,
            "lines": fold_same(lines),
            "losses": find_losses(row.stream),
            "may": not check_may_maintain(by, row),
            "may_take": not check_may_maintain(by, row.record),
            "has_text": bool(text),
            "form": SourceComparisonForm(initial={"edition": row.edition, "address": row.address}),
            "reachable": source_comparison.is_source_allowed(row.address) if row.address else False,
        },
    )


def change_enforced_text(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Compare with a file or the address, draft the source's text, or remove the row."""
    by, row = _get_kept_text(request, number)
    if request.method != "POST":
        return redirect_to("kept_one", number)
    if verb == "compare":
        _compare_with_source(request, by, row)
    elif verb == "drop":
        if run_with_messages(request, lambda: actions.drop_text(row, by=by), "已移出。"):
            return redirect_to("kept")
    elif verb == "take-over":
        made = []
        if run_with_messages(
            request,
            lambda: made.append(actions.take_over_source_text(row, by=by)),
            "已采用来源文字，作为新的草稿，送审后公开。",
        ) and isinstance(made[0], ItemPage):
            return HttpResponseRedirect(reverse("publishing:item", args=(made[0].pk,)))
    else:
        raise Http404
    return redirect_to("kept_one", number)


def _compare_with_source(request: HttpRequest, by: Actor, row: KeptText) -> None:
    """Compare an enforced text with its source, uploaded or fetched; a dead source is recorded."""
    form = SourceComparisonForm(request.POST, request.FILES)
    if not form.is_valid():
        add_form_error_messages(request, form)
        return
    upload = form.cleaned_data["file"]
    address = form.cleaned_data["address"] if "address" in request.POST else row.address
    try:
        if address != row.address:
            row = actions.set_source_address(row, by=by, address=address)
        if upload:
            html, losses = read_original_text(upload.read(MAX_UPLOAD_BYTES + 1), upload.name or "", lambda *_: "0" * 64)
            text = to_plain_text(html)
        elif address:
            text, losses = source_comparison.fetch_source(address)
        else:
            messages.error(request, "请选择来源文件，或者填写来源网址。")
            return
    except source_comparison.UnreadableSource as dead:
        dead_reason = str(dead)
        if source_comparison.is_source_allowed(address):
            run_with_messages(
                request, lambda: actions.mark_dead(row, by=by, words=dead_reason), f"{dead_reason}，已记入。"
            )
        else:
            messages.error(request, f"{dead_reason}。")
        return
    except Refused as refused:
        add_refusal_messages(request, refused)
        return
    facts = {"losses": losses, "edition": form.cleaned_data["edition"], "checked_on": form.cleaned_data["checked_on"]}
    run_with_messages(request, lambda: actions.compare_text(row, by=by, text=text, **facts), "已核对。")
