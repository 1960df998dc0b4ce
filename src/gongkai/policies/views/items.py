"""What is done from an item's page: entering it into the library, its policy bases, what it answers about; and entering older ones."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.acts.pages import run_form_with_messages, run_with_messages
from gongkai.editions.models import Document, Shelf
from gongkai.editions.sources import document_of
from gongkai.policies import actions
from gongkai.policies.forms.records import RespondForm, UseForm
from gongkai.policies.models import PolicyRecord
from gongkai.policies.queries.office import without_record
from gongkai.policies.views.common import record_seen, to
from gongkai.publishing.documents import item_of
from gongkai.publishing.views.common import item_seen
from gongkai.ui.asked import whole
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor


def enter(request: HttpRequest, number: int) -> HttpResponse:
    """Put an item's document into the library, from the item's page."""
    by = require_staff_actor(request)
    item = item_seen(by, number)
    made: list[PolicyRecord] = []
    if request.method == "POST" and run_with_messages(
        request,
        lambda: made.append(actions.enter(item.unit, by=by, item=item)),
        "已入库，请核对入库信息。",
    ):
        return to("record", made[0].pk)
    return HttpResponseRedirect(reverse("publishing:item", args=(number,)))


def use(request: HttpRequest, number: int) -> HttpResponse:
    """Say what a guide or a list rests on, from the item's page."""
    by = require_staff_actor(request)
    item = item_seen(by, number)
    form = UseForm(request.POST, by=by)
    run_form_with_messages(
        request, form, lambda **facts: actions.use(document_of(item), by=by, **facts), "依据已记入。"
    )
    return HttpResponseRedirect(reverse("publishing:item", args=(number,)))


def respond(request: HttpRequest, number: int) -> HttpResponse:
    """Say which policy document an item answers about, from the item's page."""
    by = require_staff_actor(request)
    item = item_seen(by, number)
    form = RespondForm(request.POST, by=by)
    run_form_with_messages(
        request, form, lambda **facts: actions.respond(document_of(item), by=by, **facts), "已关联。"
    )
    return HttpResponseRedirect(reverse("publishing:item", args=(number,)))


def draft_response(request: HttpRequest, number: int) -> HttpResponse:
    """Begin a response from a record's page and lead on to the editor."""
    by = require_staff_actor(request)
    found = record_seen(by, number)
    made = []
    concern = request.POST.get("concern", "")
    if request.method == "POST" and run_with_messages(
        request,
        lambda: made.append(actions.draft_response(found, by=by, concern=concern)),
        "已建立回应稿并与文件关联，请写正文。",
    ):
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=(made[0].pk,)))
    return to("record", number)


#: Documents on a page of those that are entered afterwards.
PER_PAGE = 200


def missing(request: HttpRequest) -> HttpResponse:
    """Policy documents that were published before there was a library, to be entered afterwards."""
    by = require_staff_actor(request)
    rows = page_of(request, without_record(by), PER_PAGE)
    if request.method == "POST":
        wanted = {number for text in request.POST.getlist("document") if (number := whole(text)) is not None}
        done = sum(_enter_old(request, by, document) for document in without_record(by).filter(pk__in=wanted))
        if done:
            messages.success(request, f"补录{done}件，请逐件核对入库信息。")
        return to("missing")
    titles = {
        row.document_id: row for row in Shelf.objects.filter(document__in=rows.object_list, column=None)
    }
    return render(
        request,
        "policies/missing.html",
        {"rows": [(document, titles.get(document.pk)) for document in rows], "page": rows},
    )


def _enter_old(request: HttpRequest, by: Actor, document: Document) -> bool:
    item = item_of(document)
    if item is None:
        return False
    try:
        actions.enter(document.body, by=by, item=item)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, f"{item.title[:40]}：{reason}")
        return False
    return True
