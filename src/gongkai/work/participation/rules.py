"""Permissions on decisions and rules of comment periods; each returns reasons against.

| act | allowed |
|---|---|
| make and change a catalogue | staff of its unit, the 政务公开办 above it |
| write announcements, register, group and answer comments | staff of the drafting unit, the 政务公开办 above it |
| exempt, terminate, submit, decide | head of the drafting unit, the 政务公开办 above it |
| register open days and open meetings | staff of the unit, the 政务公开办 above it |
| make surveys | staff of the unit, the 政务公开办 above it |
| comment, reply to a survey | everybody, while it is open |
| move a decision or survey upon publication | the system |
"""

from datetime import date

from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.ledger.rules import check_may_work as works_on_entry
from gongkai.core.units.models import Body, Role
from gongkai.lib import law
from gongkai.lib.chinese.days import day_in_words
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


def get_responsible_unit(target: object) -> Body:
    """Return the unit responsible for an object, or for its consultation, survey or event."""
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


def list_reasons_unless_unit_staff(by: Actor, target: object) -> list[str]:
    """Return reasons against working on an object: staff of the unit and the 政务公开办 above may."""
    body = get_responsible_unit(target)
    if by.system or by.has(*ENTRY_STAFF_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有承办单位（{body.label}）的工作人员或者政务公开办可以办理。"]


def list_no_reasons(_by: Actor, _target: object) -> list[str]:
    """Return no reasons: any visitor may answer a survey."""
    return []


def list_reasons_unless_commenter(by: Actor, consultation: object) -> list[str]:
    """Return Chinese reasons against registering a comment: the public and the unit's staff may."""
    return [] if by == ANONYMOUS or by.system else list_reasons_unless_unit_staff(by, consultation)


def list_reasons_unless_comment_reader(by: Actor, number: int) -> list[str]:
    """Return reasons against reading a commenter's data: who may work on the comment may."""
    comment = Comment.objects.select_related("consultation__decision__entry__body").filter(pk=number).first()
    return list_reasons_unless_unit_staff(by, comment) if comment else ["没有这条意见。"]


def list_reasons_unless_reply_reader(by: Actor, number: int) -> list[str]:
    """Return Chinese reasons against reading a reply's data: who may work on its survey may."""
    reply = SurveyReply.objects.select_related("survey__body").filter(pk=number).first()
    return list_reasons_unless_unit_staff(by, reply.survey) if reply else ["没有这份问卷。"]


def list_reasons_unless_entry_staff(by: Actor, entry: Entry) -> list[str]:
    """Return Chinese reasons against working on a decision's entry, by the ledger's rule."""
    return works_on_entry(by, entry)


def get_minimum_period(kind: str, starts_on: date | None = None) -> law.LegalFigure:
    """Return the minimum comment period of a kind of draft published on a day (default: today)."""
    period = law.get_rules_on(kind, starts_on or law.today(), nearest=True).period
    assert period is not None  # all three kinds have one
    return period


def count_period_days(starts_on: date, ends_on: date) -> int:
    """Return the length of a period in days, without the day of publication."""
    return (ends_on - starts_on).days


def is_shorter_than_required(kind: str, starts_on: date, ends_on: date) -> bool:
    """Return whether the law of the day of publication requires a longer period."""
    rules = law.get_rules_on(kind, starts_on, nearest=True)
    events = [law.Event(rules.start, starts_on)]
    return bool(law.find_objections(events, law.Event(rules.close, ends_on), rules, law.default_calendar()))


def list_comment_period_faults(kind: str, starts_on: date, ends_on: date, reason: str) -> list[str]:
    """Return objections to a period: it ends too early, or is short without reason.

    Args:
        ends_on: the last day for comments.
        reason: the published reason for a short period.
    """
    if ends_on <= starts_on:
        return [f"截止日期（{day_in_words(ends_on)}）须晚于公布之日（{day_in_words(starts_on)}）。"]
    if reason.strip() or not is_shorter_than_required(kind, starts_on, ends_on):
        return []
    figure, days = get_minimum_period(kind, starts_on), count_period_days(starts_on, ends_on)
    return [
        f"自{day_in_words(starts_on)}公布起到{day_in_words(ends_on)}只有{days}日，少于{figure.words}（{figure.source}）："
        "请推迟截止日期；因情况紧急等原因需要缩短的，写明理由，理由会写进公告。"
    ]


def get_feedback_deadline(ends_on: date, today: date) -> law.Deadline:
    """Return the deadline for publishing the adoption table, with its explanation."""
    rules = law.get_rules_on("decision_feedback", ends_on, nearest=True)
    return law.compute_due([law.Event(rules.start, ends_on)], rules, law.default_calendar(), max(today, ends_on))


def list_hearing_notice_faults(published_on: date, held_on: date) -> list[str]:
    """Return the objection to a hearing too soon after its notice (国令第713号第十七条)."""
    rules = law.get_rules_on("decision_hearing", published_on, nearest=True)
    events = [law.Event(rules.start, published_on)]
    if not law.find_objections(events, law.Event(rules.close, held_on), rules, law.default_calendar()):
        return []
    figure, days = rules.figures[0], max((held_on - published_on).days, 0)
    text = f"听证会材料应当在召开{figure.words}前送达听证参加人（{figure.source}）"
    return [f"{text}，公告到召开只有{days}日，请推迟召开日期。"]
