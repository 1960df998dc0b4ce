"""Actions and sections on the page of a site or account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.core.files.forms import OneFileField
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.registers.columns import Column, display_value, render_light
from gongkai.core.registers.forms import Act
from gongkai.core.registers.record import RecordTable
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import list_actor_bodies
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.templatetags.ui import unit
from gongkai.work.site_operations import actions, permissions
from gongkai.work.site_operations.actions.site_files import DUTY_FIELDS, FILE_FIELDS
from gongkai.work.site_operations.models import (
    DailyFind,
    DailyLog,
    Funding,
    Handover,
    HandoverPart,
    Member,
    Regulation,
    Turn,
    Upkeep,
)
from gongkai.work.site_operations.queries import get_site_file, has_site_file

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow

# Maximum numbers of persons in a rotation, and of problems a day.
MOST_NAMES, MOST_FINDS = 60, 50
# Default length of a new plan.
DEFAULT_PLAN_DAYS = 14


class NamesField(forms.CharField):
    """A field for names of persons, one a line."""

    def clean(self, value: object) -> list[str]:
        """Return the names (ValidationError: too many or too long)."""
        names = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(names) > MOST_NAMES or any(len(name) > 60 for name in names):
            raise ValidationError(f"每行填写一个姓名，不超过60字，最多{MOST_NAMES}人。")
        return names


class ReadingFindsField(forms.CharField):
    """A field for problems found in the daily reading, one a line: URL, space, problem."""

    def clean(self, value: object) -> list[tuple[str, str]]:
        """Return (URL, problem) of each line (ValidationError: a URL without problem, or too many)."""
        finds = []
        for line in str(super().clean(value) or "").splitlines():
            first_word, _, text_after = line.strip().partition(" ")
            has_address = first_word.startswith(("http://", "https://", "/"))
            address, problem = (first_word, text_after.strip()) if has_address else ("", line.strip())
            if address and not problem:
                raise ValidationError(f"请在网址后面空一格，写明问题：{address[:60]}")
            if len(problem) > 300 or len(address) > 500:
                raise ValidationError("问题不超过300字，网址不超过500字。")
            if problem:
                finds.append((address, problem))
        if len(finds) > MOST_FINDS:
            raise ValidationError(f"一次最多登记{MOST_FINDS}个问题，其余的请再登记一条日志。")
        return finds


def _list_rectifying_bodies(by: Actor, row: object) -> QuerySet[Body]:
    """Return units that the user may order to rectify; empty except for open-government offices."""
    rows = list_actor_bodies(by, roles=(), supervising=(Role.CHIEF,))
    return rows if by.has(Role.CHIEF) else rows.none()


def _get_initial_today(by: Actor, row: object) -> Mapping[str, object]:
    return {"since": timezone.localdate(), "on": timezone.localdate(), "day": timezone.localdate()}


def _list_unsigned_parts(row: "AnyRow") -> Sequence[tuple[object, str]]:
    """Return (value, label) of the parts that neither receiver nor witness has signed."""
    upkeep = get_site_file(row)
    signed = upkeep.handovers.exclude(received_at=None, witnessed_at=None) if upkeep.pk else Handover.objects.none()
    signed_parts = set(signed.values_list("part", flat=True))
    return [(value, label) for value, label in HandoverPart.choices if value not in signed_parts]


def _get_initial_plan_days(by: Actor, row: object) -> Mapping[str, object]:
    today = timezone.localdate()
    return {"first": today, "last": today + timedelta(days=DEFAULT_PLAN_DAYS)}


def _get_initial_funding(by: Actor, row: "AnyRow") -> Mapping[str, object]:
    """Return this year's stored funding as initial values, else only the year."""
    year = timezone.localdate().year
    funding = get_site_file(row).fundings.filter(year=year).first() or Funding(year=year)
    return {name: getattr(funding, name) for name in ("year", "budget", "contract", "contractor", "until")}


#: Acts on a site or account; the operating record must exist before the others.
SITE_ACTS = (
    Act(
        action=actions.save_site_file,
        model=Upkeep,
        to=get_site_file,
        fields=(*FILE_FIELDS, *DUTY_FIELDS),
        offers={"supervisor": lambda by, row: Body.objects.filter(active_to=None).order_by("position", "pk")},
        label="运行档案",
        note="从开始日期起，每天要有读网日志。",
        done="运行档案已保存。",
    ),
    Act(
        action=actions.write_daily_log,
        model=DailyLog,
        to=get_site_file,
        part="logs",
        fields=("day", "words", "finds", "body"),
        asks={
            "words": words_field("检查情况", limit=500, hint="检查了哪些页面、栏目和功能，情况怎样。"),
            "finds": ReadingFindsField(
                label="发现的问题",
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="每行一个：网址 问题。每个问题下达整改要求，15天内整改。",
            ),
            "body": UnitField(Body.objects.none(), label="整改单位", required=False, empty_label="主办单位"),
        },
        offers={"body": _list_rectifying_bodies},
        initial=_get_initial_today,
        when=lambda row: has_site_file(row) and get_site_file(row).reading_from is not None,
        done="读网日志已登记。",
    ),
    Act(
        action=actions.plan_duty_shifts,
        model=Turn,
        to=get_site_file,
        part="turns",
        fields=("first", "last", "names"),
        asks={
            "first": YearCheckedDateField(label="从"),
            "last": YearCheckedDateField(label="到"),
            "names": NamesField(
                label="值班人（每行一人，按顺序轮流）", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
            ),
        },
        initial=_get_initial_plan_days,
        when=has_site_file,
        done="值班已安排。",
    ),
    Act(
        action=actions.enter_regulation,
        model=Regulation,
        to=get_site_file,
        part="texts",
        fields=("kind", "title", "number", "since", "file"),
        asks={"file": OneFileField(kinds=PUBLIC_FILE_TYPES, label="制度文件", required=False)},
        initial=_get_initial_today,
        when=has_site_file,
        label="登记制度",
        done="制度已登记。",
    ),
    Act(
        action=actions.enter_handover,
        model=Handover,
        to=get_site_file,
        part="handover",
        fields=("part", "what", "giver", "on"),
        choices={"part": _list_unsigned_parts},
        asks={
            "what": words_field(
                "移交内容",
                rows=2,
                limit=500,
                hint="例如：管理员账号3个、后台地址和权限表；源代码和部署文档1份；栏目、信息和附件全部数据。",
            )
        },
        initial=_get_initial_today,
        when=has_site_file,
        done="移交事项已登记。",
    ),
    Act(
        action=actions.set_funding,
        model=Funding,
        to=get_site_file,
        part="money",
        fields=("year", "budget", "contract", "contractor", "until"),
        asks={"year": WholeNumberField(label="年度", min_value=2000, max_value=2100)},
        initial=_get_initial_funding,
        when=has_site_file,
        label="登记经费和合同",
        done="经费已登记。",
    ),
    Act(
        action=actions.enter_member,
        model=Member,
        to=get_site_file,
        part="team",
        fields=("name", "team", "field", "trained_on", "training"),
        when=has_site_file,
        label="登记成员和培训",
        done="成员已登记。",
    ),
)


def _load_logs(row: "AnyRow", by: Actor) -> Sequence[DailyLog]:
    """Return the logs of a site with the rectifications the user may open."""
    upkeep = get_site_file(row)
    if upkeep.pk is None:
        return []
    logs = list(upkeep.logs.prefetch_related("finds__entry__body"))
    ordered = [find.entry_id for log in logs for find in log.finds.all()]
    opened = set(entries_visible_to(by).filter(pk__in=ordered).values_list("pk", flat=True))
    for log in logs:
        log.opened = opened  # type: ignore[attr-defined]
    return logs


def _render_day(log: DailyLog) -> SafeString | str:
    """Return the day of a log, with the time of writing if that was later."""
    if timezone.localdate(log.at) == log.day:
        return f"{log.day}"
    return format_html('{}<br><span class="gk-soft">{}补记</span>', log.day, display_value(log.at))


def _render_finds(log: DailyLog) -> SafeString | str:
    """Return the finds of a log as HTML; an entry is linked only if the user may open it."""
    opened: set[int] = getattr(log, "opened", set())

    def render_entry(find: DailyFind) -> SafeString | str:
        """Return the rectification of a find, linked if the user may open it."""
        entry = find.entry
        if entry.pk in opened:
            return format_html('<a href="{}">{}</a>　{}', entry.url, entry.number, entry.state_label)
        return format_html("{}（{}承办）　{}", entry.number, unit(entry.body), entry.state_label)

    finds = log.finds.all()
    return format_html_join("", "<p>{} {}　{}</p>", ((f.address, f.what, render_entry(f)) for f in finds)) or "无"


def _make_rows_getter(related: str) -> "Callable[[AnyRow, Actor], AnyRows | Sequence[object]]":
    """Return a getter of the rows related to a site's operating record; none without a record."""

    def rows(row: "AnyRow", by: Actor) -> "AnyRows | Sequence[object]":
        upkeep = get_site_file(row)
        return getattr(upkeep, related).all() if upkeep.pk else []

    return rows


def _render_regulation(row: Regulation) -> SafeString | str:
    if row.stored_id is None:
        return row.title
    return format_html('<a href="{}">{}</a>', reverse("platform:text", args=[row.pk]), row.title)


def _render_state(row: Regulation) -> SafeString:
    """Return the traffic light of a regulation: in force, ended, or not yet in force."""
    today = timezone.localdate()
    if row.ended_on and row.ended_on <= today:
        return render_light("grey", f"{row.ended_on}停止执行")
    return render_light("blue", "尚未施行") if row.since > today else render_light("green", "现行")


def _render_signature(name: str, signed_at: datetime | None, missing_label: str) -> SafeString | str:
    """Return signer and time, or the words `missing_label` if nobody has signed."""
    return format_html("{}<br>{}", name, display_value(signed_at)) if signed_at else missing_label


def _render_receipt(row: Handover) -> SafeString | str:
    """Return the signer of the receipt, else a note on whether any user can sign."""
    waiting = "待签收" if permissions.can_be_received(row) else "接收单位还没有可以签收的工作人员"
    return _render_signature(row.received_by, row.received_at, waiting)


def _render_witness(row: Handover) -> SafeString | str:
    """Return the witness of a handover, else the pending step."""
    if row.received_at is None and row.witnessed_at is None:
        return "签收以后监交" if permissions.can_be_received(row) else ""
    waiting = "待监交签字" if permissions.can_be_witnessed(row) else "没有接收人以外可以监交的人"
    return _render_signature(row.witnessed_by, row.witnessed_at, waiting)


def _describe_training(row: Member) -> str:
    return f"{row.trained_on}　{row.training}" if row.trained_on else "没有培训记录"


#: Sections of the page of a site or account.
SITE_PARTS = (
    RecordTable(
        name="logs",
        title="读网日志",
        model=DailyLog,
        rows=_load_logs,
        columns=(
            Column("day", cell=_render_day),
            "by",
            "words",
            Column("finds", "发现的问题", value=lambda log: "", cell=_render_finds),
        ),
        note="当天登记；补记的日志注明登记时间。发现的问题下达整改。",
        empty="还没有读网日志。",
    ),
    RecordTable(
        name="turns",
        title="值班安排",
        model=Turn,
        rows=lambda row, by: (
            get_site_file(row).turns.filter(day__gte=timezone.localdate()) if has_site_file(row) else []
        ),
        columns=("day", "name"),
        empty="没有以后的值班安排。",
    ),
    RecordTable(
        name="texts",
        title="制度",
        model=Regulation,
        rows=_make_rows_getter("regulations"),
        columns=(
            Column("title", cell=_render_regulation),
            "kind",
            "number",
            "since",
            Column("state", "状态", value=lambda row: "", cell=_render_state),
        ),
        empty="五项制度都还没有登记。",
    ),
    RecordTable(
        name="handover",
        title="移交清单",
        model=Handover,
        rows=_make_rows_getter("handovers"),
        columns=(
            "part",
            "what",
            "giver",
            "on",
            Column("received_by", "接收", cell=_render_receipt),
            Column("witnessed_by", "监交", cell=_render_witness),
        ),
        acts=(
            Act(action=actions.sign_handover_receipt, quick=True, done="已签收。"),
            Act(action=actions.sign_handover_as_witness, quick=True, done="已监交签字。"),
        ),
        note="单位自行管理网站的，权限、代码、接口、数据移交和操作培训逐项登记，接收人签收，监交人签字。",
    ),
    RecordTable(
        name="money",
        title="经费",
        model=Funding,
        rows=_make_rows_getter("fundings"),
        columns=(Column("year", cell=lambda row: f"{row.year}年"), "budget", "contract", "contractor", "until"),
    ),
    RecordTable(
        name="team",
        title="团队",
        model=Member,
        rows=lambda row, by: get_site_file(row).members.filter(left_on=None) if has_site_file(row) else [],
        columns=("name", "team", "field", Column("training", "最近培训", cell=_describe_training)),
        acts=(
            Act(
                action=actions.enter_member,
                model=Member,
                to=lambda row: row.upkeep,
                given={"name": lambda row: row.name, "team": lambda row: row.team, "field": lambda row: row.field},
                label="登记培训",
                done="培训已登记。",
            ),
            Act(
                action=actions.record_departure,
                to=lambda row: row.upkeep,
                given={"member": lambda row: row.pk},
                quick=True,
                label="离开",
                done="已登记离开。",
            ),
        ),
    ),
)
