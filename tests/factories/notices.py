"""Notices of the invented 云岭市: a small city, a parsed notice, and the notice in each state."""

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
    """云岭市: its government, office, four departments, one district, and their staff."""

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
    """Return the city with one 政务公开办 actor."""
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
    """Return a parsed row."""
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
    """Return a parsed duty."""
    return {"text": text, "paths": [], "channels": [], "due": None} | more


def by_date(day: str) -> dict[str, object]:
    """Return a parsed deadline on a day, with its printed text."""
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
    """Return the sample notice as JSON, with some keys replaced."""
    return deepcopy(PARSED) | more


def source(made: dict[str, object] | None = None, name: str = "任务分工.txt") -> NoticeSource:
    """Return the sample notice as a parsed file."""
    content = made or parsed()
    data = json.dumps(content, ensure_ascii=False).encode()
    return NoticeSource(name, data, hashlib.sha256(data).hexdigest(), content, "全文")


def draft(where: City, made: dict[str, object] | None = None) -> Notice:
    """Return an imported draft for which the owners of its rows were chosen."""
    notice = import_draft(where, made)
    if notice.measures.filter(form=SEPARATE_COLUMNS).exists():
        choose_owner(notice, by=where.chief, form=SEPARATE_COLUMNS, choice=RESPONSIBLE_OWES)
    return Notice.objects.get(pk=notice.pk)


def import_draft(where: City, made: dict[str, object] | None = None) -> Notice:
    """Import the sample notice as a draft."""
    return import_notice(None, by=where.chief, source=source(made), government=where.government, issuer=where.office)


def resolve_all(where: City, notice: Notice) -> Notice:
    """Resolve all units and flags of a draft with the real actions."""
    for unit in MeasureUnit.objects.filter(measure__notice=notice).exclude(state=UnitState.RESOLVED):
        if unit.printed == "等":
            remove_unit(notice, by=where.chief, unit=unit.pk)
        else:
            resolve_unit(notice, by=where.chief, unit=unit.pk, everyone=True, same_name=False)
    settle_flags(notice, by=where.chief)
    return Notice.objects.get(pk=notice.pk)


def live(where: City, made: dict[str, object] | None = None) -> Notice:
    """Return a confirmed notice with its entries."""
    notice = resolve_all(where, draft(where, made))
    if notice.amending == Amending.ASKED:  # rows that another test notice has, too
        set_amended_notice(notice, by=where.chief, older=None)
    return confirm_notice(Notice.objects.get(pk=notice.pk), by=where.chief)


def entry_of(notice: Notice, body: Body, *, track: str = "year") -> Entry:
    """Return the entry of a body in a notice."""
    return Assignment.objects.select_related("entry").get(notice=notice, body=body, track=track).entry


def fresh(entry: Entry) -> Entry:
    """Reload an entry."""
    return Entry.objects.get(pk=entry.pk)


def submitted(entry: Entry, by: Actor) -> Entry:
    """Submit an entry with a URL and a complete checklist."""
    numbers = {duty.pk: 1 for duty in entry.assignment.measure.duties.all()}
    from gongkai.work.notices.entries.checklist import build_checklist

    done = {line.duty.pk: line.wanted for line in build_checklist(entry.assignment) if line.duty.pk in numbers}
    return submit_task(entry, by=by, done=done, urls=["https://www.yunling.gov.cn/gh/1.html"], statement="已公开")


def accepted(entry: Entry, by: Actor, **more: object) -> Entry:
    """Accept an entry after opening all of its evidence."""
    opened = list(entry.evidence.filter(withdrawn=False).values_list("pk", flat=True))
    return accept_submission(fresh(entry), by=by, holds=opened, **more)


def in_days(count: int) -> date:
    """Return the day `count` days from today."""
    return timezone.localdate() + timedelta(days=count)


def start_child_draft(town: City, source: Notice, by: Actor | None = None) -> ChildDraft:
    """Create a county's child draft of a notice with all its measures."""
    made: ChildDraft = create_child_draft(
        None,
        by=by or town.chief,
        source=source,
        government=town.district,
        measures=list(source.measures.values_list("pk", flat=True)),
    )
    return made
