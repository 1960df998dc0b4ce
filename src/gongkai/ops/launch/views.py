"""Views that draft the 指南 and the page 依申请公开 from the text of the law."""

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Column, Placement, Website
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis
from gongkai.content.editions.user_scope import list_websites_in_reach
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.schemes import get_merged_plan
from gongkai.content.reviewing.stage_assignments import assign_signers, find_missing_signers
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.queries import filter_appointments_in_force
from gongkai.core.units.unit_filters import list_actor_bodies
from gongkai.core.widgets.forms import Posted
from gongkai.ops.launch.texts import LEGAL_TEXTS_BY_MARK, OPTIONAL_BLANK_SUFFIX, LegalText, fill_blanks, list_blanks


class _TextDraft(NamedTuple):
    text: LegalText
    column: Column
    html: str


class BlanksForm(forms.Form):
    """Form with a field for each blank of the templates; empty ones are allowed if optional, or to save a draft only."""

    def __init__(self, posted: Posted, blanks: list[str]) -> None:
        super().__init__(posted)
        partly = posted is not None and "draft" in posted
        for number, name in enumerate(blanks):
            required = not partly and not name.endswith(OPTIONAL_BLANK_SUFFIX)
            label = name.removesuffix(OPTIONAL_BLANK_SUFFIX)
            self.fields[f"blank{number}"] = forms.CharField(label=label, max_length=200, required=required)
        self.blanks = dict(zip(self.fields, blanks, strict=True))

    @property
    def values(self) -> dict[str, str]:
        """Return the value of each blank by name."""
        return {blank: self.cleaned_data[name] for name, blank in self.blanks.items()}


def draft_legal_texts(request: HttpRequest) -> HttpResponse:
    """Ask for the blanks of both templates; create the drafts, and submit them. An existing draft is opened instead."""
    by = require_staff_actor(request)
    text = LEGAL_TEXTS_BY_MARK.get(request.GET.get("page", ""))
    if text is None:
        raise Http404("没有这个模板")
    column = _find_column(by, text)
    if column is None or not column.is_open:
        return render(request, "launch/write.html", {"text": text, "lacking": True, "column": column})
    if (existing_item := _find_draft(column)) is not None:
        return HttpResponseRedirect(reverse("publishing:item", args=[existing_item]))
    office = _get_office(column.website)
    drafts = _find_drafts(by, text, column, office)
    form = BlanksForm(request.POST or None, list_blanks("".join(draft.html for draft in drafts)))
    if request.method == "POST" and form.is_valid():
        item_pages: list[ItemPage] = []
        if run_with_messages(
            request, lambda: item_pages.extend(_create_draft(one, office, by, form.values) for one in drafts)
        ):
            return _submit_filled(request, item_pages, by)
    unsigned = _find_unsigned_stages(column, office, by.person_id)
    reasons = actions.create_draft.why_not(office, by=by)
    context = {"text": text, "drafts": drafts, "form": form, "reasons": reasons, "unsigned": unsigned}
    if unsigned:
        context["able"] = _list_possible_drafters(column, office)
    return render(request, "launch/write.html", context)


def _find_drafts(by: Actor, text: LegalText, column: Column, office: Body) -> list[_TextDraft]:
    """Return the text asked for, and the other one if its column of the same website is open and has no text."""
    drafts = [_TextDraft(text, column, text.html(office, column.website.body))]
    for other_text in LEGAL_TEXTS_BY_MARK.values():
        other_column = None if other_text is text else _find_column(by, other_text)
        if (
            other_column
            and other_column.is_open
            and other_column.website_id == column.website_id
            and _find_draft(other_column) is None
        ):
            drafts.append(_TextDraft(other_text, other_column, other_text.html(office, other_column.website.body)))
    return drafts


def _submit_filled(request: HttpRequest, drafts: list[ItemPage], by: Actor) -> HttpResponse:
    """Submit the drafts unless only drafting was asked for; open the first that was not submitted, else the list."""
    unsent_items = [item for item in drafts if "draft" in request.POST or not _submit_item(request, item, by)]
    if not unsent_items:
        messages.success(request, "已起草并送审，等待逐级审签。")
        return HttpResponseRedirect(reverse("publishing:items"))
    messages.success(request, "已起草。请改好正文，再送审。")
    return HttpResponseRedirect(reverse("publishing:item", args=[unsent_items[0].pk]))


def _submit_item(request: HttpRequest, item: ItemPage, by: Actor) -> bool:
    return run_with_messages(request, lambda: actions.submit(item, by=by))


def _find_unsigned_stages(column: Column, office: Body, drafter: int | None) -> list[str]:
    """Return a sentence for each stage that nobody could sign if this person drafts the text."""
    stages = assign_signers(get_merged_plan([column]), office, [drafter] if drafter else [])
    return find_missing_signers(stages, office)


def _list_possible_drafters(column: Column, office: Body) -> list[str]:
    """Return the names of an office's clerks who could draft so that other members sign every stage."""
    posts = filter_appointments_in_force().filter(body=office, role=Role.CLERK, person__active=True)
    people = posts.order_by("person").values_list("person_id", "person__name").distinct()
    return [name for pk, name in people if not _find_unsigned_stages(column, office, pk)]


def _find_column(by: Actor, text: LegalText) -> Column | None:
    """Return the fixed column for a text on the user's websites, first one without a draft; None if there is none."""
    sites = [site.pk for site in list_websites_in_reach(by)] or list(
        Website.objects.filter(body__in=_list_governments(by)).values_list("pk", flat=True)
    )
    rows = list(
        Column.objects.filter(website__in=sites, fixed=text.mark).order_by("website").select_related("website__body")
    )
    return next((column for column in rows if _find_draft(column) is None), rows[0] if rows else None)


def _list_governments(by: Actor) -> list[int]:
    return [body.parent_id for body in list_actor_bodies(by) if body.parent_id and body.kind == BodyKind.GENERAL_OFFICE]


def _get_office(website: Website) -> Body:
    offices = Body.objects.filter(parent=website.body_id, kind=BodyKind.GENERAL_OFFICE, active_to=None)
    return offices.order_by("position", "pk").first() or website.body


def _find_draft(column: Column) -> int | None:
    rows = Placement.objects.filter(Q(column=column) | Q(intended=column), document__item_number__isnull=False)
    return rows.values_list("document__item_number", flat=True).first()


def _create_draft(draft: _TextDraft, office: Body, by: Actor, values: dict[str, str]) -> ItemPage:
    """Create the draft page of a text with its blanks filled in."""
    item: ItemPage = actions.create_draft(
        office,
        by=by,
        title=draft.text.title.format(government=draft.column.website.body.name),
        body=fill_blanks(draft.html, values),
        issuer=office.name,
        source=office.label,
        formed_on=timezone.localdate(),
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A20_15,
        columns=[draft.column],
    )
    return item
