"""All places that show or filter the validity of a document agree."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags
from openpyxl import load_workbook

from factories.consultation import released_answer
from factories.policies import public
from factories.publishing import column, item, released, sign_all, submitted
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column, Document, Shelf, ValidityState
from gongkai.content.policies import actions, upload_zip
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.publication import settle_rounds_and_decisions
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.own_town,
    pytest.mark.today(datetime(2026, 11, 20, 4, tzinfo=UTC), tick=True),
]
LABELS = [one.label for one in ValidityState if one]
ENDING = "<p>本通告自2026年1月1日起执行，至污染天气应急响应解除之日止。</p>"
COMING = "<p>本通告自2026年12月10日起施行，至新食堂启用之日止。</p>"
FACTS: dict[ValidityState, dict[str, Any]] = {
    ValidityState.IN_FORCE: {"title": "机动车停放管理办法"},
    ValidityState.OPEN_ENDED: {"title": "暂停户外作业的通告", "ends_on": None, "html": ENDING},
    ValidityState.NOT_YET: {"title": "物业服务收费规定", "effective_on": date(2027, 1, 1), "ends_on": None},
    ValidityState.EXPIRED: {"title": "廉租住房分配细则", "ends_on": date(2026, 11, 30)},
    ValidityState.REPEALED: {"title": "城市养犬若干措施"},
    ValidityState.AMENDED: {"title": "校园足球扶持方案"},
}


@pytest.fixture
def shown(plans: Column, housing: Body) -> dict[ValidityState, PolicyRecord]:
    """Publish a document in each state, two of them in force until an event."""
    made = {standing: public(housing, [plans], **facts) for standing, facts in FACTS.items()}
    for standing, what in ((ValidityState.REPEALED, DecisionKind.REPEAL), (ValidityState.AMENDED, DecisionKind.AMEND)):
        actions.decide(made[standing], by=SYSTEM, what=what, on=date(2026, 12, 1), cited="某决定")
    return made


def find_row_text(html: str, title: str) -> str:
    """Return the text of a document's row in a list."""
    rows = [row for row in re.findall(r"<(?:li|tr)\b.*?</(?:li|tr)>", html, re.S) if title in row]
    return unescape(strip_tags(" ".join(rows).replace("<", " <")))


def find_labels(words: str) -> set[str]:
    return {label for label in LABELS if label in words}


def read_library_files(client: Client, records: list[PolicyRecord]) -> tuple[dict[str, str], list[str]]:
    """Return the rows of the library's table by title, and those of the package for the upper library."""
    sheet = load_workbook(io.BytesIO(b"".join(client.get("/policies/?tab=all&table=xlsx")))).active  # type: ignore[arg-type]
    package = zipfile.ZipFile(io.BytesIO(upload_zip.build_upload_zip(records)))
    handed = load_workbook(io.BytesIO(package.read(next(n for n in package.namelist() if n.endswith("xlsx"))))).active
    assert sheet is not None
    assert handed is not None
    lines = {str(row[0]): " ".join(map(str, row)) for row in sheet.iter_rows(values_only=True)}
    return lines, [" ".join(map(str, row)) for row in handed.iter_rows(values_only=True)]


def collect_words(client: Client, office: Client, record: PolicyRecord, state: str) -> dict[str, str]:
    """Return {place: words} of all pages and API responses that show a document."""
    number, title, base = record.document_id, record.title, "/api/v1"
    lists = {
        "library": "/policies/?tab=all",
        "filter": f"/policies/?state={state}",
        "search": f"/search/?q={title}",
        "facet": f"/search/?q={title}&standing={state}",
    }
    found = {place: find_row_text(client.get(address).content.decode(), title) for place, address in lists.items()}
    page = client.get(Shelf.objects.get(document=number, column=None).path)
    found["page"] = page.context["policy"].sentence.partition("，")[0]
    found["office"] = find_row_text(office.get(f"/admin/policies/?q={title}").content.decode(), title)
    found["record"] = unescape(office.get(f"/admin/policies/{record.pk}/").content.decode()).split("<h2>")[0]
    for address in (f"/documents/?standing={state}", f"/search/?q={title}"):
        found[address] = str(client.get(base + address).json().get("items", [{}])[0].get("standing_label"))
    for address in (f"/documents/{number}/", f"/documents/{number}/articles/"):
        found[address] = client.get(base + address).json()["standing_label"]
    found["api policies"] = client.get(f"{base}/policies/?state={state}").json()["items"][0]["state_label"]
    return found


def test_every_place_gives_the_same_validity(
    client: Client, plans: Column, housing: Body, shown: dict[ValidityState, PolicyRecord]
) -> None:
    for name in ("现行有效", "失效/废止"):
        column(plans.website, name, plans)
    with time_machine.travel(datetime(2026, 12, 2, 4, tzinfo=UTC), tick=True):
        extended, until = shown[ValidityState.IN_FORCE], date(2035, 12, 31)
        actions.decide(extended, by=SYSTEM, what=DecisionKind.EXTEND, on=date(2026, 12, 1), until=until, cited="某决定")
        settle_rounds_and_decisions()
        office = signed_in(Role.CLERK, housing)
        lines, handed = read_library_files(client, list(shown.values()))
        assert str(until) in lines[extended.title], "the table has the day to which it was extended"
        for standing, record in shown.items():
            title, label = record.title, str(standing.label)
            answer = None
            if not label.startswith("已"):
                answer = released_answer(housing, question=f"{title}怎样办", documents=[record.document])
            found = collect_words(client, office, record, standing.value)
            found |= {"sheet": lines[title], "package": next(line for line in handed if title in line)}
            if answer is not None:
                bases = client.get(f"/api/v1/answers/{answer.pk}/").json()["documents"]
                found["api answers"] = bases[0]["standing_label"]
            for place, words in found.items():
                assert find_labels(words) == {label}, (standing, place, words[-300:])
            for address in (f"/columns/{plans.pk}/", "/"):
                listed = find_row_text(client.get(address).content.decode(), title)
                assert title in listed or address == "/", address  # the front page has the newest
                expected = set() if standing == ValidityState.IN_FORCE or not listed else {label}
                assert find_labels(listed) == expected, (standing, address)
            assert Document.objects.get(pk=record.document_id).standing == standing


def test_validity_of_notice_outside_library_follows_its_dates_and_words(
    client: Client, plans: Column, housing: Body
) -> None:
    """Regression: its drafter had marked it 现行有效, which all places repeated."""

    def made(title: str, **facts: Any) -> tuple[ItemPage, int]:
        page = item(housing, [plans], kind="notice", title=title, standing=ValidityState.IN_FORCE, **facts)
        released(page)
        return page, Document.objects.get(source=page.stream).pk

    def everywhere(page: ItemPage, number: int) -> set[str]:
        listed = client.get("/api/v1/documents/").json()["items"]
        address = Shelf.objects.get(document=number, column=None).path
        return {
            client.get(address).context["status"].text.partition("，")[0],
            next(one["standing_label"] for one in listed if one["id"] == number),
            client.get(f"/api/v1/documents/{number}/").json()["standing_label"],
            *find_labels(find_row_text(client.get(f"/search/?q={page.title}").content.decode(), page.title)),
        }

    ending = made("地下车库临时停用的通告", imported_html=ENDING)
    assert everywhere(*ending) == {"没有宣布失效"}
    address = Shelf.objects.get(document=ending[1], column=None).path
    assert "原文写明“本通告自2026年1月1日起执行，至污染天气" in client.get(address).content.decode()
    coming, words = made("寒假食堂的通告", imported_html=COMING, effective_on=date(2026, 12, 10)), "至新食堂启用之日止"
    assert everywhere(*coming) == {"尚未施行"}
    later = client.get(f"/api/v1/documents/{coming[1]}/?on=2026-12-15").json()
    assert (later["standing"], later["standing_since"], words in later["validity"]) == (
        "open_ended",
        "2026-12-10",
        True,
    )
    dated = made("冬季限行的通告", effective_on=date(2026, 11, 25), ends_on=date(2026, 11, 30))
    assert everywhere(*dated) == {"尚未施行"}
    for day, words in (
        (date(2026, 11, 26), {"现行有效"}),
        (date(2026, 12, 1), {"有效期已于2026年11月30日届满", "已失效"}),
    ):
        with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=True):
            settle_rounds_and_decisions()
            assert everywhere(*dated) == words
    assert everywhere(*ending) == {"没有宣布失效"}
    with time_machine.travel(datetime(2026, 12, 15, 5, tzinfo=UTC), tick=True):
        settle_rounds_and_decisions()
        assert everywhere(*coming) == {"没有宣布失效"}
    with time_machine.travel(datetime(2026, 12, 1, 5, tzinfo=UTC), tick=True):
        publishing.save_revision(dated[0], by=actor(Role.CLERK, housing), ends_on=date(2026, 12, 31))
        released(ItemPage.objects.get(pk=dated[0].pk))
        assert everywhere(*dated) == {"现行有效"}


def test_signers_see_the_validity_that_will_be_public(client: Client, plans: Column, housing: Body) -> None:
    """Regression: they saw 现行有效, as drafted, where the public would read 没有宣布失效."""
    facts = {"kind": "notice", "standing": "in_force", "effective_on": date(2026, 1, 1), "imported_html": ENDING}
    page = item(housing, [plans], title="车库停用的通告", **facts)
    review = submitted(page)
    signer = signed_in(Role.SIGNER, housing).get(f"/admin/publishing/reviews/{review.pk}/")
    (effect,) = signer.context["effects"]
    assert effect.startswith("公开时显示的有效性：没有宣布失效，自2026年1月1日起施行，原文写明“本通告")
    facts = {label: new for label, _, new in signer.context["facts_now"]}
    assert f"公开时显示的有效性：{facts['有效性']}" == effect
    sign_all(review)
    public_page = client.get(Shelf.objects.get(document__source=page.stream, column=None).path)
    assert public_page.context["status"].text == facts["有效性"]
