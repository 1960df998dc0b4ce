"""Views of items that need consultation, and of the opinions of other units."""

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.rules import SIGNING_ROLES
from gongkai.content.publishing import actions
from gongkai.content.publishing.forms.office import ConsultedUnitOpinionForm, CoordinationForm
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.views.common import get_item
from gongkai.content.reviewing.cases import COORDINATION_KINDS, find_item_coordination, get_latest_digest, map_opinions
from gongkai.content.reviewing.models import Coordination, Opinion, Review, ReviewState
from gongkai.content.reviewing.required_reading import SCAN_PART, record_shown
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.lib.richtext import to_plain_text


def start_coordination(request: HttpRequest, number: int) -> HttpResponse:
    """Mark an item as major or sensitive and name the units to consult."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    form = CoordinationForm(
        request.POST if request.method == "POST" else None, unit=page.unit, last=find_item_coordination(page.pk)
    )
    if form.is_valid() and run_with_messages(
        request,
        lambda: actions.start_coordination(page, by=by, **form.cleaned_data),
        "已标注，并已通知这些单位提出意见。",
    ):
        return _redirect_to_item(page)
    status = 422 if form.is_bound else 200
    return render(request, "publishing/coordinate.html", {"item": page, "form": form}, status=status)


@require_POST
def end_coordination(request: HttpRequest, number: int) -> HttpResponse:
    """Remove the mark of an item as major or sensitive."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    run_with_messages(
        request, lambda: actions.end_coordination(page, by=by, reason=request.POST.get("reason", "")), "已取消标注。"
    )
    return _redirect_to_item(page)


@require_POST
def confirm_opinions(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm that opinions on an earlier text apply to this one."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    reason = request.POST.get("reason", "")
    run_with_messages(request, lambda: actions.confirm_opinions(page, by=by, reason=reason), "已确认，并已告知各单位。")
    review = Review.objects.filter(source=page.stream, state=ReviewState.WAITING).first()
    if review is not None:
        return HttpResponseRedirect(reverse("reviewing:review", args=(review.pk,)))
    return _redirect_to_item(page)


def opinion_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the text to a consulted unit and record its opinion or letter."""
    by = require_staff_actor(request)
    flag, page = _get_coordination(by, number)
    given = map_opinions(flag)
    bodies = list(Body.objects.filter(pk__in=flag.bodies).order_by("position", "pk"))
    mine = [body for body in bodies if by.has(*SIGNING_ROLES, body_id=body.pk)]
    form = ConsultedUnitOpinionForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        bodies=mine or bodies,
        letter_since=None if mine else timezone.localdate(flag.at),
    )
    if form.is_valid() and run_with_messages(
        request, lambda: _give_opinion(by, flag, seen=request.POST.get("seen", ""), **form.cleaned_data), "意见已记录。"
    ):
        return HttpResponseRedirect(reverse("publishing:opinion", args=(flag.pk,)))
    draft = page.get_latest_revision_as_object()
    context = {
        "flag": flag,
        "kind": COORDINATION_KINDS.get(flag.kind, ""),
        "item": page,
        "body": page.unit,
        "lines": to_plain_text(draft.imported_html or draft.body).splitlines(),
        "title": draft.title,
        "seen": get_latest_digest(page),
        "rows": [(body, given.get(body.pk)) for body in bodies],
        "mine": mine,
        "form": form,
        "reasons": actions.give_opinion.why_not(flag, by=by),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "publishing/opinion.html", context, status=status)


def _give_opinion(by: Actor, flag: Coordination, *, agrees: str, **facts: object) -> None:
    """Give an opinion, with the uploaded scan if it is on paper."""
    upload = facts.pop("scan", None)
    if isinstance(upload, UploadedFile):
        facts |= {
            "scan": store_publishable_file(upload.read(), str(upload.name), by),
            "scan_name": str(upload.name)[-200:],
        }
    actions.give_opinion(flag, by=by, agrees=agrees == "yes", **facts)


def _get_coordination(by: Actor, number: int) -> tuple[Coordination, ItemPage]:
    """Return (consultation, item), for the drafting unit, its supervisors and the consulted units."""
    flag = get_visible_or_404(by, Coordination, number)
    return flag, get_object_or_404(ItemPage, id=flag.item_id)


def serve_letter(request: HttpRequest, number: int, given: int) -> FileResponse:
    """Serve the letter of the recorded opinion with key `given`."""
    by = require_staff_actor(request)
    flag, _ = _get_coordination(by, number)
    opinion = get_visible_or_404(by, Opinion, given, coordination_id=flag.pk)
    review = Review.objects.filter(source=f"item/{flag.item_id}", state__in=OPEN_STATES).first()
    if review is not None and request.method == "GET":
        record_shown(review, by, [(SCAN_PART, opinion.scan)])
    return serve_stored(get_object_or_404(StoredFile, pk=opinion.scan), opinion.scan_name, inline=True)


def _redirect_to_item(page: ItemPage) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("publishing:item", args=(page.pk,)))
