"""Which of Wagtail's own addresses are open: what the editor of an item needs, and nothing that shows or moves other units' pages.

Wagtail trusts everybody who may enter its admin with the titles of all pages (reports, moving, choosing), and offers ways round a
review (workflow, bulk actions, its API). Its addresses are therefore closed unless they stand here; those of our own rooms are not
looked at. A superuser, who exists only where somebody made one by hand, passes.
"""

from collections.abc import Callable, Mapping

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from wagtail.models import Revision

from gongkai.core.widgets.asked import whole
from gongkai.lib.chinese import lazy_re as re

#: Names of Wagtail's addresses that stay open.
OPEN = frozenset(
    {
        *(
            f"wagtailadmin_{name}"
            for name in ("home", "account", "login", "logout", "sprite", "dismissibles")
        ),
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
#: Where Wagtail itself leads to: after deleting a draft to its page tree, from its search box, from the link button to its page chooser.
INSTEAD = {
    "wagtailadmin_explore": "publishing:items",
    "wagtailadmin_pages:search": "publishing:items",
    "wagtailadmin_explore_root": "publishing:items",
    "wagtailadmin_choose_page": "wagtailadmin_choose_page_external_link",
}


#: What a form of Wagtail's reads without asking whether it was sent.
NEEDED = {"wagtailadmin_choose_page_external_link": "external-link-chooser-url"}
#: The counts of rows that a form with rows of its own sends, and how many rows there may be.
_COUNTS = re.compile(r"(.+)-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS")
MOST_ROWS = 1000


def _has_revision(asked: Mapping[str, object]) -> bool:
    """Whether a revision is one of the page in whose address it stands."""
    number, page = whole(str(asked["revision_id"])), str(asked.get("page_id", ""))
    rows = Revision.page_revisions.filter(pk=number, object_id=page)
    return number is not None and rows.exists()


def _counted(sent: QueryDict) -> bool:
    """Whether the counts of rows in a form are such as a page of ours sends; Wagtail takes the rows that they promise for granted."""
    counts: dict[str, dict[str, int]] = {}
    for name in sent:
        if found := _COUNTS.fullmatch(name):
            number = whole(str(sent[name]), MOST_ROWS)
            if number is None:
                return False
            counts.setdefault(found[1], {})[found[2]] = number
    return all(
        {"TOTAL", "INITIAL"} <= some.keys()
        and some["INITIAL"] <= some["TOTAL"]
        and all(f"{prefix}-{row}-id" in sent for row in range(some["INITIAL"]))
        for prefix, some in counts.items()
    )


class Doors:
    """Middleware: 404 on Wagtail's closed addresses, a redirect where Wagtail itself leads to one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> HttpResponse | None:
        """Look at the address before its view runs."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if not view.__module__.startswith("wagtail."):
            return None
        if request.method == "POST" and not _counted(request.POST):
            raise BadRequest("表单中的行数不对，请刷新页面后重新填写。")
        if request.method == "POST" and NEEDED.get(name, "") not in {"", *request.POST}:
            raise BadRequest("提交的内容不完整，请刷新页面后重新填写。")
        if "revision_id" in kwargs and not _has_revision(kwargs):
            raise Http404("没有这个版本")
        if "object_id" in kwargs and whole(str(kwargs["object_id"])) is None:
            raise Http404("没有这个页面")
        if name in OPEN or not request.user.is_authenticated:
            return None
        if request.user.is_superuser:
            return None
        if name in INSTEAD and request.method == "GET":
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{reverse(INSTEAD[name])}{f'?{query}' if query else ''}")
        raise Http404("没有这个页面")
