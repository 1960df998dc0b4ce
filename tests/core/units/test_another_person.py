"""Rules on persons: who took an earlier step, and who works in the unit that a decision concerns."""

import pytest

from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.core.acts.action import Action, ActionResult, get_log_stream
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.chain import append_record
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.another_person import AnotherPerson, check_clears_other_unit, list_actors, with_covered_people
from gongkai.core.units.models import Role

WRITE_ACTION, SEND_BACK_ACTION = "test.write", "test.send_back"


@pytest.mark.django_db
def test_authors_count_until_the_text_is_sent_back() -> None:
    body = BodyFactory()
    clerk, head = (actor(role, body) for role in (Role.CLERK, Role.LEAD))
    for by in (clerk, head):
        append_record("test/1", action=WRITE_ACTION, by=by)
    assert list_actors("test/1", [WRITE_ACTION]) == {clerk.person_id, head.person_id}
    append_record("test/1", action=SEND_BACK_ACTION, by=head)
    append_record("test/1", action=WRITE_ACTION, by=clerk)
    assert list_actors("test/1", [WRITE_ACTION], [SEND_BACK_ACTION]) == {clerk.person_id}


@pytest.mark.django_db
def test_deputy_counts_as_the_covered_colleague() -> None:
    body = BodyFactory()
    head = AppointmentFactory(role=Role.LEAD, body=body)
    deputy = AppointmentFactory(role=Role.LEAD, body=body)
    clerk = AppointmentFactory(role=Role.CLERK, body=body).person
    AppointmentFactory(role=Role.LEAD, body=body, person=clerk, covers=head)
    decide = Action(
        "test.decide",
        "决定",
        lambda target, *, by: ActionResult(),
        AnotherPerson(
            lambda by, target: [] if by.has(Role.LEAD) else ["由负责人决定。"], (WRITE_ACTION,), "须由另一人决定。"
        ),
    )
    append_record(get_log_stream(body), action=WRITE_ACTION, by=make_actor_of_person(head.person))
    assert decide.why_not(body, by=make_actor_of_person(clerk)) == [
        "您在这里代行他人的职务，视同其本人。须由另一人决定。"
    ]
    AppointmentFactory(role=Role.LEAD, body=body, person=clerk, covers=deputy)
    assert decide.why_not(body, by=make_actor_of_person(clerk)) == [], "in the deputy's post"
    decide(body, by=make_actor_of_person(clerk))
    assert list_actors(get_log_stream(body), ["test.decide"]) == {clerk.pk, deputy.person_id}
    assert with_covered_people([clerk.pk], get_log_stream(body), ["test.decide"]) == {clerk.pk, deputy.person_id}
    assert with_covered_people([clerk.pk], get_log_stream(body), ["test.decide"], number=1) == {clerk.pk}


@pytest.mark.django_db
def test_decision_on_own_or_covered_unit_is_refused() -> None:
    office, bureau = BodyFactory(), BodyFactory()
    chief = AppointmentFactory(role=Role.CHIEF, body=office).person
    assert check_clears_other_unit(make_actor_of_person(chief), bureau, "决定") == []
    assert "上级政务公开办" in check_clears_other_unit(make_actor_of_person(chief), office, "决定")[0]
    assert check_clears_other_unit(SYSTEM, office, "决定") == []
    head = AppointmentFactory(role=Role.LEAD, body=bureau)
    AppointmentFactory(role=Role.LEAD, body=bureau, person=chief, covers=head)
    assert check_clears_other_unit(make_actor_of_person(chief), bureau, "决定")


@pytest.mark.django_db
def test_lead_unit_decides_by_a_person_who_works_only_there() -> None:
    lead, bureau = BodyFactory(), BodyFactory()
    both = AppointmentFactory(role=Role.CLERK, body=lead).person
    AppointmentFactory(role=Role.CLERK, body=bureau, person=both)
    by = make_actor_of_person(both)
    assert check_clears_other_unit(by, bureau, "审核", strict=False, lead_units=[lead.pk]) == []  # nobody else could
    AppointmentFactory(role=Role.CLERK, body=lead)
    assert "牵头单位" in check_clears_other_unit(by, bureau, "审核", strict=False, lead_units=[lead.pk])[0]
