"""Views of packages: list, export on the inner side, apply on the outer side."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from gongkai.content.packages import applying, exporting, queries, state
from gongkai.content.packages.actions import NOT_PACKAGE_MANAGER_ERROR
from gongkai.content.packages.models import Package
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.registers.columns import FILE_ONLY, Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.widgets.responses import file_response


def _require_manager(request: HttpRequest) -> Actor:
    """Return the actor; PermissionDenied unless he manages the whole installation."""
    by = require_staff_actor(request)
    if not queries.manages_all_sites(by):
        raise PermissionDenied(NOT_PACKAGE_MANAGER_ERROR)
    return by


def _get_path(package: Package) -> Path:
    return exporting.get_export_folder() / package.file


def _render_download(row: Package) -> SafeString | str:
    if settings.GONGKAI_OUTER:
        return ""
    url = reverse("packages:download", args=[row.sequence])
    return format_html('<a href="{}">下载</a>', url) if _get_path(row).exists() else "已取走"


class PackageRegister(Register[Package]):
    """Register of packages, newest first, with the form to export (inner side) or apply one (outer side)."""

    name, model, title = "packages.overview", Package, "内外网交换包"
    columns = (
        Column("sequence", value=lambda row: f"第{row.sequence}号", order="sequence", width=10),
        Column("whole", value=lambda row: "全量" if row.whole else "", order="whole"),
        Column("at", "时间"),
        "by",
        Column("counts", value=queries.describe_contents, order="", width=50),
        Column("digest", cell=lambda row: row.digest[:12], order=""),
        Column("previous", at=FILE_ONLY),
        Column("state", at=FILE_ONLY),
        Column("file", value=lambda row: row.file, cell=_render_download, order=""),
    )
    filters = ("whole", YearFilter("at"))
    search_fields = ("by", "digest")
    ordering = ("-sequence",)
    has_record = False
    template = "packages/packages.html"

    def rows(self, by: Actor) -> "QuerySet[Package]":
        """Return the packages; refuse users who do not manage all (PermissionDenied)."""
        if not queries.manages_all_sites(by):
            raise PermissionDenied(NOT_PACKAGE_MANAGER_ERROR)
        return super().rows(by)

    def extra_context(self, request: HttpRequest, listing: Listing[Package]) -> Mapping[str, object]:
        """Return whether this is the outer installation, the last package, and the number of rows transferred."""
        return {
            "outer": settings.GONGKAI_OUTER,
            "last": state.find_last_package(),
            "carried": queries.count_carried_rows(),
        }


@require_POST
def carry_packages(request: HttpRequest) -> HttpResponse:
    """Export a package on the inner installation, apply one on the outer one."""
    by = _require_manager(request)
    if settings.GONGKAI_OUTER:
        run_with_messages(request, lambda: _apply_upload(request, by), "已应用。")
    else:
        whole = bool(request.POST.get("whole"))
        run_with_messages(request, lambda: _export_package(by, whole=whole), "已导出，请下载后送到外网。")
    return HttpResponseRedirect(reverse("packages:overview"))


def _export_package(by: Actor, *, whole: bool) -> None:
    """Export the changes (Refused: there are none)."""
    if not exporting.export_packages(by, whole=whole):
        raise Refused("没有新的内容，没有导出。")


#: Maximum length of an uploaded file's name: 255 bytes at four bytes a character.
MAX_FILE_NAME_CHARACTERS = 60


def _apply_upload(request: HttpRequest, by: Actor) -> None:
    """Apply an uploaded package (Refused: no file, or it was applied before)."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused("请先选择交换包。")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name or "x.gkp").name[-MAX_FILE_NAME_CHARACTERS:]
        with path.open("wb") as file:
            for block in upload.chunks():
                file.write(block)
        _, is_new = applying.apply_package_file(path, by)
    if not is_new:
        raise Refused("这个交换包以前应用过，没有变化。")


def download_package(request: HttpRequest, number: int) -> FileResponse:
    """Return the file of a package; Http404 on the outer installation or if the file was removed."""
    package = get_visible_or_404(_require_manager(request), Package, queries.find_package_key(number))
    if settings.GONGKAI_OUTER or not _get_path(package).exists():
        raise Http404
    return file_response(_get_path(package).open("rb"), package.file)
