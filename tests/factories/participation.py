"""Decisions of the invented 云岭市 at each stage of public participation."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from factories.publishing import publish_unsigned, sign_all, with_sheet
from factories.units import actor
from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.participation import actions
from gongkai.work.participation.models import Announcement, Catalogue, Consultation, Decision, Survey

DRAFT = {
    "intro": "为规范老旧小区改造，现将草案公布，公开征求意见。",
    "draft": "<p>第一条　为了改善居住条件，制定本办法。</p><p>第二条　改造由业主共同决定。</p>",
    "explanation": "<p>现行办法施行五年，部分条款与实际不相适应。</p>",
    "ways": "网上提交；信函寄云岭市住房和城乡建设局政策法规科。",
    "short": "",
}

QUESTIONS: Sequence[Mapping[str, object]] = (
    {"text": "您家里装了电梯吗", "kind": "one", "options": "装了\n没有装", "most": 0, "required": True},
    {"text": "哪些方面不方便", "kind": "many", "options": "出资\n协商\n审批", "most": 2, "required": False},
    {"text": "您给这项政策打几分", "kind": "scale", "options": "", "most": 0, "required": True},
    {"text": "您的建议", "kind": "words", "options": "", "most": 0, "required": False},
)


def catalogue(body: Body, **facts: Any) -> Catalogue:
    """Return a catalogue of this year."""
    made: Catalogue = actions.open_catalogue(body, by=SYSTEM, year=timezone.localdate().year, **facts)
    return made


def decision(body: Body, title: str = "云岭市老旧小区改造办法", **facts: Any) -> Decision:
    """Return a decision listed in the catalogue of the unit's government."""
    assert body.parent is not None
    found = Catalogue.objects.filter(body=body.parent).first() or catalogue(body.parent)
    given = {"planned_on": timezone.localdate() + timedelta(days=200), "ways": ["comment"], **facts}
    made: Decision = actions.add_decision_to_catalogue(found, by=SYSTEM, title=title, body=body, **given)
    return made


def announce(
    owner: Decision | Catalogue | Survey,
    what: str,
    column: Column,
    *,
    about: Announcement | None = None,
    unsigned: bool = False,
    **terms: Any,
) -> Announcement:
    """Write an announcement and publish it with all signatures (or with none)."""
    made: Announcement = actions.start_announcement(owner, by=SYSTEM, what=what, about=about)
    clerk = actor(Role.CLERK, made.unit)
    actions.write_announcement(made, by=clerk, terms=terms)
    place(ensure_document(made), by=clerk, columns=[column])
    if unsigned:
        made.refresh_from_db()
        publish_unsigned(made)
    else:
        sign_all(with_sheet(submit(made, by=clerk)))
    return made


def open_consultation(body: Body, column: Column, *, days: int = 31, **facts: Any) -> Consultation:
    """Return a draft that is open for comment from today."""
    made = decision(body, **facts)
    until = timezone.localdate() + timedelta(days=days)
    announced = announce(made, "draft", column, unsigned=True, **{**DRAFT, "ends_on": until.isoformat()})
    return Consultation.objects.get(pk=announced.pk)


def survey(body: Body) -> Survey:
    """Return a survey with one question of each kind."""
    made: Survey = actions.register_survey(body, by=SYSTEM, title="加装电梯办事体验", policy="云岭市加装电梯办法")
    for facts in QUESTIONS:
        actions.add_question(made, by=SYSTEM, **facts)
    return made


def start_survey(body: Body, column: Column, days: int = 10) -> Survey:
    """Return a survey that is open for answers from today."""
    until = timezone.localdate() + timedelta(days=days)
    announce(survey(body), "survey", column, unsigned=True, intro="请您参加。", ends_on=until.isoformat())
    return Survey.objects.get()


def travel_to_noon(day: date) -> Any:
    """Travel to noon of a day."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def entry_of(made: Decision) -> Entry:
    """Reload the entry of a decision."""
    return Entry.objects.get(pk=made.pk)
