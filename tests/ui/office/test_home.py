from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.pages import read_home, said
from factories.publishing import item
from factories.units import AppointmentFactory, actor, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.actions import submit
from gongkai.core.ledger.filters import LedgerFilter
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Entry, Urging
from gongkai.core.ledger.panels import BLOCKS_BY_NAME, FIRST_POSITION_BELOW, FIRST_SCREEN_LINES, HomeBlock
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actions import close
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, BodyKind, Office, Role
from gongkai.lib.chinese.days import end_of_day
from gongkai.ui.office import blocks
from gongkai.ui.office.blocks import OTHER_BLOCK_ROWS

pytestmark = pytest.mark.django_db
HOME = "/admin/"


def test_own_entries_are_sorted_by_light_with_one_button_each(as_, city) -> None:
    green = EntryFactory(body=city.finance, green=True)
    yellow = EntryFactory(body=city.finance, yellow=True)
    red = EntryFactory(body=city.finance, red=True)
    EntryFactory(body=city.water, red=True, title="别的单位的事")
    page = as_(city.clerk).get(HOME).content.decode()
    at = [page.index(e.title) for e in (red, yellow, green)]
    assert at == sorted(at)
    assert f"/admin/ledger/{red.pk}/act/trial.submit/" in page
    assert "别的单位的事" not in page
    assert "Dashboard" not in page


@pytest.mark.parametrize(("day", "folded"), [("2027-01-02", False), ("2027-03-02", True)])
def test_last_years_late_entries_are_listed_in_january_and_folded_in_march(city, day, folded) -> None:
    with time_machine.travel(f"{day} 10:00+08:00", tick=False):
        late = EntryFactory(body=city.finance, due_at=end_of_day(date(2026, 12, 31)))
        shown = BLOCKS_BY_NAME["mine"].build(get_actor(city.clerk))
    assert ([entry for entry, _ in shown["entries"]], shown["left"]) == (([], 1) if folded else ([late], 0))


def test_count_of_last_years_entries_equals_linked_list(city, monkeypatch) -> None:
    """A clerk of an office sees its own entries in one line, other offices' in another, and waiting ones in neither."""
    monkeypatch.setitem(
        ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted"}))
    )
    other = Office.objects.create(body=city.finance, name="国库处")
    with time_machine.travel("2027-03-02 10:00+08:00", tick=False):
        for facts in (
            {"office": city.budget},
            {"office": None},
            {"office": other},
            {"office": other, "state": "submitted"},
        ):
            EntryFactory(body=city.finance, due_at=end_of_day(date(2026, 12, 30)), **facts)
        by = get_actor(city.budget_clerk)
        for name, count in (("mine", 2), ("unit", 1)):
            shown = BLOCKS_BY_NAME[name].build(by)
            query = f"{shown['more'].partition('?')[2]}&due_to={shown['left_until']}"
            listed = LedgerFilter.read(QueryDict(query).dict()).apply(visible_to(by), by)
            assert (shown["left"], listed.count()) == (count, count)


@pytest.mark.parametrize("most", [100, 1])
def test_large_numbers_of_entries_show_the_same_rows(city, monkeypatch, most) -> None:
    monkeypatch.setattr(blocks, "MAX_ENTRIES_READ_AT_ONCE", most)
    kind = replace(ENTRY_KINDS_BY_NAME["trial"], resting=lambda: Q(state="submitted"))
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", kind)
    with time_machine.travel("2027-03-02 10:00+08:00", tick=False):
        days = (date(2026, 12, 29), date(2026, 12, 30), date(2027, 4, 1), date(2027, 4, 2), date(2027, 4, 3))
        _, rests, first, second, _ = (EntryFactory(body=city.finance, due_at=end_of_day(day)) for day in days)
        last = EntryFactory(body=city.finance, due_at=None, paused=True, state="submitted")
        for entry in (rests, second):
            entry.state = "submitted"
            entry.save()
        shown = blocks.build_work_list(Entry.objects.open(), get_actor(city.clerk), 1)
    assert (shown["left"], [entry for entry, _ in shown["entries"]], shown["cut"]) == (2, [first], True)
    assert shown["others"] == [second, last]


def test_submitted_entry_waits_for_the_office_not_the_clerk(as_, city, monkeypatch) -> None:
    kind = replace(ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted"}))
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", kind)
    entry = EntryFactory(body=city.finance, state="submitted", green=True)
    for block in ("mine", "waiting"):
        assert BLOCKS_BY_NAME[block].build(get_actor(city.clerk))["entries"] == []
    page = as_(city.chief).get(HOME).content.decode()
    assert page.index("等我审核的") < page.index(entry.title)
    assert f"/admin/ledger/{entry.pk}/act/trial.accept/" in page
    signers = replace(kind, judges=lambda by, entry: by.has(Role.SIGNER, body_id=entry.body_id))
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", signers)
    shown = BLOCKS_BY_NAME["waiting"].build(get_actor(city.signer))
    assert [one for one, _ in shown["entries"]] == [entry], "what a signer judges waits on the signer's first page"


def test_entries_beyond_first_page_are_counted(as_, city, monkeypatch) -> None:
    monkeypatch.setitem(
        ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted"}))
    )
    EntryFactory.create_batch(OTHER_BLOCK_ROWS + 2, body=city.finance, state="submitted", green=True)
    shown = BLOCKS_BY_NAME["waiting"].build(get_actor(city.chief))
    assert len(shown["entries"]) == OTHER_BLOCK_ROWS
    assert shown["note"] == f"共{OTHER_BLOCK_ROWS + 2}项"
    assert shown["unlisted"].startswith("还有2项：")


def test_entries_awaiting_decision_are_first_whatever_due_date(as_, city, monkeypatch) -> None:
    kind = replace(
        ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted", "returned"}), asked=frozenset({"returned"})
    )
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", kind)
    EntryFactory.create_batch(OTHER_BLOCK_ROWS, body=city.finance, state="submitted", yellow=True)
    asked = EntryFactory(body=city.finance, state="returned", green=True)
    shown = BLOCKS_BY_NAME["waiting"].build(get_actor(city.chief))
    assert (shown["entries"][0][0], len(shown["entries"])) == (asked, OTHER_BLOCK_ROWS)
    assert shown["note"] == f"共{OTHER_BLOCK_ROWS + 1}项，其中等您决定的1项在前"


def test_only_the_office_sees_notices_to_confirm(as_, city) -> None:
    from gongkai.core.files.store import store_parsed_content
    from gongkai.work.notices.models import Notice

    draft = Notice.objects.create(
        government=city.city,
        title="2026年政务公开工作要点任务分工",
        year=2026,
        source_file=store_parsed_content(b"x"),
        source_digest="x",
    )
    page = as_(city.chief).get(HOME).content.decode()
    assert page.index("待确认的通知") < page.index(draft.title)
    assert f"/admin/notices/{draft.pk}/review/" in page
    assert "待确认的通知" not in as_(city.clerk).get(HOME).content.decode()


def test_entries_waiting_for_others_and_last_years_are_folded(as_, city, monkeypatch) -> None:
    monkeypatch.setitem(
        ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], resting=lambda: Q(state="returned"))
    )
    own = EntryFactory(body=city.finance, red=True)
    theirs = EntryFactory(body=city.finance, state="returned", green=True)
    old = EntryFactory(body=city.finance, due_at=timezone.now() - timedelta(days=400))
    page = as_(city.clerk).get(HOME).content.decode()
    folded = page.index("等别人办的 1 项")
    assert page.index(own.title) < folded < page.index(theirs.title)
    assert old.title not in page
    assert page.index("往年到期、还没有办结的 1 项") < page.index(own.title), "the oldest stands first"


def test_urging_is_acknowledged_on_the_home_page(as_, city) -> None:
    EntryFactory(body=city.finance, red=True)
    chief = as_(city.chief)
    sent = chief.post("/admin/ledger/urging/send/", {"unit": [city.finance.pk, city.water.pk]}, follow=True)
    assert "已催办1个单位" in sent.content.decode()
    page = as_(city.clerk).get(HOME).content.decode()
    assert "收到的催办" in page
    address = f"/admin/ledger/urging/{Urging.objects.get().pk}/receive/"
    assert address in page
    assert "csrfmiddlewaretoken" in page[page.index(address) :][:200]
    assert "已签收" in as_(city.clerk).post(address, follow=True).content.decode()
    assert "收到的催办" not in as_(city.lead).get(HOME).content.decode()


def test_empty_pages_explain_why(as_, city) -> None:
    reviewer, security = actor(Role.REVIEWER, city.finance), actor(Role.SECURITY, city.finance)
    for one in (city.clerk, reviewer):
        assert "现在没有要您办理的事项" in read_home(as_(one))
    assert "没有等您确认的任职和密码" in read_home(as_(security))
    EntryFactory(body=city.finance, red=True)
    AppointmentFactory(body=city.finance, role=Role.CLERK, person_id=security.person_id)
    assert "没有等您确认" not in as_(security).get(HOME).content.decode(), "an empty block goes with other work"
    from factories.units import PersonFactory
    from gongkai.core.units.actors import Actor

    nobody = PersonFactory()
    page = as_(Actor("无任职", user_id=nobody.user_id)).get(HOME).content.decode()
    assert "还没有任职" in page


def test_blocks_below_first_screen_load_on_demand(as_, city, monkeypatch) -> None:
    later = {"title": "各单位报来的", "entries": []}
    monkeypatch.setitem(BLOCKS_BY_NAME, "later", HomeBlock("later", FIRST_POSITION_BELOW, lambda by: dict(later)))
    own = EntryFactory.create_batch(FIRST_SCREEN_LINES, body=city.finance, red=True, state="submitted")
    client = as_(city.chief)
    first, below = (client.get(address).content.decode() for address in (HOME, "/admin/below/"))
    assert "逾期的单位" in first, "nothing fills the first screen"
    assert "各单位报来的" not in first
    assert 'hx-get="/admin/below/"' in first
    assert "各单位报来的" in below
    monkeypatch.setitem(
        ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted"}))
    )
    first, below = (client.get(address).content.decode() for address in (HOME, "/admin/below/"))
    assert own[0].title in first
    assert own[0].title not in below
    assert "逾期的单位" not in first
    assert "逾期的单位" in below


def test_home_page_uses_constant_number_of_queries(as_, city, django_assert_max_num_queries) -> None:
    EntryFactory(body=city.finance, red=True)
    client = as_(city.clerk)
    client.get(HOME)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    for n in range(30):
        EntryFactory(body=city.finance if n % 2 else city.water, red=True)
    with django_assert_max_num_queries(len(few)):
        client.get(HOME)
    assert len(few) <= 25, "blocks below the first screen are not asked"


def test_entries_of_government_wait_for_its_office(as_, city) -> None:
    own = EntryFactory(body=city.city, red=True, title="网民找错")
    Body.objects.filter(parent=city.city, name__endswith="办公室").update(kind=BodyKind.GENERAL_OFFICE)
    assert "本级政府要办的" not in as_(city.clerk).get(HOME).content.decode()
    page = as_(city.chief).get(HOME).content.decode()
    assert page.index("本级政府要办的") < page.index(own.title)


def test_open_entries_of_closed_unit_are_warned_of_and_go_to_the_office(as_, city) -> None:
    EntryFactory(body=city.water, green=True)
    chief = as_(city.chief)
    form = chief.get(reverse("units:close", args=[city.water.pk])).content.decode()
    assert "台账中还有1项没有办结" in form
    assert "并入其他单位" in form
    assert "还有没办结的事项" not in chief.get(HOME).content.decode()
    close(city.water, by=get_actor(city.chief))
    page = chief.get(HOME).content.decode()
    assert "已撤销的单位还有没办结的事项" in page
    assert f"/admin/ledger/?body={city.water.pk}" in page


def test_late_units_beyond_limit_are_only_counted(as_, city, monkeypatch) -> None:
    for body in (city.finance, city.finance, city.water):
        EntryFactory(body=body, red=True)
    monkeypatch.setattr("gongkai.ui.office.blocks.MAX_LATE_UNITS_NAMED", 1)
    page = as_(city.chief).get("/admin/").content.decode()
    assert f"light=red&amp;body={city.finance.pk}" in page
    assert "另有 1 个单位逾期 1 项，见各单位统计。" in page


def test_leader_starts_on_board_and_finds_texts_to_sign(site: Website, plans: Column, housing: Body) -> None:
    mayor = signed_in(Role.LEAD, site.body)
    answer = mayor.get(reverse("wagtailadmin_home"))
    assert answer.url == reverse("office_leader")
    assert mayor.get(reverse("wagtailadmin_home")).status_code == 200, "once in a session"
    submit(item(site.body, [plans]), by=actor(Role.CLERK, site.body))
    assert "等我审签的" in said(mayor.get(reverse("office_leader")))
    assert signed_in(Role.LEAD, housing).get(reverse("wagtailadmin_home")).status_code == 200, "a unit's head works"


def test_texts_to_sign_come_before_tasks_of_unit(site: Website, plans: Column, housing: Body) -> None:
    EntryFactory.create_batch(FIRST_SCREEN_LINES, body=housing)
    submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    page = said(signed_in(Role.SIGNER, housing).get(HOME))
    assert page.index("等我审签的信息") < page.index("我要办的")
