"""The review page: source next to the rows that were read, open questions first, edited in place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.pages import answer_form
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.asked import whole
from gongkai.work.notices.actions import amend_measure, confirm_notice, issue_notice, undo_import
from gongkai.work.notices.actions.corrections import MARKED_CHECKED, correct_front_page
from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.forms_records import FrontForm
from gongkai.work.notices.importing.flags import needs_single_decision
from gongkai.work.notices.importing.unit_names import NameResolver, has_strange_issuer
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, Part, UnitState
from gongkai.work.notices.planning.periods import TRACK_LABELS
from gongkai.work.notices.planning.roles import CHOICES_BY_FORM, OWNER_CHOICES
from gongkai.work.notices.planning.shared_deadlines import describe_source
from gongkai.work.notices.planning.wording import (
    PERIOD_WORDS,
    describe_rule_with_day,
    remove_paths_and_numbers,
)
from gongkai.work.notices.queries.readiness import (
    count_open_flags_by_kind,
    count_sweepable_flags,
    count_unresolved_units,
)
from gongkai.work.notices.queries.row_sources import (
    DeadlineSource,
    count_shared_deadlines,
    find_deadline_source,
    list_missed_sentences,
)
from gongkai.work.notices.states import NOTICE_MACHINE, NoticeState
from gongkai.work.notices.versions.last_year import LastYearRow, find_last_years_rows
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect
from gongkai.work.notices.views.corrections import OPERATIONS, AllRows, TouchedRows, read_front_values
from gongkai.work.notices.views.owners import find_current_choice, list_forms, list_groups, member_name
from gongkai.work.notices.views.revisions import build_amending_question
from gongkai.work.notices.views.table_heads import build_heads_form

# Kinds of deadlines in the form.
DEADLINE_CHOICES = (
    ("", "未写明"),
    ("by_date", "某日前"),
    ("yearly_by", "每年某日前"),
    ("working_days", "若干工作日内"),
    ("calendar_days", "若干日"),
    ("months", "某事项后若干个月内"),
    ("times", "若干次"),
    ("recurring", "周期"),
    ("ongoing", "及时、动态更新等"),
)


@dataclass
class ReviewDuty:
    """A duty on the page; `origin` is the source of its deadline, `alike` the duties sharing it."""

    duty: Duty
    sentence: str
    paths: str
    channels: str
    origin: str = ""
    alike: int = 0


@dataclass
class ReviewUnit:
    """A printed unit on the page, with suggestions if unresolved."""

    unit: MeasureUnit
    who: list[str]
    suggestions: list[Body] = field(default_factory=list)

    @property
    def meant(self) -> str:
        """The members in short."""
        if self.unit.everyone:
            return "全部单位"
        if self.unit.outside:
            return "系统外"
        if len(self.who) > 2:
            return f"{len(self.who)}个单位"
        return "、".join(self.who)

    @property
    def names(self) -> str:
        """All members, for tooltip and form."""
        return "、".join(self.who)


@dataclass
class ReviewRow:
    """A row on the page."""

    measure: Measure
    number: int
    sides: list[tuple[str, str, str, list[ReviewUnit]]]
    duties: list[ReviewDuty]
    flags: list[tuple[int, dict[str, object]]]
    editing: bool = False
    last: LastYearRow | None = None

    @property
    def settled(self) -> str:
        """Settled flags, for the tooltip."""
        done = [f"{flag['message']}：{flag['settled']}" for _, flag in self.flags if flag.get("settled")]
        return "；".join(done)

    @property
    def checked(self) -> bool:
        """True if a flag was marked as checked, which can be undone."""
        return any(str(flag.get("settled") or "").startswith(MARKED_CHECKED) for _, flag in self.flags)

    @property
    def doubts(self) -> int:
        """The number of open questions of this row."""
        if self.measure.dropped:
            return 0
        units = sum(1 for *_, side in self.sides for unit_view in side if not unit_view.unit.resolved)
        return units + sum(1 for _, flag in self.flags if not flag.get("settled")) + self.ownerless

    @property
    def waiting(self) -> bool:
        """True if a flag is open."""
        return any(not flag.get("settled") for _, flag in self.flags)

    @property
    def told(self) -> bool:
        """True if the duties contain the whole text, which is then not shown twice."""
        said = "".join(remove_paths_and_numbers(str(duty_view.duty.text)) for duty_view in self.duties)
        return bool(said) and _keep_letters(said) == _keep_letters(remove_paths_and_numbers(str(self.measure.text)))

    @property
    def ownerless(self) -> int:
        """1 if no unit is named, else 0."""
        return int(not any(side for *_, side in self.sides))

    @property
    def tasks(self) -> int:
        """The number of units that would owe it."""
        owing = [unit_view for *_, does, side in self.sides for unit_view in side if does == "承担"]
        return len({name for unit_view in owing for name in unit_view.who})

    @property
    def many(self) -> bool:
        """True if several units owe it separately."""
        responsible = [unit_view for part, *_, side in self.sides for unit_view in side if part == Part.RESPONSIBLE]
        return len(responsible) > 1 or any(
            unit_view.unit.plural or unit_view.unit.everyone for unit_view in responsible
        )

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """The choices of who owes it as (key, label, current)."""
        now = find_current_choice(self.measure)
        return [(way, OWNER_CHOICES[way], way == now) for way in CHOICES_BY_FORM.get(self.measure.form, ())]


@dataclass
class UnresolvedName:
    """An unresolved name with the number of its occurrences."""

    unit: MeasureUnit
    places: int
    suggestions: list[Body]


def _keep_letters(text: str) -> str:
    return "".join(value for value in text if value.isalnum())


def list_unresolved_names(notice: Notice) -> list[UnresolvedName]:
    """Return distinct unresolved names, the most common first; 等 is resolved in each row."""
    rows = MeasureUnit.objects.filter(measure__notice=notice, measure__dropped=False)
    waiting = rows.exclude(state=UnitState.RESOLVED).exclude(printed="等")
    first: dict[str, MeasureUnit] = {}
    places: Counter[str] = Counter()
    for unit in waiting.order_by("measure__position", "position", "pk"):
        first.setdefault(unit.printed, unit)
        places[unit.printed] += 1
    if not first:
        return []
    names = NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice))
    return [
        UnresolvedName(first[printed], count, list(names.meant(printed).suggestions)[:5])
        for printed, count in places.most_common()
    ]


def list_suggested_names(notice: Notice) -> list[str]:
    """Return names for autocompletion: units, or a unit's offices and lower units."""
    rows = Body.objects.filter(active_to=None, merged_into=None).order_by("position", "pk")
    if not notice.own:
        return [body.label for body in rows]
    offices = notice.government.offices.filter(active_to=None).values_list("name", flat=True)
    return [*offices, *(body.label for body in rows.filter(path__startswith=notice.government.path))]


def load_rows(notice: Notice, only: set[int] | None = None, editing: int | None = None) -> list[ReviewRow]:
    """Return rows for the page, one of them in edit mode, in a constant number of queries."""
    order = list(notice.measures.order_by("position", "pk").values_list("pk", flat=True))
    numbers = {pk: place for place, pk in enumerate(order, start=1)}
    measures = prefetch_parts(notice.measures.order_by("position", "pk"))
    if only is not None:
        measures = measures.filter(pk__in=only)
    names: NameResolver | None = None
    shared = count_shared_deadlines(notice)
    last = find_last_years_rows(notice) if notice.editable else {}
    made = []
    for measure in measures:
        if names is None and any(not unit.resolved for unit in measure.units.all()):
            names = NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice))
        made.append(_build_row(measure, numbers[measure.pk], names, notice.issued_on, shared))
        made[-1].editing = measure.pk == editing and notice.editable
        made[-1].last = last.get(measure.pk)
    return made


def _build_row(
    measure: Measure,
    number: int,
    names: NameResolver | None,
    issued: date | None,
    shared: Counter[DeadlineSource],
) -> ReviewRow:
    units = [_build_unit(unit, names) for unit in measure.units.all()]
    by_part = {part: [unit_view for unit_view in units if unit_view.unit.part == part] for part in Part}
    sides = [
        (str(part), str(part.label), does, by_part[part]) for part, does in _describe_parts(measure, by_part).items()
    ]
    duties = [
        ReviewDuty(
            duty,
            describe_rule_with_day(duty.due, issued),
            "\n".join(" > ".join(path) for path in duty.paths),
            "、".join(duty.channels),
            describe_source(duty.due),
            shared[find_deadline_source(duty)],
        )
        for duty in measure.duties.all()
    ]
    plural = any(unit_view.unit.plural or unit_view.unit.everyone for unit_view in units)
    flags = [
        (
            place,
            flag
            | {
                "many": isinstance(flag.get("alternative"), list),
                "alone": needs_single_decision(flag, plural=plural),
            },
        )
        for place, flag in enumerate(measure.flags)
    ]
    return ReviewRow(measure, number, sides, duties, flags)


def _describe_parts(measure: Measure, by_part: Mapping[Part, list[ReviewUnit]]) -> dict[Part, str]:
    """Return for each part of a row its role in words."""
    owes = measure.lead_owes or not by_part[Part.RESPONSIBLE]
    return {Part.LEAD: "承担" if owes else "审核", Part.RESPONSIBLE: "承担", Part.PARTNER: "配合"}


def _build_unit(unit: MeasureUnit, names: NameResolver | None) -> ReviewUnit:
    who = [member_name(unit_member) for unit_member in unit.members.all()]
    if unit.resolved or names is None:
        return ReviewUnit(unit, who)
    return ReviewUnit(unit, who, list(names.meant(unit.printed).suggestions)[:5])


def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the review page; open questions first, or in source order (`?order=source`)."""
    notice, actor = get_notice_or_404(request, pk)
    rows = load_rows(notice, editing=whole(request.GET.get("edit", "")))
    order = request.GET.get("order", "doubts")
    if order == "doubts":
        rows.sort(key=lambda row: (not row.doubts, row.number))
    context = {
        **_build_common_context(notice, actor),
        "rows": rows,
        "order": order,
        **build_heads_form(notice, actor, read="heads" in request.GET),
    }
    return render(request, "notices/review.html", context)


def review_row(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Return one row for htmx (`?edit=1` with forms); without htmx the whole page."""
    notice, actor = get_notice_or_404(request, pk)
    if not request.headers.get("HX-Request"):
        return review_page(request, pk)
    common = _build_common_context(notice, actor)
    editing = measure if request.GET.get("edit") and common["editable"] else None
    rows = load_rows(notice, {measure}, editing)
    return render(request, "notices/row.html", {**common, "row": rows[0]}) if rows else HttpResponse(status=404)


def _build_common_context(notice: Notice, actor: Actor) -> dict[str, object]:
    kinds = count_sweepable_flags(notice)
    unsettled = sum(count_open_flags_by_kind(notice).values())
    editable = notice.editable and not confirm_notice.rule(actor, notice)
    return {
        "notice": notice,
        "editable": editable,
        "names": list_unresolved_names(notice) if editable else [],
        "missed": list_missed_sentences(notice) if editable else [],
        "taking": (("", "列为任务"), ("1", "不列入")),
        "forms": list_forms(notice) if editable else [],
        "amending": build_amending_question(notice),
        "groups": list_groups(notice) if editable else [],
        "unresolved": count_unresolved_units(notice),
        "unsettled": unsettled,
        "alone": unsettled - sum(kinds.values()),
        "kinds": kinds.most_common(),
        "whose": (("everyone", "全部单位"), ("outside", "本系统之外")),
        "limits": DEADLINE_CHOICES,
        "periods": list(PERIOD_WORDS.items()),
        "cycles": list(TRACK_LABELS.items()),
        "bodies": list_suggested_names(notice),
        "may_issue": notice.for_comment and not issue_notice.why_not(notice, by=actor),
        "may_undo": not undo_import.why_not(notice, by=actor),
        "may_amend": not amend_measure.why_not(notice, by=actor),
        "closed": notice.state in NOTICE_MACHINE.closed,
        "LIVE": NoticeState.LIVE,
    }


def correct_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the correction named by `do`; for htmx return the rows it touched, else redirect."""
    notice, actor = get_notice_or_404(request, pk)
    name = request.POST.get("do", "")
    if name == "front":
        return answer_form(
            request,
            FrontForm(request.POST),
            lambda **front: correct_front_page(notice, by=actor, values=read_front_values(notice, front)),
            "已更正。",
            reverse("notices_review", args=[pk]),
        )
    if request.method != "POST" or name not in OPERATIONS:
        return review_page(request, pk)
    measure = request.POST.get("measure", "")
    if not request.headers.get("HX-Request"):
        answer = run_and_redirect(
            request, lambda: OPERATIONS[name](notice, actor, request.POST), "已更正。", "notices_review", pk
        )
        answer["Location"] += f"?order={request.POST.get('order', 'doubts')[:8]}#m{measure}"
        return answer
    try:
        touched = OPERATIONS[name](notice, actor, request.POST)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return HttpResponse(render_to_string("ui/refused.html", {"reasons": refusal.reasons}, request), status=status)
    return _render_rows(request, notice, actor, touched)


def _render_rows(request: HttpRequest, notice: Notice, actor: Actor, touched: TouchedRows) -> HttpResponse:
    fresh = Notice.objects.select_related("government", "issuer", "parent").get(pk=notice.pk)
    everything = touched is AllRows.ALL
    editing = whole(request.POST.get("measure", "")) if request.POST.get("editing") else None
    rows = load_rows(fresh, None if everything else set(touched), editing)  # type: ignore[arg-type]
    order = request.POST.get("order", "")
    context = {**_build_common_context(fresh, actor), "rows": rows, "whole": everything, "order": order}
    return render(request, "notices/review_rows.html", context)
