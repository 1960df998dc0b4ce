"""Cache headers: public pages are identical for all users, without cookies or Vary; pages of staff are never cached."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from factories.publishing import column, item, public, released
from factories.units import actor
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.caching import CACHE_POLICIES, make_cache_control

pytestmark = pytest.mark.django_db
SHARED = [("purge", "http://127.0.0.1:6081")]
FOR_A_MINUTE = "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=86400"


@pytest.fixture
def document(plans: Column, housing: Body) -> Document:
    return public(housing, [plans], title="保存期限办法")


@pytest.fixture
def paths(document: Document, plans: Column, housing: Body) -> dict[str, str]:
    return {
        "front": "/",
        "column": f"/columns/{plans.pk}/",
        "item": f"/columns/{plans.pk}/{document.pk}.html",
        "unit": f"/units/{housing.pk}/",
        "units": "/units/",
        "map": "/sitemap/",
        "about": "/about/",
        "feed": "/feed/",
        "column feed": f"/columns/{plans.pk}/feed/",
        "sitemap": "/sitemap-0.xml",
        "progress": "/progress/",
        "openapi": "/api/v1/openapi.json",
        "api": "/api/v1/documents/",
        "qr": f"/qr/{document.pk}.svg",
        "missing": "/nothing/",
    }


def test_no_cookies_no_vary_and_no_shared_caching_without_purges(client: Client, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        response = client.get(path)
        assert not response.cookies, name
        assert "Cookie" not in response.get("Vary", ""), name
        assert response["Cache-Control"].startswith("public"), name
    for name in ("front", "column", "item", "feed", "api"):
        assert client.get(paths[name])["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_purged_pages_have_shared_lifetime_only_at_canonical_url(
    client: Client, paths: dict[str, str], settings: Any
) -> None:
    """Purges name one host and one spelling: copies under others would stay after a withdrawal."""
    settings.GONGKAI_CACHES = SHARED
    assert client.get(paths["item"])["Cache-Control"] == FOR_A_MINUTE
    assert client.get(paths["front"])["Cache-Control"] == FOR_A_MINUTE
    assert "s-maxage" not in client.get(paths["item"] + "?version=1")["Cache-Control"]
    assert "s-maxage" not in client.get(paths["column"] + "?kind=policy")["Cache-Control"]
    assert "s-maxage" not in client.get(paths["api"])["Cache-Control"]
    for path in ("/search/?q=办法", "/search/suggest/?q=办法", "/subscribe/"):
        assert client.get(path)["Cache-Control"] == "private, no-store"
    settings.ALLOWED_HOSTS = ["*"]
    for name in ("front", "item", "feed", "qr", "openapi"):
        assert "s-maxage" in client.get(paths[name])["Cache-Control"], name
        for host in ("127.0.0.1:8000", "old-name.example"):
            assert "s-maxage" not in client.get(paths[name], headers={"host": host})["Cache-Control"], name
    path = paths["item"]
    for host in ("testserver:8080", "testserver:80"):
        assert "s-maxage" not in client.get(path, headers={"host": host})["Cache-Control"], host
    for name in ("RAW_URI", "REQUEST_URI"):
        assert "s-maxage" in client.get(path, **{name: path})["Cache-Control"]
        for raw in (f"{path}?", path.replace("c", "%63", 1), path.replace(".", "%2E"), f"http://x{path}"):
            assert "s-maxage" not in client.get(path, **{name: raw})["Cache-Control"], raw


def test_varnish_sample_does_not_cache_other_spellings() -> None:
    """Granian does not pass the original spelling, so the cache in front distinguishes them; nginx maps all to one file."""
    varnish = (Path(__file__).resolve().parents[3] / "docs" / "portal" / "varnish.vcl").read_text()
    assert 'req.url ~ "%" || req.url ~ "\\?$"' in varnish


def test_unpurged_caches_show_pages_two_minutes_at_most() -> None:
    """Promised in docs/portal.md; a purged cache forgets at once."""
    may = [CACHE_POLICIES[kind] for kind in ("page", "list", "file", "feed", "figures")]
    assert all(policy.shared + policy.stale <= 120 for policy in may)
    assert all(policy.browser == 0 for kind, policy in CACHE_POLICIES.items() if kind != "fixed")


def test_conditional_requests_get_304(client: Client, paths: dict[str, str]) -> None:
    for name in ("front", "column", "item", "feed", "api", "sitemap"):
        first = client.get(paths[name])
        again = client.get(paths[name], headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), name
        assert client.get(paths[name], headers={"if-none-match": '"other"'}).status_code == 200


def test_pages_for_staff_are_not_cached(client: Client, paths: dict[str, str], housing: Body) -> None:
    user = get_user_model().objects.get(pk=actor(Role.CLERK, housing).user_id)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    for name in ("front", "column", "item", "feed", "qr", "api"):
        assert client.get(paths[name])["Cache-Control"] == "private, no-store", name


def test_larger_type_changes_cookie_and_stylesheet_only(client: Client, paths: dict[str, str]) -> None:
    before = client.get(paths["item"]).content
    assert client.get("/easy.css").content == b""
    chosen = client.get("/easy/on/?next=" + paths["item"])
    assert (chosen.status_code, chosen["Location"]) == (302, paths["item"])
    sheet = client.get("/easy.css")
    assert b"font-size: 137.5%" in sheet.content
    assert sheet["Vary"] == "Cookie"
    assert "private" in sheet["Cache-Control"]
    after = client.get(paths["item"])
    assert after.content == before
    assert after["Cache-Control"].startswith("public")
    client.get("/easy/off/")
    assert client.get("/easy.css").content == b""
    for there in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "x"):
        assert client.get("/easy/on/", {"next": there})["Location"] == "/"


def test_redirect_of_old_url_is_cached_no_longer_than_page(plans: Column, housing: Body) -> None:
    """The target of a limited text is for its circle alone, but caches would store a redirect without headers."""
    page = item(housing, [plans], title="内部", manner="limited", manner_reason="涉及少数单位")
    released(page)
    both = public(housing, [plans], title="公开")
    old = [one.addresses.get(current=True).path for one in (ensure_document(page), both)]
    target = column(plans.website, "通知公告")
    actions.move(plans, by=actor(Role.CHIEF, plans.website.body), to=target)
    inside = Client()
    inside.force_login(
        get_user_model().objects.get(pk=actor(Role.CLERK, housing).user_id),
        "django.contrib.auth.backends.ModelBackend",
    )
    for path in old:
        answer = inside.get(path)
        assert (answer.status_code, answer["Cache-Control"]) == (301, "private, no-store")
    assert Client().get(old[0]).status_code == 404
    answer = Client().get(old[1])
    assert (answer.status_code, answer["Cache-Control"]) == (301, make_cache_control("page"))


def test_only_caches_with_the_secret_get_compressed_pages(client: Client, paths: dict[str, str], settings: Any) -> None:
    plain = client.get(paths["item"])
    for secret, said in (("s3cret", ""), ("s3cret", "gzip"), ("", "")):
        settings.GONGKAI_CACHE_SECRET = secret
        asked = client.get(paths["item"], headers={"X-Gongkai-Packed": said})
        assert ("Content-Encoding" in asked, "Vary" in asked) == (False, False)
    settings.GONGKAI_CACHE_SECRET = "s3cret"
    asked = client.get(paths["item"], headers={"X-Gongkai-Packed": "s3cret"})
    assert ("Content-Encoding" in asked, "Vary" in asked) == (True, False)
    assert gzip.decompress(asked.content) == plain.content
    assert asked["ETag"] == f"W/{plain['ETag']}"
    again = {"X-Gongkai-Packed": "s3cret", "If-None-Match": asked["ETag"]}
    assert client.get(paths["item"], headers=again).status_code == 304
