"""Corrections of units: set the body that a printed name refers to."""

from collections.abc import Iterable, Sequence

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actions import learn_alias
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Office
from gongkai.work.notices.actions.corrections import get_measure, settle_field
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.importing.unit_names import (
    FOREIGN_UNIT_MESSAGE,
    PERHAPS_OURS_MESSAGE,
    NameResolver,
    is_local_name,
)
from gongkai.work.notices.models import Measure, MeasureUnit, Notice, UnitMember, UnitPart, UnitState
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.planning.draft_rows import OPEN_LIST_MARK

# A body and, where one is named, an office inside it.
MemberUnit = tuple[Body, Office | None]


def get_unit(notice: Notice, number: int) -> MeasureUnit:
    """Return a printed unit of the notice.

    Raises Refused when it does not exist.
    """
    unit = MeasureUnit.objects.filter(measure__notice=notice, pk=number).select_related("measure").first()
    if unit is None:
        raise Refused("这个单位已不在这一行，请刷新后重试。")
    return unit


@notice_action("resolve_unit", verb="correct", label="指明单位", rule=list_reasons_unless_chief_of_notice)
def resolve_unit(
    notice: Notice,
    *,
    by: Actor,
    unit: int,
    bodies: Sequence[Body] = (),
    offices: Sequence[Office] = (),
    everyone: bool = False,
    outside: bool = False,
    same_name: bool = True,
    learn: bool = False,
) -> ActionResult:
    """Set the bodies that a printed name refers to.

    `unit` is the key of the `MeasureUnit`; `bodies` and `offices` are meant by it; `everyone` means
    all units of the table; `outside` means nobody in this installation; `same_name` applies the
    choice to all unresolved equal names except 等; `learn` saves the name as an alias of the body,
    except for offices in a unit's own notice.
    """
    row = get_unit(notice, unit)
    if sum([bool(bodies or offices), everyone, outside]) != 1:
        raise Refused("请选择单位，或者选“本通知所列全部单位”“本系统之外”。")
    if offices and not notice.own and ([office.body_id for office in offices] != [body.pk for body in bodies]):
        raise Refused("处室须属于所选的单位。")
    members = _collect_members(notice, bodies, offices)
    rows = [row]
    if same_name and row.printed != OPEN_LIST_MARK:
        other_units = MeasureUnit.objects.filter(measure__notice=notice, printed=row.printed).exclude(pk=row.pk)
        rows += other_units.exclude(state=UnitState.RESOLVED).select_related("measure")
    with keep_drafts_updated(notice, {measure_unit.measure_id for measure_unit in rows}):
        for measure_unit in rows:
            set_resolved_members(measure_unit, members, everyone=everyone, outside=outside)
    if learn and len(bodies) == 1 and row.printed != OPEN_LIST_MARK and not is_local_name(notice, row.printed):
        _save_alias(row.printed, bodies[0], offices[0] if offices else None, by)
    meant = "、".join(str(office or body.label) for body, office in members) or (
        "本通知所列全部单位" if everyone else "本系统之外"
    )
    return ActionResult(
        words=f"“{row.printed}”指{meant}"[:400],
        facts={
            "units": [measure_unit.pk for measure_unit in rows],
            "bodies": [body.pk for body in bodies],
            "learn": learn,
        },
        result=rows,
    )


def _collect_members(notice: Notice, bodies: Iterable[Body], offices: Sequence[Office]) -> list[MemberUnit]:
    """Return (body, office or None) of the choice (Refused: outside the unit whose own notice it is)."""
    if not notice.own:
        return [(body, offices[0] if offices else None) for body in bodies]
    found = [*((body, None) for body in bodies), *((office.body, office) for office in offices)]
    if any(not body.path.startswith(notice.government.path) for body, _ in found):
        raise Refused(FOREIGN_UNIT_MESSAGE.format(notice.government.label) + "。")
    return found


def set_resolved_members(unit: MeasureUnit, members: Iterable[MemberUnit], *, everyone: bool, outside: bool) -> None:
    """Replace the members of a printed unit and mark it as resolved.

    `everyone` and `outside` are those of the model.
    """
    chosen = list(dict.fromkeys(members))  # an office may be named and be one of a group as well
    unit.members.all().delete()
    unit.state, unit.everyone, unit.outside = UnitState.RESOLVED, everyone, outside
    unit.plural, unit.words = len(chosen) > 1, ""
    unit.save()
    UnitMember.objects.bulk_create([UnitMember(unit=unit, body=body, office=office) for body, office in chosen])
    _settle_flag_on_part(unit.measure, unit.part)


def resolve_own_units(notice: Notice) -> None:
    """Resolve units that depended on whose notice it is; groups (各区县) stay open."""
    names = NameResolver(notice.government, notice.issuer)
    waiting = MeasureUnit.objects.filter(
        measure__notice=notice, state=UnitState.OPEN, plural=False, words=PERHAPS_OURS_MESSAGE
    )
    for unit in waiting.select_related("measure"):
        resolved_name = names.resolve(unit.printed)
        if resolved_name.state == UnitState.RESOLVED and len(resolved_name.members) == 1:
            set_resolved_members(unit, resolved_name.members, everyone=False, outside=False)


def _settle_flag_on_part(measure: Measure, part: str) -> None:
    """Settle the flag on a part of a row once all its units are resolved."""
    if not measure.units.filter(part=part).exclude(state=UnitState.RESOLVED).exists():
        settle_field(measure, part)


def _save_alias(printed_name: str, body: Body, office: Office | None, by: Actor) -> None:
    learn_alias(body, by=by, name=printed_name, office=office)


@notice_action("add_unit", verb="correct", label="增加单位", rule=list_reasons_unless_chief_of_notice)
def add_unit(notice: Notice, *, by: Actor, measure: int, part: str, printed: str) -> ActionResult:
    """Add a unit to a row, resolved in the directory. The result is the `MeasureUnit`."""
    row = get_measure(notice, measure)
    name = printed.strip()
    if part not in UnitPart.values or not name:
        raise Refused("请填写单位名称。")
    with keep_drafts_updated(notice, [row.pk]):
        unit = add_units(notice, row, part, [name])[0]
    return ActionResult(
        words=f"{UnitPart(part).label}增加“{name}”", facts={"measure": row.pk, "unit": unit.pk}, result=unit
    )


@notice_action("remove_unit", verb="correct", label="去掉单位", rule=list_reasons_unless_chief_of_notice)
def remove_unit(notice: Notice, *, by: Actor, unit: int) -> ActionResult:
    """Remove a unit from a row; for an open list (等), state that no other unit is meant."""
    row = get_unit(notice, unit)
    measure, part, printed = row.measure, row.part, row.printed
    with keep_drafts_updated(notice, [measure.pk]):
        row.delete()
    _settle_flag_on_part(measure, part)
    text = "没有其他单位" if printed == OPEN_LIST_MARK else f"去掉“{printed}”"
    return ActionResult(words=f"{UnitPart(part).label}：{text}", facts={"measure": measure.pk, "printed": printed})


def replace_units(notice: Notice, measure: Measure, part: str, printed_names: Iterable[str]) -> None:
    """Replace the units of one part of a row by other names."""
    measure.units.filter(part=part).delete()
    add_units(notice, measure, part, list(printed_names))


def add_units(notice: Notice, measure: Measure, part: str, printed_names: list[str]) -> list[MeasureUnit]:
    """Add units to one part of a row, resolved as far as the directory knows them; return them."""
    names = NameResolver(notice.government, notice.issuer)
    last = measure.units.filter(part=part).count()
    units = []
    for place, name in enumerate(printed_names, start=last + 1):
        resolved_name = names.resolve(name)
        unit = MeasureUnit.objects.create(
            measure=measure,
            part=part,
            position=place,
            printed=name[:200],
            state=resolved_name.state,
            plural=resolved_name.plural,
            words=resolved_name.words,
        )
        UnitMember.objects.bulk_create(
            [UnitMember(unit=unit, body=body, office=office) for body, office in resolved_name.members]
        )
        units.append(unit)
    return units
