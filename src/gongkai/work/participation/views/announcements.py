"""Views of announcements: start, form and review."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.source_desk import list_open_columns_for, make_source_desk
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.forms import warn_of_refused_files
from gongkai.core.files.store import store_upload
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.richtext import UnfitText
from gongkai.work.participation import actions
from gongkai.work.participation.forms import FORM_BY_KIND, AnnouncementForm
from gongkai.work.participation.models import Announcement, AnnouncementKind, Catalogue, Consultation, Decision
from gongkai.work.participation.panels import make_unlisted_warning
from gongkai.work.participation.queries import find_feedback_gaps
from gongkai.work.participation.rules import get_minimum_period

# The path of the public comment form on every site.
COMMENT_FORM_PATH = "/forms/comment/"


def describe_comment_ways(body: Body) -> str:
    """Return the ways to comment that the site and the drafting unit offer, a line each."""
    site = Website.objects.filter(body__in=[body, *filter(None, [body.parent])]).order_by("-is_default", "pk").first()
    postcode = f"，邮政编码{body.postcode}" if body.postcode else ""
    lines = [
        f"网上提交：{site.name}“决策预公开”栏目，或者{home_url(site)}{COMMENT_FORM_PATH}" if site else "",
        f"信函：{body.address}，{body.name}{postcode}（信封注明“征求意见”）" if body.address else "",
        f"电子邮箱：{body.email}" if body.email else "",
        f"电话：{body.phone}" if body.phone else "",
    ]
    return "\n".join(filter(None, lines))


# Words in the name of a column for decisions.
COLUMN_NAME_WORDS = ("决策", "征集", "意见", "调研", "调查")


@require_POST
def start_decision_announcement(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Start or continue an announcement (`what`: its kind) of a decision."""
    by = require_staff_actor(request)
    decision = get_visible_or_404(request.user, Decision, number)
    about = decision.announcements.filter(pk=parse_whole_number(request.POST.get("about", "")) or 0).first()
    return _start_and_redirect(request, decision, by, what, about) or redirect("ledger_entry", pk=number)


@require_POST
def start_catalogue_announcement(request: HttpRequest, number: int) -> HttpResponse:
    """Start or continue the announcement of a catalogue."""
    by = require_staff_actor(request)
    catalogue = get_visible_or_404(request.user, Catalogue, number)
    return _start_and_redirect(request, catalogue, by, "catalogue", None) or redirect("participation:catalogue", number)


def _start_and_redirect(
    request: HttpRequest, owner: Decision | Catalogue, by: Actor, kind: str, about: Announcement | None
) -> HttpResponse | None:
    """Start an announcement and redirect to it; if refused, show the user the reason and return None."""
    announcements: list[Announcement] = []
    if run_with_messages(
        request, lambda: announcements.append(actions.start_announcement(owner, by=by, what=kind, about=about))
    ):
        return redirect("participation:announcement", announcements[0].pk)
    return None


def announcement_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show an announcement with its form and review; save its next text, or drop it, on a POST."""
    by = require_staff_actor(request)
    announcement = get_visible_or_404(request.user, Announcement, number)
    latest = announcement.latest
    last_terms = latest.terms if latest else {}
    kind = FORM_BY_KIND[announcement.what]
    initial = {"title": latest.title if latest else "", **kind.make_initial_values(last_terms)}
    if announcement.what == AnnouncementKind.DRAFT and not latest:
        initial["ways"] = describe_comment_ways(announcement.unit)
    seen_version = parse_whole_number(request.POST.get("version", "")) or announcement.version
    if request.POST.get("do") == "drop":
        if run_with_messages(request, lambda: actions.drop_announcement(announcement, by=by), "已放弃这份公告。"):
            return redirect(_get_owner_url(announcement))
        return redirect("participation:announcement", number)
    if request.method == "POST":
        form = kind(request.POST, request.FILES, initial=initial)
        if form.is_valid() and run_with_messages(
            request,
            lambda: _write_announcement(announcement, form, last_terms, by, seen_version),
            "已保存，请核对后送审。",
        ):
            warn_of_refused_files(request, form)
            return redirect("participation:announcement", number)
    else:
        form = kind(initial=initial)
    against = actions.write_announcement.why_not(announcement, by=by)
    is_adoption = announcement.what == AnnouncementKind.ADOPTION
    consultation = Consultation.objects.filter(pk=announcement.about_id).first() if is_adoption else None
    context = {
        "unlisted": make_unlisted_warning(announcement, by, None),
        "announcement": announcement,
        "owner_url": _get_owner_url(announcement),
        "latest": latest,
        "form": form,
        "against": against,
        "seen": seen_version,
        "may_drop": not actions.drop_announcement.why_not(announcement, by=by),
        "desk": make_source_desk(announcement, by, back=request.path, columns=list_announcement_columns(announcement)),
        "least": get_minimum_period(announcement.decision.draft_kind)
        if announcement.decision and announcement.what == "draft"
        else None,
        "missing": find_feedback_gaps(consultation) if consultation else [],
    }
    return render(request, "participation/announcement.html", context)


def _get_owner_url(announcement: Announcement) -> str:
    """Return the URL of the decision, survey or catalogue of an announcement."""
    if announcement.decision:
        return announcement.decision.entry.url
    if announcement.survey_id:
        return reverse("participation:surveys_row", args=[announcement.survey_id])
    return reverse("participation:catalogue", args=[announcement.catalogue_id])


def _write_announcement(
    announcement: Announcement, form: AnnouncementForm, last_terms: Mapping[str, object], by: Actor, seen_version: int
) -> None:
    """Save the form as the announcement's next text; without new attachments the last ones stay.

    Raises:
        Refused: text that cannot be published, or reasons of the action.
    """
    try:
        terms = form.terms(last_terms)
    except UnfitText as unfit:
        raise Refused(unfit.reasons) from unfit
    uploads = form.cleaned_data.get("attachments") or []
    files = [
        (named_file.name, named_file.stored) for named_file in (store_upload(upload, by) for upload in uploads)
    ] or None
    actions.write_announcement(
        announcement, by=by, version=seen_version, terms=terms, title=form.cleaned_data["title"], files=files
    )


def list_announcement_columns(announcement: Announcement) -> list[Column]:
    """Return the columns that are open to an announcement, those for decisions first."""
    rows = list_open_columns_for(announcement)
    return sorted(rows, key=lambda one: not any(word in one.name for word in COLUMN_NAME_WORDS))
