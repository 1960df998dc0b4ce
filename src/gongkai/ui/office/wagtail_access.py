"""Restrict Wagtail's own URLs to those that the editor of an item needs.

Wagtail shows all page titles to every admin user and offers ways around reviews (workflow, bulk
actions, API). Its URLs are therefore closed unless listed here; our own apps' URLs are
unaffected.
"""

from collections.abc import Callable, Mapping

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from wagtail.models import Revision

from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.chinese import lazy_re as re

#: Names of Wagtail URLs that stay open.
OPEN_URL_NAMES = frozenset(
    {
        *(f"wagtailadmin_{name}" for name in ("home", "account", "login", "logout", "sprite", "dismissibles")),
        *(f"wagtailadmin_password_reset{name}" for name in ("", "_done", "_confirm", "_complete")),
        "wagtailadmin_javascript_catalog",
        *(f"wagtailadmin_editing_sessions:{name}" for name in ("ping", "release")),
        *(f"wagtailadmin_pages:{name}" for name in ("add", "edit", "delete", "view_draft")),
        *(f"wagtailadmin_pages:preview_on_{name}" for name in ("add", "edit")),
        *(f"wagtailadmin_pages:revisions_{name}" for name in ("index", "view", "revert", "compare")),
        *(f"wagtailadmin_pages:history{name}" for name in ("", "_results")),
        *(f"wagtailadmin_choose_page_{name}_link" for name in ("external", "email", "phone", "anchor")),
    }
)
#: Redirects for closed URLs to which Wagtail itself leads: page tree, search box, page chooser.
REDIRECTS = {
    "wagtailadmin_explore": "publishing:items",
    "wagtailadmin_pages:search": "publishing:items",
    "wagtailadmin_explore_root": "publishing:items",
    "wagtailadmin_choose_page": "wagtailadmin_choose_page_external_link",
}


#: Required field of a Wagtail form that it reads without checking.
REQUIRED_FIELDS = {"wagtailadmin_choose_page_external_link": "external-link-chooser-url"}
#: Management fields of formsets.
_FORMSET_COUNT_PATTERN = re.compile(r"(.+)-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS")
#: Maximum number of rows of a formset.
MAX_FORMSET_ROWS = 1000


def _is_revision_of_page(url_parameters: Mapping[str, object]) -> bool:
    """Return true if the requested revision belongs to the requested page."""
    number, page = parse_whole_number(str(url_parameters["revision_id"])), str(url_parameters.get("page_id", ""))
    rows = Revision.page_revisions.filter(pk=number, object_id=page)
    return number is not None and rows.exists()


def _has_valid_counts(parameters: QueryDict) -> bool:
    """Return true if every formset's counts are valid and each initial row has its id."""
    counts: dict[str, dict[str, int]] = {}
    for name in parameters:
        if match := _FORMSET_COUNT_PATTERN.fullmatch(name):
            number = parse_whole_number(str(parameters[name]), MAX_FORMSET_ROWS)
            if number is None:
                return False
            counts.setdefault(match[1], {})[match[2]] = number
    return all(
        {"TOTAL", "INITIAL"} <= form_counts.keys()
        and form_counts["INITIAL"] <= form_counts["TOTAL"]
        and all(f"{prefix}-{row}-id" in parameters for row in range(form_counts["INITIAL"]))
        for prefix, form_counts in counts.items()
    )


class WagtailAccessMiddleware:
    """Middleware that returns 404 for Wagtail's closed URLs, or redirects them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> HttpResponse | None:
        """Return a redirect for a closed URL, or None to run the view. Superusers may open all.

        Raises:
            Http404: closed URL, or no such revision or page.
            BadRequest: the posted form lacks a field or has wrong row counts.
        """
        match = request.resolver_match
        name = match.view_name if match else ""
        if not view.__module__.startswith("wagtail."):
            return None
        if request.method == "POST" and not _has_valid_counts(request.POST):
            raise BadRequest("表单中的行数不对，请刷新页面后重新填写。")
        if request.method == "POST" and REQUIRED_FIELDS.get(name, "") not in {"", *request.POST}:
            raise BadRequest("提交的内容不完整，请刷新页面后重新填写。")
        if "revision_id" in kwargs and not _is_revision_of_page(kwargs):
            raise Http404("没有这个版本")
        if "object_id" in kwargs and parse_whole_number(str(kwargs["object_id"])) is None:
            raise Http404("没有这个页面")
        if name in OPEN_URL_NAMES or not request.user.is_authenticated:
            return None
        if request.user.is_superuser:
            return None
        if name in REDIRECTS and request.method == "GET":
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{reverse(REDIRECTS[name])}{f'?{query}' if query else ''}")
        raise Http404("没有这个页面")
