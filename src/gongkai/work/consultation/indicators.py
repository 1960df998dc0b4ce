"""Checks of inquiries against the inspection indicators of government sites (互动交流).

Sources: 国办秘函〔2019〕19号 (单项否决“互动回应差”; 扣分指标“留言公开”“统计数据”), 任务分工 (代表性留言每月公开, M-02). Deadlines are
figures of `law`.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from gongkai.core.units.models import Body
from gongkai.lib.law import get_figures_in_force
from gongkai.lib.law.values import add_months
from gongkai.work.consultation.figures import filter_countable_inquiries
from gongkai.work.consultation.models import Inquiry
from gongkai.work.consultation.published_messages import get_last_publication_day
from gongkai.work.consultation.roster import find_unstaffed_windows


@dataclass(frozen=True)
class IndicatorFinding:
    """An expected inspection finding: key (`name`), severity (`light`), text (`words`), source and URL."""

    name: str
    light: str
    words: str
    source: str
    url: str


def find_indicator_findings(body: Body) -> list[IndicatorFinding]:
    """Return the findings that an inspection of a government's site would have today."""
    today = timezone.localdate()
    rows = filter_countable_inquiries(Inquiry.objects.filter(receiver__path__startswith=body.path))
    return [
        *_find_unanswered_messages(rows, today),
        *_find_overdue_inquiries(rows),
        *find_publication_gap(
            get_last_publication_day(body), today, first_asked_on=rows.aggregate(first=Min("received_on"))["first"]
        ),
        *_find_unstaffed_windows(body, today),
    ]


def _find_unstaffed_windows(body: Body, today: date) -> list[IndicatorFinding]:
    """Return a finding for each window with unstaffed working days."""
    findings = []
    for window, days in find_unstaffed_windows(body, today):
        light = "red" if days[0] <= today else "yellow"
        first_days = "、".join(day.isoformat() for day in days[:3])
        text = f"{window.body.label}{window.name}有{len(days)}个工作日没有安排值守（{first_days}{'等' if len(days) > 3 else ''}）。"
        url = reverse("consultation:window", args=[window.pk])
        source = "政务公开工作要点任务分工：综合咨询窗口每个工作日安排人员值守"
        findings.append(IndicatorFinding(f"window-{window.pk}", light, text, source, url))
    return findings


def _find_unanswered_messages(rows: "object", today: date) -> list[IndicatorFinding]:
    """Return a finding if messages are unanswered for too long, else []."""
    term = get_figures_in_force()["message.unanswered"]
    count = rows.filter(entry__closed_at=None, received_on__lt=add_months(today, -term.count)).count()  # type: ignore[attr-defined]
    if not count:
        return []
    text = f"有{count}条留言超过{term.words}没有答复，属于网站检查的单项否决情形，请立即办理。"
    return [IndicatorFinding("unanswered", "red", text, term.source, _make_ledger_url(light="red"))]


def _find_overdue_inquiries(rows: "object") -> list[IndicatorFinding]:
    """Return a finding if inquiries are overdue, else []."""
    count = rows.filter(entry__closed_at=None, entry__due_at__lt=timezone.now()).count()  # type: ignore[attr-defined]
    if not count:
        return []
    text = f"有{count}条留言逾期未答复。"
    return [
        IndicatorFinding(
            "overdue", "red", text, get_figures_in_force()["message.reply"].source, _make_ledger_url(light="red")
        )
    ]


def _make_ledger_url(**chosen: str) -> str:
    return f"{reverse('ledger_list')}?{urlencode({'kind': 'inquiry', **chosen})}"


def find_publication_gap(
    last_published_on: date | None, today: date, *, first_asked_on: date | None
) -> list[IndicatorFinding]:
    """Return the finding that no message was published for long, or this month, else [].

    Args:
        last_published_on: the day of the last publication; None for never.
        first_asked_on: the day of the first message, from which idleness counts; None for none yet.
    """
    if first_asked_on is None:
        return []
    url = reverse("consultation:publications")
    term = get_figures_in_force()["message.shown_idle"]
    since = f"上次在{last_published_on.isoformat()}" if last_published_on else "还没有公开过"
    counted_from = last_published_on or first_asked_on
    if counted_from < add_months(today, -term.count):
        text = f"超过{term.words}没有公开留言和答复（{since}），网站检查要扣分。"
        return [IndicatorFinding("idle", "red", text, term.source, url)]
    if (counted_from.year, counted_from.month) < (today.year, today.month):
        text = f"本月还没有选登留言（{since}），代表性留言应每月公开。"
        return [IndicatorFinding("month", "yellow", text, "政务公开工作要点任务分工：代表性留言每月公开", url)]
    return []
