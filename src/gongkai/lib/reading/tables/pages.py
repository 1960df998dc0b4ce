"""Join rows that a page break cut in two, where the text proves it."""

from itertools import pairwise

from gongkai.lib.reading.layouts.align import SERIAL_NUMBER_HEAD_PATTERN
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN
from gongkai.lib.reading.tables.rows import RowDraft, flag_blank
from gongkai.lib.reading.words.numbering import ParagraphNumber, find_number
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN

#: Longest text of joined rows.
MAX_MEASURE_CHARACTERS = 20_000
#: Characters with which a finished text ends.
SENTENCE_END_CHARACTERS = "。；;！!？?：:）)〕]”》."


def join_pages(drafts: list[RowDraft], *, merges_marked: bool) -> list[RowDraft]:
    """Return the rows, with rows cut by a page break joined; `merges_marked`: the file marks merged cells."""
    if merges_marked and _has_headings_in_every_row(drafts):
        for draft in drafts:
            draft.repeats = False  # nothing follows from a heading that is printed again
            for name, head in draft.blank.items():
                flag_blank(draft, name, head)
    apart = _has_one_point_per_row(drafts)
    stops = sum(not _is_cut_text(draft.measure) for draft in drafts) * 2 >= len(drafts)
    out: list[RowDraft] = []
    for draft in drafts:
        point = apart and out and find_number(draft.measure) and not _is_cut_text(out[-1].measure)
        if out and not point and _is_continuation(out[-1], draft, stops=stops):
            _join_rows(out[-1], draft)
        else:
            out.append(draft)
    return out


def _has_one_point_per_row(drafts: list[RowDraft]) -> bool:
    """Return true if at least five rows each contain one point, numbered in sequence."""
    numbers = [_list_numbers(draft.measure) for draft in drafts]
    alone = [number[0] for number in numbers if len(number) == 1]
    follows = sum(b.value == a.value + 1 and a.depth == b.depth for a, b in pairwise(alone))
    return len(drafts) >= 5 and len(alone) == len(drafts) and follows >= len(drafts) - 1


def _has_headings_in_every_row(drafts: list[RowDraft]) -> bool:
    return sum(draft.repeats for draft in drafts) > 1 and all("section" in draft.printed for draft in drafts)


def _is_continuation(first: RowDraft, second: RowDraft, *, stops: bool) -> bool:
    """Return true if the second row continues the first; may add a doubt to the second row.

    `stops`: at least half of the measures end with full stops.
    """
    if not second.measure:
        units = second.printed & {"lead", "responsible"}
        return bool(units) and "measure" not in second.printed and (second.repeats or second.begins_page)
    if (
        first.headings != second.headings
        or len(first.measure) > MAX_MEASURE_CHARACTERS
        or _differs_in_row_number(first, second)
    ):
        return False
    if second.repeats:
        return _is_rest_under_headings(first, second, stops=stops)
    return _is_rest_on_page(first, second) if second.begins_page else _is_rest_without_units(first, second)


def _differs_in_row_number(first: RowDraft, second: RowDraft) -> bool:
    return _differ_in_extras(
        first, second, {head for head in second.printed if SERIAL_NUMBER_HEAD_PATTERN.search(head)}
    )


def _has_own_limit(first: RowDraft, second: RowDraft) -> bool:
    """Return whether two rows have different deadlines."""
    return _differ_in_extras(
        first, second, {x for x in first.printed & second.printed if DEADLINE_HEAD_PATTERN.search(x)}
    )


def _differ_in_extras(first: RowDraft, second: RowDraft, heads: set[str]) -> bool:
    """Return true if two rows differ in one of these extra columns."""
    names = ["".join(head.split()) for head in heads]
    return any(
        _strip_spaces_and_marks(second.extras.get(name, "")) != _strip_spaces_and_marks(first.extras.get(name, ""))
        for name in names
    )


def _continues_text(first: RowDraft, second: RowDraft) -> bool:
    """Return true if the second row continues a measure cut by the page break."""
    cut = _is_cut_text(first.measure) and find_number(second.measure) is None
    return cut or _continues_numbers(first.measure, second.measure)


def _is_rest_under_headings(first: RowDraft, second: RowDraft, *, stops: bool) -> bool:
    """Return true if a row with repeated headings continues the row above; may add a doubt to it.

    `stops`: at least half of the measures end with full stops.
    """
    if not _continues_text(first, second) or _has_own_limit(first, second):
        return False
    if not stops and not _continues_numbers(first.measure, second.measure):
        return False
    if _has_same_units(first, second):
        return True
    # One whole point, and the next of other units: rows of their own, whatever stands over them. A list that goes on is asked.
    if _is_cut_text(first.measure) or len(_list_numbers(first.measure)) > 1:
        second.add_doubt(None, "标题重复印出、编号接上一行但单位不同，按两行读取")
    return False


def _is_rest_on_page(first: RowDraft, second: RowDraft) -> bool:
    """Return true if a page's first row continues the last of the page before."""
    if "section" in second.printed:
        return False
    printed = second.printed & {"lead", "responsible"}
    unfinished = any(_is_unfinished_list(getattr(first, name)) for name in printed)
    if _continues_text(first, second) and (not printed or unfinished or _is_cut_text(first.measure)):
        return True
    if not printed and second.printed == {"measure"}:
        second.add_doubt("measure", "跨页的文字接上一行，按同一行合并")
        return True
    return False


def _is_unfinished_list(units: str) -> bool:
    """Return true if the last name of a unit list is cut."""
    last = units.replace("，", "、").split("、")[-1].strip()
    return len(last) <= 1 or not UNIT_NAME_END_PATTERN.search(units)


def _is_rest_without_units(first: RowDraft, second: RowDraft) -> bool:
    """Return true if a row without units continues a text that a page break cut."""
    if second.printed & {"lead", "responsible"} or _has_own_limit(first, second):
        return False
    if _is_cut_text(first.measure) and find_number(second.measure) is None and "measure" in second.printed:
        second.add_doubt("measure", "文字接上一行，按同一行合并")
        return True
    if _continues_numbers(first.measure, second.measure) and len(_list_numbers(first.measure)) > 1:
        second.add_doubt("measure", "编号接上一行且单位栏未印，可能与上一行原为一行")
    return False


def _is_cut_text(text: str) -> bool:
    return bool(text) and text[-1] not in SENTENCE_END_CHARACTERS


def _list_numbers(text: str) -> list[ParagraphNumber]:
    """Return the numbers of a text's lines that have the depth of the first."""
    numbers = [number for line in text.split("\n") if (number := find_number(line))]
    return [number for number in numbers if number.depth == numbers[0].depth]


def _continues_numbers(first: str, second: str) -> bool:
    """Return true if a text's first number follows the last of another text."""
    first_numbers, next_number = _list_numbers(first), find_number(second)
    if not first_numbers or next_number is None:
        return False
    if next_number.depth == first_numbers[-1].depth:
        return next_number.value == first_numbers[-1].value + 1
    last_number = [number for line in first.split("\n") if (number := find_number(line))][-1]
    return next_number.depth == last_number.depth and next_number.value == last_number.value + 1


def _has_same_units(first: RowDraft, second: RowDraft) -> bool:
    """Return true if two rows name equal units, or no column prints them."""
    if "lead" not in first.printed and "responsible" not in first.printed:
        return True
    return all(
        name not in second.printed
        or _strip_spaces_and_marks(getattr(first, name)) == _strip_spaces_and_marks(getattr(second, name))
        for name in ("lead", "responsible")
    )


def _strip_spaces_and_marks(text: str) -> str:
    return "".join(text.split()).strip("、，；。")


def _join_rows(first: RowDraft, second: RowDraft) -> None:
    """Add the second row's texts and cells to the first."""
    gap = "" if _is_cut_text(first.measure) and find_number(second.measure) is None else "\n"
    if second.measure:
        first.measure = first.measure + gap + second.measure
    for name in ("lead", "responsible"):
        if second.begins_page and not second.repeats and name in second.printed and name in first.printed:
            _join_units(first, second, name)
        elif name in second.printed and name not in first.printed:
            setattr(first, name, getattr(second, name))
            first.printed.add(name)
    for head, text in second.extras.items():
        if head in second.printed and _strip_spaces_and_marks(text) != _strip_spaces_and_marks(
            first.extras.get(head, "")
        ):
            first.extras[head] = "\n".join(x for x in (first.extras.get(head, ""), text) if x)
    first.cells.extend(second.cells)
    first.doubts.extend(second.doubts)


def _join_units(first: RowDraft, second: RowDraft, name: str) -> None:
    """Append the second row's names to the first row's list, which continues after a page break, with a doubt."""
    first_names, second_names = getattr(first, name), getattr(second, name)
    if _strip_spaces_and_marks(first_names) != _strip_spaces_and_marks(second_names):
        gap = "" if _is_unfinished_list(first_names) else "、"
        setattr(first, name, first_names + gap + second_names)
        first.add_doubt(name, "单位名单跨页，已拼接")


def flag_restarts(drafts: list[RowDraft]) -> None:
    """Add a doubt to rows whose numbers restart at 1 without new headings, because a heading may be lost."""
    for above, draft in pairwise(drafts):
        numbers_above, number = _list_numbers(above.measure), find_number(draft.measure)
        guessed = draft.placed or draft.carried or above.carried
        restarts = number and number.value == 1 and numbers_above and numbers_above[-1].depth == number.depth
        if guessed and restarts and above.headings == draft.headings and not draft.repeats:
            draft.add_doubt("item", "编号从1重新开始而标题没有重印，可能属于另一个标题")


def flag_unfinished(drafts: list[RowDraft]) -> None:
    """Add a doubt to long measures without a final mark if most others have one."""
    semicolons = sum(draft.measure.endswith(("；", ";")) for draft in drafts)
    if semicolons >= 2 and semicolons * 2 >= len(drafts) - 1:
        for draft in drafts:
            draft.listed = True
    ended = sum(not _is_cut_text(draft.measure) for draft in drafts)
    if ended * 10 >= len(drafts) * 7:
        for draft in drafts:
            if _is_cut_text(draft.measure) and len(draft.measure) >= 20:
                draft.add_doubt("measure", "“举措”栏不以句号结尾，后面的内容可能缺失")
