"""Handing unread messages over to another person."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories.units import PersonFactory
from gongkai.core.outbox.models import Message, MessageState
from gongkai.core.outbox.outbox import transfer_unread_messages

pytestmark = pytest.mark.django_db


def test_unread_messages_are_handed_over_without_duplicates() -> None:
    old, new = PersonFactory(), PersonFactory()
    for key, state in (("a", MessageState.SENT), ("b", MessageState.SENT)):
        Message.objects.create(person=old, channel="screen", key=key, subject=key, state=state)
    Message.objects.create(
        person=old, channel="screen", key="read", subject="x", state="sent", read_at="2026-01-01T00:00Z"
    )
    Message.objects.create(person=new, channel="screen", key="b", subject="b", state="sent")
    Message.objects.create(person=old, channel="mail", key="m", subject="m", state=MessageState.WAITING)
    with CaptureQueriesContext(connection) as queries:
        transfer_unread_messages(old, new)
    assert len(queries) == 1, "however many messages the successor has"
    assert set(Message.objects.filter(person=new).values_list("channel", "key")) == {
        ("screen", "a"),
        ("screen", "b"),
        ("mail", "m"),
    }
    assert set(Message.objects.filter(person=old).values_list("key", flat=True)) == {"b", "read"}
