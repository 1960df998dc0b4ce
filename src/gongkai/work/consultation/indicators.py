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
from gongkai.lib.law import figures
from gongkai.lib.law.periods import add_months
from gongkai.work.consultation.figures import counted
from gongkai.work.consultation.models import Inquiry
from gongkai.work.consultation.published import last_shown
from gongkai.work.consultation.roster import unstaffed


@dataclass(frozen=True)
class Finding:
    """An expected inspection finding: severity (a light), text, source and the URL to mend it."""

    name: str
    light: str
    words: str
    source: str
    url: str


def findings(body: Body) -> list[Finding]:
    """Return the findings that an inspection of a government's site would make today."""
    today = timezone.localdate()
    rows = counted(Inquiry.objects.filter(receiver__path__startswith=body.path))
    return [
        *_unanswered(rows, today),
        *_overdue(rows),
        *shown_since(last_shown(body), today, asked=rows.aggregate(first=Min("received_on"))["first"]),
        *_unstaffed(body, today),
    ]


def _unstaffed(body: Body, today: date) -> list[Finding]:
    found = []
    for window, days in unstaffed(body, today):
        light = "red" if days[0] <= today else "yellow"
        shown = "、".join(day.isoformat() for day in days[:3])
        words = f"{window.body.label}{window.name}有{len(days)}个工作日没有安排值守（{shown}{'等' if len(days) > 3 else ''}）。"
        url = reverse("consultation:window", args=[window.pk])
        source = "政务公开工作要点任务分工：综合咨询窗口每个工作日安排人员值守"
        found.append(Finding(f"window-{window.pk}", light, words, source, url))
    return found


def _unanswered(rows: "object", today: date) -> list[Finding]:
    term = figures()["message.unanswered"]
    count = rows.filter(entry__closed_at=None, received_on__lt=add_months(today, -term.count)).count()  # type: ignore[attr-defined]
    if not count:
        return []
    words = f"有{count}条留言超过{term.words}没有答复，属于网站检查的单项否决情形，请立即办理。"
    return [Finding("unanswered", "red", words, term.source, _ledger(light="red"))]


def _overdue(rows: "object") -> list[Finding]:
    count = rows.filter(entry__closed_at=None, entry__due_at__lt=timezone.now()).count()  # type: ignore[attr-defined]
    if not count:
        return []
    words = f"有{count}条留言逾期未答复。"
    return [Finding("overdue", "red", words, figures()["message.reply"].source, _ledger(light="red"))]


def _ledger(**chosen: str) -> str:
    return f"{reverse('ledger_list')}?{urlencode({'kind': 'inquiry', **chosen})}"


def shown_since(last: date | None, today: date, *, asked: date | None) -> list[Finding]:
    """Return the findings on the frequency of published messages.

    Args:
        last: the day of the last publication; None for never.
        today: the current day.
        asked: the day of the first message, from which idleness counts; None for none yet.
    """
    if asked is None:
        return []
    url = reverse("consultation:publications")
    term = figures()["message.shown_idle"]
    since = f"上次在{last.isoformat()}" if last else "还没有公开过"
    counted_from = last or asked
    if counted_from < add_months(today, -term.count):
        words = f"超过{term.words}没有公开留言和答复（{since}），网站检查要扣分。"
        return [Finding("idle", "red", words, term.source, url)]
    if (counted_from.year, counted_from.month) < (today.year, today.month):
        words = f"本月还没有选登留言（{since}），代表性留言应每月公开。"
        return [Finding("month", "yellow", words, "政务公开工作要点任务分工：代表性留言每月公开", url)]
    return []
