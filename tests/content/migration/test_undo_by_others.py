"""Only those who may order a migration for the site may undo, order, reread or discard it, by page or command."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from factories.fixtures import town
from factories.migration import approve_and_process, open_move_window, read_run, row, sheet
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import EditionContent, Website
from gongkai.content.migration import actions
from gongkai.content.migration.models import MoveRun, RunState
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.ops.cli.root import root

pytestmark = pytest.mark.django_db
PERMITTED_ROLES = {Role.CHIEF, Role.ADMINISTRATOR}
VERBS = ("undo", "order", "again", "discard")


@pytest.fixture(scope="module")
def migrated_town(kept_rows: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Two migrated texts, and bodies whose people try to undo them; made once for the module."""

    def make() -> SimpleNamespace:
        place, folder = town(), tmp_path_factory.mktemp("moved")
        chief = actor(Role.CHIEF, place.site.body)
        open_move_window(place.site)
        run = approve_and_process(read_run(place.site, chief, sheet=sheet(row(1), row(2)), bundle=folder), chief)
        county = BodyFactory(name="青溪县人民政府", parent=place.site.body, kind=BodyKind.DISTRICT)
        elsewhere = BodyFactory(name="远山市人民政府", government=True)
        bodies = {"the site's": place.site.body, "a department": place.housing}
        return SimpleNamespace(
            run=run, places={**bodies, "a county": county, "another city": elsewhere}, site=place.site
        )

    yield from kept_rows(make)


@pytest.fixture
def run(migrated_town: SimpleNamespace) -> MoveRun:
    return deepcopy(migrated_town.run)


@pytest.fixture
def places(migrated_town: SimpleNamespace) -> dict[str, Body]:
    return deepcopy(migrated_town.places)


@pytest.fixture
def website(migrated_town: SimpleNamespace) -> Website:
    return deepcopy(migrated_town.site)


def check_not_undone(run: MoveRun) -> None:
    run.refresh_from_db()
    assert (run.state, EditionContent.objects.count()) == (RunState.DONE, 2)
    assert not Movement.objects.filter(stream=run.stream, action="migration.undo").exists()


def test_other_roles_and_bodies_are_refused(run: MoveRun, places: dict[str, Body]) -> None:
    """Each role is refused in each body. Each also tries one of the other verbs on the pages."""
    for number, role in enumerate(Role):
        others = [
            body
            for name, body in places.items()
            if role not in PERMITTED_ROLES or name not in {"the site's", "a department"}
        ]  # the office sits in a department, and reaches its government
        assert all(actions.undo_run.why_not(run, by=actor(role, body)) for body in others), role
        client, turn = signed_in(role, others[number % len(others)]), VERBS[number % len(VERBS)]
        answer = client.post(reverse("migration:do", args=(run.pk,)), {"what": turn, "reason": "有误"})
        assert answer.status_code in {302, 403, 404}, (role, turn)
        assert client.get(reverse("migration:run", args=(run.pk,))).status_code in {302, 403, 404}
    check_not_undone(run)


def test_visitor_system_and_get_request_are_refused(run: MoveRun, website: Website) -> None:
    address = reverse("migration:do", args=(run.pk,))
    assert Client().post(address, {"what": "undo", "reason": "有误"}).status_code == 302
    assert signed_in(Role.CHIEF, website.body).get(address, {"what": "undo", "reason": "有误"}).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(Role.CHIEF, website.body).cookies
    assert strict.post(address, {"what": "undo", "reason": "有误"}).status_code == 403
    for by in (ANONYMOUS, SYSTEM):
        with pytest.raises(Refused):
            actions.undo_run(run, by=by, reason="有误")
    check_not_undone(run)


def test_command_line_refuses_users_without_permission(run: MoveRun, places: dict[str, Body]) -> None:
    from gongkai.core.units.models import Person

    other = Person.objects.get(pk=actor(Role.LEAD, places["a department"]).person_id)
    name = other.user.username if other.user else ""
    for user in (name, "nobody", ""):
        done = CliRunner().invoke(root, ["move-in", "undo", str(run.pk), "--reason", "有误", "--by", user])
        assert done.exit_code != 0
        assert "Traceback" not in done.output
    check_not_undone(run)


def test_administrator_does_not_undo(run: MoveRun, website: Website) -> None:
    """Published texts are undone by the 政务公开 office alone."""
    client = signed_in(Role.ADMINISTRATOR, website.body)
    assert "撤销这次迁移" not in client.get(reverse("migration:run", args=(run.pk,))).content.decode()
    client.post(reverse("migration:do", args=(run.pk,)), {"what": "undo", "reason": "有误"})
    check_not_undone(run)


def test_chief_of_the_office_undoes_once(run: MoveRun, website: Website) -> None:
    client, address = signed_in(Role.CHIEF, website.body), reverse("migration:do", args=(run.pk,))
    assert "撤销这次迁移" in client.get(reverse("migration:run", args=(run.pk,))).content.decode()
    client.post(address, {"what": "undo", "reason": "来源有误"})
    run.refresh_from_db()
    assert run.state in {RunState.UNDOING, RunState.UNDONE}
    with pytest.raises(Refused):
        actions.undo_run(MoveRun.objects.get(pk=run.pk), by=actor(Role.CHIEF, website.body), reason="再来一次")
