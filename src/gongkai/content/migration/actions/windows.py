"""Actions on the migration window of a site: request, open, close."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.content.migration.actions.orders import find_site_manager_errors
from gongkai.content.migration.models import MoveWindow
from gongkai.content.migration.windows import MAX_WINDOW_DAYS, find_last_window
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Role


def _check_requester(by: Actor, website: Website) -> list[str]:
    return find_site_manager_errors(by, website)


def _find_open_window_reasons(website: Website) -> list[str]:
    """Return the Chinese reason why no new period may be proposed: one is open or proposed."""
    window = find_last_window(website)
    if window is None or window.is_over:
        return []
    return ["迁移期已经开通。" if window.opened_at else "已经有人提出迁移期，等待另一个人批准。"]


@action("migration.ask_window", label="提出迁移期", rule=_check_requester, ready=_find_open_window_reasons, quiet=True)
def request_window(website: Website, *, by: Actor, reason: str, live_on: date, until: date) -> ActionResult:
    """Request a migration window for a site; another person must open it.

    Args:
        website: the target site.
        by: the user.
        reason: the reason, and the texts to be migrated.
        live_on: the day since which this site is the public one; texts published later are not old
            ones.
        until: the last day.
    """
    if by.person_id is None:
        raise Refused("迁移期须由任职的人员本人提请。")
    today = timezone.localdate()
    reason = require_text(reason, "请写明迁移的事由。")
    if not today <= until <= today + timedelta(days=MAX_WINDOW_DAYS):
        raise Refused(f"截止日期须在今天之后，最长{MAX_WINDOW_DAYS}天。")
    if live_on > until:
        raise Refused("新网站上线日期不能晚于迁移期的截止日期，请改正其中一个日期。")
    # Else each window could move the day on, and texts of yesterday would be old ones for ever.
    first = MoveWindow.objects.filter(website=website).exclude(opened_at=None).order_by("live_on").first()
    if first is not None and live_on > first.live_on:
        raise Refused(f"以前的迁移期已经写明新网站{first.live_on.isoformat()}上线，不能改晚。")
    MoveWindow.objects.filter(website=website, closed_at=None).update(closed_at=timezone.now())
    window = MoveWindow.objects.create(
        website=website,
        reason=reason[:300],
        live_on=live_on,
        until=until,
        asked_by=by.name,
        asker_id=by.person_id,
    )
    tell = Notification(
        subject="迁移期待批准",
        body=f"{by.name}提出{website.name}的迁移期（至{until.isoformat()}），请核实后批准。迁移期内可以批准旧网站信息不经三审公开。",
        link=reverse("migration:overview"),
        key=f"migration.ask_window:{window.pk}",
        posts=((Role.CHIEF, website.body_id), (Role.ADMINISTRATOR, website.body_id)),
    )
    facts = {"until": until.isoformat(), "live_on": live_on.isoformat()}
    return ActionResult(words=window.reason, facts=facts, stream=window.stream, result=window, tell=(tell,))


def _check_opener(by: Actor, window: MoveWindow) -> list[str]:
    """Return reasons unless the user manages the site and is not the person who asked for the window."""
    return find_site_manager_errors(by, window.website) or (
        ["提出迁移期的人不能自己批准，请由政务公开办的另一个人或系统管理员批准。"]
        if is_among(by, with_covered_people([window.asker_id], window.stream, ["migration.ask_window"]))
        else []
    )


def _check_is_requested(window: MoveWindow) -> list[str]:
    return ["这个迁移期不在等待批准。"] if window.opened_at or window.closed_at or window.is_over else []


@action("migration.open_window", label="批准迁移期", rule=_check_opener, ready=_check_is_requested)
def open_window(window: MoveWindow, *, by: Actor) -> ActionResult:
    """Open the window that another person requested."""
    window.opened_at, window.opened_by, window.opener_id = timezone.now(), by.name, by.person_id
    window.save(update_fields=["opened_at", "opened_by", "opener_id"])
    return ActionResult(words=f"至{window.until.isoformat()}", facts={"asked": window.asker_id}, to_state="open")


def _check_closer(by: Actor, window: MoveWindow) -> list[str]:
    return find_site_manager_errors(by, window.website)


def _check_not_closed(window: MoveWindow) -> list[str]:
    return ["迁移期已经关闭。"] if window.closed_at else []


@action("migration.close_window", label="结束迁移期", rule=_check_closer, ready=_check_not_closed)
def close_window(window: MoveWindow, *, by: Actor) -> ActionResult:
    """Close a window early, or refuse a request."""
    window.closed_at = timezone.now()
    window.save(update_fields=["closed_at"])
    return ActionResult(words="结束迁移期" if window.opened_at else "不批准迁移期", to_state="closed")
