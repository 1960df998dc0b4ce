"""The register of submissions to higher offices (向上级报送)."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.registers.columns import ASIDE, LISTED, Column
from gongkai.core.registers.filters import Year
from gongkai.core.registers.forms import New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.fields import Day
from gongkai.core.widgets.templatetags.ui import light
from gongkai.work.notices import actions
from gongkai.work.notices.models import Notice, Upward
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.states import NoticeState, UpwardState
from gongkai.work.notices.views.registers import own_bodies


def list_notices_in_force(by: Actor, row: Upward | None) -> QuerySet[Notice]:
    """Return visible notices in force."""
    return visible_to(by).filter(state=NoticeState.LIVE)


def _due_date(row: Upward) -> date | None:
    return timezone.localdate(row.entry.due_at) if row.entry.due_at else None


def _sent_time(row: Upward) -> object:
    return "不再报送" if row.entry.outcome == UpwardState.CANCELLED else row.sent_at or "未报送"


def _receipt_cell(row: Upward) -> SafeString | str:
    """Return the receipt, or the button for the next step."""
    if row.receipt or row.entry.outcome == UpwardState.CANCELLED:
        return row.receipt
    name, words = ("upward.receipt", "登记回执") if row.sent_at else ("upward.send", "登记已报送")
    address = f"{reverse('ledger_act', args=[row.entry_id, name])}?next={reverse('notices_upward')}"
    return format_html(
        '<a class="gk-btn gk-btn--small" href="{}">{}<span class="gk-sr">：{}</span></a>',
        address,
        words,
        row.entry.title,
    )


class UpwardSubmissions(Register[Upward]):
    """Submissions of a year to higher offices, by due date."""

    name, route, model, title = "notices.upward", "notices_upward", Upward, "向上级报送"
    section = (("任务分工", "notices_list"),)
    columns = (
        Column("light", "灯", cell=lambda row: light(row.entry.light), value=lambda row: "", at=LISTED),
        Column("entry__title", "标题", width=40),
        Column("kind", at=ASIDE),
        Column("entry__number", "编号", at=ASIDE),
        Column("entry__body", "报送单位"),
        Column("addressee", width=20),
        Column("due", "期限", value=_due_date, order="entry__due_at"),
        Column("sent_at", "报送时间", value=_sent_time, order="sent_at"),
        Column("receipt", cell=_receipt_cell, width=20),
        Column("notice", at=ASIDE),
        Column("words", at=ASIDE),
    )
    main = "entry__title"
    filters = (Year("entry__year", usual=True), "kind", "entry__body")
    words = ("entry__title", "entry__number", "addressee", "receipt")
    order = ("entry__due_at",)
    unit = "entry__body"
    has_record = False
    intro = "任务清单、完成情况、正负面清单等九类报送事项：报给谁、何时报、是否收到。"
    empty = "这一年还没有登记报送事项。"
    template = "notices/upward.html"
    new = New(
        action=actions.register_upward,
        label="登记报送事项",
        targets=own_bodies,
        target_label="报送单位",
        fields=("kind", "addressee", "due", "notice", "title", "words"),
        asks={
            "due": Day(label="期限"),
            "title": forms.CharField(
                label="标题", max_length=300, required=False, help_text="不填则自动生成。"
            ),
        },
        offers={"notice": list_notices_in_force},
    )

    def rows(self, by: Actor) -> QuerySet[Upward]:
        """Return the submissions of visible entries."""
        return super().rows(by).select_related("entry__body", "notice")

    def url_of(self, row: Upward) -> str:
        """Return the URL of the entry."""
        return row.entry.url
