"""Corrections on the review page: operations by name, which return the rows they touched."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum

from django.http import QueryDict

from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Office
from gongkai.core.units.naming import unknown_names
from gongkai.core.units.queries import resolve_all
from gongkai.core.widgets.asked import whole
from gongkai.lib.chinese.typed_values import TypedValueError, parse_date, parse_month_day, parse_whole
from gongkai.work.notices import actions as act
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice
from gongkai.work.notices.resolving import SURE, Names


class ANSWERS(Enum):
    """The marker for an operation that touched all rows."""

    ALL = "all"


Answer = Iterable[int] | ANSWERS
Operation = Callable[[Notice, Actor, QueryDict], Answer]


def number(post: QueryDict, name: str) -> int:
    """Return a number of the form.

    Raises Refused when it is none.
    """
    found = whole(post.get(name, "").strip())
    if found is None:
        raise Refused("请刷新页面后重试。")
    return found


def optional(post: QueryDict, name: str) -> int | None:
    """Return a number of the form, or None if empty."""
    return number(post, name) if post.get(name, "").strip() else None


def day(text: str) -> date | None:
    """Return a date of the form, or None if empty.

    Raises Refused when it cannot be read.
    """
    try:
        return parse_date(text)
    except TypedValueError as wrong:
        raise Refused(f"{wrong}。") from None


def split_names(text: str) -> list[str]:
    """Return the names in a line."""
    return [name.strip() for name in text.replace("，", "、").replace(",", "、").split("、") if name.strip()]


def bodies_named(text: str, government: Body) -> list[Body]:
    """Return the bodies of a list of names separated by 、.

    Raises Refused when a name is not in the directory.
    """
    names = split_names(text)
    found: dict[int, Body] = {}
    all_found = resolve_all(names, government)
    if unknown := [one for one in all_found.values() if not one.bodies]:
        raise Refused(unknown_names(unknown))
    for resolution in all_found.values():
        found |= {body.pk: body for body in resolution.bodies}
    return list(found.values())


def _named(notice: Notice, text: str) -> tuple[list[Body], list[Office]]:
    """Return the bodies of a list of names; in a unit's own notice also offices."""
    if not notice.own:
        return bodies_named(text, notice.government), []
    names = Names(notice.government, notice.issuer)
    members: list[tuple[Body, Office | None]] = []
    for name in split_names(text):
        meant = names.meant(name)
        if not meant.members:
            raise Refused(f"“{name}”：{meant.words.rstrip('。') or '本单位没有登记这个处室或所属单位'}。")
        members += meant.members
    return [body for body, office in members if office is None], [one for _, one in members if one]


def _duty_row(notice: Notice, duty: int) -> set[int]:
    return set(Duty.objects.filter(measure__notice=notice, pk=duty).values_list("measure", flat=True))


def _cell(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure, field = number(post, "measure"), post.get("field", "")
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


def _settle(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure, like = optional(post, "measure"), post.get("like", "")
    # A sweep settles what was read; questions that need a separate decision stay.
    sweep = not measure
    act.settle(notice, by=by, measure=measure, flag=optional(post, "flag"), like=like, sweep=sweep)
    return {measure} if measure else ANSWERS.ALL


def _unsettle(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = number(post, "measure")
    act.unsettle(notice, by=by, measure=measure)
    return {measure}


def _alternative(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = number(post, "measure")
    act.use_alternative(notice, by=by, measure=measure, flag=number(post, "flag"))
    return {measure}


def _drop(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = number(post, "measure")
    act.drop_measure(notice, by=by, measure=measure, dropped=post.get("dropped") == "1")
    return {measure}


def _split_row(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    act.split_row(notice, by=by, measure=number(post, "measure"), duty=number(post, "duty"))
    return ANSWERS.ALL


def _merge_rows(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    act.merge_rows(notice, by=by, measure=number(post, "measure"))
    return ANSWERS.ALL


def _resolve(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    unit = number(post, "unit")
    who = post.get("who", "named")
    chosen: list[Body] = []
    offices: list[Office] = []
    if who == "body":
        chosen = list(Body.objects.filter(pk=number(post, "body")))
    elif who == "named":
        chosen, offices = _named(notice, post.get("names", ""))
    rows: list[MeasureUnit] = act.resolve_unit(
        notice,
        by=by,
        unit=unit,
        bodies=chosen,
        offices=offices,
        everyone=who == "everyone",
        outside=who == "outside",
        same_name="only_here" not in post,
        learn="learn" in post,
    )
    return {row.measure_id for row in rows}


def _owner(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = optional(post, "measure")
    act.choose_owner(notice, by=by, form=post.get("form", ""), choice=post.get("choice", ""), measure=measure)
    return {measure} if measure else ANSWERS.ALL


def _last_year(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = number(post, "measure")
    act.take_last_year(notice, by=by, measure=measure)
    return {measure}


def _add_unit(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = number(post, "measure")
    act.add_unit(notice, by=by, measure=measure, part=post.get("part", ""), printed=post.get("printed", ""))
    return {measure}


def _remove_unit(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    unit = number(post, "unit")
    rows = set(MeasureUnit.objects.filter(measure__notice=notice, pk=unit).values_list("measure", flat=True))
    act.remove_unit(notice, by=by, unit=unit)
    return rows


def _edit_duty(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    act.edit_duty(notice, by=by, duty=duty, text=post.get("value", ""))
    return _duty_row(notice, duty)


# Form fields of each kind of deadline.
FIELDS: dict[str, tuple[str, ...]] = {
    "by_date": ("date",),
    "yearly_by": ("month_day", "of_year"),
    "working_days": ("count", "counts_from", "after"),
    "calendar_days": ("count", "least", "counts_from", "after"),
    "months": ("count", "counts_from", "after"),
    "times": ("count", "period", "least"),
    "recurring": ("period", "day", "month", "of_period", "workdays"),
    "ongoing": ("mode", "cycle"),
}


def _typed(name: str, text: str) -> object:
    """Return a parsed part of a deadline, or the text if it cannot be parsed; validation refuses it."""
    try:
        if name == "date":
            day = parse_date(text)
            return day.isoformat() if day else text
        if name == "month_day":
            return parse_month_day(text) or text
        return parse_whole(text) if name in {"count", "day", "month", "workdays"} else text
    except TypedValueError:
        return text


def rule_of(post: QueryDict, before: Mapping[str, object]) -> dict[str, object]:
    """Return the deadline of the form, with the words it was read from."""
    kind = post.get("kind", "")
    if not kind:
        return {}
    rule: dict[str, object] = {"kind": kind}
    for name in FIELDS.get(kind, ()):
        value = post.get(name, "").strip()
        if name == "least":
            rule[name] = name in post
        elif value:
            rule[name] = _typed(name, value)
    if kind == before.get("kind") and before.get("of_which"):
        rule["of_which"] = before["of_which"]
    if before.get("text"):
        rule["text"] = before["text"]
    return rule


def _edit_due(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    before = Duty.objects.filter(measure__notice=notice, pk=duty).values_list("due", flat=True).first()
    rows: list[int] = act.edit_due(
        notice, by=by, duty=duty, due=rule_of(post, before or {}), alike="alike" in post
    )
    return set(rows)


def _edit_paths(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    lines = post.get("paths", "").replace("＞", ">").splitlines()
    channels = post.get("channels", "").replace("，", "、").split("、")
    act.edit_paths(
        notice,
        by=by,
        duty=duty,
        paths=[line.split(">") for line in lines if line.strip()],
        channels=channels,
    )
    return _duty_row(notice, duty)


def _split_duty(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    text = Duty.objects.filter(measure__notice=notice, pk=duty).values_list("text", flat=True).first() or ""
    begins = post.get("begins", "").strip()
    at = text.find(begins) if begins else -1
    if at <= 0:
        raise Refused("请填写后一项开头的几个字，须与原文一致。")
    act.split_duty(notice, by=by, duty=duty, at=at)
    return _duty_row(notice, duty)


def _merge_duties(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    rows = _duty_row(notice, duty)
    act.merge_duties(notice, by=by, duty=duty)
    return rows


def _add_duty(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    measure = number(post, "measure")
    act.add_duty(notice, by=by, measure=measure, text=post.get("value", ""))
    return {measure}


def _add_row(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    act.add_row(notice, by=by, text=post.get("text", ""), dropped=post.get("dropped") == "1")
    return ANSWERS.ALL


def _remove_duty(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    rows = _duty_row(notice, duty)
    act.remove_duty(notice, by=by, duty=duty)
    return rows


def _guides(notice: Notice, by: Actor, post: QueryDict) -> Answer:
    duty = number(post, "duty")
    guided = bodies_named(post.get("names", ""), notice.government)
    act.set_guides(notice, by=by, duty=duty, guides=post.get("guides") == "1", guided=guided)
    return _duty_row(notice, duty)


def front_values(notice: Notice, front: Mapping[str, object]) -> dict[str, object]:
    """Return the front page fields for `correct_front`; the issuer as a body or a name."""
    values = dict(front)
    name = str(values.pop("issuer"))
    if name == notice.issuer_name:
        return values
    found = resolve_all([name], notice.government)[name]
    body = found.bodies[0] if len(found.bodies) == 1 and found.kind in SURE else None
    return {**values, "issuer": body, "issuer_name": name}


OPERATIONS: dict[str, Operation] = {
    "cell": _cell,
    "settle": _settle,
    "unsettle": _unsettle,
    "alternative": _alternative,
    "drop": _drop,
    "split_row": _split_row,
    "merge_rows": _merge_rows,
    "resolve": _resolve,
    "owner": _owner,
    "last_year": _last_year,
    "add_unit": _add_unit,
    "remove_unit": _remove_unit,
    "edit_duty": _edit_duty,
    "edit_due": _edit_due,
    "edit_paths": _edit_paths,
    "split_duty": _split_duty,
    "merge_duties": _merge_duties,
    "add_duty": _add_duty,
    "add_row": _add_row,
    "remove_duty": _remove_duty,
    "guides": _guides,
}
