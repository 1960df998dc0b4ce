"""Corrections on the review page: operations by name, which return the rows they touched."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum

from django.http import QueryDict

from gongkai.core.acts.action import Action, Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Office
from gongkai.core.units.naming import describe_unknown_names
from gongkai.core.units.queries import resolve_all
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.chinese.typed_values import TypedValueError, parse_date, parse_month_day, parse_whole
from gongkai.work.notices import actions as act
from gongkai.work.notices.importing.unit_names import SURE_RESOLUTION_KINDS, NameResolver
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice


class AllRows(Enum):
    """Returned by a correction that changed all rows."""

    ALL = "all"


TouchedRows = Iterable[int] | AllRows
CorrectionHandler = Callable[[Notice, Actor, QueryDict], TouchedRows]


def read_posted_number(post: QueryDict, name: str) -> int:
    """Return a number of the form.

    Raises Refused when it is none.
    """
    found = parse_whole_number(post.get(name, "").strip())
    if found is None:
        raise Refused("请刷新页面后重试。")
    return found


def read_optional_posted_number(post: QueryDict, name: str) -> int | None:
    """Return a number of the form, or None if empty."""
    return read_posted_number(post, name) if post.get(name, "").strip() else None


def read_posted_date(text: str) -> date | None:
    """Return a date of the form, or None if empty.

    Raises Refused when it cannot be read.
    """
    try:
        return parse_date(text)
    except TypedValueError as wrong:
        raise Refused(f"{wrong}。") from None


def split_name_list(text: str) -> list[str]:
    """Return the names in a line, which 、 or commas separate."""
    return [name.strip() for name in text.replace("，", "、").replace(",", "、").split("、") if name.strip()]


def find_named_bodies(text: str, government: Body) -> list[Body]:
    """Return the bodies of a list of names separated by 、.

    Raises Refused when a name is not in the directory.
    """
    names = split_name_list(text)
    named_bodies: dict[int, Body] = {}
    all_found = resolve_all(names, government)
    if unknown := [resolution for resolution in all_found.values() if not resolution.bodies]:
        raise Refused(describe_unknown_names(unknown))
    for resolution in all_found.values():
        named_bodies |= {body.pk: body for body in resolution.bodies}
    return list(named_bodies.values())


def _find_named_members(notice: Notice, text: str) -> tuple[list[Body], list[Office]]:
    """Return (bodies, offices) of a list of names (Refused: unknown); offices only in a unit's own notice."""
    if not notice.own:
        return find_named_bodies(text, notice.government), []
    names = NameResolver(notice.government, notice.issuer)
    members: list[tuple[Body, Office | None]] = []
    for name in split_name_list(text):
        resolved_name = names.resolve(name)
        if not resolved_name.members:
            raise Refused(f"“{name}”：{resolved_name.words.rstrip('。') or '本单位没有登记这个处室或所属单位'}。")
        members += resolved_name.members
    return [body for body, office in members if office is None], [office for _, office in members if office]


def _get_row_of_duty(notice: Notice, duty: int) -> set[int]:
    """Return the set of the key of a duty's row, empty if the duty is gone."""
    return set(Duty.objects.filter(measure__notice=notice, pk=duty).values_list("measure", flat=True))


def _make_handler(
    correct: Action[Notice], *numbers: str, changes_all_rows: bool = False, **texts: str
) -> CorrectionHandler:
    """Return a handler that calls an action with numbers and texts of the form (argument=field).

    It returns the row that the number `measure` or `duty` names, or all rows.
    """

    def handle(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
        facts = {name: read_posted_number(post, name) for name in numbers}
        row = {facts["measure"]} if "measure" in facts else _get_row_of_duty(notice, facts["duty"])
        correct(notice, by=by, **facts, **{name: post.get(field, "") for name, field in texts.items()})
        return AllRows.ALL if changes_all_rows else row

    return handle


def _correct_cell(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    """Correct one cell, or all equal ones, from the form; return the changed rows."""
    measure, field = read_posted_number(post, "measure"), post.get("field", "")
    rows: list[Measure] = act.correct_cell(
        notice,
        by=by,
        measure=measure,
        field=field,
        value=post.get("value", ""),
        seen=post.get("seen"),
        equal="equal" in post,
    )
    return {row.pk for row in rows}


def _settle_flags(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    """Settle one flag, similar ones, or all simple ones; return the changed rows."""
    measure, like = read_optional_posted_number(post, "measure"), post.get("like", "")
    # A sweep settles what was read; questions that need a separate decision stay.
    sweep = not measure
    act.settle_flags(
        notice, by=by, measure=measure, flag=read_optional_posted_number(post, "flag"), like=like, sweep=sweep
    )
    return {measure} if measure else AllRows.ALL


def _drop_row(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    measure = read_posted_number(post, "measure")
    act.drop_measure(notice, by=by, measure=measure, dropped=post.get("dropped") == "1")
    return {measure}


def _resolve_unit(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    """Resolve a printed unit here or wherever it is printed; return the changed rows."""
    unit = read_posted_number(post, "unit")
    meaning = post.get("who", "named")
    bodies: list[Body] = []
    offices: list[Office] = []
    if meaning == "body":
        bodies = list(Body.objects.filter(pk=read_posted_number(post, "body")))
    elif meaning == "named":
        bodies, offices = _find_named_members(notice, post.get("names", ""))
    rows: list[MeasureUnit] = act.resolve_unit(
        notice,
        by=by,
        unit=unit,
        bodies=bodies,
        offices=offices,
        everyone=meaning == "everyone",
        outside=meaning == "outside",
        same_name="only_here" not in post,
        learn="learn" in post,
    )
    return {row.measure_id for row in rows}


def _choose_owner(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    measure = read_optional_posted_number(post, "measure")
    act.choose_owner(notice, by=by, form=post.get("form", ""), choice=post.get("choice", ""), measure=measure)
    return {measure} if measure else AllRows.ALL


def _remove_unit(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    unit = read_posted_number(post, "unit")
    rows = set(MeasureUnit.objects.filter(measure__notice=notice, pk=unit).values_list("measure", flat=True))
    act.remove_unit(notice, by=by, unit=unit)
    return rows


# Form fields of each kind of deadline.
FIELDS_BY_KIND: dict[str, tuple[str, ...]] = {
    "by_date": ("date",),
    "yearly_by": ("month_day", "of_year"),
    "working_days": ("count", "counts_from", "after"),
    "calendar_days": ("count", "least", "counts_from", "after"),
    "months": ("count", "counts_from", "after"),
    "times": ("count", "period", "least"),
    "recurring": ("period", "day", "month", "of_period", "workdays"),
    "ongoing": ("mode", "cycle"),
}


def _parse_value(name: str, text: str) -> object:
    """Return a parsed part of a deadline, or the text if it cannot be parsed."""
    try:
        if name == "date":
            day = parse_date(text)
            return day.isoformat() if day else text
        if name == "month_day":
            return parse_month_day(text) or text
        return parse_whole(text) if name in {"count", "day", "month", "workdays"} else text
    except TypedValueError:
        return text


def read_posted_rule(post: QueryDict, before: Mapping[str, object]) -> dict[str, object]:
    """Return the deadline of the form, with the words of the earlier rule (`before`)."""
    kind = post.get("kind", "")
    if not kind:
        return {}
    rule: dict[str, object] = {"kind": kind}
    for name in FIELDS_BY_KIND.get(kind, ()):
        value = post.get(name, "").strip()
        if name == "least":
            rule[name] = name in post
        elif value:
            rule[name] = _parse_value(name, value)
    if kind == before.get("kind") and before.get("of_which"):
        rule["of_which"] = before["of_which"]
    if before.get("text"):
        rule["text"] = before["text"]
    return rule


def _edit_deadline(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    """Correct the deadline of a duty, perhaps of all that share it; return the rows."""
    duty = read_posted_number(post, "duty")
    before = Duty.objects.filter(measure__notice=notice, pk=duty).values_list("due", flat=True).first()
    rows: list[int] = act.edit_deadline(
        notice, by=by, duty=duty, due=read_posted_rule(post, before or {}), alike="alike" in post
    )
    return set(rows)


def _edit_paths(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    """Set paths (one a line, levels separated by >) and channels of a duty; return its row."""
    duty = read_posted_number(post, "duty")
    lines = post.get("paths", "").replace("＞", ">").splitlines()
    channels = post.get("channels", "").replace("，", "、").split("、")
    act.edit_paths(
        notice, by=by, duty=duty, paths=[line.split(">") for line in lines if line.strip()], channels=channels
    )
    return _get_row_of_duty(notice, duty)


def _split_duty(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    """Split a duty where the given words begin; return its row.

    Raises:
        Refused: when its text does not contain them after its start.
    """
    duty = read_posted_number(post, "duty")
    text = Duty.objects.filter(measure__notice=notice, pk=duty).values_list("text", flat=True).first() or ""
    begins = post.get("begins", "").strip()
    position = text.find(begins) if begins else -1
    if position <= 0:
        raise Refused("请填写后一项开头的几个字，须与原文一致。")
    act.split_duty(notice, by=by, duty=duty, at=position)
    return _get_row_of_duty(notice, duty)


def _add_row(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    act.add_missed_row(notice, by=by, text=post.get("text", ""), dropped=post.get("dropped") == "1")
    return AllRows.ALL


def _set_guides(notice: Notice, by: Actor, post: QueryDict) -> TouchedRows:
    duty = read_posted_number(post, "duty")
    guided = find_named_bodies(post.get("names", ""), notice.government)
    act.set_guides(notice, by=by, duty=duty, guides=post.get("guides") == "1", guided=guided)
    return _get_row_of_duty(notice, duty)


def read_front_values(notice: Notice, front: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of the front page for `correct_front_page`.

    The issuer is a body if its name resolves to one, else its name in `issuer_name`.
    """
    values = dict(front)
    name = str(values.pop("issuer"))
    if name == notice.issuer_name:
        return values
    resolution = resolve_all([name], notice.government)[name]
    body = resolution.bodies[0] if len(resolution.bodies) == 1 and resolution.kind in SURE_RESOLUTION_KINDS else None
    return {**values, "issuer": body, "issuer_name": name}


#: The corrections of the review page by the value of `do`.
CORRECTION_HANDLERS: dict[str, CorrectionHandler] = {
    "cell": _correct_cell,
    "settle": _settle_flags,
    "unsettle": _make_handler(act.unsettle_flags, "measure"),
    "alternative": _make_handler(act.use_alternative, "measure", "flag"),
    "drop": _drop_row,
    "split_row": _make_handler(act.split_row, "measure", "duty", changes_all_rows=True),
    "merge_rows": _make_handler(act.merge_rows, "measure", changes_all_rows=True),
    "resolve": _resolve_unit,
    "owner": _choose_owner,
    "last_year": _make_handler(act.fill_from_last_year, "measure"),
    "add_unit": _make_handler(act.add_unit, "measure", part="part", printed="printed"),
    "remove_unit": _remove_unit,
    "edit_duty": _make_handler(act.edit_duty, "duty", text="value"),
    "edit_due": _edit_deadline,
    "edit_paths": _edit_paths,
    "split_duty": _split_duty,
    "merge_duties": _make_handler(act.merge_duties, "duty"),
    "add_duty": _make_handler(act.add_duty, "measure", text="value"),
    "add_row": _add_row,
    "remove_duty": _make_handler(act.remove_duty, "duty"),
    "guides": _set_guides,
}
