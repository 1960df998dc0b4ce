"""Questions on a draft: unresolved units, missing offices, restarted deadlines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.core.units.open_government_leads import issues_for_itself
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.notices.importing.unit_names import NameResolver
from gongkai.work.notices.models import ChildDraft, Duty, MeasureUnit, UnitPart, UnitState
from gongkai.work.notices.passing_down.draft_text import is_left_out
from gongkai.work.notices.passing_down.drafts import DraftRow
from gongkai.work.notices.planning.rules import FROM_ISSUE, find_last_day

_PART_LABELS = {UnitPart.LEAD: "牵头单位", UnitPart.RESPONSIBLE: "责任单位"}


@dataclass(frozen=True)
class DraftQuestion:
    """A question and the numbers of its rows (from 1)."""

    words: str
    places: tuple[int, ...]


def find_unknown_units(draft: ChildDraft) -> dict[str, list[int]]:
    """Map names missing in the directory to the numbers of their rows (from 1)."""
    return {
        name: places for name, (state, _, places) in _find_unresolved_units(draft).items() if state != UnitState.OPEN
    }


def list_questions(draft: ChildDraft) -> list[DraftQuestion]:
    """Return questions on vague units, missing units and deadlines of a draft."""
    vague = (
        DraftQuestion(f"{text or f'“{name}”没有说明是哪些单位，请指明'}。", tuple(places))
        for name, (state, text, places) in _find_unresolved_units(draft).items()
        if state == UnitState.OPEN
    )
    questions = _ask_for_offices(draft) if issues_for_itself(draft.government) else _ask_for_left_out_units(draft)
    return _merge_questions([*vague, *questions, *_ask_for_deadlines(draft)])


def _ask_for_offices(draft: ChildDraft) -> Iterator[DraftQuestion]:
    """Ask which office or lower unit carries out a row."""
    for place, row in enumerate(draft.rows, start=1):
        if not row["lead"] and not row["responsible"]:
            yield DraftQuestion("请写明由哪些处室或者所属单位落实。", (place,))


def _find_unresolved_units(draft: ChildDraft) -> dict[str, tuple[str, str, list[int]]]:
    """Return (state, message, row numbers) by unresolved name."""
    names = NameResolver(draft.government)
    unresolved_units: dict[str, tuple[str, str, list[int]]] = {}
    for place, row in enumerate(draft.rows, start=1):
        for name in dict.fromkeys([*row["lead"], *row["responsible"]]):
            meant = names.resolve(name)
            if meant.state != UnitState.RESOLVED:
                unresolved_units.setdefault(name, (meant.state, meant.words.rstrip("。"), []))[2].append(place)
    return unresolved_units


def _iterate_sourced_rows(draft: ChildDraft) -> Iterator[tuple[int, DraftRow, int]]:
    """Yield (row number from 1, row, key of its measure in the source notice) of rows that have a source."""
    for place, row in enumerate(draft.rows, start=1):
        if row["measure"] is not None:
            yield place, row, row["measure"]


def _ask_for_left_out_units(draft: ChildDraft) -> Iterator[DraftQuestion]:
    """Ask for units where only groups of lower governments were named, which are not passed on."""
    numbers = [pk for _, _, pk in _iterate_sourced_rows(draft)]
    printed: dict[tuple[int, str], list[str]] = {}
    units = MeasureUnit.objects.filter(measure__in=numbers).prefetch_related("members__body")
    for unit in units.order_by("measure", "position"):
        printed.setdefault((unit.measure_id, unit.part), []).append(unit.name)
    for place, row, pk in _iterate_sourced_rows(draft):
        for unit_part, label in _PART_LABELS.items():
            drafted_units = row["lead"] if unit_part == UnitPart.LEAD else row["responsible"]
            left_out = [name for name in printed.get((pk, unit_part), ()) if is_left_out(name)]
            if left_out and not drafted_units:
                text = f"来源通知的{label}是“{'、'.join(left_out)}”，没有带入，请写明本级由哪些单位落实。"
                yield DraftQuestion(text, (place,))


def _ask_for_deadlines(draft: ChildDraft) -> Iterator[DraftQuestion]:
    """Ask about deadlines that count from the date of issue and would start again."""
    issued = draft.source.issued_on
    counted: dict[int, list[Duty]] = {}
    for duty in Duty.objects.filter(measure__in=[pk for _, _, pk in _iterate_sourced_rows(draft)]).order_by("pk"):
        if duty.due.get("counts_from") == FROM_ISSUE:
            counted.setdefault(duty.measure_id, []).append(duty)
    for place, row, pk in _iterate_sourced_rows(draft):
        for duty in counted.get(pk, ()):
            text = str(duty.due.get("text") or duty.due_text)
            if text and text in f"{row['text']}\n{row.get('limit', '')}":
                yield DraftQuestion(
                    describe_restarted_deadline(text, find_last_day(duty.due, draft.source.year, issued=issued)),
                    (place,),
                )


def describe_restarted_deadline(text: str, above: date | None) -> str:
    """Return the question on a deadline that would start again in a lower notice."""
    by_source = f"按来源通知应于{day_in_words(above)}前完成" if above else "来源通知自其印发之日起算"
    return f"时限“{text}”{by_source}；照抄下发的，将自本级印发之日重新起算。请核对以哪一天为准，需要的改写为具体日期。"


def _merge_questions(questions: list[DraftQuestion]) -> list[DraftQuestion]:
    """Merge equal questions of several rows."""
    places: dict[str, list[int]] = {}
    for question in questions:
        places.setdefault(question.words, []).extend(question.places)
    return [DraftQuestion(text, tuple(dict.fromkeys(rows))) for text, rows in places.items()]
