"""Views that draft the 指南 and the page 依申请公开 from the text of the law."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Column, Placement, Website
from gongkai.content.editions.reach import websites_of
from gongkai.content.editions.vocabulary import Attribute, Basis
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.schemes import merged_plan_of
from gongkai.content.reviewing.stage_assignments import find_missing_signers, signers_for
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.reach import bodies_of
from gongkai.ops.launch.texts import TEXTS_BY_MARK, LegalText, blanks_of


def write(request: HttpRequest) -> HttpResponse:
    """Show the template and make a draft of it; an existing draft is opened instead of a second one."""
    by = require_staff_actor(request)
    text = TEXTS_BY_MARK.get(request.GET.get("page", ""))
    if text is None:
        raise Http404("没有这个模板")
    column = _column(by, text)
    if column is None or not column.is_open:
        return render(request, "launch/write.html", {"text": text, "lacking": True, "column": column})
    office = _office(column.website)
    html = text.html(office, column.website.body)
    context = {"text": text, "column": column, "office": office, "html": html, "blanks": blanks_of(html)}
    if (there := _draft(column)) is not None:
        return HttpResponseRedirect(reverse("publishing:item", args=[there]))
    if request.method == "POST":
        made: list[ItemPage] = []
        if run_with_messages(
            request,
            lambda: made.append(_make(text, column, office, html, by)),
            "已起草。请把“〔填写：…〕”改为实际内容，再提交审签。",
        ):
            return HttpResponseRedirect(reverse("publishing:item", args=[made[0].pk]))
    context["reasons"] = actions.create_draft.why_not(office, by=by)
    context["unsigned"] = find_missing_signers(
        signers_for(merged_plan_of([column]), office, [by.person_id] if by.person_id else []), office
    )
    return render(request, "launch/write.html", context)


def _column(by: Actor, text: LegalText) -> Column | None:
    sites = [site.pk for site in websites_of(by)] or list(
        Website.objects.filter(body__in=_governments(by)).values_list("pk", flat=True)
    )
    rows = list(
        Column.objects.filter(website__in=sites, fixed=text.mark).order_by("website").select_related("website__body")
    )
    return next((column for column in rows if _draft(column) is None), rows[0] if rows else None)


def _governments(by: Actor) -> list[int]:
    return [body.parent_id for body in bodies_of(by) if body.parent_id and body.kind == BodyKind.GENERAL_OFFICE]


def _office(website: Website) -> Body:
    offices = Body.objects.filter(parent=website.body_id, kind=BodyKind.GENERAL_OFFICE, active_to=None)
    return offices.order_by("position", "pk").first() or website.body


def _draft(column: Column) -> int | None:
    rows = Placement.objects.filter(Q(column=column) | Q(intended=column), document__item_number__isnull=False)
    return rows.values_list("document__item_number", flat=True).first()


def _make(text: LegalText, column: Column, office: Body, html: str, by: Actor) -> ItemPage:
    item: ItemPage = actions.create_draft(
        office,
        by=by,
        title=text.title.format(government=column.website.body.name),
        body=html,
        issuer=office.name,
        source=office.label,
        formed_on=timezone.localdate(),
        attribute=Attribute.PROACTIVE,
        attribute_basis=Basis.A20_15,
        columns=[column],
    )
    return item
