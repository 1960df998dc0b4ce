"""Visibility, download and undo of imports: own ones, and those of supervised people."""

from typing import Any

import pytest
from django.test import Client

from factories.ledger import EntryFactory
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.ledger_sheet import LEDGER_IMPORTER, LEDGER_SHEET
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import actions, write_xlsx
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.spreadsheets.queries import visible_to
from gongkai.core.spreadsheets.undo import erase_import_copies
from gongkai.core.units.actors import SYSTEM, Actor, get_actor
from gongkai.core.units.models import Appointment, Body, BodyKind, Person, Role
from gongkai.core.units.unit_sheet import BODY_IMPORTER

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


def import_entry(entry: Entry, by: Actor) -> ImportRun:
    """Import a spreadsheet that changes one entry's external number."""
    entry.external_ref = "建-777"
    content = write_xlsx(LEDGER_SHEET, [entry])
    run, plan = actions.upload_for_dry_run("ledger", content=content, file_name="台账.xlsx", by=by)
    assert plan.errors == []
    actions.apply(run, by=by)
    return ImportRun.objects.get(pk=run.pk)


def make_county(city: Body) -> Body:
    return BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=city)


def list_statuses(client: Client, run: ImportRun) -> list[int]:
    page = f"/admin/spreadsheets/run/{run.pk}"
    return [
        client.get(f"{page}/").status_code,
        client.get(f"{page}/file").status_code,
        client.post(f"{page}/undo/", {"reason": "有误"}).status_code,
    ]


def test_import_is_not_found_for_others(city: Body, bureau: Body, entry: Entry) -> None:
    run = import_entry(entry, actor(Role.CLERK, bureau))
    places = [(bureau, role) for role in (Role.CLERK, Role.LEAD, Role.SIGNER, Role.AUDITOR)]
    places += [(BodyFactory(name="云岭市教育局", parent=city), Role.LEAD), (make_county(city), Role.AUDITOR)]
    for place, role in places:
        stranger = signed_in(role, place)
        assert list_statuses(stranger, run) == [404, 404, 404], (place, role)
        page = stranger.get("/admin/spreadsheets/ledger/").content.decode()
        assert f"/run/{run.pk}/" not in page, (place, role)
    assert ImportRun.objects.get().state == RunState.APPLIED
    assert Entry.objects.get().external_ref == "建-777"


def test_import_of_a_removed_table_is_not_found(city: Body, bureau: Body, entry: Entry) -> None:
    maker = signed_in(Role.CLERK, bureau)
    run = import_entry(entry, get_actor(Person.objects.get(user=maker.session["_auth_user_id"]).user))
    ImportRun.objects.update(importer="table-removed")
    assert list_statuses(maker, run) == [404, 404, 404]


def test_importer_and_supervisors_see_an_import(city: Body, bureau: Body, entry: Entry) -> None:
    maker = actor(Role.CLERK, bureau)
    run = import_entry(entry, maker)
    assert list(visible_to(maker)) == [run]
    assert list(visible_to(actor(Role.ADMINISTRATOR, city))) == [run]
    chief = signed_in(Role.CHIEF, city)
    assert f"/run/{run.pk}/" in chief.get("/admin/spreadsheets/ledger/").content.decode()
    assert list_statuses(chief, run) == [200, 200, 302]
    assert ImportRun.objects.get().state == RunState.UNDONE


def test_import_of_a_person_with_posts_elsewhere_is_beyond_reach(city: Body, bureau: Body, entry: Entry) -> None:
    """A county's 政务公开办 does not see what its clerk imported for the city."""
    maker = actor(Role.CLERK, bureau)
    run = import_entry(entry, maker)
    county = make_county(city)
    AppointmentFactory(person_id=maker.person_id, body=county, role=Role.CLERK)
    assert not visible_to(actor(Role.CHIEF, county)).exists()
    assert list(visible_to(actor(Role.CHIEF, city))) == [run]


def test_county_chief_cannot_undo_an_import_of_the_city(city: Body, bureau: Body) -> None:
    chief = actor(Role.CHIEF, city)
    bureau.short_name = "市住建局"
    run, _ = actions.upload_for_dry_run(
        "units", content=write_xlsx(BODY_IMPORTER.sheet, [bureau]), file_name="x.xlsx", by=chief
    )
    actions.apply(run, by=chief)
    stranger = actor(Role.CHIEF, make_county(city))
    assert not visible_to(stranger).exists()
    with pytest.raises(Refused, match="只有导入的人"):
        actions.undo(run, by=stranger)
    assert Body.objects.get(pk=bureau.pk).short_name == "市住建局"


def test_import_by_the_system_needs_reach_over_all_bodies(city: Body, bureau: Body) -> None:
    bureau.short_name = "市住建局"
    run, _ = actions.upload_for_dry_run(
        "units", content=write_xlsx(BODY_IMPORTER.sheet, [bureau]), file_name="x", by=SYSTEM
    )
    actions.apply(run, by=SYSTEM)
    actor(Role.CLERK, city)  # somebody whom the county does not reach
    nobody = Actor("游客", user_id=1, posts=actor(Role.CHIEF, make_county(city)).posts)
    assert not visible_to(nobody).exists()
    assert not visible_to(actor(Role.CHIEF, make_county(city))).exists()
    chief = actor(Role.CHIEF, city)
    assert list(visible_to(chief)) == [run] == list(visible_to(SYSTEM))
    actions.undo(run, by=chief)


def test_auditor_cannot_import_or_undo(bureau: Body, entry: Entry) -> None:
    """Not even own imports from an earlier post."""
    maker = actor(Role.CLERK, bureau)
    run = import_entry(entry, maker)
    Appointment.objects.filter(person_id=maker.person_id).update(role=Role.AUDITOR)
    post = actor(Role.AUDITOR, bureau).posts
    now = Actor(maker.name, person_id=maker.person_id, posts=post)
    assert LEDGER_IMPORTER.why_not(now) == ["监督员只查看，不办理；发现问题，告诉承办单位或者政务公开办。"]
    with pytest.raises(Refused, match="监督员"):
        actions.undo(run, by=now)


def test_undo_checks_each_row_and_one_refusal_stops_it(city: Body, bureau: Body, entry: Entry) -> None:
    """People who left the unit of an entry cannot change it, nor can an administrator."""
    maker = actor(Role.CLERK, bureau)
    run = import_entry(entry, maker)
    for by in (move_actor(maker, BodyFactory(name="云岭市教育局", parent=city)), actor(Role.ADMINISTRATOR, city)):
        with pytest.raises(Refused, match="只有承办单位") as caught:
            actions.undo(run, by=by)
        assert len(caught.value.reasons) == 1
        assert caught.value.reasons[0].startswith("“")
    assert Entry.objects.get().external_ref == "建-777"
    assert ImportRun.objects.get().state == RunState.APPLIED


def move_actor(by: Actor, body: Body) -> Any:
    """Return the same person with a post at another unit."""
    return Actor(by.name, person_id=by.person_id, posts=actor(Role.CLERK, body).posts, bodies=frozenset({body.pk}))


def test_erased_file_of_an_interrupted_import_is_empty(bureau: Body, entry: Entry) -> None:
    run = import_entry(entry, actor(Role.CLERK, bureau))
    run.content = b"x"
    run.close()
    run.save()
    assert erase_import_copies("ledger.entry", [entry.pk], "已清除") == 1
    run.refresh_from_db()
    assert run.file == b""
