"""Whose imports somebody sees, downloads and takes back: their own, and those of the people whom they supervise."""

from typing import Any

import pytest
from django.test import Client

from factories.ledger import EntryFactory
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.importing import LEDGER_IMPORTER, LEDGER_SHEET
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import actions, write_xlsx
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.spreadsheets.queries import visible_to
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.importing import BODY_IMPORTER
from gongkai.core.units.models import Appointment, Body, BodyKind, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Body:
    return BodyFactory(government=True)


@pytest.fixture
def bureau(city: Body) -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", parent=city)


@pytest.fixture
def entry(bureau: Body) -> Entry:
    return EntryFactory(body=bureau)


def imported(entry: Entry, by: Actor) -> ImportRun:
    """A spreadsheet of one entry with another external number, carried out."""
    entry.external_ref = "建-777"
    content = write_xlsx(LEDGER_SHEET, [entry])
    run, plan = actions.upload_for_dry_run("ledger", content=content, file_name="台账.xlsx", by=by)
    assert plan.errors == []
    actions.apply(run, by=by)
    return ImportRun.objects.get(pk=run.pk)


def county_of(city: Body) -> Body:
    return BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=city)


def answers(client: Client, run: ImportRun) -> list[int]:
    page = f"/admin/spreadsheets/run/{run.pk}"
    return [
        client.get(f"{page}/").status_code,
        client.get(f"{page}/file").status_code,
        client.post(f"{page}/undo/", {"reason": "有误"}).status_code,
    ]


def test_to_others_an_import_is_not_there(city: Body, bureau: Body, entry: Entry) -> None:
    run = imported(entry, actor(Role.CLERK, bureau))
    places = [(bureau, role) for role in (Role.CLERK, Role.LEAD, Role.SIGNER, Role.AUDITOR)]
    places += [(BodyFactory(name="云岭市教育局", parent=city), Role.LEAD), (county_of(city), Role.AUDITOR)]
    for place, role in places:
        stranger = signed_in(role, place)
        assert answers(stranger, run) == [404, 404, 404], (place, role)
        page = stranger.get("/admin/spreadsheets/ledger/").content.decode()
        assert f"/run/{run.pk}/" not in page, (place, role)
    assert ImportRun.objects.get().state == RunState.APPLIED
    assert Entry.objects.get().external_ref == "建-777"


def test_the_maker_and_who_supervises_them_see_it(city: Body, bureau: Body, entry: Entry) -> None:
    maker = actor(Role.CLERK, bureau)
    run = imported(entry, maker)
    assert list(visible_to(maker)) == [run]
    assert list(visible_to(actor(Role.ADMINISTRATOR, city))) == [run]
    chief = signed_in(Role.CHIEF, city)
    assert f"/run/{run.pk}/" in chief.get("/admin/spreadsheets/ledger/").content.decode()
    assert answers(chief, run) == [200, 200, 302]
    assert ImportRun.objects.get().state == RunState.UNDONE


def test_who_worked_elsewhere_too_is_beyond_the_reach(city: Body, bureau: Body, entry: Entry) -> None:
    """A county's 政务公开办 does not read what its clerk imported for the city."""
    maker = actor(Role.CLERK, bureau)
    run = imported(entry, maker)
    county = county_of(city)
    AppointmentFactory(person_id=maker.person_id, body=county, role=Role.CLERK)
    assert not visible_to(actor(Role.CHIEF, county)).exists()
    assert list(visible_to(actor(Role.CHIEF, city))) == [run]


def test_a_countys_chief_takes_nothing_of_the_citys_back(city: Body, bureau: Body) -> None:
    chief = actor(Role.CHIEF, city)
    bureau.short_name = "市住建局"
    run, _ = actions.upload_for_dry_run(
        "units", content=write_xlsx(BODY_IMPORTER.sheet, [bureau]), file_name="x.xlsx", by=chief
    )
    actions.apply(run, by=chief)
    stranger = actor(Role.CHIEF, county_of(city))
    assert not visible_to(stranger).exists()
    with pytest.raises(Refused, match="只有导入的人"):
        actions.undo(run, by=stranger)
    assert Body.objects.get(pk=bureau.pk).short_name == "市住建局"


def test_what_the_installation_imported_is_for_who_reaches_every_body(city: Body, bureau: Body) -> None:
    bureau.short_name = "市住建局"
    run, _ = actions.upload_for_dry_run(
        "units", content=write_xlsx(BODY_IMPORTER.sheet, [bureau]), file_name="x", by=SYSTEM
    )
    actions.apply(run, by=SYSTEM)
    actor(Role.CLERK, city)  # somebody whom the county does not reach
    nobody = Actor("游客", user_id=1, posts=actor(Role.CHIEF, county_of(city)).posts)
    assert not visible_to(nobody).exists()
    assert not visible_to(actor(Role.CHIEF, county_of(city))).exists()
    chief = actor(Role.CHIEF, city)
    assert list(visible_to(chief)) == [run] == list(visible_to(SYSTEM))
    actions.undo(run, by=chief)


def test_who_only_supervises_imports_nothing_and_takes_nothing_back(bureau: Body, entry: Entry) -> None:
    """Not even what they imported in an earlier post."""
    maker = actor(Role.CLERK, bureau)
    run = imported(entry, maker)
    Appointment.objects.filter(person_id=maker.person_id).update(role=Role.AUDITOR)
    post = actor(Role.AUDITOR, bureau).posts
    now = Actor(maker.name, person_id=maker.person_id, posts=post)
    assert LEDGER_IMPORTER.why_not(now) == ["监督员只查看，不办理；发现问题，告诉承办单位或者政务公开办。"]
    with pytest.raises(Refused, match="监督员"):
        actions.undo(run, by=now)


def test_each_row_is_asked_again_and_one_refusal_stops_the_whole(city: Body, bureau: Body, entry: Entry) -> None:
    """Who left the unit of an entry works on it no more, and an administrator never did."""
    maker = actor(Role.CLERK, bureau)
    run = imported(entry, maker)
    for by in (moved(maker, BodyFactory(name="云岭市教育局", parent=city)), actor(Role.ADMINISTRATOR, city)):
        with pytest.raises(Refused, match="只有承办单位") as caught:
            actions.undo(run, by=by)
        assert len(caught.value.reasons) == 1
        assert caught.value.reasons[0].startswith("“")
    assert Entry.objects.get().external_ref == "建-777"
    assert ImportRun.objects.get().state == RunState.APPLIED


def moved(by: Actor, body: Body) -> Any:
    """The same person in a post at another unit."""
    return Actor(by.name, person_id=by.person_id, posts=actor(Role.CLERK, body).posts, bodies=frozenset({body.pk}))
