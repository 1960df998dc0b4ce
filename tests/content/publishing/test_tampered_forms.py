"""Forms of Wagtail's that we use, with what no browser sends: one line or a field's error, never an error of the server."""

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
def kept(kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """An item with a file, a clerk who signed in, and the names of all that the editor sends."""

    def make() -> SimpleNamespace:
        place, clerk = town(), Client(raise_request_exception=False)
        attachments = [("清单.pdf", frozen.store_publishable_file(b"%PDF-1.4", "清单.pdf"))]
        page = item(place.housing, [place.plans], attachments=attachments)
        sign_in(clerk, Role.CLERK, place.housing)
        names = names_of(clerk, reverse("wagtailadmin_pages:edit", args=(page.pk,)))
        return SimpleNamespace(plans=place.plans, page=page, cookies=clerk.cookies, names=names)

    yield from kept_rows(make)


@pytest.fixture
def page(kept: SimpleNamespace) -> ItemPage:
    return deepcopy(kept.page)


@pytest.fixture
def plans(kept: SimpleNamespace) -> Column:
    return deepcopy(kept.plans)


@pytest.fixture
def clerk(kept: SimpleNamespace) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies = deepcopy(kept.cookies)
    return client


def names_of(client: Client, address: str) -> set[str]:
    """Return the names of everything a page's form sends."""
    tree = lxml.html.fromstring(client.get(address).content)
    return {
        one for one in tree.xpath("//input/@name | //select/@name | //textarea/@name") if one != "csrfmiddlewaretoken"
    }


def sent(client: Client, address: str, fields: dict[str, Any], way: str = "POST") -> int:
    """Send a form as it would come over the wire, halves of characters, too."""
    data = urlencode(fields, doseq=True, errors="surrogatepass")
    if way == "GET":
        return client.get(f"{address}?{data[:4000]}").status_code
    return client.generic("POST", address, data, "application/x-www-form-urlencoded").status_code


#: What means nothing where words are read as words: made for fields that hold blocks.
OF_BLOCKS = {name for name, value in VALUES.items() if "blocks" in value}

#: Fields that are read as more than words.
STRUCTURED = ("body", "attachments-TOTAL_FORMS", "attachments-INITIAL_FORMS")
WAYS = ("edit", "new", "preview_on_edit")


def address_of(way: str, clerk: Client, page: ItemPage) -> str:
    if way == "new":
        return clerk.get(reverse("publishing:new", args=(page.unit.pk,)))["Location"]
    return reverse(f"wagtailadmin_pages:{way}", args=(page.pk,))


@pytest.fixture
def names(kept: SimpleNamespace) -> set[str]:
    assert {"title", *STRUCTURED} <= kept.names
    return set(kept.names)


def worded(name: str) -> bool:
    """Say whether a field takes words: a title, a note, a source. What numbers a row, points to one or counts does not."""
    return not re.search(
        r"column|circle|(^|-)id$|ORDER|FORMS|DELETE|kind|_on$|_at$|site|body|stored|number|links|manner", name
    )


@pytest.mark.parametrize("way", WAYS)
def test_thirty_nines_in_each_field_and_in_all(
    way: str, clerk: Client, page: ItemPage, plans: Column, names: set[str]
) -> None:
    """Fields that are read as more than words."""
    address = address_of(way, clerk, page)
    tried = {one for one in names if one in STRUCTURED or (way == "edit" and not worded(one))}
    assert len(tried) >= (20 if way == "edit" else 3)
    status = {name: sent(clerk, address, editor_post(plans, **{name: "9" * 30})) for name in sorted(tried)}
    status["all"] = sent(clerk, address, dict.fromkeys(names, "9" * 30))
    assert {name: code for name, code in status.items() if code >= 500} == {}
    assert (status["body"], status["attachments-TOTAL_FORMS"], status["all"]) == (400, 400, 400)


@pytest.mark.parametrize("called", VALUES)
def test_what_no_editor_writes(called: str, clerk: Client, page: ItemPage, plans: Column, names: set[str]) -> None:
    """In the text or one of the other places, in turn."""
    address, value = address_of("edit", clerk, page), VALUES[called]
    posts = {name: editor_post(plans, **{name: value}) for name in STRUCTURED}
    posts["all"] = dict.fromkeys(names, value)
    place = [*posts][[*VALUES].index(called) % len(posts)]
    assert sent(clerk, address, posts[place]) < 500, place


@pytest.mark.parametrize(
    "counts",
    [("2", "0"), ("0", "1"), ("1001", "0"), ("-1", "0"), (None, "0")],
    ids=str,
)
def test_counts_of_rows_that_are_not_there(
    counts: tuple[str | None, str | None], clerk: Client, page: ItemPage, plans: Column
) -> None:
    fields = editor_post(plans)
    fields |= {"attachments-TOTAL_FORMS": counts[0], "attachments-INITIAL_FORMS": counts[1]}
    status = sent(clerk, address_of("edit", clerk, page), {n: v for n, v in fields.items() if v is not None})
    assert status < 500


def test_it_is_said_in_one_line(clerk: Client, page: ItemPage, plans: Column) -> None:
    answer = clerk.post(address_of("edit", clerk, page), editor_post(plans, body="9" * 30))
    assert "正文不是编辑器提交的格式" in said(answer)
    assert "9" * 30 not in said(answer)
    assert answer["Cache-Control"] == "no-store"


def test_a_text_that_nobody_wrote_is_taken(clerk: Client, page: ItemPage, plans: Column) -> None:
    """The editor sends `null` for a field that was never touched; a new item begins like that."""
    assert sent(clerk, address_of("edit", clerk, page), editor_post(plans, body="null")) in {200, 302}
    assert ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object().body == ""


def test_a_link_to_a_row_that_no_row_can_be(clerk: Client, page: ItemPage, plans: Column) -> None:
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
    assert sent(clerk, address, editor_post(plans, body=json.dumps(body))) == 400
    body["entityMap"]["0"]["data"] = {"url": "https://www.example.com/"}  # type: ignore[index]
    assert sent(clerk, address, editor_post(plans, body=json.dumps(body))) in {200, 302}
    assert "https://www.example.com/" in ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object().body


#: Wagtail's other addresses that are open, and the fields they read.
OTHERS = {
    "account": {"name_email-first_name", "locale-preferred_language", "theme-theme", "avatar-avatar"},
    "choose_page_external_link": {"external-link-chooser-url", "external-link-chooser-link_text"},
    "choose_page_email_link": {"email-link-chooser-email_address", "email-link-chooser-subject"},
    "dismissibles": {"x"},
    "password_reset": {"email"},
}


#: What goes into an address, too.
ASKED = {"thirty nines", "nothing", "half a character", "a null byte", "very long"}


@pytest.mark.parametrize("name", OTHERS)
def test_wagtail_s_other_forms(name: str, clerk: Client, page: ItemPage) -> None:
    """What goes into an address is sent to each, as an address or as a form in turn; of the other values each goes to one form."""
    address = reverse(f"wagtailadmin_{name}")
    names = OTHERS[name] | (names_of(clerk, address) if name == "account" else set())
    values = sorted(set(VALUES) - OF_BLOCKS)
    turn = {one for number, one in enumerate(values) if number % len(OTHERS) == [*OTHERS].index(name)}
    for number, called in enumerate(sorted(ASKED | turn)):
        ways = ("POST", "GET") if called in ASKED else ("POST",)
        way = ways[number % len(ways)]
        assert sent(clerk, address, dict.fromkeys(names, VALUES[called]), way) < 500, (called, way)
    assert clerk.post(address).status_code < 500


@pytest.mark.parametrize("number", ["9" * 30, "99999999"])
def test_numbers_in_wagtail_s_addresses(number: str, clerk: Client, page: ItemPage) -> None:
    ways = [f"{number}/{way}/" for way in ("edit", "delete", "view_draft", "history", "edit/preview", "revisions")]
    ways += [f"{page.pk}/revisions/{number}/{way}/" for way in ("view", "revert")]
    ways += [
        f"{page.pk}/revisions/compare/{number}...{number}/",
        f"{page.pk}/history/?p={number}&user={number}",
    ]
    for way in ways:
        for ask in (clerk.get, clerk.post):
            assert ask(f"/admin/pages/{way}").status_code < 500, way


def written(count: int) -> dict[str, str]:
    block = {
        "type": "unordered-list-item",
        "depth": 0,
        "text": "一项",
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return {"body": json.dumps({"blocks": [{**block, "key": str(n)} for n in range(count)], "entityMap": {}})}


def test_a_text_has_an_end() -> None:
    assert "一项" in RichText().value_from_datadict(written(2), {}, "body")
    with pytest.raises(BadRequest, match="做成附件"):
        RichText().value_from_datadict(written(MAX_BLOCKS + 1), {}, "body")


@pytest.mark.parametrize("body", ["7", "[]", '{"blocks": []}', "[" * 5_000])
def test_what_no_editor_wrote_is_refused(body: str) -> None:
    with pytest.raises(BadRequest, match="不是编辑器"):
        RichText().value_from_datadict({"body": body}, {}, "body")
