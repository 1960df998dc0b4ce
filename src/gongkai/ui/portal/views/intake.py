"""Public forms and the status page of one's own matter; no session, cookie or code in URLs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.core.acts.action import Refused
from gongkai.core.files.forms import make_left_out_sentence
from gongkai.core.files.kinds import clean_file_name
from gongkai.core.intake import jobs
from gongkai.core.intake.following_up import (
    FOLLOW_UP_FORM_NAME,
    STAFF_CODE_ERROR,
    is_barred,
    list_typed_words,
    sort_attachments,
)
from gongkai.core.intake.following_up import run_follow_up as do_follow_up
from gongkai.core.intake.forms import PUBLIC_FORMS_BY_NAME
from gongkai.core.intake.forms.definition import check_length_on_server
from gongkai.core.intake.forms.form_handling import BrowserRequest, empty_form_page, handle_submission
from gongkai.core.intake.forms.page import FormPage
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.idempotency import AlreadySent
from gongkai.core.intake.matter_access import has_second_key, is_anonymous, make_pass, open_matter, read_pass
from gongkai.core.intake.matters import ContinuationUrl, FollowUp, MatterKind, MatterProgress, parse_matter
from gongkai.core.intake.throttle import client_address
from gongkai.core.widgets.forms import make_lost_files_sentence
from gongkai.core.widgets.query_parameters import content_length
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, download_response
from gongkai.lib.law.fees import get_fee_schedule
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site, render
from gongkai.work.requests.actions.fees import is_fee_public
from gongkai.work.requests.actions.payments import process_payment_notice
from gongkai.work.requests.gateway import MAX_NOTICE_BYTES, ForgedPaymentNotice, get_configured_gateway
from gongkai.work.requests.public import APPLICATION_FORM_TITLE, list_answering_bodies, render_application_form

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.forms import Form


#: Message for a wrong or expired draft code.
DRAFT_NOT_FOUND_MESSAGE = "没有这个草稿：请核对草稿码，草稿保存七天。"
#: Message for a step that is no longer possible.
STEP_CLOSED_MESSAGE = "这次没有再办理：这一步刚才已经提交，或者现在不能再办理。请以本页显示的情况为准。"
#: Error of a page whose pass has expired.
STALE_CODE_FORM_ERROR = "页面打开得太久了，请再输入一次查询码。"
#: Input shown again on a page that did not process it: label and text.
KeptInput = Sequence[tuple[str, str]]


# Without cookie, cross-site requests gain nothing; the form's token and proof of work stop bots.
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a public form, or handle its submission."""
    get_site(request)
    definition = PUBLIC_FORMS_BY_NAME.get(name)
    if definition is None:
        raise Http404
    if request.method != "POST":
        return _render_form(request, empty_form_page(definition, _read_prefilled(request)))
    address = client_address(request)
    if "draft_code" in request.POST:
        page = jobs.open_draft(definition, request.POST["draft_code"], address)
        if page is None:
            page = empty_form_page(definition, {})
            page.draft_fault, page.status = DRAFT_NOT_FOUND_MESSAGE, 422
        return _render_form(request, page)
    return _render_form(
        request, handle_submission(definition, BrowserRequest(request.POST, request.FILES, address, request.get_host()))
    )


def _read_prefilled(request: HttpRequest) -> dict[str, str]:
    """Return the values that the URL prefills in a form."""
    values = request.GET.dict()
    came_from = request.META.get("HTTP_REFERER", "")
    if "page" not in values and urlsplit(came_from).netloc == request.get_host():
        values["page"] = came_from
    return values


def _render_form(request: HttpRequest, page: FormPage) -> HttpResponse:
    """Show a public form, or the confirmation after it was sent, never cached."""
    text = "已收到" if page.done else page.definition.title
    context = {
        "page": page,
        "part": "intake/done.html" if page.done else "intake/form.html",
        "title": f"{'请核对：' if page.wrong else '请先看一看：' if page.waits else ''}{text}",
        "crumb": page.definition.title,
        "action": reverse("portal:form", args=[page.definition.name]),
        "look_up": reverse("portal:matter"),
    }
    return render(request, "portal/intake.html", context, keep="private", status=page.status)


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def matter_page(request: HttpRequest) -> HttpResponse:
    """Page: ask for a code and show its matter; reopens it within half an hour (`ui/back.js`)."""
    get_site(request)
    if request.method != "POST":
        return _render_code_form(request, again=True)
    if "pass" in request.POST:  # on the way back to a page that was opened in this tab
        return _render_matter(request, read_pass(request.POST["pass"]))
    code, second = request.POST.get("code", ""), request.POST.get("second", "")
    matter = open_matter(code, second, client_address(request))
    if not matter.matter:
        return _render_code_form(request, matter.reason, code[:40], 422, second=second[:40])
    return _render_matter(request, matter.matter, secret=matter.secret)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def run_follow_up_action(request: HttpRequest) -> HttpResponse:
    """Carry out an action that the matter's page offers."""
    get_site(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("portal:matter"))
    name = read_pass(request.POST.get("pass", ""))
    matter = parse_matter(name)
    follow_ups = [up for up in matter[0].follow_ups if up.name == request.POST.get("follow_up")] if matter else []
    if not matter or not follow_ups:
        return _render_code_form(request, STALE_CODE_FORM_ERROR, status=422, typed_input=list_typed_words(request.POST))
    if not follow_ups[0].ready(
        matter[1]
    ):  # a double click, or an old page of what went on meanwhile: nothing is done, and nothing is claimed
        return _render_matter(request, name, message=STEP_CLOSED_MESSAGE, typed_input=list_typed_words(request.POST))
    filled = check_length_on_server(follow_ups[0].form(request.POST, label_suffix=""))
    files, address = request.FILES.getlist("files"), client_address(request)
    accepted, faults = sort_attachments(follow_ups[0], files, name, address)
    if not filled.is_valid() or (faults and not accepted):
        return _render_refused_follow_up(request, name, follow_ups[0], filled, [*faults, *_list_lost_files(accepted)])
    return _execute_follow_up(request, name, matter[1], follow_ups[0], filled, accepted, faults)


def _execute_follow_up(
    request: HttpRequest,
    name: str,
    number: int,
    follow_up: FollowUp,
    filled: "Form",
    files: "list[UploadedFile[bytes]]",
    faults: list[str],
) -> HttpResponse:
    """Carry out a follow-up of a matter; show the matter, or the page of another site.

    Args:
        number: its primary key.
        filled: its valid form.
        faults: why other files are left out; shown after the follow-up succeeded.
    """
    address = client_address(request)
    try:
        token = request.POST.get("once", "")
        done = do_follow_up(follow_up, number, name, filled.cleaned_data, files=files, address=address, token=token)
    except AlreadySent:  # a double click
        return _render_matter(request, name, message=STEP_CLOSED_MESSAGE, typed_input=list_typed_words(request.POST))
    except Refused as refused:
        return _render_refused_follow_up(request, name, follow_up, filled, [*refused.reasons, *_list_lost_files(files)])
    if isinstance(done, ContinuationUrl):
        return _render_onward(request, follow_up, done)
    said = done if isinstance(done, str) else follow_up.done
    return _render_matter(request, name, message=said, refused=[make_left_out_sentence(fault) for fault in faults])


def _list_lost_files(files: "list[UploadedFile[bytes]]") -> list[str]:
    """Return the sentence on the files that the sender must choose again."""
    return [make_lost_files_sentence([clean_file_name(file.name or "") for file in files])] if files else []


def _render_refused_follow_up(
    request: HttpRequest, name: str, follow_up: FollowUp, filled: "Form", reasons: list[str]
) -> HttpResponse:
    """Show the matter with a refused follow-up as it was typed."""
    filled.add_error(None, reasons)
    return _render_matter(request, name, wrong=(follow_up, filled), status=422)


def _render_onward(request: HttpRequest, follow_up: FollowUp, continuation: ContinuationUrl) -> HttpResponse:
    """Show the page that leads to another site."""
    context = {
        "part": "intake/onward.html",
        "title": follow_up.label,
        "crumb": "查办理情况",
        "words": follow_up.label,
        "onward": continuation.url,
        "host": urlsplit(continuation.url).netloc,
    }
    return render(request, "portal/intake.html", context, keep="private")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def download_matter_document(request: HttpRequest) -> HttpResponse:
    """Download a document of one's matter; the download is recorded."""
    get_site(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("portal:matter"))
    name = read_pass(request.POST.get("pass", ""))
    matter = parse_matter(name)
    if not matter or not matter[0].fetch or not has_second_key(name):
        return _render_code_form(request, STALE_CODE_FORM_ERROR, status=422)
    try:
        fetched = matter[0].fetch(matter[1], request.POST.get("ref", "")[:40])
    except Refused as refused:
        return _render_matter(request, name, refused=refused.reasons, status=422)
    answer = download_response(fetched.content, fetched.name, fetched.kind)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _render_code_form(
    request: HttpRequest,
    reason: str = "",
    code: str = "",
    status: int = 200,
    typed_input: KeptInput = (),
    *,
    second: str = "",
    again: bool = False,
) -> HttpResponse:
    """Ask for the query code, with the reason if the last one was refused."""
    context = {
        "again": again,
        "part": "intake/ask.html",
        "title": f"{'请核对：' if reason else ''}查办理情况",
        "crumb": "查办理情况",
        "action": reverse("portal:matter"),
        "reason": reason,
        "code": code,
        "second": second,
        "kept": typed_input,
    }
    return render(request, "portal/intake.html", context, keep="private", status=status)


def _load_progress(matter: tuple[MatterKind, int], secret: str) -> MatterProgress | None:
    kind, number = matter
    return kind.sealed(number, secret) if kind.sealed else kind.progress(number)


def _build_follow_up_form(follow_up: FollowUp, number: int, *, has_second_key: bool) -> "Form":
    """Return the empty form of a follow-up; prefilled if the second key was given (`has_second_key`)."""
    begun = follow_up.begins(number) if has_second_key and follow_up.begins else None
    return check_length_on_server(follow_up.form(initial=begun, label_suffix=""))


def _render_matter(
    request: HttpRequest,
    name: str,
    *,
    message: str = "",
    secret: str = "",
    wrong: tuple[FollowUp, object] | None = None,
    refused: list[str] | None = None,
    status: int = 200,
    typed_input: KeptInput = (),
) -> HttpResponse:
    """Show a matter's progress and follow-ups; files only with the second key."""
    matter = parse_matter(name)
    progress = _load_progress(matter, secret) if matter else None
    if progress is None or matter is None:
        return _render_code_form(request, STALE_CODE_FORM_ERROR, status=422)
    theirs = has_second_key(name)
    ready = [up for up in matter[0].follow_ups if up.ready(matter[1])]
    barred = [up for up in ready if is_barred(up, name)]
    offers = [
        {
            "follow_up": up,
            "form": wrong[1]
            if wrong and wrong[0] is up
            else _build_follow_up_form(up, matter[1], has_second_key=theirs),
        }
        for up in ready
        if up not in barred
    ]
    papers = list(matter[0].papers(matter[1])) if matter[0].papers else []
    context = {
        "part": "intake/progress.html",
        "title": f"{'请核对：' if wrong else ''}办理情况",
        "crumb": "查办理情况",
        "progress": progress,
        "offers": offers,
        "pass": make_pass(name),
        "once": new_token(FOLLOW_UP_FORM_NAME),
        "act": reverse("portal:follow_up"),
        "at": reverse("portal:matter"),
        "fetch": reverse("portal:paper"),
        "papers": papers if theirs else [],
        "own_words": matter[0].own_words(matter[1]) if matter[0].own_words and (theirs or is_anonymous(name)) else (),
        "no_papers": bool(papers),
        "refused": refused or ([STAFF_CODE_ERROR] if barred else None),
        "said": message,
        "kept": typed_input,
    }
    return render(request, "portal/intake.html", context, keep="private", status=status)


# A machine without session sends this; its signature is checked.
@csrf_exempt
@require_POST
def receive_payment_notice(request: HttpRequest) -> HttpResponse:
    """Store a payment notice; acknowledge it once stored, so that it is not repeated."""
    gateway = get_configured_gateway()
    if gateway is None:
        return HttpResponse(status=404)
    if content_length(request) > MAX_NOTICE_BYTES:
        return HttpResponse(gateway.refused, content_type="text/plain", status=413)
    try:
        notice = gateway.read(request.body, request.headers)
    except ForgedPaymentNotice:
        return HttpResponse(gateway.refused, content_type="text/plain", status=403)
    process_payment_notice(notice)
    return HttpResponse(gateway.taken, content_type="text/plain")


#: Maximum number of units listed with contact details.
MAX_LISTED_UNITS = 300


def requests_page(request: HttpRequest) -> HttpResponse:
    """Page: introduction to information requests (依申请公开): fees, guide, answering units."""
    tree = get_site(request)
    context = {
        "fees": get_fee_schedule(),
        "bodies": list_answering_bodies()[:MAX_LISTED_UNITS],
        "more": max(0, list_answering_bodies().count() - MAX_LISTED_UNITS),
        "guide": tree.find_fixed_column("guide"),
        "contact": tree.website.contact,
        "charges": is_fee_public(tree.website.pk),
    }
    return render(request, "portal/requests.html", context, keep="list")


def download_application_form(request: HttpRequest) -> HttpResponse:
    """Download the application form for information requests as .docx."""
    get_site(request)
    answer = download_response(render_application_form(), f"{APPLICATION_FORM_TITLE}.docx", DOCX_CONTENT_TYPE)
    response: HttpResponse = finish_response(request, answer, "fixed")
    return response
