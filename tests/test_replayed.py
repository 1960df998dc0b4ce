"""What factories did is repeated to the last row, only where nothing else happened, and never where it was taken back."""

import hashlib
import os
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as served
from django.db import connection, transaction
from django.test import Client, override_settings

import replayed
from factories.publishing import item, nothing_is_public, public, sign_all, submitted
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, Role
from replayed import NOW, repeatable
from replayed_marks import mark

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not NOW.on or bool(os.environ.get("TEST_DATABASE_URL")), reason="nothing is repeated"),
]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget what tests of other modules had done alike."""
    NOW.kept.clear()


def rows() -> str:
    """Return a mark of all that the database holds."""
    mark = hashlib.sha256()
    for line in connection.connection.iterdump():
        mark.update(line.encode())
    return mark.hexdigest()


def tried(request: pytest.FixtureRequest, do: Callable[[], Any]) -> tuple[Any, str, int]:
    """Begin anew, do something, look, and undo it; return what came of it, the rows, and how much was repeated."""
    replayed.begin(request.node)
    before = NOW.repeated
    with transaction.atomic():
        came, there = do(), rows()
        transaction.set_rollback(True)
    return came, there, NOW.repeated - before


def test_rows_and_objects_are_the_same(request: pytest.FixtureRequest, housing: Body, plans: Column) -> None:
    def do() -> tuple[Any, ...]:
        page = item(housing, [plans])
        review = submitted(page)
        signed_in(Role.CHIEF, housing.parent)
        sign_all(review)
        other = public(housing, [plans], title="另一份")
        return page, Review.objects.get(), review, other, BodyFactory(parent=housing)

    first, was, repeated = tried(request, do)
    assert repeated == 0
    again, there, repeated = tried(request, do)
    assert there == was
    assert repeated > 6
    for one, other in zip(first, again, strict=True):
        assert mark(one) == mark(other)
        assert one is not other
    again[0].title = "改过的"
    assert tried(request, do)[0][0].title == first[0].title


def wrote(housing: Body) -> None:
    Body.objects.filter(pk=housing.pk).update(name="改名的单位")


def took_back(housing: Body) -> None:
    with transaction.atomic():
        wrote(housing)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "happened",
    [
        wrote,
        took_back,
        lambda housing: Client().get("/"),
        lambda housing: Body(name="x", parent=housing).save(),
    ],
)
def test_what_happened_before_counts(
    happened: Callable[[Body], Any], request: pytest.FixtureRequest, housing: Body
) -> None:
    tried(request, lambda: actor(Role.CLERK, housing))
    assert tried(request, lambda: actor(Role.CLERK, housing))[2] == 1
    assert tried(request, lambda: (happened(housing), actor(Role.CLERK, housing)))[2] == 0


@pytest.mark.parametrize(
    "other",
    [
        lambda: patch.object(served, "DEBUG", True),
        lambda: patch.dict(NOW.kept, {}),
        lambda: override_settings(DEBUG=True),
        lambda: patch("django.utils.timezone.now", return_value=None),
    ],
)
def test_what_is_patched_or_set_counts(
    other: Callable[[], Any], request: pytest.FixtureRequest, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried(request, lambda: actor(Role.CLERK, housing))
    with other():
        assert not replayed._usual()
    assert tried(request, lambda: actor(Role.CLERK, housing))[2] == 1
    monkeypatch.setattr(served, "DEBUG", True)
    assert tried(request, lambda: actor(Role.CLERK, housing))[2] == 0


def test_other_arguments_are_another_call(request: pytest.FixtureRequest, housing: Body) -> None:
    tried(request, lambda: actor(Role.CLERK, housing))
    assert tried(request, lambda: actor(Role.LEAD, housing))[2] == 0
    housing.name = "另一个名字"
    assert tried(request, lambda: actor(Role.CLERK, housing))[2] == 0


def test_what_was_refused_or_taken_back_is_not_kept(request: pytest.FixtureRequest, housing: Body) -> None:
    @repeatable
    def half(body: Body) -> None:
        took_back(body)
        Body.objects.create(name="留下的单位", parent=body)

    @repeatable
    def refused(body: Body) -> None:
        wrote(body)
        raise Refused("不行")

    for _ in range(2):
        assert tried(request, lambda: half(housing))[2] == 0
        replayed.begin(request.node)
        with pytest.raises(Refused), transaction.atomic():
            refused(housing)
    assert nothing_is_public()
