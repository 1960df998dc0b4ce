"""Error pages, and redirects of old URLs and missing slashes."""

import logging
import secrets
import sys

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.shortcuts import render as django_render
from django.template import loader
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from gongkai.content.editions.queries import find_withdrawal_time
from gongkai.core.acts.action import Refused
from gongkai.core.files import storage
from gongkai.core.files.storage import StoreUnavailable
from gongkai.core.vault.key_file import KeyRingError
from gongkai.core.widgets.machine_urls import error_line_response, is_machine_request
from gongkai.core.widgets.middleware import is_office_path
from gongkai.ui.portal.caching import comes_from_cache
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.views.redirects import redirect_old_url

#: Unavailable services with Chinese messages, first match first; seconds of Retry-After.
_UNAVAILABLE_MESSAGES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (StoreUnavailable, "文件存储暂时连接不上"),
    (KeyRingError, "这台服务器上的个人信息密钥不能使用"),
    ((OperationalError, InterfaceError), "数据库暂时连接不上"),
)
_RETRY_AFTER_SECONDS = 60

log = logging.getLogger(__name__)


def redirect_or_404(request: HttpRequest, path: str) -> HttpResponse:
    """Redirect an old URL or a missing slash, else return 404."""
    try:
        return redirect_old_url(request)
    except Http404:
        if not path.endswith("/") and "." not in path.rsplit("/", 1)[-1] and _is_page(f"/{path}/"):
            return HttpResponsePermanentRedirect(f"/{path}/")
        raise


def _is_page(path: str) -> bool:
    """Return true if a path is served by a view, not by the redirect of old URLs."""
    try:
        return resolve(path).func is not redirect_or_404
    except Resolver404:
        return False


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Return 400; only our own message (`BadRequest`) is shown."""
    ours = str(exception) if isinstance(exception, BadRequest) else ""
    text = ours if ours.endswith("。") else "这个请求不能识别，请返回上一页，刷新后重试。"
    return render_error_page(request, 400, "请求不能识别", text)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Return 404, or the page of a withdrawn document, with further links."""
    if is_machine_request(request):
        return error_line_response("没有这项内容。", 404)
    try:
        if moment := find_withdrawal_time(get_site(request).website.pk, request.path):
            return render(request, "portal/gone.html", {"at": moment}, keep="missing", status=410)
        return render(request, "portal/not_found.html", keep="missing", status=404)
    except Http404:
        return django_render(request, "portal/no_site.html", status=404)


def forbidden(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Return 403 with advice, without revealing what exists."""
    return render_error_page(
        request,
        403,
        "没有权限",
        "您没有权限打开这个页面或者办理这件事。需要的，请联系本单位政务公开负责人或者系统管理员。",
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for an invalid form token (`CSRF_FAILURE_VIEW`)."""
    return render_error_page(
        request,
        403,
        "页面已过期",
        "页面打开后登录状态有变化，没有提交成功。请返回上一页，复制您填写的内容，刷新页面后重新提交。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 with a number that is also in the server log.

    If store or database is down, return 503: nginx then serves the mirror's page
    (docs/portal/nginx.conf). If an action was refused and its page did not expect it, staff read the
    reasons; it is logged like any fault.
    """
    number = f"{timezone.localtime():%m%d-%H%M}-{secrets.token_hex(2)}"
    log.error("incident %s: %s %s", number, request.method, request.path)
    cause = sys.exc_info()[1]
    disk_message = storage.describe_full_disk(cause)
    if outage := disk_message or next((name for kinds, name in _UNAVAILABLE_MESSAGES if isinstance(cause, kinds)), ""):
        advice = (
            _advise_full_disk(request, number)
            if disk_message
            else f"请过几分钟再试；仍然不行的，请把编号 {number} 告诉系统管理员。"
        )
        page = render_error_page(request, 503, "暂时不能办理", f"{outage}，{_describe_outcome(request)}{advice}")
        page["Retry-After"] = str(_RETRY_AFTER_SECONDS)
        reads = request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if reads and comes_from_cache(request):
            page["X-Accel-Redirect"] = "@mirror"
        return page
    if isinstance(cause, Refused) and request.path.startswith(reverse("wagtailadmin_home")):
        return render_error_page(request, 422, "没有办理", "".join(cause.reasons))
    return render_error_page(
        request,
        500,
        "系统出错",
        f"系统出错了，{_describe_outcome(request)}请返回上一页再试一次；仍然不行的，请把编号 {number} 告诉系统管理员。",
    )


def explain_method(request: HttpRequest, response: HttpResponseNotAllowed) -> None:
    """Fill the empty 405 for a reader who opened the URL of a form, for example from the address bar."""
    message = "这个地址只接收提交的内容，不能直接打开。请返回上一页再办理。"
    page = render_error_page(request, response.status_code, "不能直接打开", message)
    response.content = page.content
    response["Content-Type"], response["Content-Length"] = page["Content-Type"], str(len(page.content))


def refuse_pdf(request: HttpRequest) -> HttpResponse:
    """Return 503 for a document that cannot be set, because a font or a character in it is missing."""
    return render_error_page(
        request, 503, "暂时不能下载PDF", "这份文件现在不能生成PDF。请返回上一页，在网页上阅读或者打印。"
    )


def _advise_full_disk(request: HttpRequest, number: str) -> str:
    keep = "" if request.method in {"GET", "HEAD"} else "请先把填写的内容另外存好。"
    return f"{keep}请把编号 {number} 告诉系统管理员：{storage.FULL_DISK_ADVICE.removeprefix('请')}，然后再试。"


def _describe_outcome(request: HttpRequest) -> str:
    """Return a text on the possible changes of a failed request; none for a read request."""
    if request.method in {"GET", "HEAD"}:
        return "这一步没有办成，以前保存的内容不受影响。"
    return "这一步可能没有办成，以前保存的内容不受影响。再办以前，请先打开这条记录看是否已经登记。"


def render_error_page(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    """Return an error page that needs no database, or a line of text for machines."""
    if is_machine_request(request):
        return error_line_response(message, status)
    context = {"title": title, "words": message, "office": is_office_path(request.path_info)}
    page = loader.render_to_string("portal/broken.html", context)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
