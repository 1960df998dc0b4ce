"""Two registrations of one human are treated as one person."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from factories.units import BodyFactory, PersonFactory
from gongkai.content.editions.rules import check_eraser
from gongkai.content.migration.actions.windows import open_window
from gongkai.core.units.actors import Actor, ActorPost
from gongkai.core.units.another_person import are_alike, is_among, list_registrations, make_registration_marks
from gongkai.core.units.models import Body, Role
from gongkai.core.units.separation import check_confirmer as confirms_appointment
from gongkai.oversight.annual.rules import check_earlier_report_confirmer as confirms_earlier
from gongkai.oversight.assessment.rules import check_round_confirmer as confirms_round
from gongkai.work.consultation.rules import (
    list_reasons_unless_answer_approver,
    list_reasons_unless_releaser,
    list_reasons_unless_reviewer,
)
from gongkai.work.directory.models import ColumnTemplate
from gongkai.work.directory.rules import list_reasons_unless_template_approver as clears_template
from gongkai.work.newmedia.rules import list_reasons_unless_post_approver as clears_post
from gongkai.work.notices.actions.permissions import list_reasons_against_deciding

REGISTRATION = ("周正", "13800000001", "zz@yunling.example")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (REGISTRATION, True),
        ((" 周 正", "+86 138-0000-0001", ""), True),
        (("周　正", "１３８０００００００１", ""), True),
        (("周正", "", "ZZ@yunling.example "), True),
        (("周\u200b正", "13800000001", ""), True),
        (("周正（借调）", "", "zz@yunling.example"), True),
        *(
            (((added, "", "zz@yunling.example"), True))
            for added in ("周正2", "周正【借调】", "周正[借调", "周正A", "教育局周正", "周正\ufe0f")
        ),
        (("周正", "", "zz+1@yunling.example"), True),
        (("周大正", "", "zz@yunling.example"), False),
        (("周正", "13800000002", ""), False),
        (("周正", "", ""), False),
        (("周政", "13800000001", "zz@yunling.example"), False),
    ],
)
def test_registrations_of_one_human_are_recognised(other: tuple[str, str, str], same: bool) -> None:
    assert are_alike(make_registration_marks(*REGISTRATION), make_registration_marks(*other)) is same


@pytest.mark.django_db
def test_second_registration_does_not_count_as_another_person() -> None:
    """For the rules of all apps, with the second registration of the first actor."""
    body: Body = BodyFactory()
    first = PersonFactory(name="周正", mobile="13800000001")
    second = PersonFactory(name="教育局周\u200b 正(借调)", mobile="+86 13800000001")
    third = PersonFactory(name="周正", mobile="13800000003")
    assert list_registrations(second.pk) == list_registrations(first.pk) == {first.pk, second.pk}
    posts = tuple(ActorPost(role, body.pk, None, body.path) for role in Role.values)
    twin, other = (Actor(one.name, one.pk, one.user_id, posts) for one in (second, third))
    assert is_among(twin, [None, first.pk])
    assert not is_among(other, [None, first.pk])
    assert is_among(Actor("", None, 7), [], [7])
    asked = SimpleNamespace(person=first.pk, by_office=True)
    requests = SimpleNamespace(filter=lambda **_: SimpleNamespace(first=lambda: asked))
    entry = {"body": body, "body_id": body.pk}
    template = ColumnTemplate(government=body, made_by=first.pk)
    assert "本人" in " ".join(clears_template(twin, template))
    rules: list[tuple[Any, dict[str, Any]]] = [
        (check_eraser, {"unit": body, "pk": 1, "erasure_requests": requests}),
        (confirms_earlier, {"body": body, "person": first.pk}),
        (confirms_round, {"body": body, "body_id": body.pk, "office_id": body.pk, "published_by": first.pk}),
        (
            list_reasons_unless_answer_approver,
            {**entry, "stream": "entry/0", "inquiry": SimpleNamespace(drafted_by=first.pk)},
        ),
        (list_reasons_unless_reviewer, {**entry, "stream": "answer/0", "written_by": first.pk}),
        (list_reasons_unless_releaser, {**entry, "stream": "answer/0", "written_by": None, "checked_by": first.pk}),
        (clears_post, {"account": SimpleNamespace(body=body), "stream": "post/0", "author": first.pk}),
        (
            list_reasons_against_deciding,
            {**entry, "kind": "assignment", "assignment": SimpleNamespace(lead_ids=[body.pk], submitted_by=first.pk)},
        ),
        (open_window.rule, {"website": SimpleNamespace(body=body), "asker_id": first.pk}),
    ]
    for rule, facts in rules:
        said = " ".join(rule(twin, SimpleNamespace(**{"stream": "test/0", **facts})))
        assert re.search("自己|本人|同一个人|三人", said), (rule, said)
    assert confirms_appointment(twin, _make_waiting_appointment(first, body))


def _make_waiting_appointment(first: Any, body: Body) -> Any:
    from gongkai.core.units.models import Appointment, Standing

    someone = PersonFactory()
    return Appointment(person=someone, body=body, role=Role.SIGNER, standing=Standing.WAITING, entered_by=first)
