"""Registry for the renderer of the editor's preview, filled by the portal."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gongkai.content.publishing.models import ItemPage

#: Filled by the portal: (request, page) → the page as the public would see it.
RENDERERS: list[Callable[[HttpRequest, ItemPage], HttpResponse]] = []


def render(request: HttpRequest, page: ItemPage) -> HttpResponse:
    """Return the preview of a draft."""
    if not RENDERERS:
        return HttpResponse("本安装未启用门户，不能预览。", content_type="text/plain; charset=utf-8")
    return RENDERERS[-1](request, page)
