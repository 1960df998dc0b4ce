"""Pages 归集: content gathered from other sites, with source and link."""

from django.http import Http404, HttpRequest, HttpResponse

from gongkai.core.widgets.paging import get_page
from gongkai.oversight.gathering import queries
from gongkai.oversight.gathering.models import Collection
from gongkai.ui.portal.context import get_site, render

#: Rows per page.
ENTRIES_PER_PAGE = 50


def collections_page(request: HttpRequest) -> HttpResponse:
    """Page: all collections with public content."""
    website = get_site(request).website
    rows = queries.list_public_collections(website.body, website.pk)
    return render(request, "portal/gathered.html", {"rows": rows}, keep="private")


def collection_page(request: HttpRequest, number: int) -> HttpResponse:
    """Page: one collection."""
    website = get_site(request).website
    collection = Collection.objects.filter(pk=number, body__path__startswith=website.body.path).first()
    entries = queries.list_public_collection_entries(collection, website.pk) if collection else []
    if collection is None or not entries:
        raise Http404("没有这个专题，或者还没有内容")
    page = get_page(request, entries, ENTRIES_PER_PAGE)
    return render(request, "portal/gathered_in.html", {"collection": collection, "page": page}, keep="private")
