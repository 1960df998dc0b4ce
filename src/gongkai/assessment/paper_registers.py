"""Bulletins with what follows from them, how many a year are demanded, cases of being held to account, the look-back on rectifications."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.assessment import actions, queries
from gongkai.assessment.forms import sentences
from gongkai.assessment.least import ACCOUNT, TOPIC
from gongkai.assessment.models import Bulletin, BulletinKind, LookBack, Pursuit, YearlyTimes
from gongkai.assessment.queries.consequences import (
    bulletin_on_failure,
    bulletin_on_round,
    deductions,
    done_of,
    times_of,
)
from gongkai.assessment.queries.registers import bodies_overseen, bodies_seen, failures
from gongkai.assessment.queries.visible import governments_run
from gongkai.assessment.states import SHOWN, BulletinState
from gongkai.ledger.models import Entry
from gongkai.ledger.queries import visible_to as entries_visible_to
from gongkai.publishing.source_desk import desk_of
from gongkai.registers.columns import ASIDE, Column, sign
from gongkai.registers.filters import Year
from gongkai.registers.forms import Act, New
from gongkai.registers.record import Part
from gongkai.registers.register import Listing, Register
from gongkai.units.actors import Actor
from gongkai.units.forms.base import Day
from gongkai.units.models import Body

if TYPE_CHECKING:
    from gongkai.assessment.models import Indicator, Round
    from gongkai.spreadsheets.sheet import AnyRow

SECTION = (("考核评估", "assessment:home"),)
DEDUCTION = {
    "value": forms.DecimalField(label="扣分", min_value=0, max_value=100, decimal_places=2),
}
TEXT = sentences("正文", rows=10, least=ACCOUNT)


def entry_link(entry: Entry | None) -> SafeString | str:
    """Return an entry by its number and state, as a link."""
    if entry is None:
        return ""
    return format_html('<a href="{}">{}</a>　{}', entry.url, entry.number, entry.state_label)


def _rounds(by: Actor, row: object) -> "QuerySet[Round]":
    return queries.rounds_visible_to(by)


def _units(by: Actor, row: object) -> QuerySet[Body]:
    return bodies_seen(by)


def _begin(by: Actor, asked: QueryDict) -> Mapping[str, object]:
    """Return what a bulletin begins with: on a round its lowest units with what is weak, on a failure the proof."""
    heads = list(governments_run(by))
    first: dict[str, object] = {"body": heads[0].pk if heads else None}
    number = asked.get("round", "")
    if number.isdecimal():
        round_ = queries.rounds_visible_to(by).filter(pk=int(number), state__in=SHOWN).first()
        return first | (bulletin_on_round(round_) if round_ else {})
    return first | bulletin_on_failure(by, heads, asked.get("unit", ""), asked.get("failure", ""))


def _deductible(by: Actor, row: "AnyRow") -> "QuerySet[Indicator]":
    return deductions(by, list(row.units.values_list("pk", flat=True)))


def times_said(by: Actor, what: str, year: int) -> list[tuple[str, object]]:
    """Return how often something was done this year against what is demanded, for the figures above a list."""
    label = YearlyTimes.What(what).label
    return [(f"{times.demand.body.label}{year}年{label}", times.said) for times in times_of(by, what, year)]


class Bulletins(Register[Bulletin]):
    """Bulletins; above them, for the office, the failures that notices blame by name, with their proof (V-01, V-11 to V-13)."""

    name, model, title, section = "assessment.bulletins", Bulletin, "通报", SECTION
    record_route = "bulletin"
    acts_listed = False
    columns = (
        "title",
        "what",
        "number",
        Column("state", value=lambda row: row.state_label),
        "issued_on",
        Column("body", at=ASIDE),
        Column("round", at=ASIDE),
        Column("units", at=ASIDE),
        Column("persons", at=ASIDE),
        Column("public", at=ASIDE),
        Column("approved_by", at=ASIDE),
        Column("text", at=ASIDE),
    )
    filters = (Year("issued_on", label="印发年度"), "what", "public", "round")
    words = ("title", "number", "persons", "text")
    intro = (
        "表扬、批评和问题通报：起草后由政府或者政府办公室负责人批准再印发；向社会公开的须由政府负责人批准。"
    )
    empty = "还没有通报。"
    new = New(
        action=actions.draft_bulletin,
        targets=governments_run,
        target_label="政府",
        fields=("kind", "title", "text", "units", "persons", "public", "round"),
        asks={
            "kind": forms.ChoiceField(label="类别", choices=BulletinKind),
            "text": TEXT,
            "public": forms.BooleanField(
                label="向社会公开", required=False, help_text="须由本级政府负责人批准；正文不写台账编号。"
            ),
        },
        offers={"units": _units, "round": _rounds},
        begin=_begin,
        done="已起草。",
    )
    acts = (
        Act(
            action=actions.change_bulletin,
            label="修改",
            fields=("title", "text", "units", "persons", "public"),
            asks={"text": TEXT},
            offers={"units": _units},
            done="已保存。",
        ),
        Act(
            action=actions.approve_bulletin,
            quick=True,
            told=True,
            when=lambda row: row.state == BulletinState.DRAFT,
            done="已批准。",
        ),
        Act(
            action=actions.issue_bulletin,
            quick=True,
            told=True,
            when=lambda row: row.state == BulletinState.APPROVED,
            done="已印发，并通知有关单位。",
        ),
        Act(
            action=actions.order_bulletin_mending,
            part="entries",
            fields=("demand", "until"),
            asks={"demand": sentences("整改要求", rows=3, least=TOPIC), "until": Day(label="整改期限")},
            note="对通报的每个单位各下达一项整改，记入单位台账。",
            done="已下达整改。",
        ),
        Act(
            action=actions.deduct_by_bulletin,
            fields=("indicator", "value"),
            asks={
                "indicator": forms.ModelChoiceField(None, label="扣分的指标", empty_label="请选择"),
                **DEDUCTION,
            },
            offers={"indicator": _deductible},
            when=lambda row: row.state == BulletinState.ISSUED,
            note="计入正在评分的考核：通报的单位各扣这么多分，依据写这份通报。",
            done="已计入扣分。",
        ),
    )
    parts = (
        Part(
            name="entries",
            title="整改",
            model=Entry,
            rows=lambda row, by: row.entries.select_related("body").order_by("body__position"),
            columns=(
                Column("body"),
                Column("number", value=lambda row: row.number, cell=entry_link),
                Column("due_at"),
            ),
            empty="没有下达整改。",
        ),
    )
    template = "assessment/bulletins.html"
    record_template = "assessment/bulletin.html"

    def heading_of(self, row: Bulletin) -> str:
        """Return the title."""
        return row.title

    def totals(self, listing: Listing[Bulletin]) -> Sequence[tuple[str, object]]:
        """Return how many were issued this year against what is demanded."""
        return times_said(listing.by, YearlyTimes.What.BULLETIN, timezone.localdate().year)

    def links(self, by: Actor, row: Bulletin) -> Sequence[tuple[str, str]]:
        """Return the paper."""
        return [
            (words, reverse("assessment:letter", args=[row.pk, form]))
            for words, form in (("Word", "docx"), ("PDF", "pdf"))
        ]

    def beside(self, request: HttpRequest, listing: Listing[Bulletin]) -> Mapping[str, object]:
        """Return the failures that call for a bulletin."""
        return {"failures": failures(listing.by) if self.new_url(listing.by) else []}

    def beside_record(self, request: HttpRequest, by: Actor, row: Bulletin) -> Mapping[str, object]:
        """Return the way to the public, of one that is meant for it and issued."""
        return {"desk": desk_of(row, by, back=request.path) if row.public and row.issued_on else None}


def _standing(row: YearlyTimes) -> tuple[str, str]:
    """Return how far the times of a year are done, as a light and in words: red once the year is over."""
    behind = row.least - done_of(row)
    if behind <= 0:
        return "green", "已达到"
    return ("red" if row.year < timezone.localdate().year else "yellow"), f"还差{behind}次"


def _behind(row: YearlyTimes) -> str:
    return _standing(row)[1]


class Times(Register[YearlyTimes]):
    """How often a year results are circulated and units talked with, by which text."""

    name, model, title, section = "assessment.times", YearlyTimes, "通报、约谈次数", SECTION
    columns = (
        "what",
        "year",
        "body",
        "least",
        Column("done", "已办（次）", value=done_of, number=True),
        Column("state", "情况", value=_behind, cell=lambda row: sign(*_standing(row))),
        "basis",
    )
    filters = (Year("year"), "what", "body")
    has_record = False
    empty = "还没有设定每年通报、约谈的次数。"
    new = New(
        action=actions.set_times,
        targets=governments_run,
        target_label="政府",
        fields=("year", "what", "least", "basis"),
        asks={
            "year": forms.IntegerField(label="年度", min_value=2000, max_value=2100),
            "least": forms.IntegerField(
                label="每年至少（次）", min_value=0, max_value=99, help_text="填0取消这项要求。"
            ),
            "basis": forms.CharField(label="依据的文件", max_length=200),
        },
        initial=lambda by, row: {"year": timezone.localdate().year, "least": 2},
        label="设定次数",
        done="已设定。",
    )


def _bulletins(by: Actor, row: object) -> QuerySet[Bulletin]:
    return queries.bulletins_visible_to(by).filter(state=BulletinState.ISSUED)


def _published(row: Pursuit) -> SafeString | str:
    if row.address:
        return format_html('<a href="{}" rel="noopener">{}公开</a>', row.address, row.published_on)
    return f"不公开：{row.withheld}" if row.withheld else sign("yellow", "还没有登记公开情况")


class Pursuits(Register[Pursuit]):
    """Cases in which units or people were held to account (V-11)."""

    name, model, title, section = "assessment.pursuits", Pursuit, "追责", SECTION
    columns = (
        "on",
        Column("body"),
        "matter",
        "persons",
        "result",
        Column("words", at=ASIDE),
        Column("basis", at=ASIDE),
        "authority",
        Column("bulletin", at=ASIDE),
        Column(
            "published_on",
            "公开情况",
            value=lambda row: row.address or (f"不公开：{row.withheld}" if row.withheld else ""),
            cell=_published,
        ),
    )
    main = "body"
    filters = (Year("on"), "body", "result")
    words = ("matter", "persons", "basis", "authority")
    intro = (
        "对重要信息不发布、重大政策不解读、热点问题不回应，情节严重、造成严重后果的，由有关机关依规追究责任；"
        "这里登记依据、决定机关、结果和公开情况。"
    )
    empty = "没有登记过追责。"
    new = New(
        action=actions.record_pursuit,
        targets=bodies_overseen,
        fields=("on", "matter", "persons", "basis", "authority", "result", "words", "bulletin"),
        offers={"bulletin": _bulletins},
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=actions.publish_pursuit,
            fields=("published_on", "address", "withheld"),
            label="登记公开情况",
            done="已登记。",
        ),
    )


def _verdict(row: "AnyRow") -> SafeString | str:
    seen: LookBack | None = getattr(row, "look_back", None)
    if seen is None:
        return "" if row.closed_at else "未办结"
    if seen.holds:
        return format_html("整改到位　{} {}：{}", seen.on, seen.by, seen.words)
    return format_html(
        '<span class="gk-chip gk-chip--warn">不到位</span> {}　{} {}：{}',
        entry_link(seen.again),
        seen.on,
        seen.by,
        seen.words,
    )


def _verdict_said(row: "AnyRow") -> str:
    seen: LookBack | None = getattr(row, "look_back", None)
    return "" if seen is None else f"{'整改到位' if seen.holds else '不到位，重新下达'}：{seen.words}"


#: What a look-back said → the condition on entries.
LOOKED = {
    "open": ("未办结", Q(closed_at=None)),
    "waiting": ("待回头看", Q(closed_at__isnull=False, look_back=None)),
    "holds": ("整改到位", Q(look_back__holds=True)),
    "back": ("不到位，重新下达", Q(look_back__holds=False)),
}


class LookBacks(Register[Entry]):
    """A year's rectifications looked at again (V-08): each with the verdict, given on a page that shows what was ordered and how it was closed."""

    name, model, title, section = "assessment.look_backs", Entry, "整改回头看", SECTION
    columns = (
        "number",
        Column("title", width=40),
        Column("body"),
        Column("state", "整改", value=lambda row: row.state_label),
        Column("verdict", "回头看", value=_verdict_said, cell=_verdict, width=40),
        Column("what", "问题", value=lambda row: row.rectification.what, at=ASIDE),
        Column("demand", "要求", value=lambda row: row.rectification.demand, at=ASIDE),
        Column("address", "网址", value=lambda row: row.rectification.address, at=ASIDE),
        Column("report", "整改情况", value=lambda row: row.rectification.report, at=ASIDE),
        Column("closed_at", at=ASIDE),
    )
    main = "number"
    filters = (
        Year("year", usual=True, back=1),
        "body",
        (
            "looked",
            ChoiceFilter(
                label="回头看",
                choices=[(key, words) for key, (words, _) in LOOKED.items()],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(LOOKED[value][1]),
            ),
        ),
    )
    words = ("title", "number")
    order = ("body__position", "pk")
    has_record = False
    empty = "这一年没有下达整改。"
    acts = (
        Act(
            action=actions.look_back,
            label="登记回头看",
            when=lambda row: row.closed_at is not None and getattr(row, "look_back", None) is None,
            asks={
                "holds": forms.TypedChoiceField(
                    label="结论",
                    choices=[("", "请选择"), ("1", "整改到位"), ("0", "整改不到位，重新下达")],
                    coerce=lambda value: value == "1",
                ),
                "words": sentences("情况", rows=3, least=TOPIC),
                "until": Day(label="重新整改的期限", required=False, help_text="整改不到位的填写。"),
            },
            beside=("what", "demand", "address", "report", "closed_at"),
            done="已登记。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Entry]:
        """Return the rectifications that somebody sees."""
        rows = entries_visible_to(by).filter(kind="rectification")
        return rows.select_related("body", "rectification", "look_back__again")

    def url_of(self, row: Entry) -> str:
        """Return the entry's own page."""
        return row.url

    def heading_of(self, row: Entry) -> str:
        """Return number and title."""
        return f"{row.number} {row.title}"

    def totals(self, listing: Listing[Entry]) -> Sequence[tuple[str, object]]:
        """Return how many stand how."""
        rows = listing.rows.order_by()
        return [(words, f"{rows.filter(condition).count():,}") for words, condition in LOOKED.values()]
