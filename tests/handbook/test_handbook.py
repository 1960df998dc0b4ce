"""The handbook: every page whole, its links leading somewhere, found by what people ask; 帮助 on every page of the office; read without a post."""

import csv
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from docx import Document
from wagtail.admin.menu import SubmenuMenuItem, admin_menu

from factories.units import BodyFactory, signed_in
from gongkai.handbook.contents import FOLDER, names_for, pages, parts, text_of
from gongkai.handbook.finding import find
from gongkai.handbook.paper import handbook_docx
from gongkai.handbook.places import place_for
from gongkai.ledger.kinds import KINDS
from gongkai.units.models import Role

ADDRESSES = Path(__file__).parents[1] / "browser" / "addresses.tsv"


def is_there(place: str) -> bool:
    """Whether a page, and the heading that is named, is in the handbook."""
    name, _, anchor = place.partition("#")
    page = pages().get(name)
    return page is not None and (not anchor or anchor in {section.anchor for section in page.sections})


def test_every_file_is_a_page_and_every_page_says_when_to_read_it() -> None:
    names = [page.name for part in parts() for page in part.pages]
    assert sorted(names) == sorted(path.stem for path in (FOLDER / "pages").glob("*.md"))
    for page in pages().values():
        assert 10 <= len(page.summary) <= 120, page.name
        assert len({section.anchor for section in page.sections}) == len(page.sections), page.name
        assert page.name == "terms" or page.headings[-1].title in {"办不成怎么办", "还有问题找谁"}, page.name


def test_links_and_places_lead_to_headings_that_are_there() -> None:
    for name in pages():
        for link in re.findall(r"\]\(([^)/]+)\)", text_of(name)):
            target = re.sub(r"^([a-z-]+)\.md", r"\1", link)
            assert is_there(f"{name}{target}" if target.startswith("#") else target), f"{name}: {link}"
    for place, target in {**names_for("places"), **names_for("roles")}.items():
        assert is_there(target), place
    assert set(names_for("roles")) == set(Role.values)


def test_every_address_of_the_office_is_explained_somewhere() -> None:
    begins = [begin for begin in names_for("places") if begin]
    with ADDRESSES.open(encoding="utf-8") as file:
        routes = {row["route"].removeprefix("admin/") for row in csv.DictReader(file, delimiter="\t")}
    missing = {
        route for route in routes if not route.startswith("help/") and not route.startswith(tuple(begins))
    }
    assert missing == set()
    missing = {name for name in KINDS if f"kind:{name}" not in names_for("places")}
    assert missing <= {"trial"}, "trial: the kind of other tests"


def test_what_the_menu_leads_to_is_explained() -> None:
    todo = [*admin_menu.registered_menu_items]
    for item in todo:
        todo += item.menu.registered_menu_items if isinstance(item, SubmenuMenuItem) else []
        place = str(getattr(item, "url", "")).partition("?")[0].removeprefix("/admin/")
        assert is_there(place_for(place)), item.name


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("怎么提交任务", "tasks"),
        ("本周到期", "start"),
        ("帮助", "start"),
        ("销号是什么", "terms"),
        ("清单", "demands"),
        ("要求对照", "demands"),
    ],
)
def test_people_find_what_they_ask_for_in_their_own_words(asked: str, page: str) -> None:
    assert page in {answer.page.name for answer in find(asked, 3)}


def test_what_is_no_question_finds_nothing() -> None:
    assert find("青山路片区征收补偿方案") == []


def test_the_whole_is_a_document_with_an_outline() -> None:
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(handbook_docx())).paragraphs)
    for page in pages().values():
        assert page.title in text
        assert page.sections[-1].text.splitlines()[-1][:20] in text


@pytest.mark.django_db
def test_pages_are_read_in_the_office_and_lead_on() -> None:
    client = signed_in(Role.CLERK, BodyFactory())
    contents = client.get("/admin/help/").content.decode()
    assert "您的岗位" in contents
    first, second = list(pages())[:2]
    answer = client.get(f"/admin/help/{first}/").content.decode()
    assert f'/admin/help/{second}/"' in answer
    assert '<b class="hb-said">「今天要办」</b>' in answer
    assert client.get("/admin/help/nowhere/").status_code == 404
    assert client.get("/admin/help/all/").status_code == 200
    assert client.get("/admin/help/handbook.docx").headers["Content-Disposition"].startswith("attachment")
    assert "没有找到" in client.get("/admin/help/", {"q": "阿巴阿巴"}).content.decode()
    assert 'href="/admin/help/tasks/' in client.get("/admin/find/", {"q": "怎么提交任务"}).content.decode()
    ledger = client.get("/admin/ledger/").content.decode()
    assert re.search(r'class="gk-help[^>]*href="/admin/help/', ledger)


@pytest.mark.django_db
def test_whoever_may_sign_in_reads_it_and_nobody_else(client: Client, django_user_model: type) -> None:
    assert client.get("/admin/help/").headers["Location"].startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("nobodys"))
    answer = client.get("/admin/help/start/")
    assert answer.status_code == 200
    assert "hb-plain" in answer.content.decode()
    assert client.get("/admin/ledger/").status_code == 403
