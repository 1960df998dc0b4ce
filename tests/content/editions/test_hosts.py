"""URLs of public pages shown in the office: each on its own site, for any host of the office."""

import pytest
from django.test import Client

from factories.publishing import column, public, website
from factories.units import BodyFactory, signed_in
from gongkai.content.editions.hosts import find_site_of_host, other_site_prefix
from gongkai.content.editions.models import Website
from gongkai.core.units.models import Role

CITY = Website(pk=1, name="市", host="www.city.example", is_default=True)
COUNTY = Website(pk=2, name="县", host="county.example", other_hosts=["Old.County.example:8000"])


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("county.example", COUNTY),
        ("COUNTY.example:8000", COUNTY),
        ("old.county.example:8000", COUNTY),
        ("www.city.example", CITY),
        ("127.0.0.1:8000", CITY),
    ],
)
def test_find_site_of_host_falls_back_to_default_site(asked: str, answers: Website) -> None:
    assert find_site_of_host(asked, [CITY, COUNTY]) is answers


def test_find_site_of_host_returns_none_without_sites() -> None:
    assert find_site_of_host("www.city.example", []) is None


@pytest.mark.parametrize(
    ("asked", "written"), [("127.0.0.1:8000", "//county.example:8000"), ("a.example", "//county.example")]
)
def test_other_site_prefix_has_its_host_and_the_requested_port(asked: str, written: str) -> None:
    assert other_site_prefix(asked, COUNTY) == written


@pytest.mark.django_db
def test_office_pages_link_to_the_county_site() -> None:
    website()
    county = website(name="青溪县人民政府", host="county.example", code="5309990002", is_default=False)
    body = BodyFactory(parent=county.body)
    document = public(body, [column(county, "通知公告")])
    client: Client = signed_in(Role.CLERK, body)
    for address in ("/admin/publishing/", f"/admin/publishing/items/{document.item_number}/"):
        shown = client.get(address).content.decode()
        assert 'href="//county.example/columns/' in shown, address
