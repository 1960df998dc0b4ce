"""Who may do what with decisions; each rule returns the reasons against it, in Chinese.

| act | who |
|---|---|
| make and change a catalogue | who works at its body, the 政务公开办 over it |
| write an announcement, register comments, group them, say what became of them | who works for the drafting unit, the 政务公开办 over it |
| exempt from public comment, cease, hand in, decide | the head of the drafting unit, the 政务公开办 over it |
| register open days and open meetings, keep their papers | who works for the unit that holds them, the 政务公开办 over it |
| make a survey, its announcement and its results | who works for the unit that asks, the 政务公开办 over it |
| comment, fill in a questionnaire | everybody, while the period runs |
| move a decision or a survey as its announcements go out | the system |
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


def body_of(target: object) -> Body:
    """Return whose something of this room is."""
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


def works(by: Actor, target: object) -> list[str]:
    """Who works for the unit, and the 政务公开办 over it."""
    body = body_of(target)
    if by.system or by.has(*STAFF, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有承办单位（{body.label}）的工作人员或者政务公开办可以办理。"]


def anybody(_by: Actor, _target: object) -> list[str]:
    """Everybody may comment."""
    return []


def handles(by: Actor, number: int) -> list[str]:
    """Who may read who commented, and the files: whoever works on the decision."""
    comment = Comment.objects.select_related("consultation__decision__entry__body").filter(pk=number).first()
    return works(by, comment) if comment else ["没有这条意见。"]


def handles_reply(by: Actor, number: int) -> list[str]:
    """Who may read what hangs on a reply to a survey: whoever makes it."""
    reply = SurveyReply.objects.select_related("survey__body").filter(pk=number).first()
    return works(by, reply.survey) if reply else ["没有这份问卷。"]


def works_on(by: Actor, entry: Entry) -> list[str]:
    """Who works on a decision's entry."""
    return works_on_entry(by, entry)
