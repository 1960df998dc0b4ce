"""Register of the look-back (回头看) on a year's rectifications (V-08)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.forms import make_sentences_field
from gongkai.oversight.assessment.models import LookBack
from gongkai.oversight.assessment.paper_registers import ASSESSMENT_SECTION, make_entry_link
from gongkai.oversight.assessment.rules import MIN_TOPIC_CHARACTERS

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow


def _verdict(row: "AnyRow") -> SafeString | str:
    seen: LookBack | None = getattr(row, "look_back", None)
    if seen is None:
        return "" if row.closed_at else "未办结"
    if seen.holds:
        return format_html("整改到位　{} {}：{}", seen.on, seen.by, seen.words)
    return format_html(
        '<span class="gk-chip gk-chip--warn">不到位</span> {}　{} {}：{}',
        make_entry_link(seen.again),
        seen.on,
        seen.by,
        seen.words,
    )


def _verdict_said(row: "AnyRow") -> str:
    seen: LookBack | None = getattr(row, "look_back", None)
    return "" if seen is None else f"{'整改到位' if seen.holds else '不到位，重新下达'}：{seen.words}"


#: Result of a look-back → filter on entries.
LOOK_BACK_RESULTS = {
    "open": ("未办结", Q(closed_at=None)),
    "waiting": ("待回头看", Q(closed_at__isnull=False, look_back=None)),
    "holds": ("整改到位", Q(look_back__holds=True)),
    "back": ("不到位，重新下达", Q(look_back__holds=False)),
}


class LookBackRegister(Register[Entry]):
    """Register of a year's rectifications with the result of the look-back (V-08)."""

    name, model, title, section = "assessment.look_backs", Entry, "整改回头看", ASSESSMENT_SECTION
    columns = (
        "number",
        Column("title", width=40),
        Column("body"),
        Column("state", "整改", value=lambda row: row.state_label),
        Column("verdict", "回头看", value=_verdict_said, cell=_verdict, width=40),
        Column("what", "问题", value=lambda row: row.rectification.what, at=FILE_AND_RECORD),
        Column("demand", "要求", value=lambda row: row.rectification.demand, at=FILE_AND_RECORD),
        Column("address", "网址", value=lambda row: row.rectification.address, at=FILE_AND_RECORD),
        Column("report", "整改情况", value=lambda row: row.rectification.report, at=FILE_AND_RECORD),
        Column("closed_at", at=FILE_AND_RECORD),
    )
    main = "number"
    filters = (
        YearFilter("year", this_year=True, back=1),
        "body",
        (
            "looked",
            ChoiceFilter(
                label="回头看",
                choices=[(key, words) for key, (words, _) in LOOK_BACK_RESULTS.items()],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(LOOK_BACK_RESULTS[value][1]),
            ),
        ),
    )
    search_fields = ("title", "number")
    ordering = ("body__position", "pk")
    has_record = False
    empty = "这一年没有下达整改。"
    acts = (
        Act(
            action=actions.record_look_back,
            label="登记回头看",
            when=lambda row: row.closed_at is not None and getattr(row, "look_back", None) is None,
            asks={
                "holds": forms.TypedChoiceField(
                    label="结论",
                    choices=[("", "请选择"), ("1", "整改到位"), ("0", "整改不到位，重新下达")],
                    coerce=lambda value: value == "1",
                ),
                "words": make_sentences_field("情况", rows=3, least=MIN_TOPIC_CHARACTERS),
                "until": YearCheckedDateField(label="重新整改的期限", required=False, help_text="整改不到位的填写。"),
            },
            beside=("what", "demand", "address", "report", "closed_at"),
            done="已登记。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Entry]:
        """Return the rectifications visible to the user."""
        rows = entries_visible_to(by).filter(kind="rectification")
        return rows.select_related("body", "rectification", "look_back__again")

    def url_of(self, row: Entry) -> str:
        """Return the URL of the entry."""
        return row.url

    def heading_of(self, row: Entry) -> str:
        """Return number and title."""
        return f"{row.number} {row.title}"

    def totals(self, listing: Listing[Entry]) -> Sequence[tuple[str, object]]:
        """Return the number of rectifications by result."""
        rows = listing.rows.order_by()
        return [(words, f"{rows.filter(condition).count():,}") for words, condition in LOOK_BACK_RESULTS.values()]
