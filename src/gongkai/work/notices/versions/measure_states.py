"""Current and wanted states of a measure, and their differences in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from gongkai.core.ledger.models import Entry
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, UnitPart
from gongkai.work.notices.planning.descriptions import describe_rule
from gongkai.work.notices.planning.rules import normalize_rule
from gongkai.work.notices.versions.row_pairs import match_rows


@dataclass(frozen=True)
class WantedDuty:
    """The wanted state of a duty; `pk` is None for a new one."""

    pk: int | None
    text: str
    due: Mapping[str, object] = field(default_factory=dict)
    paths: tuple[tuple[str, ...], ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class WantedMeasure:
    """The wanted state of a measure: text, names of units, duties in order."""

    section: str
    item: str
    text: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    duties: tuple[WantedDuty, ...]
    partner: tuple[str, ...] = ()

    def as_facts(self) -> dict[str, object]:
        """Return the state as a dictionary for the log."""
        return asdict(self)


@dataclass(frozen=True)
class MovedEntry:
    """An open entry whose due date changed; None means no date."""

    entry: Entry
    before: date | None
    after: date | None


@dataclass
class AmendmentResult:
    """Changes in words and affected entries of a correction.

    `closed` are entries that stay closed, `helping` new entries of partner units.
    """

    changes: list[str] = field(default_factory=list)
    moved: list[MovedEntry] = field(default_factory=list)
    opened: list[Entry] = field(default_factory=list)
    cancelled: list[Entry] = field(default_factory=list)
    reopened: list[Entry] = field(default_factory=list)
    closed: list[Entry] = field(default_factory=list)
    helping: list[Entry] = field(default_factory=list)

    def as_facts(self) -> dict[str, object]:
        """Return the primary keys of the entries, for the log."""
        return {
            "moved": [
                [moved.entry.pk, moved.before and moved.before.isoformat(), moved.after and moved.after.isoformat()]
                for moved in self.moved
            ],
            **{
                name: [entry.pk for entry in getattr(self, name)]
                for name in ("opened", "cancelled", "reopened", "helping")
            },
        }


def load_current_state(measure: Measure) -> WantedMeasure:
    """Load the current state of a measure."""
    return build_current_state(
        measure, list(measure.units.prefetch_related("members__body")), measure.duties.order_by("position", "pk")
    )


def build_current_state(measure: Measure, units: Iterable[MeasureUnit], duties: Iterable[Duty]) -> WantedMeasure:
    """Return the current state of a measure from units and duties already loaded."""
    units = list(units)
    return WantedMeasure(
        section=measure.section,
        item=measure.item,
        text=measure.text,
        lead=tuple(unit.name for unit in units if unit.part == UnitPart.LEAD),
        responsible=tuple(unit.name for unit in units if unit.part == UnitPart.RESPONSIBLE),
        duties=tuple(to_wanted_duty(duty) for duty in duties),
        partner=tuple(unit.name for unit in units if unit.part == UnitPart.PARTNER),
    )


def to_wanted_duty(duty: Duty) -> WantedDuty:
    """Return the current state of a duty."""
    return WantedDuty(
        duty.pk, duty.text, dict(duty.due), tuple(tuple(path) for path in duty.paths), tuple(duty.channels)
    )


_CELL_LABELS = {"section": "工作任务（一级）", "item": "工作任务（二级）", "text": "贯彻举措"}
# Start of a sentence on a changed measure text.
TEXT_CHANGED = "贯彻举措由"
_PART_LABELS = {"lead": "牵头单位", "responsible": "责任单位", "partner": "配合单位"}
# Longer texts are shortened to the difference with this much context.
_MAX_WHOLE_LENGTH, _CONTEXT_LENGTH = 60, 10


def describe_differences(before: WantedMeasure, after: WantedMeasure) -> list[str]:
    """Return the differences, one sentence each."""
    texts = [
        f"{label}由{_format_change(getattr(before, name), getattr(after, name))}"
        for name, label in _CELL_LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    texts += [
        f"{label}由{_join_names(getattr(before, name))}改为{_join_names(getattr(after, name))}"
        for name, label in _PART_LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return [*texts, *_describe_duties(before.duties, after.duties)]


def _describe_duties(before: Iterable[WantedDuty], after: Iterable[WantedDuty]) -> Iterable[str]:
    """Yield the differences of the duties in Chinese: removed, changed and added ones."""
    after_by_key = {duty_wanted.pk: duty_wanted for duty_wanted in after}
    for duty_wanted in before:
        if duty_wanted.pk not in after_by_key:
            yield f"删除要求“{_shorten_text(duty_wanted.text)}”"
            continue
        new_duty = after_by_key[duty_wanted.pk]
        if duty_wanted.text != new_duty.text:
            yield f"要求由{_format_change(duty_wanted.text, new_duty.text)}"
        if normalize_rule(duty_wanted.due) != normalize_rule(new_duty.due):
            yield f"“{_shorten_text(new_duty.text, 20)}”的时限由“{describe_rule(duty_wanted.due)}”改为“{describe_rule(new_duty.due)}”"
        if duty_wanted.paths != new_duty.paths:
            yield f"“{_shorten_text(new_duty.text, 20)}”的公开路径由{_format_paths(duty_wanted)}改为{_format_paths(new_duty)}"
        if duty_wanted.channels != new_duty.channels:
            yield f"“{_shorten_text(new_duty.text, 20)}”的其他渠道由{_join_names(duty_wanted.channels)}改为{_join_names(new_duty.channels)}"
    keys_before = {duty_wanted.pk for duty_wanted in before}
    for new_duty in after:
        if new_duty.pk not in keys_before:
            yield f"增加要求“{_shorten_text(new_duty.text)}”（{describe_rule(new_duty.due)}）"


def _format_paths(duty: WantedDuty) -> str:
    return "；".join(" > ".join(path) for path in duty.paths) or "无"


def _format_change(before: str, after: str) -> str:
    """Return “甲”改为“乙”; of long texts only the part that differs.

    >>> _format_change("六月底前", "七月底前")
    '“六月底前”改为“七月底前”'
    """
    old_text, new_text = " ".join(before.split()), " ".join(after.split())
    if max(len(old_text), len(new_text)) <= _MAX_WHOLE_LENGTH:
        return f"“{old_text}”改为“{new_text}”"
    prefix_length = _get_prefix_length(old_text, new_text)
    suffix_length = _get_prefix_length(old_text[prefix_length:][::-1], new_text[prefix_length:][::-1])
    skipped_before, skipped_after = max(0, prefix_length - _CONTEXT_LENGTH), max(0, suffix_length - _CONTEXT_LENGTH)
    start, end = "…" if skipped_before else "", "…" if skipped_after else ""
    old_part, new_part = (
        _shorten_text(text[skipped_before : len(text) - skipped_after], 2 * _MAX_WHOLE_LENGTH)
        for text in (old_text, new_text)
    )
    return f"“{start}{old_part}{end}”改为“{start}{new_part}{end}”"


def _get_prefix_length(first_text: str, second_text: str) -> int:
    return next(
        (index for index, (mine, theirs) in enumerate(zip(first_text, second_text, strict=False)) if mine != theirs),
        min(len(first_text), len(second_text)),
    )


def _shorten_text(text: str, longest: int = _MAX_WHOLE_LENGTH) -> str:
    words = " ".join(text.split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _join_names(names: Iterable[str]) -> str:
    return "、".join(names) or "无"


# Minimum similarity of duties to be versions of each other.
DUTY_SIMILARITY_THRESHOLD = 0.3


def match_duties(before: Sequence[WantedDuty], after: Sequence[WantedDuty]) -> dict[int, int]:
    """Return {key of a new duty: key of the old duty it corresponds to}."""
    if len(before) == len(after) == 1:
        return {after[0].pk or 0: before[0].pk or 0}
    pairs = match_rows(
        [duty_wanted.text for duty_wanted in before],
        [duty_wanted.text for duty_wanted in after],
        min_similarity=DUTY_SIMILARITY_THRESHOLD,
    )
    return {
        after[pair.new].pk or 0: before[pair.old].pk or 0
        for pair in pairs
        if pair.old is not None and pair.new is not None
    }
