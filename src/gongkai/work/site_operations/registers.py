"""Registers of sites, accounts, daily logs and restore drills."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar
from urllib.parse import urlencode

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, Filter

from gongkai.content.editions.models import Website
from gongkai.core.registers.columns import FILE_AND_RECORD, FILE_ONLY, LIST_ONLY, Column, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.work.newmedia.models import Account
from gongkai.work.site_operations import permissions, queries
from gongkai.work.site_operations.models import DailyLog, RestoreDrill

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow

from gongkai.work.site_operations.queries import get_cached_status, get_site_file, has_site_file
from gongkai.work.site_operations.sections import SITE_ACTS, SITE_PARTS

SiteOrAccount = TypeVar("SiteOrAccount", bound=models.Model)


def _render_light(row: "AnyRow") -> SafeString:
    """Return the traffic light of a site with its reason in words."""
    status = get_cached_status(row)
    values = {"red": "有缺项" if status.lacks else "缺日志", "yellow": "今日未读", "green": "正常"}
    return render_light(status.light, values[status.light])


def _render_missing_days(row: "AnyRow") -> SafeString | str:
    """Return the number of days without a log and the latest of them, or 无."""
    missing = get_cached_status(row).missing
    if not missing:
        return "无"
    return format_html('<span class="gk-chip gk-chip--warn">{}天</span> 最近{}', len(missing), f"{missing[0]:%m-%d}")


def _describe_reading_today(row: "AnyRow") -> str:
    if get_site_file(row).reading_from is None:
        return "没有开始"
    return "已登记" if get_cached_status(row).read_today else "未登记"


SITE_COLUMNS = (
    Column("light", "灯", value=lambda row: "", cell=_render_light, at=LIST_ONLY),
    "name",
    Column("supervisor", "主管单位", value=lambda row: get_site_file(row).supervisor or "未明确"),
    Column("body", "主办单位"),
    Column("undertaker", "承办单位", value=lambda row: get_site_file(row).undertaker or "未明确"),
    Column(
        "leader", "责任领导", value=lambda row: queries.find_leader(get_site_file(row)) or "未明确", at=FILE_AND_RECORD
    ),
    Column("texts", "现行制度", value=lambda row: f"{get_cached_status(row).texts}/5"),
    Column("read", "今日读网", value=_describe_reading_today, at=LIST_ONLY),
    Column(
        "missing",
        "近30天缺读网日志的日期",
        value=lambda row: "、".join(day.isoformat() for day in get_cached_status(row).missing),
        cell=_render_missing_days,
        width=40,
    ),
    Column(
        "budget", "当年预算（万元）", value=lambda row: get_cached_status(row).budget, at=FILE_AND_RECORD, number=True
    ),
    Column("members", "团队（人）", value=lambda row: get_cached_status(row).members, at=FILE_AND_RECORD, number=True),
    Column("handed", "已签字移交（项）", value=lambda row: get_cached_status(row).handed, at=FILE_ONLY, number=True),
    Column(
        "lacks",
        "缺少",
        value=lambda row: "、".join(get_cached_status(row).lacks),
        cell=lambda row: "、".join(get_cached_status(row).lacks_short) or "无",
        width=50,
    ),
    Column("technical", "技术团队", value=lambda row: get_site_file(row).technical, at=FILE_AND_RECORD),
    Column(
        "technical_contact",
        "技术负责人和电话",
        value=lambda row: get_site_file(row).technical_contact,
        at=FILE_AND_RECORD,
    ),
    Column("content", "内容团队", value=lambda row: get_site_file(row).content, at=FILE_AND_RECORD),
    Column(
        "content_contact", "内容负责人和电话", value=lambda row: get_site_file(row).content_contact, at=FILE_AND_RECORD
    ),
    Column("reading_from", "值班读网开始日期", value=lambda row: get_site_file(row).reading_from, at=FILE_AND_RECORD),
)
#: Filter of the register by whether there is an operating record.
HAS_FILE_FILTER = (
    "filed",
    ChoiceFilter(
        label="运行档案",
        choices=[("1", "已登记"), ("0", "没有登记")],
        empty_label="全部",
        method=lambda rows, name, value: rows.filter(upkeep__isnull=value == "0"),
    ),
)


class OperatedRegister(Register[SiteOrAccount]):
    """The common part of the registers of sites and accounts."""

    acts_listed = False
    columns = SITE_COLUMNS
    main = "name"
    filters: "ClassVar[Sequence[str | YearFilter | tuple[str, Filter]]]" = ("body", HAS_FILE_FILTER)
    search_fields = ("name", "body__name", "upkeep__undertaker")
    ordering = ("body__position", "pk")
    intro = (
        "每个网站、账号都要有主管、主办、承办单位，有技术保障、内容统筹、信息发布、值班读网、运行维护五项制度，"
        "每天有人读网并留下日志。缺日志、缺制度的亮红灯。"
    )
    acts = SITE_ACTS
    parts = SITE_PARTS
    template = "platform/places.html"
    record_template = "platform/place.html"

    def log_of(self, row: SiteOrAccount) -> object:
        """Return the operating record, whose log stream is the history of the site."""
        return get_site_file(row)

    def extra_context(self, request: HttpRequest, listing: Listing[SiteOrAccount]) -> Mapping[str, object]:
        """Return this register's name, and whether the user is shown the restore drills."""
        by = listing.by
        drills = queries.drills_visible_to(by).exists() or by.has(Role.CHIEF, Role.ADMINISTRATOR)
        return {"here": self.name, "drills": drills}

    def record_context(self, request: HttpRequest, by: Actor, row: SiteOrAccount) -> Mapping[str, object]:
        """Return whether the user may export the whole site, for the template."""
        upkeep = get_site_file(row)
        return {
            "whole": upkeep.pk and upkeep.website_id and not permissions.list_reasons_against_keeping_file(by, upkeep)
        }

    def record_links(self, by: Actor, row: SiteOrAccount) -> Sequence[tuple[str, str]]:
        """Return the link to the logs of the site."""
        name: str = row.name  # type: ignore[attr-defined]  # sites and accounts have one
        url = f"{reverse('platform:logs')}?{urlencode({'q': name})}"
        return (("全部读网日志", url),) if has_site_file(row) else ()


class OperatedSiteRegister(OperatedRegister[Website]):
    """The government's sites."""

    name, model, title, record_route = "platform.index", Website, "网站运行", "site"
    file_name = "网站运行情况"
    empty = "您的单位没有网站。"

    def rows(self, by: Actor) -> QuerySet[Website]:
        """Return the visible sites."""
        return queries.websites_visible_to(by)


class OperatedAccountRegister(OperatedRegister[Account]):
    """The government's active social-media accounts."""

    name, model, title, record_route = "platform.accounts", Account, "账号运行", "account"
    section = (("网站运行", "platform:index"),)
    file_name = "政务新媒体账号运行情况"
    empty = "您的单位没有正在运行的账号。"
    filters = ("body", "platform", HAS_FILE_FILTER)

    def rows(self, by: Actor) -> QuerySet[Account]:
        """Return the visible active accounts."""
        return queries.accounts_visible_to(by)

    def get_heading(self, row: Account) -> str:
        """Return the name and platform of the account."""
        return f"{row.name}（{row.get_platform_display()}）"


class ReadingLogRegister(Register[DailyLog]):
    """The daily logs of all sites and accounts."""

    name, model, title = "platform.logs", DailyLog, "读网日志"
    section = (("网站运行", "platform:index"),)
    columns = (
        "day",
        Column("upkeep", "网站或者账号"),
        Column("unit", "主办单位", value=lambda log: log.upkeep.body),
        "by",
        "words",
        Column("finds", "发现的问题", value=lambda log: "\n".join(find.what for find in log.finds.all())),
        Column("entries", "整改", value=lambda log: "、".join(find.entry.number for find in log.finds.all())),
        Column("at", "登记时间"),
    )
    main = "day"
    filters = (YearFilter("day"),)
    search_fields = ("upkeep__website__name", "upkeep__account__name", "words", "by")
    has_record = False
    empty = "还没有读网日志。"


def _parse_backup_time(drill: RestoreDrill) -> datetime | str:
    """Return the time of the backup, or its text if it is no time."""
    try:
        return datetime.fromisoformat(drill.made_at)
    except ValueError:
        return drill.made_at


class RestoreDrillRegister(Register[RestoreDrill]):
    """Restore drills, the newest first."""

    name, model, title = "platform.drills", RestoreDrill, "恢复演练"
    section = (("网站运行", "platform:index"),)
    columns = (
        "at",
        Column(
            "ok",
            "结果",
            cell=lambda row: format_html(
                "{} {}", render_light("green", "完好") if row.ok else render_light("red", "不能用"), row.broken
            ),
        ),
        "name",
        Column("made_at", value=_parse_backup_time, order="made_at"),
        "movements",
        "files",
        Column("broken", at=FILE_ONLY),
    )
    filters = (YearFilter("at"), "ok")
    has_record = False
    template = "platform/drills.html"
    empty = "还没有演练记录。"
    intro = (
        "每年至少演练一次：系统管理员在服务器上运行“gongkai backup verify 备份文件”，"
        "把备份恢复到临时数据库，核验流水、封存值、公开版本和文件，结果自动登记在这里。"
    )

    def extra_context(self, request: HttpRequest, listing: Listing[RestoreDrill]) -> Mapping[str, object]:
        """Return whether a drill is due, for the template."""
        return {"due": queries.is_drill_due(timezone.localdate())}
