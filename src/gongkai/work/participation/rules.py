"""Permissions on decisions; each returns reasons against, in Chinese.

| act | allowed | |---|---| | make and change a catalogue | staff of its unit, the 政务公开办 above it |
| write announcements, register, group and answer comments | staff of the drafting unit, the 政务公开办
above it | | exempt, terminate, submit, decide | head of the drafting unit, the 政务公开办 above it | |
register open days and open meetings | staff of the unit, the 政务公开办 above it | | make surveys |
staff of the unit, the 政务公开办 above it | | comment, reply to a survey | everybody, while it is open |
| move a decision or survey upon publication | the system |
"""

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import STAFF
from gongkai.core.ledger.rules import work as works_on_entry
from gongkai.core.units.models import Body, Role
from gongkai.work.participation.models import (
    Announcement,
    Catalogue,
    Comment,
    Consultation,
    Opening,
    OpeningPaper,
    Point,
    Survey,
    SurveyQuestion,
    SurveyReply,
)


def responsible_unit(target: object) -> Body:
    """Return the unit of an object of this app."""
    if isinstance(target, Body):
        return target
    if isinstance(target, Consultation):
        return target.decision.entry.body
    if isinstance(target, Point | Comment):
        return target.consultation.decision.entry.body
    if isinstance(target, Entry | Opening):
        return target.body
    if isinstance(target, OpeningPaper):
        return target.opening.body
    if isinstance(target, SurveyQuestion):
        target = target.survey
    assert isinstance(target, Announcement | Catalogue | Survey)
    return target.unit


def check_unit_staff(by: Actor, target: object) -> list[str]:
    """Return reasons against working on it: staff of the unit and the 政务公开办 above may."""
    body = responsible_unit(target)
    if by.system or by.has(*STAFF, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有承办单位（{body.label}）的工作人员或者政务公开办可以办理。"]


def allow_anybody(_by: Actor, _target: object) -> list[str]:
    """Return no reasons: everybody may comment."""
    return []


def check_comment_reader(by: Actor, number: int) -> list[str]:
    """Return reasons against reading a commenter's data."""
    comment = Comment.objects.select_related("consultation__decision__entry__body").filter(pk=number).first()
    return check_unit_staff(by, comment) if comment else ["没有这条意见。"]


def check_reply_reader(by: Actor, number: int) -> list[str]:
    """Return reasons against reading a reply's data."""
    reply = SurveyReply.objects.select_related("survey__body").filter(pk=number).first()
    return check_unit_staff(by, reply.survey) if reply else ["没有这份问卷。"]


def check_entry_staff(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against working on a decision's entry."""
    return works_on_entry(by, entry)
