"""Wagtail's own addresses: closed unless they are needed to edit an item; whatever a later Wagtail adds is closed too."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from gongkai.content.publishing.documents import unit_page_of
from gongkai.core.units.models import Body
from gongkai.ui.office.wagtail_access import OPEN_URL_NAMES, REDIRECTS

pytestmark = pytest.mark.django_db


def wagtails(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from wagtails(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.callback.__module__.startswith("wagtail.") and one.name:
            yield f"{space}{one.name}"


def test_every_open_address_exists() -> None:
    assert set(wagtails(get_resolver())) >= OPEN_URL_NAMES | set(REDIRECTS)


CLOSED = (
    "/admin/reports/workflow/",
    "/admin/reports/page-types-usage/",
    "/admin/reports/site-history/",
    "/admin/pages/{other}/move/1/confirm/",
    "/admin/pages/{own}/copy/",
    "/admin/api/main/pages/",
    "/admin/bulk/wagtailcore/page/move/?id={own}",
    "/admin/pages/1/set_position/",
    "/admin/choose-page/{other}/",
    "/admin/choose-page/search/?q=a",
    "/admin/users/",
    "/admin/groups/",
    "/admin/images/",
    "/admin/documents/",
    "/admin/workflows/list/",
)


def test_what_shows_or_moves_other_units_pages_is_closed(city, as_) -> None:
    own, other = unit_page_of(city.finance), unit_page_of(city.water)
    for role in ["clerk", "chief", "auditor", "administrator"]:
        client = as_(getattr(city, role))
        addresses = [path.format(own=own.pk, other=other.pk) for path in CLOSED]
        said = {one: (client.get(one).status_code, client.post(one).status_code) for one in addresses}
        assert said == dict.fromkeys(addresses, (404, 404))


def test_the_editor_and_where_wagtail_leads_stay_open(city, as_) -> None:
    desk = unit_page_of(Body.objects.get(pk=city.finance.pk))
    client = as_(city.clerk)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert (
        client.get(reverse("wagtailadmin_pages:add", args=("publishing", "itempage", desk.pk)), follow=True).status_code
        == 200
    )
    assert client.get(f"/admin/pages/{desk.pk}/").url == reverse("publishing:items")
    assert client.get("/admin/choose-page/?page_type=x").url == "/admin/choose-external-link/?page_type=x"
    assert client.get("/admin/choose-external-link/").status_code == 200


def test_the_search_box_of_the_frame_finds_items(as_, city) -> None:
    """Wagtail draws it for whoever edits; its own search would show other units' drafts."""
    answer = as_(city.clerk).get("/admin/pages/search/?q=预算")
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/publishing/?q=")
