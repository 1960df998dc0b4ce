"""Redirects of old URLs, and of URLs of other sites."""

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
    sites, own = get_sites(request), get_site(request)
    addresses = [*Address.objects.filter(website__in=sites.by_number, path=request.path).order_by("website")]
    for address in addresses if own.website.pk not in {one.website_id for one in addresses} else ():
        tree = sites.by_number[address.website_id]
        answers = address.current and sites.find_site(tree.website.host) is tree
        if answers and queries.load_shown(get_reader(request), pk=address.document_id):
            return HttpResponseRedirect(get_url_prefix(request, tree) + request.get_full_path())
    raise Http404("没有这个页面")
