"""Duty reading (值班读网): staff check a site every day.

Shifts, logs, rectifications, reminders.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.law import default_calendar
from gongkai.work.site_operations.models import DailyFind, DailyLog, Turn, Upkeep
from gongkai.work.site_operations.permissions import (
    list_home_bodies,
    list_reasons_against_keeping_file,
    list_reasons_against_reading_file,
)

# Maximum days of one plan.
MAX_PLANNED_DAYS = 400
# Calendar days to rectify a problem found while reading.
RECTIFICATION_DAYS = 15
# Source of rectifications ordered from a daily log.
RECTIFICATION_SOURCE = "reading"


def is_reading_day(upkeep: Upkeep, day: date) -> bool:
    """Return true if the site is read on a day."""
    return upkeep.every_day or default_calendar().is_workday(day)


@action("platform.plan_turns", label="安排值班读网", rule=list_reasons_against_keeping_file)
def plan_duty_shifts(upkeep: Upkeep, *, by: Actor, names: Sequence[str], first: date, last: date) -> ActionResult:
    """Assign the reading days of a range to readers in rotation; return the number of days.

    The shifts stored for the range are replaced.
    """
    if not names:
        raise Refused("请填写值班人，每行一人。")
    if last < first or (last - first).days > MAX_PLANNED_DAYS:
        raise Refused(f"结束日期应不早于开始日期，一次最多安排{MAX_PLANNED_DAYS}天。")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in days if is_reading_day(upkeep, day)]
    upkeep.turns.filter(day__range=(first, last)).delete()
    Turn.objects.bulk_create(Turn(upkeep=upkeep, day=day, name=names[n % len(names)]) for n, day in enumerate(days))
    return ActionResult(words=f"安排{first}至{last}值班读网，{len(names)}人轮流，共{len(days)}天", result=len(days))


@action("platform.log_reading", label="登记读网日志", rule=list_reasons_against_reading_file)
def write_daily_log(
    upkeep: Upkeep, *, by: Actor, day: date, words: str, finds: Sequence[tuple[str, str]] = (), body: Body | None = None
) -> ActionResult:
    """Write a daily log; each find (URL, problem) becomes a rectification.

    A log is written on its day or later, which its time of writing shows.
    """
    today = timezone.localdate()
    if day > today:
        raise Refused("不能预先登记以后的日志，请到当天再登记。")
    if upkeep.reading_from is None or day < upkeep.reading_from:
        raise Refused("这一天还没有开始值班读网，请先在运行档案中填写开始日期。")
    words = require_text(words, "请写明检查了哪些内容、情况怎样。", 4)
    bodies = list_home_bodies(upkeep.body)
    ordered_body = body or bodies[-1]
    if ordered_body not in bodies and not by.system and not by.reaches(Role.CHIEF, path=ordered_body.path):
        raise Refused("只有政务公开办可以要求其他单位整改。")
    log = DailyLog.objects.create(upkeep=upkeep, day=day, words=words, by=by.name, at=timezone.now())
    for number, (address, what) in enumerate(finds, 1):
        fault = FoundFault(
            source=RECTIFICATION_SOURCE,
            ref=f"{log.pk}:{number}",
            title=f"{upkeep}：值班读网发现问题",
            what=what,
            address=address,
            basis="值班读网制度",
            facts={"读网日期": day.isoformat(), "值班人": by.name},
        )
        entry = order_rectification(
            ordered_body, by=SYSTEM, found=fault, until=today + timedelta(days=RECTIFICATION_DAYS)
        )
        DailyFind.objects.create(log=log, address=address, what=what, entry=entry)
    late = "（补记）" if day < today else ""
    return ActionResult(
        words=f"登记{day}读网日志{late}，发现问题{len(finds)}个",
        facts={"day": day.isoformat(), "finds": len(finds)},
        result=log,
    )


@action("platform.remind_reading", label="提醒补记读网日志", rule=check_system)
def remind_of_missing_log(upkeep: Upkeep, *, by: Actor, day: date, body: Body) -> ActionResult:
    """Notify the users who read the site for a body of a day without a log."""
    tell = Notification(
        subject=f"读网日志缺失：{upkeep}"[:120],
        body=f"“{upkeep}”{day}没有值班读网日志，请核实当日是否检查并补记。",
        link=find_page_url(upkeep),
        key=f"platform.reading:{upkeep.pk}:{day}",
        posts=((Role.CLERK, body.pk), (Role.CHIEF, body.pk)),
    )
    Upkeep.objects.filter(pk=upkeep.pk).update(reminded=day)
    return ActionResult(words=f"{day}没有读网日志，已提醒", tell=(tell,))


def find_page_url(upkeep: Upkeep) -> str:
    """Return the URL of the page of a site or account."""
    what = "site" if upkeep.website_id else "account"
    return reverse(f"platform:{what}", args=[upkeep.website_id or upkeep.account_id])
