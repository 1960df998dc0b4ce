"""Notices of the invented 云岭市: a small city, a notice as reading gives it, and the states it goes through."""

import hashlib
import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Website
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, BodyLevel, Role
from gongkai.work.notices.actions import (
    accept_submission,
    choose_owner,
    confirm_notice,
    create_child_draft,
    import_notice,
    remove_unit,
    resolve_unit,
    set_amended_notice,
    settle_flags,
    submit_task,
)
from gongkai.work.notices.importing.source import NoticeSource
from gongkai.work.notices.models import Amending, Assignment, ChildDraft, MeasureUnit, Notice, UnitState
from gongkai.work.notices.planning.roles import RESPONSIBLE_OWES, SEPARATE_COLUMNS


@dataclass
class City:
    """云岭市: its government, office, four departments, one district, and who acts for them."""

    government: Body
    office: Body
    planning: Body
    finance: Body
    education: Body
    health: Body
    district: Body
    chief: Actor
    website: Website | None = None


def city(*, website: bool = True) -> City:
    """Make the city with one 政务公开办 actor."""
    government = BodyFactory(government=True)

    def body(name: str, short: str, kind: str = BodyKind.DEPARTMENT, **more: object) -> Body:
        return BodyFactory(name=name, short_name=short, parent=government, kind=kind, **more)

    office = body("云岭市人民政府办公室", "市政府办公室", BodyKind.GENERAL_OFFICE)
    made = City(
        government=government,
        office=office,
        planning=body("云岭市发展和改革委员会", "市发展改革委"),
        finance=body("云岭市财政局", "市财政局"),
        education=body("云岭市教育局", "市教育局"),
        health=body("云岭市卫生健康委员会", "市卫生健康委"),
        district=body("青山区人民政府", "青山区政府", BodyKind.DISTRICT, level=BodyLevel.COUNTY),
        chief=actor(Role.CHIEF, office),
    )
    if website:
        made.website = Website.objects.create(
            name="云岭市人民政府网站", host="localhost", body=government, is_default=True
        )
    return made


YEAR = timezone.localdate().year


def row(measure: str, lead: list[str], responsible: list[str], **more: object) -> dict[str, object]:
    """A row as reading gives it."""
    made = {
        "section": "一、深化重点领域信息公开",
        "item": "（一）规划信息",
        "measure": measure,
        "lead": lead,
        "responsible": responsible,
        "extras": {},
        "source": {"page": 1, "cells": [measure, "、".join(lead), "、".join(responsible)]},
        "duties": [{"text": measure, "paths": [], "channels": [], "due": None}],
    }
    return made | more


def duty(text: str, **more: object) -> dict[str, object]:
    """A duty as reading gives it."""
    return {"text": text, "paths": [], "channels": [], "due": None} | more


def by_date(day: str) -> dict[str, object]:
    """A limit that ends on a day, printed as it is."""
    return {"kind": "by_date", "date": day, "text": day}


PLANNING_PATH = ["政府网站", "政府信息公开", "法定主动公开内容", "规划信息", "专项规划"]
PARSED: dict[str, object] = {
    "title": f"云岭市{YEAR}年政务公开工作要点任务分工",
    "doc_number": f"云府办发〔{YEAR}〕8号",
    "issuer": "云岭市人民政府办公室",
    "issued_on": f"{YEAR}-01-10",
    "status": "issued",
    "basis": [],
    "rows": [
        row(
            "公开专项规划。",
            ["市发展改革委"],
            ["市教育局", "市财政局"],
            duties=[
                duty(
                    "公开专项规划。",
                    paths=[PLANNING_PATH],
                    due={"kind": "by_date", "date": f"{YEAR}-12-10", "text": "12月10日前"},
                )
            ],
        ),
        row(
            "每季度公开财政收支情况，及时更新。",
            ["市财政局"],
            [],
            section="二、公开财政信息",
            item="",
            duties=[
                duty(
                    "每季度公开财政收支情况。",
                    due={"kind": "recurring", "period": "quarter", "text": "每季度"},
                ),
                duty("及时更新。", due={"kind": "ongoing", "mode": "及时", "text": "及时"}),
            ],
        ),
        row(
            "在国家层面出台规定后3个月内起草实施办法。",
            [],
            ["市卫生健康委"],
            section="二、公开财政信息",
            item="",
            duties=[
                duty(
                    "起草实施办法。",
                    due={
                        "kind": "months",
                        "count": 3,
                        "after": "国家层面出台规定",
                        "text": "3个月内",
                    },
                )
            ],
        ),
    ],
    "preamble_duties": [],
    "warnings": [],
}


def parsed(**more: object) -> dict[str, object]:
    """The sample notice as JSON, with some keys replaced."""
    return deepcopy(PARSED) | more


def source(made: dict[str, object] | None = None, name: str = "任务分工.txt") -> NoticeSource:
    """The sample notice as a read file."""
    content = made or parsed()
    data = json.dumps(content, ensure_ascii=False).encode()
    return NoticeSource(name, data, hashlib.sha256(data).hexdigest(), content, "全文")


def draft(where: City, made: dict[str, object] | None = None) -> Notice:
    """An imported draft in which it was answered who owes its rows."""
    notice = imported(where, made)
    if notice.measures.filter(form=SEPARATE_COLUMNS).exists():
        choose_owner(notice, by=where.chief, form=SEPARATE_COLUMNS, choice=RESPONSIBLE_OWES)
    return Notice.objects.get(pk=notice.pk)


def imported(where: City, made: dict[str, object] | None = None) -> Notice:
    """A draft as it was imported."""
    return import_notice(None, by=where.chief, source=source(made), government=where.government, issuer=where.office)


def resolve_all(where: City, notice: Notice) -> Notice:
    """Settle everything that waits for a person, by the real actions."""
    for unit in MeasureUnit.objects.filter(measure__notice=notice).exclude(state=UnitState.RESOLVED):
        if unit.printed == "等":
            remove_unit(notice, by=where.chief, unit=unit.pk)
        else:
            resolve_unit(notice, by=where.chief, unit=unit.pk, everyone=True, same_name=False)
    settle_flags(notice, by=where.chief)
    return Notice.objects.get(pk=notice.pk)


def live(where: City, made: dict[str, object] | None = None) -> Notice:
    """A confirmed notice with its entries."""
    notice = resolve_all(where, draft(where, made))
    if notice.amending == Amending.ASKED:  # rows that another test notice has, too
        set_amended_notice(notice, by=where.chief, older=None)
    return confirm_notice(Notice.objects.get(pk=notice.pk), by=where.chief)


def entry_of(notice: Notice, body: Body, *, track: str = "year") -> Entry:
    """The one entry of a body in a notice."""
    return Assignment.objects.select_related("entry").get(notice=notice, body=body, track=track).entry


def fresh(entry: Entry) -> Entry:
    """An entry as it is stored now."""
    return Entry.objects.get(pk=entry.pk)


def submitted(entry: Entry, by: Actor) -> Entry:
    """An entry handed in with an address and a full checklist."""
    numbers = {duty.pk: 1 for duty in entry.assignment.measure.duties.all()}
    from gongkai.work.notices.entries.checklist import build_checklist

    done = {line.duty.pk: line.wanted for line in build_checklist(entry.assignment) if line.duty.pk in numbers}
    return submit_task(entry, by=by, done=done, urls=["https://www.yunling.gov.cn/gh/1.html"], statement="已公开")


def accepted(entry: Entry, by: Actor, **more: object) -> Entry:
    """An entry accepted by whom opened all of its evidence and found it true."""
    opened = list(entry.evidence.filter(withdrawn=False).values_list("pk", flat=True))
    return accept_submission(fresh(entry), by=by, holds=opened, **more)


def in_days(count: int) -> date:
    """A day from today."""
    return timezone.localdate() + timedelta(days=count)


def begun(town: City, source: Notice, by: Actor | None = None) -> ChildDraft:
    """Begin a county's draft of a notice, with all its measures."""
    made: ChildDraft = create_child_draft(
        None,
        by=by or town.chief,
        source=source,
        government=town.district,
        measures=list(source.measures.values_list("pk", flat=True)),
    )
    return made
