"""Larger type (适老化) without scripts, by one cookie; and QR codes of documents.

Pages are the same for everybody and cacheable; only the small stylesheet `easy.css` depends on
the cookie and is private to the browser.
"""

from io import BytesIO

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme

from gongkai.content.editions import queries
from gongkai.content.editions.hosts import outward
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal.caching import finish
from gongkai.ui.portal.context import site_of

LARGE_TYPE_COOKIE = "gk_easy"
COOKIE_SECONDS = 365 * 24 * 3600


def easy(request: HttpRequest, choice: str) -> HttpResponse:
    """Turn larger type on or off, and return to the page."""
    there = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts=None) or not there.startswith("/"):
        there = "/"
    response = HttpResponseRedirect(there)
    if choice == "on":
        response.set_cookie(
            LARGE_TYPE_COOKIE,
            "1",
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    else:
        response.delete_cookie(LARGE_TYPE_COOKIE, samesite="Lax")
    response["Cache-Control"] = "private, no-store"
    return response


def easy_css(request: HttpRequest) -> HttpResponse:
    """Return the stylesheet of larger type, or an empty one."""
    on = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
    text = get_template("portal/easy.css").render() if on else ""
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["Vary"] = "Cookie"
    return response


def qr(request: HttpRequest, number: int) -> HttpResponse:
    """Return the QR code of a document's URL."""
    tree = site_of(request)
    rows = queries.shelf_visible_to(ANONYMOUS).filter(website=tree.website, column=None, document=number)
    path = rows.values_list("path", flat=True).first()
    if path is None:
        raise Http404("没有这个页面")
    out = BytesIO()
    address = f"{outward(request, tree.website)}{path}"
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=4, light="#fff", svgclass=None, lineclass=None)
    return finish(request, HttpResponse(out.getvalue(), content_type="image/svg+xml"), "page")
