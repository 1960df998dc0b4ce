"""Views of one item (its plan, or the elements of an interpretation) and of a government's settings."""

from functools import partial

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.rules import WRITING_ROLES
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.aspects import find_aspects, find_headings
from gongkai.content.interpretation.forms.items import (
    AspectsForm,
    InterpretationLinkForm,
    InterpretationOrderForm,
    InterpretationPlanForm,
    InterpretationSettingForm,
    list_linkable,
)
from gongkai.content.interpretation.models import Interpretation, Plan, get_setting
from gongkai.content.interpretation.queries import read_item_text
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.views.common import get_document, get_item
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.widgets.query_parameters import parse_whole_number

__all__ = ["bodies_seen", "get_item", "list_writable_bodies"]


def list_writable_bodies(by: Actor) -> QuerySet[Body]:
    """Return the units for which the user may write: own ones, and those under their 政务公开办."""
    bodies = bodies_seen(by).filter(active_to=None, merged_into=None)
    if by.has(Role.CHIEF):
        return bodies.order_by("position", "pk")
    own = by.body_ids(*WRITING_ROLES)
    return bodies.filter(pk__in=own).order_by("position", "pk")


def setting_page(request: HttpRequest) -> HttpResponse:
    """Edit the settings of each government of which the user is the 政务公开办."""
    by = require_staff_actor(request)
    governments = [
        body
        for body in bodies_seen(by).filter(kind=BodyKind.GOVERNMENT).order_by("path")
        if by.reaches(Role.CHIEF, path=body.path)
    ]
    rows = []
    for body in governments:
        setting = get_setting(body)
        here = request.method == "POST" and request.POST.get("government") == str(body.pk)
        form = InterpretationSettingForm(
            request.POST if here else None,
            initial={"strict": setting.strict, "copied_percent": setting.copied_percent},
            auto_id=f"setting{body.pk}_%s",
        )
        if here and form.is_valid():
            cleaned_data = form.cleaned_data
            change = partial(actions.change_interpretation_setting, body, by=by, **cleaned_data)
            if run_with_messages(request, change, "已保存。"):
                return HttpResponseRedirect(request.path)
        rows.append((body, form))
    return render(request, "interpretation/setting.html", {"rows": rows})


def _redirect_to_item(item: ItemPage) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("publishing:item", args=(item.pk,)))


def plan_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show and edit the plan of a policy item."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    if item.kind not in POLICY_KINDS:
        raise Http404("只有政策文件有解读方案")
    plan = Plan.objects.filter(item_id=item.pk).first()
    form = InterpretationPlanForm(request.POST or None, initial=InterpretationPlanForm.start(plan))
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "needed": bool(form.cleaned_data["needed"])}
        if run_with_messages(
            request, lambda: actions.save_plan(item, by=by, **values), "已保存，等待主要负责人或者政务公开办审定。"
        ):
            return _redirect_to_item(item)
    return render(
        request,
        "interpretation/plan.html",
        {
            "item": item,
            "plan": plan,
            "facts": plan.said() if plan else [],
            "form": form,
            "may_write": not actions.save_plan.why_not(item, by=by),
            "may_pass": plan is not None and not actions.approve_plan.why_not(plan, by=by),
            "may_order": not actions.order_forms.why_not(item, by=by),
            "order_form": InterpretationOrderForm(initial={"forms": plan.ordered if plan else []}, auto_id="order_%s"),
        },
    )


def approve_plan(request: HttpRequest, number: int) -> HttpResponse:
    """Approve the interpretation plan of an item, in the version that the page showed."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    plan = get_object_or_404(Plan, item_id=item.pk)
    version = parse_whole_number(request.POST.get("version", "")) or plan.version
    if request.method == "POST":
        run_with_messages(request, lambda: actions.approve_plan(plan, by=by, version=version), "已审定解读方案。")
    return _redirect_to_item(item)


def require_forms(request: HttpRequest, number: int) -> HttpResponse:
    """Set the media in which a document must be interpreted (text, pictures, film)."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    form = InterpretationOrderForm(request.POST)
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
    item_pages: list[ItemPage] = []
    form = request.POST.get("form", "text")
    if run_with_messages(
        request,
        lambda: item_pages.append(actions.draft_interpretation(policy, by=by, form=form)),
        "已建立解读稿并与文件关联，请写正文。",
    ):
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=(item_pages[0].pk,)))
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
    first = InterpretationLinkForm(
        request.POST if "document" in request.POST else None,
        documents=list_linkable(item.unit.pk, kept),
        initial={"document": kept.document_id, "form": kept.form} if kept else {},
    )
    text = read_item_text(item) if kept else ""
    second = AspectsForm(request.POST if "aspects" in request.POST else None, stored=kept, headings=find_aspects(text))
    if request.method == "POST":
        if "document" in request.POST and first.is_valid():
            cleaned_data = first.cleaned_data
            if run_with_messages(
                request, lambda: actions.link_document(item, by=by, **cleaned_data), "已关联，两边的页面都会显示。"
            ):
                return HttpResponseRedirect(request.path)
        elif "aspects" in request.POST and second.is_valid():
            said = second.get_answers()
            if run_with_messages(
                request, lambda: actions.answer_aspects(item, by=by, aspects=said), "已保存八个方面。"
            ):
                return _redirect_to_item(item)
    return render(
        request,
        "interpretation/link.html",
        {
            "item": item,
            "link": kept,
            "link_form": first,
            "aspects_form": second,
            "headings": find_headings(text),
            "may_write": not actions.answer_aspects.why_not(item, by=by),
        },
    )


def confirm_copied_share(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm the share of sentences that the text on the page copies from its document."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    digest = request.POST.get("digest", "")
    if request.method == "POST":
        run_with_messages(request, lambda: actions.confirm_copied(item, by=by, digest=digest), "已确认。")
    return _redirect_to_item(item)
