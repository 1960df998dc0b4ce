"""Questions on a draft: unresolved units, missing offices, deadlines counted from another day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.core.units.openness import issues_for_itself
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.notices.models import ChildDraft, Duty, MeasureUnit, Part, UnitState
from gongkai.work.notices.passing.drafts import DraftRow
from gongkai.work.notices.passing.wording import dropped
from gongkai.work.notices.planning.rules import ISSUE, last_day
from gongkai.work.notices.resolving import Names

_PARTS = {Part.LEAD: "牵头单位", Part.RESPONSIBLE: "责任单位"}


@dataclass(frozen=True)
class Question:
    """A question and the numbers of its rows (from 1)."""

    words: str
    places: tuple[int, ...]


def strangers(draft: ChildDraft) -> dict[str, list[int]]:
    """Map names missing in the directory to the numbers of their rows (from 1)."""
    return {name: places for name, (state, _, places) in _doubtful(draft).items() if state != UnitState.OPEN}


def questions(draft: ChildDraft) -> list[Question]:
    """Return questions on vague units, missing units and deadlines of a draft."""
    vague = (
        Question(f"{words or f'“{name}”没有说明是哪些单位，请指明'}。", tuple(places))
        for name, (state, words, places) in _doubtful(draft).items()
        if state == UnitState.OPEN
    )
    lacking = _officeless(draft) if issues_for_itself(draft.government) else _left_out(draft)
    return _joined([*vague, *lacking, *_limits(draft)])


def _officeless(draft: ChildDraft) -> Iterator[Question]:
    """Ask which office or lower unit carries out a row."""
    for place, row in enumerate(draft.rows, start=1):
        if not row["lead"] and not row["responsible"]:
            yield Question("请写明由哪些处室或者所属单位落实。", (place,))


def _doubtful(draft: ChildDraft) -> dict[str, tuple[str, str, list[int]]]:
    """Map unresolved names to state, message and row numbers."""
    names = Names(draft.government)
    found: dict[str, tuple[str, str, list[int]]] = {}
    for place, row in enumerate(draft.rows, start=1):
        for name in dict.fromkeys([*row["lead"], *row["responsible"]]):
            meant = names.meant(name)
            if meant.state != UnitState.RESOLVED:
                found.setdefault(name, (meant.state, meant.words.rstrip("。"), []))[2].append(place)
    return found


def _sources(draft: ChildDraft) -> Iterator[tuple[int, DraftRow, int]]:
    for place, row in enumerate(draft.rows, start=1):
        if row["measure"] is not None:
            yield place, row, row["measure"]


def _left_out(draft: ChildDraft) -> Iterator[Question]:
    """Ask for units where only groups of lower governments were named, which are not passed on."""
    numbers = [pk for _, _, pk in _sources(draft)]
    printed: dict[tuple[int, str], list[str]] = {}
    units = MeasureUnit.objects.filter(measure__in=numbers).prefetch_related("members__body")
    for unit in units.order_by("measure", "position"):
        printed.setdefault((unit.measure_id, unit.part), []).append(unit.name)
    for place, row, pk in _sources(draft):
        for part, label in _PARTS.items():
            now = row["lead"] if part == Part.LEAD else row["responsible"]
            gone = [name for name in printed.get((pk, part), ()) if dropped(name)]
            if gone and not now:
                words = f"来源通知的{label}是“{'、'.join(gone)}”，没有带入，请写明本级由哪些单位落实。"
                yield Question(words, (place,))


def _limits(draft: ChildDraft) -> Iterator[Question]:
    """Ask about deadlines that count from the date of issue and would start again."""
    issued = draft.source.issued_on
    counted: dict[int, list[Duty]] = {}
    for duty in Duty.objects.filter(measure__in=[pk for _, _, pk in _sources(draft)]).order_by("pk"):
        if duty.due.get("counts_from") == ISSUE:
            counted.setdefault(duty.measure_id, []).append(duty)
    for place, row, pk in _sources(draft):
        for duty in counted.get(pk, ()):
            said = str(duty.due.get("text") or duty.due_text)
            if said and said in f"{row['text']}\n{row.get('limit', '')}":
                yield Question(
                    counted_anew(said, last_day(duty.due, draft.source.year, issued=issued)), (place,)
                )


def counted_anew(said: str, above: date | None) -> str:
    """Return the question on a deadline; `above` is its last day in the source notice, or None."""
    by_source = f"按来源通知应于{day_in_words(above)}前完成" if above else "来源通知自其印发之日起算"
    return f"时限“{said}”{by_source}；照抄下发的，将自本级印发之日重新起算。请核对以哪一天为准，需要的改写为具体日期。"


def _joined(found: list[Question]) -> list[Question]:
    """Merge equal questions of several rows."""
    places: dict[str, list[int]] = {}
    for question in found:
        places.setdefault(question.words, []).extend(question.places)
    return [Question(words, tuple(dict.fromkeys(at))) for words, at in places.items()]
