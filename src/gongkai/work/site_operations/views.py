"""Views that send files: a regulation, a whole site."""

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.content.editions.models import Shelf, Website
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.responses import file_response
from gongkai.work.site_operations import actions, queries
from gongkai.work.site_operations.export import export_site, list_public_texts
from gongkai.work.site_operations.models import Regulation
from gongkai.work.site_operations.queries import get_site_file


@require_GET
def download_regulation(request: HttpRequest, number: int) -> FileResponse:
    """Send the file of a regulation."""
    regulation = get_visible_or_404(require_staff_actor(request), Regulation, number, stored__isnull=False)
    assert regulation.stored is not None
    return serve_stored(regulation.stored, regulation.file_name)


def _get_site_or_404(request: HttpRequest, number: int) -> Website:
    by = require_staff_actor(request)
    websites = queries.websites_visible_to(by).values("pk")
    return get_visible_or_404(by, Website, number, pk__in=websites)


def _list_texts(request: HttpRequest, number: int) -> QuerySet[Shelf]:
    return list_public_texts(_get_site_or_404(request, number))


@long_export("platform.whole", "整站", rows=_list_texts, max_synchronous=200)
@require_POST
def download_site(request: HttpRequest, number: int) -> HttpResponseBase:
    """Send the whole site as a file and log it."""
    by, website = require_staff_actor(request), _get_site_or_404(request, number)
    upkeep = get_site_file(website)
    if upkeep.pk is None:
        raise Http404("还没有登记运行档案")
    if not run_with_messages(request, lambda: actions.log_site_export(upkeep, by=by)):
        return redirect("platform:site", number)
    export = export_site(website)
    missing = f"（有{len(export.missing)}项未能导出）" if export.missing else ""
    name = f"{website.name}整站{timezone.localdate().isoformat()}{missing}.zip"
    return file_response(export.content, name, "application/zip", inline=False)
