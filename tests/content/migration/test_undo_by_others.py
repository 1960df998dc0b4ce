"""Taking a migration back withdraws and erases what is public: only those who may order one for that very site, by every way in."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from factories.fixtures import town
from factories.migration import moved, row, run_of, sheet, window
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
MAY = {Role.CHIEF, Role.ADMINISTRATOR}
VERBS = ("undo", "order", "again", "discard")


@pytest.fixture(scope="module")
def made(kept_rows: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Two texts that were moved in, and the places from which somebody may ask; made once for all who ask."""

    def make() -> SimpleNamespace:
        place, folder = town(), tmp_path_factory.mktemp("moved")
        chief = actor(Role.CHIEF, place.site.body)
        window(place.site)
        run = moved(run_of(place.site, chief, sheet=sheet(row(1), row(2)), bundle=folder), chief)
        county = BodyFactory(name="青溪县人民政府", parent=place.site.body, kind=BodyKind.DISTRICT)
        elsewhere = BodyFactory(name="远山市人民政府", government=True)
        bodies = {"the site's": place.site.body, "a department": place.housing}
        return SimpleNamespace(
            run=run, places={**bodies, "a county": county, "another city": elsewhere}, site=place.site
        )

    yield from kept_rows(make)


@pytest.fixture
def run(made: SimpleNamespace) -> MoveRun:
    return deepcopy(made.run)


@pytest.fixture
def places(made: SimpleNamespace) -> dict[str, Body]:
    return deepcopy(made.places)


@pytest.fixture
def website(made: SimpleNamespace) -> Website:
    return deepcopy(made.site)


def stands(run: MoveRun) -> None:
    run.refresh_from_db()
    assert (run.state, EditionContent.objects.count()) == (RunState.DONE, 2)
    assert not Movement.objects.filter(stream=run.stream, action="migration.undo").exists()


def test_nobody_else_does_it(run: MoveRun, places: dict[str, Body]) -> None:
    """Each role is refused in each place; each asks by the pages for another of the verbs in one of them."""
    for number, role in enumerate(Role):
        others = [
            body for name, body in places.items() if role not in MAY or name not in {"the site's", "a department"}
        ]  # the office sits in a department, and reaches its government
        assert all(actions.undo_run.why_not(run, by=actor(role, body)) for body in others), role
        client, turn = signed_in(role, others[number % len(others)]), VERBS[number % len(VERBS)]
        answer = client.post(reverse("migration:do", args=(run.pk,)), {"what": turn, "reason": "有误"})
        assert answer.status_code in {302, 403, 404}, (role, turn)
        assert client.get(reverse("migration:run", args=(run.pk,))).status_code in {302, 403, 404}
    stands(run)


def test_nor_a_visitor_the_system_or_a_get(run: MoveRun, website: Website) -> None:
    address = reverse("migration:do", args=(run.pk,))
    assert Client().post(address, {"what": "undo", "reason": "有误"}).status_code == 302
    assert signed_in(Role.CHIEF, website.body).get(address, {"what": "undo", "reason": "有误"}).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(Role.CHIEF, website.body).cookies
    assert strict.post(address, {"what": "undo", "reason": "有误"}).status_code == 403
    for by in (ANONYMOUS, SYSTEM):
        with pytest.raises(Refused):
            actions.undo_run(run, by=by, reason="有误")
    stands(run)


def test_nor_the_command_line_for_somebody_else(run: MoveRun, places: dict[str, Body]) -> None:
    from gongkai.core.units.models import Person

    other = Person.objects.get(pk=actor(Role.LEAD, places["a department"]).person_id)
    name = other.user.username if other.user else ""
    for user in (name, "nobody", ""):
        done = CliRunner().invoke(root, ["move-in", "undo", str(run.pk), "--reason", "有误", "--by", user])
        assert done.exit_code != 0
        assert "Traceback" not in done.output
    stands(run)


def test_the_administrator_prepares_and_takes_nothing_back(run: MoveRun, website: Website) -> None:
    """What is public goes by the word of the 政务公开 office alone."""
    client = signed_in(Role.ADMINISTRATOR, website.body)
    assert "撤销这次迁移" not in client.get(reverse("migration:run", args=(run.pk,))).content.decode()
    client.post(reverse("migration:do", args=(run.pk,)), {"what": "undo", "reason": "有误"})
    stands(run)


def test_the_office_does(run: MoveRun, website: Website) -> None:
    client, address = signed_in(Role.CHIEF, website.body), reverse("migration:do", args=(run.pk,))
    assert "撤销这次迁移" in client.get(reverse("migration:run", args=(run.pk,))).content.decode()
    client.post(address, {"what": "undo", "reason": "来源有误"})
    run.refresh_from_db()
    assert run.state in {RunState.UNDOING, RunState.UNDONE}
    with pytest.raises(Refused):
        actions.undo_run(MoveRun.objects.get(pk=run.pk), by=actor(Role.CHIEF, website.body), reason="再来一次")
