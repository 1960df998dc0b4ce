"""No channel reveals hidden data: a visitor fetches every URL of the portal, mails and packages, and all words are checked."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from factories.fixtures import town
from factories.hidden import HIDDEN_WORDS, PUBLIC_WORD, SEARCH_TERM, City
from factories.visitor import CHANNELS, PARAMETERS, fetch, fetch_all_channels, package_words, url_patterns
from gongkai.content.editions.models import Address
from gongkai.content.editions.parts import PARTS_BY_NAME, RELATIONS_BY_NAME
from gongkai.content.packages import exporting
from gongkai.content.search import spelling
from gongkai.core.files.models import StoredFile
from gongkai.core.outbox.jobs import send_due
from gongkai.core.units.actors import SYSTEM
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME
from gongkai.ui.portal import tree
from gongkai.ui.portal.digests import send_digests
from gongkai.ui.portal.models import Subscriber, Subscription

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3] / "src/gongkai/ui"


@pytest.fixture(scope="module")
def made(kept_rows: Callable[..., Any]) -> Iterator[City]:
    """Create the city once, with everything that a visitor finds there."""

    def make() -> City:
        place = town()
        city = City(place.site, place.plans, place.housing)
        with transaction.atomic():
            city.found = fetch_all_channels(Client(), list_search_words())
            transaction.set_rollback(True)
        return city

    yield from kept_rows(make)


@pytest.fixture
def city(made: City) -> City:
    tree.reload_next_time()
    spelling.clear_vocabularies()
    return deepcopy(made)


def find_words(found: dict[str, dict[str, tuple[int, str]]], words: dict[str, str]) -> list[str]:
    """Return where the given words appear."""
    return [
        f"{name} in {channel} {path}"
        for channel, answers in found.items()
        for path, (_, said) in answers.items()
        for name, word in words.items()
        if word in said
    ]


def list_search_words() -> list[str]:
    """Return the words a visitor searches for: full words, their beginning, one character, words of an attachment."""
    return [SEARCH_TERM, SEARCH_TERM[:2], "槽", "身份证号"]


def test_every_portal_url_is_known_to_this_test() -> None:
    named = {one.name for path, one in url_patterns() if not path.startswith("admin/")}
    assert named == set(CHANNELS)


def test_every_query_parameter_of_portal_is_known_to_this_test() -> None:
    read = re.compile(
        r'GET(?:\.get\(|\.getlist\(|\[)\s*"(\w+)"|"(\w+)" (?:not )?in request\.GET|(?<![\w.])get\("(\w+)"'
    )
    found = set()
    for path in (*ROOT.glob("portal/views/*.py"), *ROOT.glob("opendata/*.py")):
        found |= {one for group in read.findall(path.read_text()) for one in group if one}
    assert found, "no view was read"
    found |= {param.name for one in OPERATIONS_BY_NAME.values() for param in one.params if not param.in_path}
    assert found <= PARAMETERS


#: Declared relations and carried parts: each uses `related_to` or selects visible documents, and the city has examples.
RELATED = {
    "successor",
    "replaces",
    "interpretation",
    "interpreted",
    "policies",
    "policy_bases",
    "policy_answered",
    "gazette",
    "announced",
    "announcements",
}
CARRIED = {
    "policies",
    "interpretation",
    "policy_decisions",
    "policy_relations",
    "policy_spans",
    "policy_sources",
}


def test_every_relation_and_carried_part_is_known_to_this_test() -> None:
    assert set(RELATIONS_BY_NAME) <= RELATED
    assert set(PARTS_BY_NAME) <= CARRIED


def test_visitor_finds_no_hidden_words(city: City) -> None:
    found = city.found
    assert find_words(found, HIDDEN_WORDS) == []
    broken = [path for answers in found.values() for path, (status, _) in answers.items() if status >= 500]
    assert broken == []


def test_urls_of_hidden_documents_are_not_found(client: Client, city: City) -> None:
    hidden = {name: one for name, one in city.hidden.items() if name != "erased"}
    for document in hidden.values():
        paths = [
            f"/qr/{document.pk}.svg",
            f"/api/v1/documents/{document.pk}/",
            f"/policies/{document.pk}/1.docx",
        ]
        paths += Address.objects.filter(document=document).values_list("path", flat=True)
        paths += [f"/files/{document.pk}/1/{mark}" for mark in StoredFile.objects.values_list("pk", flat=True)]
        withdrawn = [city.hidden["withdrawn"], city.hidden["withdrawn_policy"]]
        gone = set(Address.objects.filter(document__in=withdrawn).values_list("path", flat=True))
        told = {path: 410 if path in gone else 404 for path in paths}  # that it was withdrawn, not what it was
        assert {path: fetch(client, path)[0] for path in paths} == told


#: Channels in which a public document must appear; otherwise the test above proves nothing.
CHANNELS_SHOWING_OPEN = {
    *("front", "search", "suggest", "column", "column_feed", "item", "unit", "unit_feed", "feed", "file"),
    *("api_list_documents", "api_get_document", "api_get_articles", "api_search", "bundle"),
}
CHANNELS_SHOWING_POLICIES = {"policies", "policy_file", "api_list_policies"}


def test_visitor_sees_the_public_document_in_every_channel(city: City) -> None:
    found = city.found
    shown = {channel for channel in found if find_words({channel: found[channel]}, {"open": PUBLIC_WORD})}
    assert shown >= CHANNELS_SHOWING_OPEN
    policy = {channel for channel in found if find_words({channel: found[channel]}, {"policy": "芦湾办法"})}
    assert policy >= CHANNELS_SHOWING_POLICIES
    assert f"/{city.open.pk}.html" in found["sitemap"]["/sitemap-0.xml"][1]
    assert found["qr"][f"/qr/{city.open.pk}.svg"][0] == 200


def test_expired_document_is_marked_wherever_its_text_is_given(client: Client, city: City) -> None:
    document, path = city.expired.document, city.expired.document.addresses.get(current=True).path
    assert "失效" in fetch(client, path)[1]
    assert "expired" in fetch(client, f"/api/v1/documents/{document.pk}/")[1]
    for suffix in ("docx", "pdf"):
        status, said = fetch(client, f"/policies/{document.pk}/1.{suffix}")
        assert status == 404 or "失效" in said.replace(" ", "")
    assert "芦湾旧办法" not in fetch(client, "/policies/?tab=valid")[1]


def test_mails_contain_no_hidden_words(city: City) -> None:
    ago = timezone.now() - timedelta(days=2)
    reader = Subscriber.objects.create(website=city.site, email="reader@example.cn", seen_at=ago)
    follows = [("site", ""), ("words", SEARCH_TERM), ("column", str(city.plans.pk)), ("unit", str(city.housing.pk))]
    for scope, value in follows:
        Subscription.objects.create(subscriber=reader, scope=scope, value=value, confirmed_at=ago)
    nine = timezone.localtime(timezone.now() + timedelta(days=1)).replace(hour=9)
    mail.outbox.clear()
    assert send_digests(nine)["written"] == 1
    send_due(nine)
    (message,) = (one for one in mail.outbox if one.to == ["reader@example.cn"])
    said = str(message.message().as_string()) + message.body + message.subject
    assert PUBLIC_WORD in said
    assert [name for name, word in HIDDEN_WORDS.items() if word in said] == []


def test_packages_contain_no_hidden_words(city: City, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    made = exporting.export_packages(SYSTEM)
    said = package_words(exporting.get_export_folder() / one.file for one in made)
    assert PUBLIC_WORD in said
    # The frozen facts of public documents are exported whole, including the reason for the attribute; no public page shows it.
    assert [name for name, word in HIDDEN_WORDS.items() if word in said and name != "reason"] == []


def test_office_pages_are_closed_to_visitors(client: Client, city: City) -> None:
    """Of all URLs under /admin/, only those for signing in respond."""
    said, answered = [], set()
    for path, one in url_patterns():
        if not path.startswith("admin/"):
            continue
        address = fill_url(path, city)
        status, words = fetch(client, address)
        answered |= {one.name} if status == 200 else set()
        said += [f"{name} in {address}" for name, word in HIDDEN_WORDS.items() if word in words]
    assert said == []
    assert answered <= {
        "wagtailadmin_login",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        *PASSWORD_URL_NAMES,
    }


#: URLs of the password reset.
PASSWORD_URL_NAMES = {
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
}


def fill_url(path: str, city: City) -> str:
    """Fill a URL pattern with the number of a hidden draft: anonymous users are redirected before any number is read."""
    draft = city.hidden["draft"]
    mark = StoredFile.objects.values_list("pk", flat=True).first() or ""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<str:\1>", path)
    plain = re.sub(r"[\^$]|\\", "", plain)
    text = re.sub(r"<(?:int:)?\w*(?:pk|id|number|item|page)\w*>", str(draft.item_number or draft.pk), plain)
    text = re.sub(r"<\w*:?(?:digest|mark)>", mark, text)
    return "/" + re.sub(r"<[^>]*>", str(draft.pk), text)
