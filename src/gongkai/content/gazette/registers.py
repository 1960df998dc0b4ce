"""Register of gazette issues (政府公报) with publication state and other channels (W-10)."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.content.editions.models import Document
from gongkai.content.gazette import actions, queries
from gongkai.content.gazette.forms import PrintedFilesForm
from gongkai.content.gazette.models import COVER_FIELDS, Issue
from gongkai.content.publishing.actions import submit
from gongkai.content.publishing.models import ChannelRelease
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_ONLY, Column, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import New
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field


def _render_state(row: AnyRow) -> SafeString | str:
    text = f"{timezone.localdate(row.out)}公开" if row.out else "未公开"
    return format_html('{} <span class="gk-tag">往期</span>', text) if row.past else text


def _describe_release(release: ChannelRelease) -> str:
    return f"{release.get_channel_display()}“{release.name}”{timezone.localdate(release.at)}"


def _render_channels(row: AnyRow) -> SafeString | str:
    """Return the channels of an issue as lines, or a note if none is recorded for a public one."""
    if row.spread:
        return format_html_join(mark_safe("<br>"), "{}", ((_describe_release(release),) for release in row.spread))
    return render_light("yellow", "还没有登记") if row.out else ""


def _submit_issues(request: HttpRequest, by: Actor, rows: QuerySet[Issue], facts: Mapping[str, object]) -> bool:
    """Submit selected issues for review and return true; refusals are reported one by one."""
    for issue in rows:
        run_with_messages(request, lambda issue=issue: submit(issue, by=by), f"{issue}已送审。")  # type: ignore[misc]
    return True


class IssueRegister(Register[Issue]):
    """Register of gazette issues that the user sees, newest first."""

    name, model, title = "gazette.issues", Issue, "政府公报"
    columns = (
        Column("issue", "期次", value=str, order="", width=30),
        Column("body", at=FILE_ONLY),
        Column("year", at=FILE_ONLY),
        Column("number", at=FILE_ONLY),
        Column("total", at=FILE_ONLY),
        "issued_on",
        Column("count", "篇数", value=lambda row: row.count, number=True, order="count"),
        Column("state", "状态", value=_render_state, width=16),
        Column(
            "spread",
            "新媒体等渠道传播",
            value=lambda row: "；".join(map(_describe_release, row.spread)),
            cell=_render_channels,
            width=32,
        ),
    )
    filters = ("body", YearFilter("year", label="年份"), "past")
    search_fields = ("name", "foreword")
    ordering = ("-year", "-number", "name")
    has_record = False
    shown_at = "gazette:issue"
    intro = (
        "从已公开的文件中选编，生成目录和正文，审签后公开；公开后自动登记为各文件的“政府公报”渠道。往期可以用表格补录。"
    )
    empty = "还没有公报。新建一期，从已公开的文件中选编；往期用表格补录。"
    template = "gazette/issues.html"
    new = New(
        action=actions.open_issue,
        label="新建一期",
        targets=queries.list_publishing_bodies,
        fields=COVER_FIELDS,
        asks={
            "name": forms.CharField(
                label="公报名称",
                max_length=120,
                required=False,
                help_text="不填的，为主办单位全称加“公报”",
            ),
            "foreword": words_field("卷首语", rows=2, limit=500, required=False),
        },
        initial=lambda by, row: {"year": timezone.localdate().year, "issued_on": timezone.localdate()},
        done="已新建，请选入文件。",
    )
    bulk_action = BulkAction(
        words="勾选的送审",
        do=_submit_issues,
        may=lambda by, listing: queries.list_publishing_bodies(by).exists(),
        row=lambda row: not row.out,
    )

    def rows(self, by: Actor) -> QuerySet[Issue]:
        """Return the issues, each with the number of its articles (`count`)."""
        return super().rows(by).annotate(count=Count("articles"))

    def prefetch(self, rows: Sequence[Issue], by: Actor) -> Sequence[Issue]:
        """Attach publication times and channels, loaded together."""
        found = Document.objects.filter(source__in=[row.stream for row in rows])
        documents = {document.source: document for document in found}
        spread = queries.map_channel_releases(documents.values())
        for row in rows:
            document = documents.get(row.stream)
            row.out = document.published_at if document else None  # type: ignore[attr-defined]
            row.spread = spread.get(document.pk, []) if document else []  # type: ignore[attr-defined]
        return rows

    def extra_context(self, request: HttpRequest, listing: Listing[Issue]) -> Mapping[str, object]:
        """Return the form for files of past issues, and whether the user edits a gazette."""
        return {"may": queries.list_publishing_bodies(listing.by).exists(), "files": PrintedFilesForm()}
