"""Numbers in addresses: of any length they are answered, and each page has one way to be written."""

import pytest
from django.test import Client

from factories.publishing import public
from gongkai.content.editions.models import Column, Website
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db
LONG = ["9" * 18, str(2**63 - 1), str(2**63), "9" * 20, "1" + "0" * 200]
ADDRESSES = [
    "/qr/{}.svg",
    "/api/v1/documents/{}/",
    "/columns/{}/",
    "/columns/{}/feed/",
    "/columns/1/{}.html",
    "/columns/{}/1.html",
    "/units/{}/",
    "/units/{}/feed/",
    "/progress/{}/",
    "/sitemap-{}.xml",
    "/policies/{}/1.pdf",
    "/policies/1/{}.pdf",
    "/files/{}/1/" + "a" * 64,
    "/files/1/{}/" + "a" * 64,
]


@pytest.mark.parametrize("number", LONG)
def test_a_number_that_nothing_has_is_not_there(number: str, client: Client, site: Website) -> None:
    for address in ADDRESSES:
        assert client.get(address.format(number)).status_code == 404, address


def test_the_api_says_so_in_its_own_way(client: Client, site: Website) -> None:
    answer = client.get("/api/v1/documents/99999999999999999999/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_with_leading_zeros_it_is_no_address(client: Client, plans: Column, housing: Body) -> None:
    """Caches are told of the one way only: what else shows the same page would be kept after a withdrawal."""
    document = public(housing, [plans])
    for address in (
        f"/qr/{{}}{document.pk}.svg",
        f"/columns/{{}}{plans.pk}/",
        f"/units/{{}}{housing.pk}/",
        f"/units/{{}}{housing.pk}/feed/",
        f"/columns/{plans.pk}/{{}}{document.pk}.html",
        f"/api/v1/documents/{{}}{document.pk}/",
        "/sitemap-{}0.xml",
    ):
        assert client.get(address.format("")).status_code == 200, address
        assert client.get(address.format("0")).status_code == 404, address
