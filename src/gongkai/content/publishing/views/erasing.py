"""Views of an edition's erasure by law: request, order, refusal."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.content.editions.actions.erasing import find_erasure_request
from gongkai.content.editions.models import Act, Edition
from gongkai.content.editions.sources import is_item, source_named
from gongkai.content.publishing import actions
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor

#: Effects of an erasure, shown before the decision: what is erased.
ERASED_CONTENT_NOTES = (
    "这一版的标题、正文、著录项和附件，任何人都不能再看到；",
    "这一版之前的各次草稿、送审说明、退回意见，流水、消息、台账中引用的标题和文字；",
    "只有这一版使用的附件、图片，包括遮盖前的原件；",
    "工作页面、工作表中与这一版相同、此后没有人改动过的内容（改正后再删除的，改正后的内容保留）。",
)
#: Effects of an erasure, shown before the decision: what stays.
RETAINED_CONTENT_NOTES = (
    "版次、公开时间、经手人、审签记录和校验值；",
    "提出人、批准人、依据和删除时间；",
    "历史版本页注明“内容已依法删除”。",
)


def erasure_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the effects of erasing an edition, and request, order or refuse it."""
    by = require_staff_actor(request)
    edition = get_visible_or_404(by, Edition, number, act=Act.PUBLISH)
    back = reverse("publishing:erasure", args=[edition.pk])
    if request.method == "POST":
        _run_erasure_act(request, edition, by)
        return HttpResponseRedirect(back)
    asked = find_erasure_request(edition)
    source = source_named(edition.document.source)
    other = edition.document.editions.filter(content__isnull=False).exclude(pk=edition.pk)
    shown = {
        "edition": edition,
        "document": edition.document,
        "content": getattr(edition, "content", None),
        "erased": getattr(edition, "erasure", None),
        "asked": asked,
        "ask_reasons": [] if asked else actions.ask_erasure.why_not(edition, by=by),
        "order_reasons": actions.erase.why_not(edition, by=by) if asked else [],
        "may_drop": asked and not actions.drop_erasure.why_not(edition, by=by),
        "goes": ERASED_CONTENT_NOTES,
        "stays": RETAINED_CONTENT_NOTES,
        "others": list(other.order_by("number")),
        "item": source.pk if source and is_item(source) else None,
        "latest": source.latest_revision_id if source else None,
    }
    return render(request, "publishing/erasure.html", shown)


def _run_erasure_act(request: HttpRequest, edition: Edition, by: Actor) -> None:
    words, what = request.POST.get("words", ""), request.POST.get("do", "")
    if what == "ask":
        run_with_messages(
            request,
            lambda: actions.ask_erasure(edition, by=by, basis=words),
            "已提出，等待另一个人批准；批准前内容不变。",
        )
    elif what == "erase":
        run_with_messages(request, lambda: actions.erase(edition, by=by), "内容已依法删除，校验值和经过保留。")
    elif what == "drop":
        run_with_messages(request, lambda: actions.drop_erasure(edition, by=by, reason=words), "已记录，内容保留。")
    else:
        raise Http404("没有这个操作")
