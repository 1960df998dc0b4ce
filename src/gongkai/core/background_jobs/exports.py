"""Files that take long to make (导出): made behind the pages for the one who asked, encrypted, taken once, erased after a time.

    @may_be_long("ledger.export", "台账", rows=_rows, seen=_seen, most=2000)
    def export(request): ...

The view stays as it is: asked for few rows it answers at once. Asked for more than `most`, it becomes an errand, which calls the same view
by the same address, in the name of whoever asked and with the posts that hold then. Reading the address starts nothing: a page with a button
does, by POST to the same address. What they may have is asked three times: when they press,
when the file is made, and when they take it (`seen` must still show every row that stands in it, and their posts must be the same).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import get_resolver, reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.background_jobs.asking import hand_over
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.background_jobs.states import OPEN
from gongkai.core.units.actors import actor_of
from gongkai.core.widgets.asked import ASKS_FILE

if TYPE_CHECKING:
    from gongkai.core.acts.actors import Actor

KIND = "errands.export"
#: Rows that are written while somebody's browser waits (about a second), where an export says nothing else.
MOST = 2000
#: So many files one person may have made at once.
AT_ONCE = 3
#: What asks for a new file where one is ready.
ANEW = "anew"
#: The button that has a file made which an address asks for.
START = "make_file"

View = Callable[..., HttpResponseBase]
Rows = Callable[..., "QuerySet[Model]"]


@dataclass(frozen=True)
class LongExport:
    """An export that may take long: its words, the rows of the file, all rows that somebody may see of this kind, and how many are few.

    `rows` and `seen` take what the view takes. `cap`: more rows are no file; whoever asks narrows the list, and nothing is left out in silence.
    """

    label: str
    rows: Rows
    seen: Rows
    most: int
    cap: int
    asked: Callable[[HttpRequest], bool]


EXPORTS: dict[str, LongExport] = {}


def export_called(name: str) -> LongExport | None:
    """Return a declared export. Views declare them, and a worker, who answers no address, has read none: they are read first."""
    _ = get_resolver().url_patterns
    return EXPORTS.get(name)


def always(_: HttpRequest) -> bool:
    """An address that is nothing but a file."""
    return True


def may_be_long(
    name: str,
    label: str,
    *,
    rows: Rows,
    seen: Rows | None = None,
    most: int = MOST,
    cap: int = 50_000,
    asked: Callable[[HttpRequest], bool] = always,
) -> Callable[[View], View]:
    """Let a view that answers with a file make it behind the pages where it has more rows than `most`.

    Args:
        name: `room.what`, unique.
        label: what the file is called in the list of errands.
        rows: the rows that stand in the file, as the view reads them.
        seen: all rows of this kind that the one who asks may see, whatever was filtered; `rows` where nothing is.
        most: rows that are written at once.
        cap: rows that a file may have; of more it says so, and makes none.
        asked: whether this request is for the file: always, or as `asks_file` says.
    """
    assert name not in EXPORTS, f"two exports are called {name}"
    EXPORTS[name] = LongExport(label, rows, seen or rows, most, cap, asked)

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            export, by = EXPORTS[name], actor_of(request.user)
            if getattr(request, "making", False) or not by.known or not export.asked(request):
                return view(request, *args, **kwargs)
            starts = request.method == "POST" and START in request.POST
            if export.rows(request, *args, **kwargs)[: export.most + 1].count() <= export.most:
                return redirect(request.get_full_path()) if starts else view(request, *args, **kwargs)
            if export.rows(request, *args, **kwargs)[: export.cap + 1].count() > export.cap:
                return _too_long(request, export)
            wanted = _wanted(request, by, "GET" if starts else str(request.method))
            if request.method == "POST":
                return _start(request, name, export, by, wanted)
            return _offer(request, export, wanted)

        return page

    return decorate


@dataclass(frozen=True)
class _Wanted:
    """A file as it is asked for: how, with which words, whether anew, and the mark by which it is found again."""

    method: str
    query: str
    anew: bool
    key: str


def _wanted(request: HttpRequest, by: "Actor", method: str) -> _Wanted:
    asked = request.GET.copy()
    anew = bool(asked.pop(ANEW, None))
    query = asked.urlencode()
    mark = hashlib.sha256(f"{method} {request.path}?{query}".encode()).hexdigest()[:40]
    return _Wanted(method, query, anew, f"export/{by.user_id}/{mark}")


def _there(wanted: _Wanted) -> int | None:
    """Return the errand of a file that is ready, or being made; None where one is to be made."""
    made = Errand.objects.filter(key=wanted.key, state__in=OPEN).values_list("pk", flat=True).first()
    if made or wanted.anew:
        return made
    ready = Export.objects.ready(timezone.now()).filter(errand__key=wanted.key, taken_at=None).first()
    return ready.errand_id if ready else None


def _offer(request: HttpRequest, export: LongExport, wanted: _Wanted) -> HttpResponse:
    """Lead to the file where it is there, else show the button that has it made."""
    if there := _there(wanted):
        return redirect("errands:one", there)
    context = {
        "label": export.label,
        "address": request.get_full_path(),
        "back": _came_from(request),
        "start": START,
    }
    return render(request, "errands/start.html", context)


def _too_long(request: HttpRequest, export: LongExport) -> HttpResponse:
    """Say that a file would be too long, on the list that it was asked for on."""
    said = f"{export.label}超过{export.cap:,}条，一份文件放不下：请加上年度、单位或者状态等条件，分几份导出。"
    messages.error(request, said)
    asked = request.GET.copy()
    for name in ASKS_FILE:
        asked.pop(name, None)
    own = reverse("wagtailadmin_home") if export.asked is always else f"{request.path}?{asked.urlencode()}"
    return redirect(_came_from(request) or own)


def _start(request: HttpRequest, name: str, export: LongExport, by: "Actor", wanted: _Wanted) -> HttpResponse:
    """Have the file made, and lead to the page where whoever asked waits."""
    if there := _there(wanted):
        return redirect("errands:one", there)
    back = _ours(request.POST.get("back", "")) or _came_from(request)
    facts: dict[str, object] = {
        "export": name,
        "path": request.path,
        "query": wanted.query,
        "method": wanted.method,
        "back": back,
    }
    found: list[Errand] = []
    if run_with_messages(request, lambda: found.append(_ask(by, wanted.key, export.label, facts))):
        return redirect("errands:one", found[0].pk)
    return redirect(back or "wagtailadmin_home")


def _ask(by: "Actor", key: str, label: str, facts: dict[str, object]) -> Errand:
    open_ones = Errand.objects.filter(account=by.user_id, kind=KIND, state__in=OPEN)
    with transaction.atomic():
        # Two orders of one person come one after the other, so that neither overlooks the other.
        list(get_user_model().objects.select_for_update().filter(pk=by.user_id or 0).values_list("pk"))
        if open_ones.exclude(key=key).count() >= AT_ONCE:
            raise Refused(f"您已有{AT_ONCE}份文件正在生成，请等其中一份生成以后再导出。")
        return hand_over(KIND, by=by, label=f"导出{label}", key=key, facts=facts)


def _came_from(request: HttpRequest) -> str:
    """Return the page of this office on which the file was asked for; empty where the browser does not say."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or parts.path == request.path:
        return ""
    return _ours(f"{parts.path}?{parts.query}".rstrip("?"))


def _ours(address: str) -> str:
    """Return an address of this office as it is; empty for any other."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and parts.path.startswith(reverse("wagtailadmin_home"))
    return address[:400] if ours else ""
