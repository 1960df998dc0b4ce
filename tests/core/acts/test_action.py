import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories.units import BodyFactory
from gongkai.core.acts import following
from gongkai.core.acts.action import Action, ActionResult, Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import lock_row
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db


def rename(body: Body, *, by: object, name: str) -> ActionResult:
    body.name = name
    body.save()
    return ActionResult(words=f"更名为{name}", facts={"name": name})


def make_action(rule: object) -> Action[Body]:
    return Action(name="test.rename", label="更名", function=rename, rule=rule)


def test_action_writes_a_log_record() -> None:
    body = BodyFactory()
    make_action(lambda by, target: [])(body, by=SYSTEM, name="云岭市档案局")
    movement = Movement.objects.get(stream=f"body/{body.pk}")
    assert (movement.action, movement.actor, movement.words) == ("test.rename", "系统", "更名为云岭市档案局")


def test_refused_action_writes_nothing() -> None:
    body = BodyFactory(name="云岭市统计局")
    with pytest.raises(Refused) as caught:
        make_action(lambda by, target: ["只有政务公开办可以更名。"])(body, by=SYSTEM, name="别的")
    assert caught.value.reasons == ["只有政务公开办可以更名。"]
    body.refresh_from_db()
    assert body.name == "云岭市统计局"
    assert not Movement.objects.exists()


def test_failing_reaction_rolls_the_action_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(following.REACTIONS_BY_ACTION, "test.rename", {fail: object})
    body = BodyFactory(name="云岭市统计局")
    with pytest.raises(RuntimeError):
        make_action(lambda by, target: [])(body, by=SYSTEM, name="别的")
    body.refresh_from_db()
    assert body.name == "云岭市统计局"
    assert not Movement.objects.exists()


def test_action_on_many_targets_is_all_or_nothing() -> None:
    bodies = [BodyFactory(name=f"云岭市第{n}局") for n in "一二三"]
    act = make_action(lambda by, body: ["这个单位不能更名。"] if body.name == "云岭市第三局" else [])
    with pytest.raises(Refused, match="云岭市第三局”：这个单位不能更名"):
        act.many(bodies, by=SYSTEM, name="别的")
    assert not Movement.objects.exists()
    act.many(bodies[:2], by=SYSTEM, each=lambda body: {"name": f"{body.name}（新）"})
    assert sorted((m.words, m.seq) for m in Movement.objects.all()) == [
        ("更名为云岭市第一局（新）", 1),
        ("更名为云岭市第二局（新）", 1),
    ]


def test_portions_are_written_and_a_late_refusal_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.core.acts.many_targets.FIRST_PORTION_ROWS", 2)
    bodies = [BodyFactory(name=f"云岭市第{n}局") for n in "一二三"]

    def facts(body: Body) -> dict[str, object]:
        if body.name == "云岭市第三局":
            raise Refused("这个单位刚刚撤销。")
        return {"name": f"{body.name}（新）"}

    with pytest.raises(Refused, match=r"已办理2条，其余1条没有办理.*刚刚撤销"):
        make_action(lambda by, body: []).many(bodies, by=SYSTEM, each=facts)
    assert Movement.objects.count() == 2


def test_lock_row_uses_no_outer_join() -> None:
    """PostgreSQL cannot lock a row of a query with an outer join, which a model's ordering may add."""
    for model in apps.get_models():
        with CaptureQueriesContext(connection) as seen:
            lock_row(model, 0)
        assert " OUTER JOIN " not in seen[-1]["sql"], model
