"""Pairs of acts by two persons: every author of the first step counts, until it is sent back."""

import pytest

from factories.units import BodyFactory, actor
from gongkai.core.acts.chain import append
from gongkai.core.units.another_person import actors_of
from gongkai.core.units.models import Role

WRITE, BACK = "test.write", "test.send_back"


@pytest.mark.django_db
def test_every_author_counts_until_it_is_sent_back() -> None:
    body = BodyFactory()
    clerk, head = (actor(role, body) for role in (Role.CLERK, Role.LEAD))
    for by in (clerk, head):
        append("test/1", action=WRITE, by=by)
    assert actors_of("test/1", [WRITE]) == {clerk.person_id, head.person_id}
    append("test/1", action=BACK, by=head)
    append("test/1", action=WRITE, by=clerk)
    assert actors_of("test/1", [WRITE], [BACK]) == {clerk.person_id}
