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
from gongkai.work.notices.actions import amend, confirm, issue, undo_import
from gongkai.work.notices.actions.correcting import CHECKED, correct_front
from gongkai.work.notices.doubts import asked_alone
from gongkai.work.notices.expansion import with_parts
from gongkai.work.notices.forms_notice import FrontForm
from gongkai.work.notices.last_year import LastYear, last_years_of
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, Part, UnitState
from gongkai.work.notices.planning.parts import CHOICES, WAYS
from gongkai.work.notices.planning.periods import TRACKS
from gongkai.work.notices.planning.sentences import EVERY, with_day
from gongkai.work.notices.planning.shared_limits import origin_in_words
from gongkai.work.notices.planning.titles import only_words
from gongkai.work.notices.queries.missed import missed_of
from gongkai.work.notices.queries.readiness import doubts, sweepable, unresolved
from gongkai.work.notices.queries.taken_limits import Place, place_of, taken_limits
from gongkai.work.notices.resolving import Names, strange_issuer
from gongkai.work.notices.states import NOTICE, NoticeState
from gongkai.work.notices.views.correcting import ANSWERS, OPERATIONS, Answer, front_values
from gongkai.work.notices.views.learnt import heads_form
from gongkai.work.notices.views.owners import forms_of, groups_of, named, way_of
from gongkai.work.notices.views.revising import amending_of
from gongkai.work.notices.views.shared import attempt, found

# Kinds of deadlines in the form.
LIMITS = (
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
class DutyView:
    """A duty on the page; `origin` is the source of its deadline, `alike` the duties sharing it."""

    duty: Duty
    sentence: str
    paths: str
    channels: str
    origin: str = ""
    alike: int = 0


@dataclass
class UnitView:
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
class RowView:
    """A row on the page."""

    measure: Measure
    number: int
    sides: list[tuple[str, str, str, list[UnitView]]]
    duties: list[DutyView]
    flags: list[tuple[int, dict[str, object]]]
    editing: bool = False
    last: LastYear | None = None

    @property
    def settled(self) -> str:
        """Settled flags, for the tooltip."""
        done = [f"{flag['message']}：{flag['settled']}" for _, flag in self.flags if flag.get("settled")]
        return "；".join(done)

    @property
    def checked(self) -> bool:
        """True if a flag was marked as checked, which can be undone."""
        return any(str(flag.get("settled") or "").startswith(CHECKED) for _, flag in self.flags)

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
        said = "".join(only_words(str(duty_view.duty.text)) for duty_view in self.duties)
        return bool(said) and _letters(said) == _letters(only_words(str(self.measure.text)))

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
        responsible = [
            unit_view for part, *_, side in self.sides for unit_view in side if part == Part.RESPONSIBLE
        ]
        return len(responsible) > 1 or any(
            unit_view.unit.plural or unit_view.unit.everyone for unit_view in responsible
        )

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """The choices of who owes it as (key, label, current)."""
        now = way_of(self.measure)
        return [(way, CHOICES[way], way == now) for way in WAYS.get(self.measure.form, ())]


@dataclass
class NameView:
    """An unresolved name with the number of its occurrences."""

    unit: MeasureUnit
    places: int
    suggestions: list[Body]


def _letters(text: str) -> str:
    return "".join(value for value in text if value.isalnum())


def names_of(notice: Notice) -> list[NameView]:
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
    names = Names(notice.government, notice.issuer, strange=strange_issuer(notice))
    return [
        NameView(first[printed], count, list(names.meant(printed).suggestions)[:5])
        for printed, count in places.most_common()
    ]


def offered(notice: Notice) -> list[str]:
    """Return names for autocompletion: units, or a unit's offices and lower units."""
    rows = Body.objects.filter(active_to=None, merged_into=None).order_by("position", "pk")
    if not notice.own:
        return [body.label for body in rows]
    offices = notice.government.offices.filter(active_to=None).values_list("name", flat=True)
    return [*offices, *(body.label for body in rows.filter(path__startswith=notice.government.path))]


def rows_of(notice: Notice, only: set[int] | None = None, editing: int | None = None) -> list[RowView]:
    """Return rows for the page, one of them in edit mode, in a constant number of queries."""
    order = list(notice.measures.order_by("position", "pk").values_list("pk", flat=True))
    numbers = {pk: place for place, pk in enumerate(order, start=1)}
    measures = with_parts(notice.measures.order_by("position", "pk"))
    if only is not None:
        measures = measures.filter(pk__in=only)
    names: Names | None = None
    shared = taken_limits(notice)
    last = last_years_of(notice) if notice.editable else {}
    made = []
    for measure in measures:
        if names is None and any(not unit.resolved for unit in measure.units.all()):
            names = Names(notice.government, notice.issuer, strange=strange_issuer(notice))
        made.append(_row(measure, numbers[measure.pk], names, notice.issued_on, shared))
        made[-1].editing = measure.pk == editing and notice.editable
        made[-1].last = last.get(measure.pk)
    return made


def _row(
    measure: Measure, number: int, names: Names | None, issued: date | None, shared: Counter[Place]
) -> RowView:
    units = [_unit(unit, names) for unit in measure.units.all()]
    by_part = {part: [unit_view for unit_view in units if unit_view.unit.part == part] for part in Part}
    sides = [
        (str(part), str(part.label), does, by_part[part]) for part, does in _does(measure, by_part).items()
    ]
    duties = [
        DutyView(
            duty,
            with_day(duty.due, issued),
            "\n".join(" > ".join(path) for path in duty.paths),
            "、".join(duty.channels),
            origin_in_words(duty.due),
            shared[place_of(duty)],
        )
        for duty in measure.duties.all()
    ]
    plural = any(unit_view.unit.plural or unit_view.unit.everyone for unit_view in units)
    flags = [
        (
            place,
            flag
            | {"many": isinstance(flag.get("alternative"), list), "alone": asked_alone(flag, plural=plural)},
        )
        for place, flag in enumerate(measure.flags)
    ]
    return RowView(measure, number, sides, duties, flags)


def _does(measure: Measure, by_part: Mapping[Part, list[UnitView]]) -> dict[Part, str]:
    """Return for each part of a row its role in words."""
    owes = measure.lead_owes or not by_part[Part.RESPONSIBLE]
    return {Part.LEAD: "承担" if owes else "审核", Part.RESPONSIBLE: "承担", Part.PARTNER: "配合"}


def _unit(unit: MeasureUnit, names: Names | None) -> UnitView:
    who = [named(unit_member) for unit_member in unit.members.all()]
    if unit.resolved or names is None:
        return UnitView(unit, who)
    return UnitView(unit, who, list(names.meant(unit.printed).suggestions)[:5])


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the review page; open questions first, or in source order (`?order=source`)."""
    notice, actor = found(request, pk)
    rows = rows_of(notice, editing=whole(request.GET.get("edit", "")))
    order = request.GET.get("order", "doubts")
    if order == "doubts":
        rows.sort(key=lambda row: (not row.doubts, row.number))
    context = {
        **_common(notice, actor),
        "rows": rows,
        "order": order,
        **heads_form(notice, actor, read="heads" in request.GET),
    }
    return render(request, "notices/review.html", context)


def row(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Return one row for htmx (`?edit=1` with forms); without htmx the whole page."""
    notice, actor = found(request, pk)
    if not request.headers.get("HX-Request"):
        return page(request, pk)
    common = _common(notice, actor)
    editing = measure if request.GET.get("edit") and common["editable"] else None
    rows = rows_of(notice, {measure}, editing)
    return (
        render(request, "notices/row.html", {**common, "row": rows[0]}) if rows else HttpResponse(status=404)
    )


def _common(notice: Notice, actor: Actor) -> dict[str, object]:
    kinds = sweepable(notice)
    unsettled = sum(doubts(notice).values())
    editable = notice.editable and not confirm.rule(actor, notice)
    return {
        "notice": notice,
        "editable": editable,
        "names": names_of(notice) if editable else [],
        "missed": missed_of(notice) if editable else [],
        "taking": (("", "列为任务"), ("1", "不列入")),
        "forms": forms_of(notice) if editable else [],
        "amending": amending_of(notice),
        "groups": groups_of(notice) if editable else [],
        "unresolved": unresolved(notice),
        "unsettled": unsettled,
        "alone": unsettled - sum(kinds.values()),
        "kinds": kinds.most_common(),
        "whose": (("everyone", "全部单位"), ("outside", "本系统之外")),
        "limits": LIMITS,
        "periods": list(EVERY.items()),
        "cycles": list(TRACKS.items()),
        "bodies": offered(notice),
        "may_issue": notice.for_comment and not issue.why_not(notice, by=actor),
        "may_undo": not undo_import.why_not(notice, by=actor),
        "may_amend": not amend.why_not(notice, by=actor),
        "closed": notice.state in NOTICE.closed,
        "LIVE": NoticeState.LIVE,
    }


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the correction named by `do`; for htmx return the rows it touched, else redirect."""
    notice, actor = found(request, pk)
    name = request.POST.get("do", "")
    if name == "front":
        return answer_form(
            request,
            FrontForm(request.POST),
            lambda **front: correct_front(notice, by=actor, values=front_values(notice, front)),
            "已更正。",
            reverse("notices_review", args=[pk]),
        )
    if request.method != "POST" or name not in OPERATIONS:
        return page(request, pk)
    measure = request.POST.get("measure", "")
    if not request.headers.get("HX-Request"):
        answer = attempt(
            request, lambda: OPERATIONS[name](notice, actor, request.POST), "已更正。", "notices_review", pk
        )
        answer["Location"] += f"?order={request.POST.get('order', 'doubts')[:8]}#m{measure}"
        return answer
    try:
        touched = OPERATIONS[name](notice, actor, request.POST)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return HttpResponse(
            render_to_string("ui/refused.html", {"reasons": refusal.reasons}, request), status=status
        )
    return _answer(request, notice, actor, touched)


def _answer(request: HttpRequest, notice: Notice, actor: Actor, touched: Answer) -> HttpResponse:
    fresh = Notice.objects.select_related("government", "issuer", "parent").get(pk=notice.pk)
    everything = touched is ANSWERS.ALL
    editing = whole(request.POST.get("measure", "")) if request.POST.get("editing") else None
    rows = rows_of(fresh, None if everything else set(touched), editing)  # type: ignore[arg-type]
    order = request.POST.get("order", "")
    context = {**_common(fresh, actor), "rows": rows, "whole": everything, "order": order}
    return render(request, "notices/review_rows.html", context)
