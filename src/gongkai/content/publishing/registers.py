"""Registers of idle units, sites, releases through other channels (其他渠道发布) and erasures (依法删除)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Edition, Shelf, Website
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.erasure import list_erasure_requests
from gongkai.content.publishing.models import ChannelRelease, get_document_title, map_document_titles
from gongkai.content.publishing.panels import RELEASED_BEFORE_SITE
from gongkai.content.publishing.proposed_words import list_proposed_words
from gongkai.core.registers.columns import FILE_AND_RECORD, Column, render_chip, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

#: Days without a publication after which a unit counts as idle, as the national indicators do for columns.
MAX_IDLE_DAYS = 183


def _count_idle_days(row: AnyRow) -> int | None:
    """Return the days since the last publication; None without any."""
    return (timezone.now() - row.last).days if row.last else None


class IdleUnitRegister(Register[Body]):
    """Register of units without a recent publication."""

    name, model, title, section = "publishing.idle", Body, "久未公开的单位", ("信息公开",)
    columns = (
        Column("name", "单位", order="position"),
        Column("kind", "类别"),
        Column("last", "最后公开", value=lambda row: row.last or "从未公开", order="last", width=20),
        Column("days", "天数", value=_count_idle_days, number=True),
        Column("items", "公开的信息", value=lambda row: row.items, order="items", number=True),
    )
    filters = ("kind",)
    search_fields = ("name", "short_name")
    ordering = ("position",)
    intro = f"没有公开过信息，或超过 {MAX_IDLE_DAYS} 天没有新的公开信息的单位。"
    empty = "所有单位近期都公开了信息。"
    has_record = False

    def rows(self, by: Actor) -> QuerySet[Body]:
        """Return the units without a recent publication, with their last one and number of public items."""
        now = timezone.now()
        public = Shelf.objects.filter(column=None, from_at__lte=now, body=OuterRef("pk")).order_by()
        last = public.filter(audience="all").values("body").annotate(last=Max("from_at")).values("last")
        items = public.values("body").annotate(items=Count("document", distinct=True)).values("items")
        rows = bodies_seen(by).filter(active_to=None, merged_into=None)
        rows = rows.annotate(last=Subquery(last), items=Coalesce(Subquery(items), 0))
        return rows.filter(Q(last=None) | Q(last__lt=now - timedelta(days=MAX_IDLE_DAYS)))


def _render_name(row: Website) -> SafeString | str:
    return format_html('{} <span class="gk-tag">默认</span>', row.name) if row.is_default else row.name


def _render_leader(row: AnyRow) -> SafeString | str:
    if row.leader:
        return str(row.leader)
    url = reverse("publishing:website", args=[row.pk])
    text = f"没有写明，{'填写的待另一人确认' if row.waits else '去填写'}"
    return format_html('<a href="{}">{}</a>', url, render_light("red", text))


class WebsiteRegister(Register[Website]):
    """Register of sites, each with its responsible editor (S-06); a site without one is red."""

    name, model, title, section = "publishing.websites", Website, "网站", ("信息公开",)
    columns = (
        Column("name", "名称", value=lambda row: row.name, cell=_render_name, order="name"),
        Column("host", "域名"),
        Column("code", "标识码"),
        Column("sponsor", "主办单位"),
        Column("leader", "意识形态责任人", value=lambda row: row.leader, cell=_render_leader, order="leader"),
        Column("undertaker", at=FILE_AND_RECORD),
        Column("contact", at=FILE_AND_RECORD),
    )
    search_fields = ("name", "host", "sponsor")
    intro = "新建的网站自带政府信息公开平台和法定固定栏目。"
    empty = "还没有网站。"
    has_record = False
    shown_at = "publishing:website"
    new_label = "新建网站"

    def prefetch(self, rows: Sequence[Website], by: Actor) -> Sequence[Website]:
        """Mark sites without a name that have one awaiting confirmation."""
        for row in rows:
            row.waits = not row.leader and bool(list_proposed_words(row))  # type: ignore[attr-defined]
        return rows

    def list_links(self, by: Actor, row: Website) -> Sequence[tuple[str, str]]:
        """Return [(label, URL)] of its columns."""
        return (("栏目登记", f"{reverse('publishing:columns')}?site={row.pk}"),)

    def new_url(self, by: Actor) -> str:
        """Return the URL for creating a site, or "" if the user may not."""
        return "" if actions.open_website.why_not(None, by=by) else reverse("publishing:website_new")


#: 网站是第一公开平台 (requirements P-14): a release that the site does not have, or had only later.
IRREGULAR, TOGETHER, DROPPED = "irregular", "together", "dropped"
#: State filter of the releases.
RELEASE_STATES = [
    (IRREGULAR, "网站没有或者晚于该渠道"),
    (TOGETHER, "与网站同步或者在其后"),
    (DROPPED, "已作废"),
]


def _filter_by_state(rows: "QuerySet[ChannelRelease]", name: str, value: str) -> "QuerySet[ChannelRelease]":
    """Filter by void, missing from the site or earlier than it, or neither."""
    if value == DROPPED:
        return rows.exclude(dropped="")
    return rows.filter(dropped="").filter(RELEASED_BEFORE_SITE if value == IRREGULAR else ~RELEASED_BEFORE_SITE)


def _render_publication_time(row: ChannelRelease) -> object:
    """Return the time on the site, as a chip if a valid release was earlier; a chip if it is not public."""
    moment = row.document.published_at
    if row.dropped:
        return moment
    return (
        render_chip("尚未公开") if moment is None else render_chip("晚于该渠道", moment) if moment > row.at else moment
    )


def _get_title(row: ChannelRelease) -> str:
    """Return the title of the released document."""
    return getattr(row, "title", "") or get_document_title(row.document)


class ChannelReleaseRegister(Register[ChannelRelease]):
    """Releases through other channels; by default those missing from the site or earlier than it."""

    name, model, title, section = "publishing.channels", ChannelRelease, "其他渠道发布", ("信息公开",)
    columns = (
        Column("title", "信息", value=_get_title, order="", width=40),
        Column("document__body", "单位"),
        "channel",
        "name",
        Column("at", "该渠道发布"),
        Column(
            "published",
            "网站公开",
            value=lambda row: row.document.published_at,
            cell=_render_publication_time,
            order="document__published_at",
        ),
        Column("address", at=FILE_AND_RECORD),
        Column("note", at=FILE_AND_RECORD),
        Column("recorded_by", at=FILE_AND_RECORD),
        Column("dropped", at=FILE_AND_RECORD),
    )
    filters = (
        ("state", ChoiceFilter(label="情况", choices=RELEASE_STATES, empty_label="全部", method=_filter_by_state)),
        "channel",
        YearFilter("at"),
        "document__body",
    )
    initial_filters = {"state": IRREGULAR}
    search_fields = ("name", "note")
    ordering = ("-at",)
    intro = "政府网站是第一公开平台，其他渠道与网站同步发布或者在其后。发布在信息的页面上登记。"
    empty = "没有登记过其他渠道的发布。"
    has_record = False

    def rows(self, by: Actor) -> QuerySet[ChannelRelease]:
        """Return the releases of documents that the user sees."""
        return super().rows(by).select_related("document__body")

    def prefetch(self, rows: Sequence[ChannelRelease], by: Actor) -> Sequence[ChannelRelease]:
        """Attach the documents' titles, loaded together."""
        titles = map_document_titles(row.document for row in rows)
        for row in rows:
            row.title = titles[row.document_id]  # type: ignore[attr-defined]
        return rows

    def get_url(self, row: ChannelRelease) -> str:
        """Return the URL of the released item."""
        item = row.document.item_number
        return reverse("publishing:item", args=(item,)) if item else ""


class ErasureRegister(Register[Edition]):
    """Register of editions erased by law, with pending requests above, oldest first."""

    name, model, title = "publishing.erasures", Edition, "依法删除"
    columns = (
        Column(
            "edition",
            "信息",
            value=lambda row: f"{row.document.index_number or row.document_id} 第{row.number}版",
            order="",
        ),
        Column("document__body", "单位"),
        Column("erasure__basis", "依据"),
        Column("asked_by", "提出", value=lambda row: row.erasure.asked_by or "随迁移撤销", order=""),
        Column("erasure__by", "批准"),
        Column("erasure__at", "删除时间"),
    )
    filters = (YearFilter("erasure__at"), "document__body")
    search_fields = ("erasure__basis", "document__index_number")
    ordering = ("-erasure__at",)
    intro = (
        "已公开的内容违反法律规定（如个人信息、秘密）必须删除的，先撤回或者更正，再在该信息的“版本”中提出，"
        "由另一个人批准，其中至少一人属于政务公开办。"
    )
    empty = "没有依法删除过内容。"
    has_record = False
    template = "publishing/erasures.html"

    def rows(self, by: Actor) -> QuerySet[Edition]:
        """Return the erased editions of documents that the user sees."""
        return super().rows(by).filter(erasure__isnull=False).select_related("erasure", "document__body")

    def get_url(self, row: Edition) -> str:
        """Return the URL of the erasure."""
        return reverse("publishing:erasure", args=(row.pk,))

    def extra_context(self, request: HttpRequest, listing: Listing[Edition]) -> Mapping[str, object]:
        """Return the pending requests, and whether the user may approve each."""
        return {
            "waiting": [
                {"asked": erasure_request, "mine": not actions.erase.why_not(erasure_request.edition, by=listing.by)}
                for erasure_request in list_erasure_requests(listing.by)
            ]
        }
