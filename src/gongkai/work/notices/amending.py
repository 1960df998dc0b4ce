"""Corrections (更正) of a measure in force: current state, wanted state and differences in words."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from gongkai.core.ledger.models import Entry
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Part
from gongkai.work.notices.planning.rules import plain
from gongkai.work.notices.planning.sentences import in_words


@dataclass(frozen=True)
class DutyWanted:
    """The wanted state of a duty; `pk` is None for a new one."""

    pk: int | None
    text: str
    due: Mapping[str, object] = field(default_factory=dict)
    paths: tuple[tuple[str, ...], ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """The wanted state of a measure: text, names of units, duties in order."""

    section: str
    item: str
    text: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    duties: tuple[DutyWanted, ...]
    partner: tuple[str, ...] = ()

    def as_facts(self) -> dict[str, object]:
        """Return it as a dictionary for the log."""
        return asdict(self)


@dataclass(frozen=True)
class Moved:
    """An open entry whose due date changed; None means no date."""

    entry: Entry
    before: date | None
    after: date | None


@dataclass
class Amended:
    """Changes in words and affected entries of a correction.

    `closed` are entries that stay closed, `helping` new entries of partner units.
    """

    changes: list[str] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    opened: list[Entry] = field(default_factory=list)
    cancelled: list[Entry] = field(default_factory=list)
    reopened: list[Entry] = field(default_factory=list)
    closed: list[Entry] = field(default_factory=list)
    helping: list[Entry] = field(default_factory=list)

    def as_facts(self) -> dict[str, object]:
        """Return the primary keys of the entries, for the log."""
        return {
            "moved": [
                [
                    moved.entry.pk,
                    moved.before and moved.before.isoformat(),
                    moved.after and moved.after.isoformat(),
                ]
                for moved in self.moved
            ],
            **{
                name: [entry.pk for entry in getattr(self, name)]
                for name in ("opened", "cancelled", "reopened", "helping")
            },
        }


def current(measure: Measure) -> Wanted:
    """Load the current state of a measure."""
    return as_it_is(
        measure,
        list(measure.units.prefetch_related("members__body")),
        measure.duties.order_by("position", "pk"),
    )


def as_it_is(measure: Measure, units: Iterable[MeasureUnit], duties: Iterable[Duty]) -> Wanted:
    """Return the current state of a measure from units and duties already loaded."""
    units = list(units)
    return Wanted(
        section=measure.section,
        item=measure.item,
        text=measure.text,
        lead=tuple(unit.name for unit in units if unit.part == Part.LEAD),
        responsible=tuple(unit.name for unit in units if unit.part == Part.RESPONSIBLE),
        duties=tuple(duty_as_it_is(duty) for duty in duties),
        partner=tuple(unit.name for unit in units if unit.part == Part.PARTNER),
    )


def duty_as_it_is(duty: Duty) -> DutyWanted:
    """Return the current state of a duty."""
    return DutyWanted(
        duty.pk, duty.text, dict(duty.due), tuple(tuple(path) for path in duty.paths), tuple(duty.channels)
    )


_CELLS = {"section": "工作任务（一级）", "item": "工作任务（二级）", "text": "贯彻举措"}
# Start of a sentence on a changed measure text.
TEXT_CHANGED = "贯彻举措由"
_SIDES = {"lead": "牵头单位", "responsible": "责任单位", "partner": "配合单位"}
# Longer texts are shortened to the difference with this much context.
_LONG, _BESIDE = 60, 10


def differences(before: Wanted, after: Wanted) -> list[str]:
    """Return the differences, one sentence each."""
    said = [
        f"{label}由{_from_to(getattr(before, name), getattr(after, name))}"
        for name, label in _CELLS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    said += [
        f"{label}由{_listed(getattr(before, name))}改为{_listed(getattr(after, name))}"
        for name, label in _SIDES.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return [*said, *_duties(before.duties, after.duties)]


def _duties(before: Iterable[DutyWanted], after: Iterable[DutyWanted]) -> Iterable[str]:
    now = {duty_wanted.pk: duty_wanted for duty_wanted in after}
    for duty_wanted in before:
        if duty_wanted.pk not in now:
            yield f"删除要求“{_short(duty_wanted.text)}”"
            continue
        new = now[duty_wanted.pk]
        if duty_wanted.text != new.text:
            yield f"要求由{_from_to(duty_wanted.text, new.text)}"
        if plain(duty_wanted.due) != plain(new.due):
            yield f"“{_short(new.text, 20)}”的时限由“{in_words(duty_wanted.due)}”改为“{in_words(new.due)}”"
        if duty_wanted.paths != new.paths:
            yield f"“{_short(new.text, 20)}”的公开路径由{_paths(duty_wanted)}改为{_paths(new)}"
        if duty_wanted.channels != new.channels:
            yield f"“{_short(new.text, 20)}”的其他渠道由{_listed(duty_wanted.channels)}改为{_listed(new.channels)}"
    known = {duty_wanted.pk for duty_wanted in before}
    for new in after:
        if new.pk not in known:
            yield f"增加要求“{_short(new.text)}”（{in_words(new.due)}）"


def _paths(duty: DutyWanted) -> str:
    return "；".join(" > ".join(path) for path in duty.paths) or "无"


def _from_to(before: str, after: str) -> str:
    """Return “甲”改为“乙”; of long texts only the part that differs.

    >>> _from_to("六月底前", "七月底前")
    '“六月底前”改为“七月底前”'
    """
    old, new = " ".join(before.split()), " ".join(after.split())
    if max(len(old), len(new)) <= _LONG:
        return f"“{old}”改为“{new}”"
    same = _alike(old, new)
    behind = _alike(old[same:][::-1], new[same:][::-1])
    first, last = max(0, same - _BESIDE), max(0, behind - _BESIDE)
    shown = [
        f"{'…' if first else ''}{_short(text[first : len(text) - last], 2 * _LONG)}{'…' if last else ''}"
        for text in (old, new)
    ]
    return f"“{shown[0]}”改为“{shown[1]}”"


def _alike(one: str, other: str) -> int:
    return next(
        (at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs),
        min(len(one), len(other)),
    )


def _short(text: str, longest: int = _LONG) -> str:
    words = " ".join(text.split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "无"
