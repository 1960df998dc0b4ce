"""Tampered input to Wagtail's forms: an error message or a field error, never a server error."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import lxml.html
import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from django.urls import reverse

from factories.fixtures import town
from factories.pages import editor_post, said, sign_in
from factories.publishing import item
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column
from gongkai.content.publishing.forms.items import MAX_BLOCKS, RichText
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]

VALUES = {
    "thirty nines": "9" * 30,
    "nothing": "",
    "a list": "[]",
    "an object": "{}",
    "blocks of numbers": '{"entityMap": {}, "blocks": [9]}',
    "blocks that are a number": '{"entityMap": 9, "blocks": 9}',
    "entities that are a number": '{"entityMap": 9, "blocks": [{"key": "a", "text": "x", "type": "unstyled"}]}',
    "a block without text": '{"entityMap": {}, "blocks": [{"key": "a"}]}',
    "a text that is a number": '{"entityMap": {}, "blocks": [{"key": "a", "text": 9, "type": "unstyled"}]}',
    "an unknown block": '{"entityMap": {}, "blocks": [{"key": "a", "text": "x", "type": "9"}]}',
    "a range of an entity that is not there": '{"entityMap": {}, "blocks": [{"key": "a", "text": "x", "type": "unstyled",'
    ' "inlineStyleRanges": [], "entityRanges": [{"key": 9, "offset": 0, "length": 1}]}]}',
    "a range that is none": '{"entityMap": {}, "blocks": [{"key": "a", "text": "x", "type": "unstyled",'
    ' "inlineStyleRanges": 9, "entityRanges": [9]}]}',
    "an entity that is a number": '{"entityMap": {"0": 9}, "blocks": [{"key": "a", "text": "x", "type": "unstyled",'
    ' "inlineStyleRanges": [], "entityRanges": [{"key": 0, "offset": 0, "length": 1}]}]}',
    "deeply nested": "[" * 20_000,
    "infinite": "1e999",
    "a null byte": "a\x00b",
    "half a character": "\ud83d",
    "very long": "长" * 100_000,
    "a day of the year 9999": "9999-12-31",
}


@pytest.fixture(scope="module")
def prepared(kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """An item with a file, a signed-in clerk, and the field names that the editor sends."""

    def make() -> SimpleNamespace:
        place, clerk = town(), Client(raise_request_exception=False)
        attachments = [("清单.pdf", frozen.store_publishable_file(b"%PDF-1.4", "清单.pdf"))]
        page = item(place.housing, [place.plans], attachments=attachments)
        sign_in(clerk, Role.CLERK, place.housing)
        names = list_field_names(clerk, reverse("wagtailadmin_pages:edit", args=(page.pk,)))
        return SimpleNamespace(plans=place.plans, page=page, cookies=clerk.cookies, names=names)

    yield from kept_rows(make)


@pytest.fixture
def page(prepared: SimpleNamespace) -> ItemPage:
    return deepcopy(prepared.page)


@pytest.fixture
def plans(prepared: SimpleNamespace) -> Column:
    return deepcopy(prepared.plans)


@pytest.fixture
def clerk(prepared: SimpleNamespace) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies = deepcopy(prepared.cookies)
    return client


def list_field_names(client: Client, address: str) -> set[str]:
    """Return the names of all fields of a page's form."""
    tree = lxml.html.fromstring(client.get(address).content)
    return {
        one for one in tree.xpath("//input/@name | //select/@name | //textarea/@name") if one != "csrfmiddlewaretoken"
    }


def send_form(client: Client, address: str, fields: dict[str, Any], way: str = "POST") -> int:
    """Send a form as raw bytes, including lone surrogates; return the status."""
    data = urlencode(fields, doseq=True, errors="surrogatepass")
    if way == "GET":
        return client.get(f"{address}?{data[:4000]}").status_code
    return client.generic("POST", address, data, "application/x-www-form-urlencoded").status_code


#: Values for fields that contain blocks; they mean nothing in text fields.
BLOCK_VALUES = {name for name, value in VALUES.items() if "blocks" in value}

#: Fields that are parsed.
STRUCTURED = ("body", "attachments-TOTAL_FORMS", "attachments-INITIAL_FORMS")
EDITOR_VIEWS = ("edit", "new", "preview_on_edit")


def address_of(way: str, clerk: Client, page: ItemPage) -> str:
    if way == "new":
        return clerk.get(reverse("publishing:new", args=(page.unit.pk,)))["Location"]
    return reverse(f"wagtailadmin_pages:{way}", args=(page.pk,))


@pytest.fixture
def names(prepared: SimpleNamespace) -> set[str]:
    assert {"title", *STRUCTURED} <= prepared.names
    return set(prepared.names)


def is_text_field(name: str) -> bool:
    """Return True for fields of free text, such as a title, a note or a source."""
    return not re.search(
        r"column|circle|(^|-)id$|ORDER|FORMS|DELETE|kind|_on$|_at$|site|body|stored|number|links|manner", name
    )


@pytest.mark.parametrize("way", EDITOR_VIEWS)
def test_huge_number_in_each_field_is_no_server_error(
    way: str, clerk: Client, page: ItemPage, plans: Column, names: set[str]
) -> None:
    """Tries the fields that are parsed."""
    address = address_of(way, clerk, page)
    tried = {one for one in names if one in STRUCTURED or (way == "edit" and not is_text_field(one))}
    assert len(tried) >= (20 if way == "edit" else 3)
    status = {name: send_form(clerk, address, editor_post(plans, **{name: "9" * 30})) for name in sorted(tried)}
    status["all"] = send_form(clerk, address, dict.fromkeys(names, "9" * 30))
    assert {name: code for name, code in status.items() if code >= 500} == {}
    assert (status["body"], status["attachments-TOTAL_FORMS"], status["all"]) == (400, 400, 400)


@pytest.mark.parametrize("called", VALUES)
def test_invalid_values_are_no_server_error(
    called: str, clerk: Client, page: ItemPage, plans: Column, names: set[str]
) -> None:
    """Each value is tried in one field, in turn."""
    address, value = address_of("edit", clerk, page), VALUES[called]
    posts = {name: editor_post(plans, **{name: value}) for name in STRUCTURED}
    posts["all"] = dict.fromkeys(names, value)
    place = [*posts][[*VALUES].index(called) % len(posts)]
    assert send_form(clerk, address, posts[place]) < 500, place


@pytest.mark.parametrize(
    "counts",
    [("2", "0"), ("0", "1"), ("1001", "0"), ("-1", "0"), (None, "0")],
    ids=str,
)
def test_wrong_formset_counts_are_no_server_error(
    counts: tuple[str | None, str | None], clerk: Client, page: ItemPage, plans: Column
) -> None:
    fields = editor_post(plans)
    fields |= {"attachments-TOTAL_FORMS": counts[0], "attachments-INITIAL_FORMS": counts[1]}
    status = send_form(clerk, address_of("edit", clerk, page), {n: v for n, v in fields.items() if v is not None})
    assert status < 500


def test_invalid_body_gets_an_error_message(clerk: Client, page: ItemPage, plans: Column) -> None:
    answer = clerk.post(address_of("edit", clerk, page), editor_post(plans, body="9" * 30))
    assert "正文不是编辑器提交的格式" in said(answer)
    assert "9" * 30 not in said(answer)
    assert answer["Cache-Control"] == "no-store"


def test_body_null_is_accepted(clerk: Client, page: ItemPage, plans: Column) -> None:
    """The editor sends `null` for a field that was never touched, as in a new item."""
    assert send_form(clerk, address_of("edit", clerk, page), editor_post(plans, body="null")) in {200, 302}
    assert ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object().body == ""


def test_link_with_impossible_page_id_is_saved_as_url(clerk: Client, page: ItemPage, plans: Column) -> None:
    body = {
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": "9" * 30, "url": "/"}}},
        "blocks": [
            {
                "key": "a",
                "text": "规划正文",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 2, "key": 0}],
            }
        ],
    }
    address = address_of("edit", clerk, page)
    assert send_form(clerk, address, editor_post(plans, body=json.dumps(body))) == 400
    body["entityMap"]["0"]["data"] = {"url": "https://www.example.com/"}  # type: ignore[index]
    assert send_form(clerk, address, editor_post(plans, body=json.dumps(body))) in {200, 302}
    assert "https://www.example.com/" in ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object().body


#: Other open Wagtail URLs, with the fields they read.
OTHER_FORMS = {
    "account": {"name_email-first_name", "locale-preferred_language", "theme-theme", "avatar-avatar"},
    "choose_page_external_link": {"external-link-chooser-url", "external-link-chooser-link_text"},
    "choose_page_email_link": {"email-link-chooser-email_address", "email-link-chooser-subject"},
    "dismissibles": {"x"},
    "password_reset": {"email"},
}


#: Values that are also sent in the query string.
QUERY_VALUES = {"thirty nines", "nothing", "half a character", "a null byte", "very long"}


@pytest.mark.parametrize("name", OTHER_FORMS)
def test_other_wagtail_forms_are_no_server_error(name: str, clerk: Client, page: ItemPage) -> None:
    """Query values are sent to each form by GET or POST in turn; each other value goes to one form."""
    address = reverse(f"wagtailadmin_{name}")
    names = OTHER_FORMS[name] | (list_field_names(clerk, address) if name == "account" else set())
    values = sorted(set(VALUES) - BLOCK_VALUES)
    turn = {one for number, one in enumerate(values) if number % len(OTHER_FORMS) == [*OTHER_FORMS].index(name)}
    for number, called in enumerate(sorted(QUERY_VALUES | turn)):
        ways = ("POST", "GET") if called in QUERY_VALUES else ("POST",)
        way = ways[number % len(ways)]
        assert send_form(clerk, address, dict.fromkeys(names, VALUES[called]), way) < 500, (called, way)
    assert clerk.post(address).status_code < 500


@pytest.mark.parametrize("number", ["9" * 30, "99999999"])
def test_impossible_ids_in_wagtail_urls_are_no_server_error(number: str, clerk: Client, page: ItemPage) -> None:
    ways = [f"{number}/{way}/" for way in ("edit", "delete", "view_draft", "history", "edit/preview", "revisions")]
    ways += [f"{page.pk}/revisions/{number}/{way}/" for way in ("view", "revert")]
    ways += [
        f"{page.pk}/revisions/compare/{number}...{number}/",
        f"{page.pk}/history/?p={number}&user={number}",
    ]
    for way in ways:
        for ask in (clerk.get, clerk.post):
            assert ask(f"/admin/pages/{way}").status_code < 500, way


def make_body(count: int) -> dict[str, str]:
    block = {
        "type": "unordered-list-item",
        "depth": 0,
        "text": "一项",
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return {"body": json.dumps({"blocks": [{**block, "key": str(n)} for n in range(count)], "entityMap": {}})}


def test_text_with_too_many_blocks_is_refused() -> None:
    assert "一项" in RichText().value_from_datadict(make_body(2), {}, "body")
    with pytest.raises(BadRequest, match="做成附件"):
        RichText().value_from_datadict(make_body(MAX_BLOCKS + 1), {}, "body")


@pytest.mark.parametrize("body", ["7", "[]", '{"blocks": []}', "[" * 5_000])
def test_body_that_is_not_draftail_json_is_refused(body: str) -> None:
    with pytest.raises(BadRequest, match="不是编辑器"):
        RichText().value_from_datadict({"body": body}, {}, "body")
