"""Packages between two networks: what was made or applied, export on the inner side, apply on the outer one."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.acts.action import Refused
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.packages import applying, exporting, queries, state
from gongkai.packages.actions import NOT_YOURS
from gongkai.packages.models import Package
from gongkai.ui.answers import file_answer
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, require_staff_actor


def _actor(request: HttpRequest) -> Actor:
    by = require_staff_actor(request)
    if not queries.runs_everything(by):
        raise PermissionDenied(NOT_YOURS)
    return by


def overview(request: HttpRequest) -> HttpResponse:
    """What was carried so far, and the one thing to do next."""
    by = _actor(request)
    if request.method == "POST":
        if settings.GONGKAI_OUTER:
            run_with_messages(request, lambda: _apply(request, by), "已应用。")
        else:
            run_with_messages(
                request,
                lambda: _export(by, whole=bool(request.POST.get("whole"))),
                "已导出，请下载后送到外网。",
            )
        return HttpResponseRedirect(reverse("packages:overview"))
    last, page = state.last(), page_of(request, queries.packages())
    return render(
        request,
        "packages/packages.html",
        {
            "outer": settings.GONGKAI_OUTER,
            "last": last,
            "carried": queries.carried(),
            "rows": [
                {"package": package, "counts": queries.contents_of(package), "there": _file(package).exists()}
                for package in page
            ],
            "page": page,
        },
    )


#: Characters of an uploaded file's name that a folder takes whatever they are (255 bytes, four to a character).
LONGEST_NAME = 60


def _file(one: Package) -> Path:
    return exporting.folder() / one.file


def _export(by: Actor, *, whole: bool) -> None:
    if not exporting.export(by, whole=whole):
        raise Refused("没有新的内容，没有导出。")


def _apply(request: HttpRequest, by: Actor) -> None:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused("请先选择交换包。")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name or "x.gkp").name[-LONGEST_NAME:]
        with path.open("wb") as out:
            for block in upload.chunks():
                out.write(block)
        _, new = applying.apply(path, by)
    if not new:
        raise Refused("这个交换包以前应用过，没有变化。")


def download(request: HttpRequest, number: int) -> FileResponse:
    """A package's file, to be carried to the outer side."""
    one = get_visible_or_404(_actor(request), Package, queries.numbered(number))
    if settings.GONGKAI_OUTER or not _file(one).exists():
        raise Http404
    return file_answer(_file(one).open("rb"), one.file)
