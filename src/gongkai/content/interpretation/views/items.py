"""Views of one item: its plan, or the link and elements of an interpretation."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from gongkai.content.editions.vocabulary import POLICY_KINDS
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.aspects import find_aspects, find_headings
from gongkai.content.interpretation.forms.items import AspectsForm, LinkForm, OrderForm, PlanForm, list_linkable
from gongkai.content.interpretation.models import Interpretation, Plan
from gongkai.content.interpretation.texts import read_item_text
from gongkai.content.interpretation.views.setting import get_item
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.views.common import get_document
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import require_staff_actor


def _back(item: ItemPage) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("publishing:item", args=(item.pk,)))


def plan_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show and edit the plan of a policy item."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    if item.kind not in POLICY_KINDS:
        raise Http404("只有政策文件有解读方案")
    kept = Plan.objects.filter(item_id=item.pk).first()
    form = PlanForm(request.POST or None, initial=PlanForm.start(kept))
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "needed": bool(form.cleaned_data["needed"])}
        if run_with_messages(request, lambda: actions.save_plan(item, by=by, **given), "已保存，等待主要负责人审定。"):
            return _back(item)
    return render(
        request,
        "interpretation/plan.html",
        {
            "item": item,
            "plan": kept,
            "facts": kept.said() if kept else [],
            "form": form,
            "may_write": not actions.save_plan.why_not(item, by=by),
            "may_pass": kept is not None and not actions.approve_plan.why_not(kept, by=by),
            "may_order": not actions.order_forms.why_not(item, by=by),
            "order_form": OrderForm(initial={"forms": kept.ordered if kept else []}, auto_id="order_%s"),
        },
    )


def approve_plan(request: HttpRequest, number: int) -> HttpResponse:
    """Approve a plan."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    kept = get_object_or_404(Plan, item_id=item.pk)
    if request.method == "POST":
        run_with_messages(request, lambda: actions.approve_plan(kept, by=by), "已审定解读方案。")
    return _back(item)


def require_forms(request: HttpRequest, number: int) -> HttpResponse:
    """Require forms for a document."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    form = OrderForm(request.POST)
    if request.method == "POST" and form.is_valid():
        forms = form.cleaned_data["forms"]
        run_with_messages(request, lambda: actions.order_forms(item, by=by, forms=forms), "已指定。")
    return HttpResponseRedirect(reverse("interpretation:plan", args=(item.pk,)))


def draft_interpretation_page(request: HttpRequest, document: int) -> HttpResponse:
    """Draft an interpretation of a document and open the editor."""
    by = require_staff_actor(request)
    policy = get_document(by, document)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("interpretation:overview"))
    made: list[ItemPage] = []
    wanted = request.POST.get("form", "text")
    if run_with_messages(
        request,
        lambda: made.append(actions.draft_interpretation(policy, by=by, form=wanted)),
        "已建立解读稿并与文件关联，请写正文。",
    ):
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=(made[0].pk,)))
    return HttpResponseRedirect(
        reverse("publishing:item", args=(policy.item_number,))
        if policy.item_number
        else reverse("interpretation:overview")
    )


def link_page(request: HttpRequest, number: int) -> HttpResponse:
    """Edit the explained document and the eight elements."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    kept = Interpretation.objects.filter(item_id=item.pk).first()
    first = LinkForm(
        request.POST if "document" in request.POST else None,
        documents=list_linkable(item.unit.pk, kept),
        initial={"document": kept.document_id, "form": kept.form} if kept else {},
    )
    words = read_item_text(item) if kept else ""
    second = AspectsForm(request.POST if "aspects" in request.POST else None, kept=kept, found=find_aspects(words))
    if request.method == "POST":
        if "document" in request.POST and first.is_valid():
            given = first.cleaned_data
            if run_with_messages(
                request, lambda: actions.link_document(item, by=by, **given), "已关联，两边的页面都会显示。"
            ):
                return HttpResponseRedirect(request.path)
        elif "aspects" in request.POST and second.is_valid():
            said = second.said()
            if run_with_messages(
                request, lambda: actions.answer_aspects(item, by=by, aspects=said), "已保存八个方面。"
            ):
                return _back(item)
    return render(
        request,
        "interpretation/link.html",
        {
            "item": item,
            "link": kept,
            "link_form": first,
            "aspects_form": second,
            "headings": find_headings(words),
            "may_write": not actions.answer_aspects.why_not(item, by=by),
        },
    )


def confirm_copied_share(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm the copied share of an interpretation."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    if request.method == "POST":
        run_with_messages(request, lambda: actions.confirm_copied(item, by=by), "已确认。")
    return _back(item)
