import pytest

from factories.units import BodyFactory
from gongkai.acts import action as acts
from gongkai.acts.action import Action, Refused, Step
from gongkai.acts.models import Movement
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Body

pytestmark = pytest.mark.django_db


def rename(body: Body, *, by: object, name: str) -> Step:
    body.name = name
    body.save()
    return Step(words=f"更名为{name}", facts={"name": name})


def make(rule: object) -> Action[Body]:
    return Action(name="test.rename", label="更名", function=rename, rule=rule)


def test_an_action_writes_its_movement() -> None:
    body = BodyFactory()
    make(lambda by, target: [])(body, by=SYSTEM, name="云岭市档案局")
    movement = Movement.objects.get(stream=f"body/{body.pk}")
    assert (movement.action, movement.actor, movement.words) == ("test.rename", "系统", "更名为云岭市档案局")


def test_a_reason_stops_it_and_nothing_is_written() -> None:
    body = BodyFactory(name="云岭市统计局")
    with pytest.raises(Refused) as caught:
        make(lambda by, target: ["只有政务公开办可以更名。"])(body, by=SYSTEM, name="别的")
    assert caught.value.reasons == ["只有政务公开办可以更名。"]
    body.refresh_from_db()
    assert body.name == "云岭市统计局"
    assert not Movement.objects.exists()


def test_a_listener_that_fails_takes_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(acts, "LISTENERS", [fail])
    body = BodyFactory(name="云岭市统计局")
    with pytest.raises(RuntimeError):
        make(lambda by, target: [])(body, by=SYSTEM, name="别的")
    body.refresh_from_db()
    assert body.name == "云岭市统计局"
    assert not Movement.objects.exists()


def test_a_template_reads_an_action_and_does_not_call_it() -> None:
    from django.template import Context, Template

    made = make(lambda by, target: [])
    assert Template("{{ act.label }}").render(Context({"act": made})) == "更名"
