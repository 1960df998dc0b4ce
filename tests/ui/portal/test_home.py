"""Addresses that leave a page name the site's home, whatever listed host or port was asked."""

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
def named(settings: Any, site: Website) -> Website:
    """A site with two hosts, on an installation that has a name."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL, settings.HTTPS = "https://office.yunling.gov.example", True
    return called(site, "www.yunling.gov.example", OTHER)


def called(site: Website, host: str, *others: str) -> Website:
    site.host, site.other_hosts = host, list(others)
    site.save()
    return site


def addresses(client: Client, site: Website, body: Body) -> list[str]:
    plans = column(site, "规划信息")
    document = public(body, [plans], title="住房公积金提取办法")
    own = document.addresses.get().path
    return [
        "/feed/", "/feed/?q=公积金", f"/columns/{plans.pk}/feed/", f"/units/{body.pk}/feed/",
        "/sitemap.xml", "/sitemap-0.xml", "/robots.txt", own, f"/api/v1/documents/{document.pk}/", "/api/v1/documents/",
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [f"{OTHER}:8080", "10.1.2.3"])
def test_whatever_host_was_asked(client: Client, named: Website, housing: Body, asked: str) -> None:
    for path in addresses(client, named, housing):
        text = client.get(path, headers={"host": asked}).content.decode()
        assert f"{HOME}/" in text, path
        assert asked not in text, path


def test_a_feed_is_the_same_on_each_host(client: Client, named: Website, housing: Body) -> None:
    for path in addresses(client, named, housing)[:4]:
        one, two = (client.get(path, headers={"host": host})["ETag"] for host in (OTHER, named.host))
        assert one == two, path


def test_the_code_on_paper_leads_home(client: Client, named: Website, housing: Body) -> None:
    import segno

    plans = column(named, "通知公告")
    document = public(housing, [plans])
    out = io.BytesIO()
    address = HOME + document.addresses.get(website=named).path
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=4, light="#fff", svgclass=None, lineclass=None)
    assert client.get(f"/qr/{document.pk}.svg", headers={"host": OTHER}).content == out.getvalue()


@pytest.mark.parametrize("asked", ["127.0.0.1:8017", "qx.localhost:8017"])
def test_on_this_machine_before_anybody_named_it_links_lead_back_to_it(
    client: Client, settings: Any, site: Website, housing: Body, asked: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    called(site, "www.yunling.gov.example")
    for path in addresses(client, site, housing):
        text = client.get(path, headers={"host": asked}).content.decode()
        assert f"http://{asked}/" in text, path
        assert not re.search(r"https?://www\.yunling", text), path


def test_the_next_portion_is_asked_where_the_first_was(client: Client, named: Website, housing: Body) -> None:
    plans = column(named, "规划信息")
    for _ in range(2):
        public(housing, [plans])
    answer = client.get("/api/v1/documents/", {"size": 1}, headers={"host": OTHER}).json()
    assert answer["next"].startswith(f"http://{OTHER}/api/v1/documents/?")
    assert answer["items"][0]["url"].startswith(HOME)


def test_a_new_site_shows_its_first_text_whatever_its_kind(client: Client, site: Website, housing: Body) -> None:
    """A text drafted from a task has the kind 其他信息 by default; the front page lists it when there is nothing else."""
    public(housing, [column(site, "民政")], title="城乡低保标准和发放情况", kind=ItemKind.OTHER)
    words = client.get("/").content.decode()
    assert "还没有公开的信息" not in words
    assert "城乡低保标准和发放情况" in words
