"""催办: sent once for all entries of a unit, acknowledged, escalated after days without progress."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from factories.ledger import EntryFactory, submit
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger import urgings
from gongkai.core.ledger.actions import receive_urging, urge_unit
from gongkai.core.ledger.models import Audience, Entry, Urging
from gongkai.core.ledger.urgings import filter_unacknowledged_urgings, raise_urgings, visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db
WEDNESDAY = timezone.make_aware(datetime.fromisoformat("2026-11-18 10:00"))


@pytest.fixture
def town():
    city = BodyFactory(government=True)
    office = BodyFactory(name="云岭市人民政府办公室", parent=city)
    body = BodyFactory(name="云岭市财政局", parent=city)
    people = {
        "clerk": actor(Role.CLERK, body),
        "lead": actor(Role.LEAD, body),
        "chief": actor(Role.CHIEF, office),
        "above": actor(Role.LEAD, office),
        "auditor": actor(Role.AUDITOR, office),
        "other": actor(Role.CLERK, BodyFactory(name="云岭市水利局", parent=city)),
    }
    return {"body": body, "entries": [EntryFactory(body=body, red=True) for _ in range(3)], **people}


def list_told() -> set[tuple[int, str]]:
    return set(Message.objects.filter(channel="screen").values_list("person_id", "subject"))


def send_urging(town) -> Urging:
    made = urge_unit(town["body"], by=town["chief"], entries=town["entries"], words="请周五前报送")
    Urging.objects.filter(pk=made.pk).update(sent_at=WEDNESDAY)
    made.refresh_from_db()
    return made


def test_urging_is_one_message_and_a_log_record_on_each_entry(town) -> None:
    send_urging(town)
    assert list_told() == {(town[who].person_id, "催办：3项工作") for who in ("clerk", "lead")}
    streams = [entry.stream for entry in town["entries"]]
    assert Movement.objects.filter(stream__in=streams, action="ledger.urge").count() == 3
    with pytest.raises(Refused, match="今天已经催办过"):
        urge_unit(town["body"], by=town["chief"], entries=town["entries"])


def test_urging_does_not_name_a_restricted_entry(town) -> None:
    hidden = town["entries"][0]
    Entry.objects.filter(pk=hidden.pk).update(audience=Audience.CHIEF)
    hidden.refresh_from_db()
    send_urging(town)
    texts = set(Message.objects.filter(channel="screen").values_list("subject", "body"))
    [(subject, body)] = texts
    assert hidden.number not in body
    assert town["entries"][1].number in body
    assert "共3项" in subject + body


def test_permissions_to_send_acknowledge_and_see(town) -> None:
    for who in ("auditor", "clerk", "other"):
        with pytest.raises(Refused, match="只有政务公开办"):
            urge_unit(town["body"], by=town[who], entries=town["entries"])
    one = send_urging(town)
    for who in ("chief", "other"):
        with pytest.raises(Refused, match="由被催办单位"):
            receive_urging(one, by=town[who])
    gone = replace(town["other"], person_id=town["chief"].person_id)  # the sender, who works for another unit now
    readers = (*(town[who] for who in ("clerk", "chief", "auditor", "other")), gone)
    assert [len(visible_to(reader)) for reader in readers] == [1, 1, 1, 0, 0]
    assert list(filter_unacknowledged_urgings(town["lead"])) == [one]
    receive_urging(one, by=town["clerk"], words="周四报送")
    assert list(filter_unacknowledged_urgings(town["lead"])) == []
    assert (town["chief"].person_id, f"{town['body'].label}已签收催办") in list_told()
    with pytest.raises(Refused, match="已经签收"):
        receive_urging(one, by=town["lead"])


@pytest.mark.parametrize(
    ("signed", "handed_in", "first"),
    [(False, False, 3), (True, False, 8), (True, True, 0), (False, True, 0)],
    ids=["unsigned: two working days", "signed, not done: five", "done", "done without a signature"],
)
def test_urging_is_escalated_after_working_days(town, signed, handed_in, first, monkeypatch) -> None:
    """Sent on a Wednesday: Thursday and Friday are two working days; the fifth is the next Wednesday."""
    one = send_urging(town)
    if signed:
        receive_urging(one, by=town["clerk"])
    if handed_in:
        from dataclasses import replace

        from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME

        monkeypatch.setitem(
            ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted"}))
        )
        for entry in town["entries"]:
            submit(entry, by=town["clerk"])
    raised = [day for day in range(1, 15) if raise_urgings(WEDNESDAY + timedelta(days=day))["raised"]]
    assert raised == ([first] if first else [])
    subjects = {person for person, subject in list_told() if subject.startswith("催办未落实")}
    wanted = {town[who].person_id for who in ("lead", "chief", "above")} if first else set()
    assert subjects == wanted
    assert all(visible_to(town[who]).exists() for who in ("lead", "chief", "above")), "whoever is told can open it"
    assert Movement.objects.filter(action="ledger.raise_urging").count() == bool(first)


def test_finished_urgings_do_not_keep_the_job_from_later_ones(town, monkeypatch) -> None:
    monkeypatch.setattr(urgings, "MAX_RAISED_URGINGS", 1)
    Urging.objects.create(body=town["body"], words="", sent_at=WEDNESDAY, sent_by="甲")  # nothing is left to do
    later = send_urging(town)
    assert raise_urgings(WEDNESDAY + timedelta(days=9)) == {"raised": 1}
    later.refresh_from_db()
    assert later.raised_at
