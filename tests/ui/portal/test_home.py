"""External links use the site's main host, whatever permitted host or port was requested."""

import io
import re
from typing import Any

import pytest
from django.test import Client

from factories.publishing import column, public
from gongkai.content.editions.models import Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.units.models import Body

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]

HOME = "https://www.yunling.gov.example"
OTHER = "old.yunling.gov.example"


@pytest.fixture
def site_with_two_hosts(settings: Any, site: Website) -> Website:
    """Return a site with two hosts, in an installation with a configured name."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL, settings.HTTPS = "https://office.yunling.gov.example", True
    return set_hosts(site, "www.yunling.gov.example", OTHER)


def set_hosts(site: Website, host: str, *others: str) -> Website:
    site.host, site.other_hosts = host, list(others)
    site.save()
    return site


def list_urls(client: Client, site: Website, body: Body) -> list[str]:
    plans = column(site, "规划信息")
    document = public(body, [plans], title="住房公积金提取办法")
    own = document.addresses.get().path
    return [
        "/feed/", "/feed/?q=公积金", f"/columns/{plans.pk}/feed/", f"/units/{body.pk}/feed/",
        "/sitemap.xml", "/sitemap-0.xml", "/robots.txt", own, f"/api/v1/documents/{document.pk}/", "/api/v1/documents/",
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [f"{OTHER}:8080", "10.1.2.3"])
def test_pages_link_to_main_host_for_any_requested_host(
    client: Client, site_with_two_hosts: Website, housing: Body, asked: str
) -> None:
    for path in list_urls(client, site_with_two_hosts, housing):
        text = client.get(path, headers={"host": asked}).content.decode()
        assert f"{HOME}/" in text, path
        assert asked not in text, path


def test_feed_is_identical_on_each_host(client: Client, site_with_two_hosts: Website, housing: Body) -> None:
    for path in list_urls(client, site_with_two_hosts, housing)[:4]:
        one, two = (client.get(path, headers={"host": host})["ETag"] for host in (OTHER, site_with_two_hosts.host))
        assert one == two, path


def test_qr_code_contains_main_host(client: Client, site_with_two_hosts: Website, housing: Body) -> None:
    import segno

    plans = column(site_with_two_hosts, "通知公告")
    document = public(housing, [plans])
    out = io.BytesIO()
    address = HOME + document.addresses.get(website=site_with_two_hosts).path
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=4, light="#fff", svgclass=None, lineclass=None)
    assert client.get(f"/qr/{document.pk}.svg", headers={"host": OTHER}).content == out.getvalue()


@pytest.mark.parametrize("asked", ["127.0.0.1:8017", "qx.localhost:8017"])
def test_unnamed_local_installation_links_back_to_itself(
    client: Client, settings: Any, site: Website, housing: Body, asked: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    set_hosts(site, "www.yunling.gov.example")
    for path in list_urls(client, site, housing):
        text = client.get(path, headers={"host": asked}).content.decode()
        assert f"http://{asked}/" in text, path
        assert not re.search(r"https?://www\.yunling", text), path


def test_next_page_of_api_keeps_the_requested_host(client: Client, site_with_two_hosts: Website, housing: Body) -> None:
    plans = column(site_with_two_hosts, "规划信息")
    for _ in range(2):
        public(housing, [plans])
    answer = client.get("/api/v1/documents/", {"size": 1}, headers={"host": OTHER}).json()
    assert answer["next"].startswith(f"http://{OTHER}/api/v1/documents/?")
    assert answer["items"][0]["url"].startswith(HOME)


def test_new_site_lists_its_first_document_of_any_kind(client: Client, site: Website, housing: Body) -> None:
    """A text drafted from a task has the kind 其他信息 by default; the front page lists it if there is nothing else."""
    public(housing, [column(site, "民政")], title="城乡低保标准和发放情况", kind=ItemKind.OTHER)
    words = client.get("/").content.decode()
    assert "还没有公开的信息" not in words
    assert "城乡低保标准和发放情况" in words
