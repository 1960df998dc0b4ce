"""Redirects of old URLs, and of URLs of other sites."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect

from gongkai.content.editions import queries
from gongkai.content.editions.models import Address
from gongkai.content.migration.source_rows import list_stored_url_forms
from gongkai.ui.portal.caching import finish_response, get_reader
from gongkai.ui.portal.context import get_site, get_sites, get_url_prefix


def redirect_old_url(request: HttpRequest) -> HttpResponse:
    """Redirect an old URL to a target that the reader may see.

    The URL of a document on another site leads to that site: pages of the office link to documents of all sites.
    """
    tree = get_site(request)
    stored_forms = list_stored_url_forms(request.get_host(), request.path, request.META.get("QUERY_STRING", ""))
    existing = {a.path: a for a in Address.objects.filter(website=tree.website, path__in=stored_forms, current=False)}
    old_address = next((existing[path] for path in stored_forms if path in existing), None)
    document = queries.load_shown(get_reader(request), pk=old_address.document_id) if old_address else None
    current = (
        Address.objects.filter(website=tree.website, document=old_address.document_id, current=True).first()
        if old_address and document
        else None
    )
    if current is None or old_address is None:
        return _redirect_to_other_site(request)
    asked_more = request.META.get("QUERY_STRING") and "?" not in old_address.path
    query = f"?{request.META['QUERY_STRING']}" if asked_more else ""
    return finish_response(request, HttpResponsePermanentRedirect(current.path + query), "page")


def _redirect_to_other_site(request: HttpRequest) -> HttpResponse:
    """Redirect to the site where the reader may see the document at this path, or 404."""
    addresses = [*Address.objects.filter(path=request.path).order_by("website")]
    own = get_site(request).website.pk
    shown = (
        address.website_id
        for address in addresses
        if address.website_id == own
        or (address.current and queries.load_shown(get_reader(request), pk=address.document_id))
    )
    return redirect_to_site(request, shown, "没有这个页面")


def redirect_to_site_of_source(request: HttpRequest, source: str, missing: str) -> HttpResponse:
    """Redirect to the site that publishes a source, such as `gazette/3`; `missing` is the message of the 404."""
    rows = queries.shelf_visible_to(get_reader(request)).filter(document__source=source, column=None)
    return redirect_to_site(request, rows.order_by("website").values_list("website", flat=True), missing)


def redirect_to_site(request: HttpRequest, website_ids: Iterable[int], missing: str) -> HttpResponse:
    """Redirect to this path on the first of these sites that answers at its own host.

    Raises:
        Http404: there is none, or the present site is one of them; with the message `missing`.
    """
    sites, ids = get_sites(request), list(website_ids)
    others = [] if get_site(request).website.pk in ids else [sites.by_number[pk] for pk in ids if pk in sites.by_number]
    for tree in others:
        if sites.find_site(tree.website.host) is tree:
            return HttpResponseRedirect(get_url_prefix(request, tree) + request.get_full_path())
    raise Http404(missing)
