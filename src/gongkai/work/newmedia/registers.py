"""Registers of accounts and posts (W-08, W-14, S-06)."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.registers.columns import FILE_AND_RECORD, LIST_ONLY, Column, render_light
from gongkai.core.registers.filters import YearFilter, make_hidden_filter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.privacy import find
from gongkai.work.newmedia import account_checks, actions, queries
from gongkai.work.newmedia.account_sections import RECORD_PARTS
from gongkai.work.newmedia.actions.posting import compose_post, is_outdated
from gongkai.work.newmedia.forms import (
    ACCOUNT_ACTS,
    CARRIED_FIELD,
    CLEARANCE_FIELDS,
    FUNCTIONS_FIELD,
    NUMBER_FIELDS,
    PERSON_FIELDS,
    PROOF_FIELD,
    SHARED_FORM_FIELDS,
    RewritePostForm,
)
from gongkai.work.newmedia.lower_sites import list_requestable_sites
from gongkai.work.newmedia.models import Account, Post
from gongkai.work.newmedia.states import PostState

NEWMEDIA_SECTION = (("政务新媒体", "newmedia:index"),)


def render_status_badge(row: Account) -> SafeString:
    """Return the status badge of an account."""
    today = timezone.localdate()
    key = account_checks.get_account_light(row, today)
    labels = {
        "green": "正常更新",
        "yellow": "将到更新期限",
        "blue": "备案中",
        "grey": row.get_state_display(),
        "red": "超期未更新" if account_checks.is_stale(row, today) else "未明确责任领导",
    }
    return render_light(key, labels[key])


def _render_name(row: Account) -> str:
    """Return the name, marked as account of the whole government or excellent account."""
    tags = [word for there, word in ((row.shared, "统一账号"), (row.excellent, "优质账号")) if there]
    return f"{row.name}（{'、'.join(tags)}）" if tags else row.name


def _render_last_update(row: Account) -> SafeString | str:
    """Return the day of the last update and the days since then, or the day of closing."""
    if row.closed_on:
        return f"{row.closed_on}关停"
    if row.updated_on is None:
        return "没有登记" if row.state == "open" else ""
    idle = account_checks.count_idle_days(row, timezone.localdate())
    return format_html('{}<br><span class="gk-soft">{}天前</span>', row.updated_on, idle)


def _render_open_filing(row: Account) -> SafeString | str:
    """Return the open filing of an account, linked for its own units, or ""."""
    filing = queries.map_open_filings([row]).get(row.pk)
    if filing is None:
        return ""
    text = f"{filing.get_kind_display()}：{filing.entry.state_label}"
    return format_html('<a href="{}">{}</a>', filing.entry.url, text) if row.own else text  # type: ignore[attr-defined]


class AccountRegister(Register[Account]):
    """Register of accounts; those without recent updates or without a leader are red."""

    name, model, title, record_route = "newmedia.index", Account, "政务新媒体", "account"
    file_name = "政务新媒体账号"
    columns = (
        Column("light", "灯", value=lambda row: "", cell=render_status_badge, at=LIST_ONLY),
        Column("body"),
        "platform",
        Column("name", cell=_render_name),
        Column("handle", at=FILE_AND_RECORD),
        Column("address", at=FILE_AND_RECORD),
        Column("functions", value=lambda row: row.functions_label, width=30),
        Column("about", at=FILE_AND_RECORD),
        Column("operator", at=FILE_AND_RECORD),
        Column("updated_on", cell=_render_last_update),
        "leader",
        Column("filing", "备案", value=lambda row: "", cell=_render_open_filing, at=LIST_ONLY),
        Column("keeper", at=FILE_AND_RECORD),
        Column("keepers", at=FILE_AND_RECORD),
        Column("funds", at=FILE_AND_RECORD),
        Column("followers", at=FILE_AND_RECORD),
        Column("opened_on", at=FILE_AND_RECORD),
        Column("closed_on", at=FILE_AND_RECORD),
        Column("state", at=FILE_AND_RECORD),
        *(Column(name, at=FILE_AND_RECORD) for name in ("rules_content", "rules_promotion", "rules_interaction")),
        *(Column(name, at=FILE_AND_RECORD) for name in ("ipv6", "hosts", "excellent", "why_more", "why_name")),
    )
    main = "name"
    filters = (
        (
            "tab",
            ChoiceFilter(
                label="分类",
                choices=[*queries.REGISTER_TABS.items()],
                empty_label=None,
                method=lambda rows, name, value: queries.filter_accounts_by_tab(rows, value, timezone.localdate()),
            ),
        ),
        "platform",
        "body",
    )
    initial_filters = {"tab": "open"}
    search_fields = ("name", "body__name")
    intro = (
        "账号的开设、变更、关停都要备案。一个单位在同一平台原则上只开设一个账号；两周没有更新的亮红灯，"
        "没有明确责任领导的也亮红灯。"
    )
    empty = "还没有账号。已有的账号用表格导入，新开设的请提出开设备案。"
    new = New(
        action=actions.file_account_opening,
        label="提出开设备案",
        targets=queries.list_own_bodies,
        fields=(
            *("platform", "name", "functions", "about", "shared", "leader", "keeper", "keepers", "funds"),
            *("operator", "reason", "why_more", "why_name", "proof"),
        ),
        groups=(
            ("开设什么账号", ("body", "platform", "name", "functions", "about", "shared")),
            ("谁负责", ("leader", "keeper", "keepers", "funds", "operator")),
            ("为什么开设", ("reason", "why_more", "why_name", "proof")),
        ),
        asks={**FUNCTIONS_FIELD, **NUMBER_FIELDS, **PROOF_FIELD, **SHARED_FORM_FIELDS},
        offers={name: lambda by, row: queries.list_people(queries.list_own_bodies(by)) for name in PERSON_FIELDS},
        note="由政务公开办审核；同意后在平台开设，再回来填写开设日期和主页地址，备案即办结。",
        done="已提出开设备案。",
    )
    acts = ACCOUNT_ACTS
    parts = RECORD_PARTS
    importer = "newmedia"
    template = "newmedia/index.html"

    def totals(self, listing: Listing[Account]) -> Sequence[tuple[str, object]]:
        """Return the counts of all accounts by state, regardless of filters."""
        rows, today = self.rows(listing.by).order_by(), timezone.localdate()
        names = ("open", "stale", "leaderless", "no_ipv6", "closed")
        counts = [(name, queries.filter_accounts_by_tab(rows, name, today).count()) for name in names]
        return [(queries.REGISTER_TABS[name], f"{count:,}") for name, count in counts if count or name != "no_ipv6"]

    def get_heading(self, row: Account) -> str:
        """Return the account's name with its platform."""
        return f"{row.name}（{row.get_platform_display()}）"

    def extra_facts(self, by: Actor, row: Account) -> Sequence[tuple[str, object]]:
        """Return status, other accounts of the unit, and IPv6 support of a client."""
        names = {open_account.name for open_account in row.body.newmedia.filter(state="open")}
        names_differ = row.state == "open" and len(names) > 1
        is_open_app = row.state == "open" and row.platform == "app"
        hosts_words = (
            f"{row.hosts_fault or '各域名都有IPv6地址'}（{row.hosts_asked_on}核查）" if row.hosts_asked_on else ""
        )
        return (
            ("灯", render_status_badge(row)),
            ("各平台名称不一致", "、".join(sorted(names)) if names_differ else ""),
            ("支持IPv6", ("没有登记" if row.ipv6 is None else "不支持") if is_open_app and not row.ipv6 else ""),
            ("域名的IPv6", hosts_words or ("还没有登记客户端访问的域名" if is_open_app and not row.hosts else "")),
        )

    def record_links(self, by: Actor, row: Account) -> Sequence[tuple[str, str]]:
        """Return the link to the open filing, else links to the account and the choice of documents."""
        filing = queries.map_open_filings([row]).get(row.pk)
        if filing is not None and row.own:  # type: ignore[attr-defined]
            return ((f"办理{filing.get_kind_display()}备案", filing.entry.url),)
        may = row.state == "open" and not actions.prepare_post.why_not(row, by=by)
        opened = (("打开账号", row.address),) if row.address else ()
        return (*opened, ("发布内容", reverse("newmedia:choose"))) if may else opened


def _render_post_state(row: Post) -> SafeString | str:
    """Return the state, red if a requested post is overdue."""
    late = row.state == PostState.ASKED and row.until is not None and row.until < timezone.localdate()
    return render_light("red", "逾期未转发") if late else row.get_state_display()


def _render_release(row: Post) -> SafeString | str:
    """Return the time of publication, linked if there is an address, or the reason against it."""
    if row.carried:
        time_words = f"{timezone.localtime(row.decided_at):%Y-%m-%d %H:%M}"
        return format_html('<a href="{}" rel="noopener">{}</a>', row.carried, time_words)
    if row.release is None:
        return row.reason
    time_words = f"{timezone.localtime(row.release.at):%Y-%m-%d %H:%M}"
    return (
        format_html('<a href="{}" rel="noopener">{}</a>', row.release.address, time_words)
        if row.release.address
        else time_words
    )


def make_posts_url(document: int) -> str:
    """Return the URL of a document's posts on all accounts (W-14)."""
    return f"{reverse('newmedia:posts')}?document={document}"


class PostRegister(Register[Post]):
    """Register of posts: prepared, cleared through the five gates, posted after the site."""

    name, model, title, section = "newmedia.posts", Post, "新媒体内容发布", NEWMEDIA_SECTION
    record_route = "post"
    acts_listed = False
    columns = (
        "title",
        Column("place", "账号或者网站", value=lambda row: row.place),
        Column("unit", "主办单位", value=lambda row: row.body),
        Column("state", cell=_render_post_state),
        "until",
        Column("asked_by", at=FILE_AND_RECORD),
        Column(
            "release",
            "发布时间",
            value=lambda row: row.release.at if row.release else row.decided_at,
            cell=_render_release,
        ),
        Column("prepared_by", at=FILE_AND_RECORD),
        Column("cleared_by", at=FILE_AND_RECORD),
        Column("reason", at=FILE_AND_RECORD),
        Column("text", at=FILE_AND_RECORD),
    )
    filters = (
        "state",
        "account",
        YearFilter("prepared_at", label="编写年度"),
        (
            "document",
            make_hidden_filter(lambda rows, name, value: rows.filter(document=parse_whole_number(value) or 0)),
        ),
    )
    search_fields = ("title", "account__name", "account__body__name", "site", "site_body__name")
    ordering = ("-pk",)
    intro = (
        "网站是第一公开平台：网站公开的信息编写成文字和图片，过五关审核后发到账号，登记发布时间和链接，"
        "作为“政务新媒体”渠道的记录。"
    )
    empty = "没有内容。选择网站已公开的信息，为账号编写。"
    new_label = "选择要发布的信息"
    acts = (
        Act(
            action=actions.prepare_post,
            to=lambda row: row.account,
            given={"document": lambda row: row.document},
            quick=True,
            label="编写内容",
            when=lambda row: (
                row.account_id and (row.state == PostState.ASKED or is_outdated(row, compose_post(row.document)))
            ),
            done="已按现在公开的内容编写。",
        ),
        Act(
            action=actions.record_website_copy,
            fields=("at", "address"),
            asks={"at": SHARED_FORM_FIELDS["at"], "address": CARRIED_FIELD},
            initial=lambda by, row: {"at": timezone.localtime().replace(second=0, microsecond=0)},
            note="按本单位的审核程序在网站转载以后，登记时间和网址。",
            label="登记已转载",
            when=lambda row: row.account_id is None and row.state == PostState.ASKED,
            done="已登记转载的时间和网址。",
        ),
        Act(
            action=actions.rewrite_post,
            form=RewritePostForm,
            label="修改",
            when=lambda row: row.account_id,
            done="已保存，请送另一人审核。",
        ),
        Act(
            action=actions.clear_post,
            fields=("gates", "words", "seen"),
            asks=CLEARANCE_FIELDS,
            initial=lambda by, row: {"seen": actions.digest_post(row), "gates": []},
            beside=("text",),
            label="五关审核",
            told=True,
            when=lambda row: row.state == PostState.DRAFT,
            done="五关审核通过，可以发布。",
        ),
        Act(
            action=actions.mark_posted,
            fields=("at", "address", "proof"),
            asks={**SHARED_FORM_FIELDS, **PROOF_FIELD},
            initial=lambda by, row: {"at": timezone.localtime().replace(second=0, microsecond=0)},
            note="复制文字、保存图片，到平台上发布后，回来登记时间和链接；没有链接时上传截图。",
            when=lambda row: row.account_id,
            label="登记已发布",
            done="已登记，并作为“政务新媒体”渠道的记录。",
        ),
        Act(action=actions.send_back_post, label="退回修改", when=lambda row: row.account_id, done="已退回修改。"),
        Act(action=actions.decline_post, label="不转发", done="已登记不转发。"),
    )
    record_template = "newmedia/post.html"

    def new_url(self, by: Actor) -> str:
        """Return the URL on which published documents are chosen; "" if the user has no account or site."""
        return reverse("newmedia:choose") if queries.list_writable_accounts(by) or list_requestable_sites(by) else ""

    def get_heading(self, row: Post) -> str:
        """Return the title."""
        return row.title

    def record_links(self, by: Actor, row: Post) -> Sequence[tuple[str, str]]:
        """Return the link to other posts of the document."""
        return (("各网站、账号转发情况", make_posts_url(row.document_id)),)

    def totals(self, listing: Listing[Post]) -> Sequence[tuple[str, object]]:
        """Return the chosen document, and the numbers of its posts (W-14)."""
        rows = listing.rows.order_by()
        if (first_post := rows.first() if listing.chosen.get("document") else None) is None:
            return ()
        return (
            ("信息", first_post.title),
            ("网站和账号", rows.count()),
            ("已发布", rows.filter(state=PostState.POSTED).count()),
        )

    def extra_facts(self, by: Actor, row: Post) -> Sequence[tuple[str, object]]:
        """Return the columns in which the document is published."""
        sites = shelf_visible_to(ANONYMOUS).filter(document=row.document_id, column__isnull=False, direct=True)
        names = [f"{shelf.website.name} > {shelf.column}" for shelf in sites.select_related("website", "column")]
        return (("网站栏目", "；".join(names) or "不在任何栏目中公开"),)

    def record_context(self, request: HttpRequest, by: Actor, row: Post) -> Mapping[str, object]:
        """Return the state of the document (public, unchanged), and the personal data in the post."""
        public = compose_post(row.document)
        return {
            "public": public,
            "changed": public is not None and public.edition != row.edition,
            "personal": find(f"{row.title}\n{row.text}")[:10],
        }
