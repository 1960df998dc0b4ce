"""Meanings of table headings on the review page, and the register of learnt headings."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import Column
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Alias, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.queries import aliases_visible_to
from gongkai.core.units.unit_filters import make_reach_condition
from gongkai.core.widgets.paging import get_page
from gongkai.work.notices import actions as act
from gongkai.work.notices.actions.table_heads import find_heading_meanings
from gongkai.work.notices.importing.table_heads import COLUMN_MEANINGS
from gongkai.work.notices.models import HeadName, Notice
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect


def build_heads_form(notice: Notice, actor: Actor, *, read: bool = False) -> dict[str, object]:
    """Return the context of the headings form; `read` reads missing headings from the file."""
    may = notice.editable and not act.assign_heading_meanings.why_not(notice, by=actor)
    last = notice.rereadings.first() if notice.editable else None
    rows = find_heading_meanings(notice) if may and read else notice.heads
    return {
        "heads": [(row, COLUMN_MEANINGS.get(row["meaning"], "")) for row in rows],
        "may_assign": may,
        "read_heads": read,
        "meanings": list(COLUMN_MEANINGS.items()),
        "reread": last,
        "may_undo_heads": last is not None and not act.undo_heading_meanings.why_not(notice, by=actor),
    }


def correct_heads(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the meaning of headings, or undo the last correction."""
    notice, actor = get_notice_or_404(request, pk)
    if request.method != "POST":
        return redirect("notices_review", pk)
    if request.POST.get("do") == "undo":
        return run_and_redirect(
            request, lambda: act.undo_heading_meanings(notice, by=actor), "已恢复更正前的各行。", "notices_review", pk
        )
    printed, meanings = request.POST.getlist("head")[:60], request.POST.getlist("meaning")[:60]
    wanted = dict(zip(printed, meanings, strict=False))

    def correct_or_undo() -> None:
        act.assign_heading_meanings(notice, by=actor, heads=wanted, learn="learn" in request.POST)

    return run_and_redirect(request, correct_or_undo, "已按更正后的表头重新读取，请核对。", "notices_review", pk)


@register_visible_to(HeadName)
def heads_visible_to(user: object) -> QuerySet[HeadName]:
    """Return the headings learnt by governments that the user supervises."""
    actor = get_actor(user)
    rows = HeadName.objects.select_related("government", "notice")
    return rows if actor.system else rows.filter(make_reach_condition(actor, "government__path"))


class LearntHeadRegister(Register[HeadName]):
    """The register of learnt headings and unit names, from which wrong ones can be deleted."""

    name, route, model, title = "notices.learnt", "notices_learnt", HeadName, "记住的写法"
    section = (("任务分工", "notices_list"),)
    file_name = "记住的表头"
    columns = (
        Column("printed", "表中印的"),
        Column("meaning", "读作", value=lambda row: row.meaning_label, order="meaning"),
        Column("government", "适用", value=lambda row: f"{row.government.label}及下级"),
        Column(
            "notice",
            cell=lambda row: (
                row.notice
                and format_html(
                    '<a href="{}">{}</a>', reverse("notices_review", args=[row.notice_id]), row.notice.title[:30]
                )
            ),
        ),
        "learnt_by",
        "learnt_at",
    )
    filters = (("meaning", ChoiceFilter(label="读作", choices=list(COLUMN_MEANINGS.items()), empty_label="全部")),)
    search_fields = ("printed",)
    ordering = ("-learnt_at",)
    has_record = False
    acts = (Act(action=act.forget_learnt_heading, label="删除", done="已不再记住。"),)
    intro = "核对通知时更正过的表头和单位写法，下次读取直接采用。记错了的，在这里删除；已经导入的通知不受影响。"
    empty = "还没有记住的表头。核对通知时在“表头”中更正各栏的含义，就会记在这里。"
    template = "notices/learnt.html"

    def extra_context(self, request: HttpRequest, listing: Listing[HeadName]) -> Mapping[str, object]:
        """Return the learnt names of units."""
        names = aliases_visible_to(listing.by).filter(source=Alias.Source.LEARNT)
        return {
            "names": get_page(request, names.select_related("office").order_by("-pk"), name="names"),
            "may": listing.by.has(Role.CHIEF),
        }
