"""The API page, and downloads of bundles."""

import json
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gongkai.core.files.serving import redirect_to_bucket
from gongkai.core.widgets.responses import file_response
from gongkai.ui.opendata import openapi
from gongkai.ui.opendata.bundles import is_current, list_bundles
from gongkai.ui.opendata.catalogue import make_catalogue_json_ld
from gongkai.ui.opendata.models import Bundle
from gongkai.ui.opendata.operations import ApiOperation, RequestedSite
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME, OPERATIONS_BY_SUBJECT
from gongkai.ui.opendata.views import get_requested_url, open_view
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.views.errors import render_error_page

#: Message for a file that was not written yet or is withdrawn.
NO_FILE_MESSAGE = "没有这个文件。整批下载的文件每天生成一次，新公开的内容请明天再下载。"


@cache
def _list_subjects() -> list[tuple[str, list[tuple[ApiOperation, str]]]]:
    """Return (subject label, (operation, sample answer as JSON text))."""
    return [
        (
            label,
            [
                (operation, json.dumps(openapi.make_sample_answer(operation), ensure_ascii=False, indent=2))
                for operation in operations
            ],
        )
        for label, operations in OPERATIONS_BY_SUBJECT.items()
    ]


def api_page(request: HttpRequest) -> HttpResponse:
    """Page: bundles, MCP address, feeds, and all operations with a try-out form."""
    site = RequestedSite.of(request)
    files = list(list_bundles(site.number))
    context = {
        "about": openapi.API_DESCRIPTION,
        "version": openapi.API_VERSION,
        "subjects": _list_subjects(),
        "root": get_requested_url(request),
        "bundles": files,
        "assistants": settings.GONGKAI_ASSISTANTS,
        "tools": [operation for operation in OPERATIONS_BY_NAME.values() if operation.tool],
        "linked": make_catalogue_json_ld(site, files),
        "licence": settings.GONGKAI_DATA_LICENCE,
    }
    return render(request, "opendata/api.html", context, keep="figures")


@open_view
def download_bundle(request: HttpRequest, name: str) -> HttpResponseBase:
    """Download a bundle; one that contains withdrawn content is written again first (503)."""
    bundle = Bundle.objects.filter(website=get_site(request).website, name=name).select_related("file").first()
    if bundle is None:
        return render_error_page(request, 404, "没有这个文件", NO_FILE_MESSAGE)
    if not is_current(bundle):
        Bundle.objects.filter(pk=bundle.pk).update(made_on="2000-01-01")
        waiting = render_error_page(
            request, 503, "文件正在重新生成", "文件中有内容已经变动，正在重新生成，请十分钟后再下载。"
        )
        waiting["Retry-After"] = "600"
        return waiting
    etag = f'"{bundle.file_id[:24]}"'
    if request.headers.get("If-None-Match") != etag and (link := redirect_to_bucket(request, bundle.file, bundle.name)):
        return link
    answer = file_response(bundle.file.open(), bundle.name, bundle.kind, private=False)
    answer["ETag"] = etag
    return finish_response(request, answer, "api")  # type: ignore[arg-type]
