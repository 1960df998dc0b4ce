"""Build a row from its draft: split units, read duties, turn doubts into warnings."""

from collections.abc import Callable
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import clean_cell
from gongkai.lib.reading.layouts.align import is_limit, is_unit_list
from gongkai.lib.reading.layouts.orders import find_leading_units
from gongkai.lib.reading.layouts.regular import find_heading_unit
from gongkai.lib.reading.model import Duty, NoticeRow, ReadingWarning, RowSource
from gongkai.lib.reading.tables.head_parts import is_person_head
from gongkai.lib.reading.tables.heads import (
    DEADLINE_HEAD_PATTERN,
    PATH_HEAD,
    ColumnRole,
    TableColumn,
    is_head,
    normalise_head,
)
from gongkai.lib.reading.tables.rows import RowDraft
from gongkai.lib.reading.words.dues import find_unread_times, read_heading_limit
from gongkai.lib.reading.words.duties import MAX_CELL_CHARACTERS, ReadingContext, add_limit, add_places, read_duties
from gongkai.lib.reading.words.numbering import find_number, remove_number, split_inline
from gongkai.lib.reading.words.paths import convert_to_columns, find_places
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS, is_unit_group
from gongkai.lib.reading.words.units import CellUnits, read_units

#: Adds a warning to the row.
AddWarning = Callable[..., None]

_FACT_HEADER_RE = re.compile(r"序号|编号|备注|联系|电话|责任人|领导|完成情况|进展|分值|依据")


#: A mark of the site ([接上页]), a figure, two characters: nothing that somebody does.
_NON_TASK_CELL_RE = re.compile(
    rf"[\[【〔][^\[\]【】〔〕]{{1,12}}[\]】〕]|[^\W\d]{{2,6}}[:：]\s*20\d\d[-年./][-月./日\d]*|[^{HAN}]*(?:[{HAN}][^{HAN}]*){{0,2}}"
)
#: A label inside a measure, which may be of another column or of another task: 责任单位 市司法局, 评分标准：…
_EMBEDDED_LABEL_RE = re.compile(
    rf"(?:^|\s)(?P<label>[{HAN}]{{2,8}})[:：]|(?P<units>{LABEL_OF_UNITS})\s*[:： \t\u3000]\s*[{HAN}]", re.MULTILINE
)
#: Units assigned by the numbers of the points: 县教育局：负责第2、4项。
_ASSIGNMENT_BY_NUMBER_RE = re.compile(
    r"(?:负责|牵头|承担|配合)第[\d一二三四五六七八九十、，,和及至到—～~-]{1,20}[项条]"
)
#: a), 1）: a count that no bracket opens.
_UNOPENED_COUNT_RE = re.compile(r"(?:^|(?<=[。；;\s]))[0-9A-Za-z]{1,2}[）)]", re.MULTILINE)
_BRACKET_PAIRS = (("（(", "）)"), ("【〔[", "】〕]"))


#: Nothing but a day or how long: 3月底前, 长期坚持.
_LIMIT_CELL_RE = re.compile(
    r"(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日|[上中下]旬|[初底末])?(?:[之以]?前|底前|内)?(?:完成)?。?|(?:20\d\d)?年[底内末]前?|每(?:年|半年|季度?|月|周)"
    r"|(?:长期|持续|立即|立行立改|即知即改)(?:坚持|推进|整改|完成)?。?"
)
#: A score, which is no point of a list: 1.0.
_SCORE_RE = re.compile(r"\d+\.\d+%?")
#: A page that lost 年 and 月: 2026630日.
_BROKEN_DATE_RE = re.compile(r"(?<!\d)20[1-4]\d[01]?\d[0-3]?\d日")


def split_into_lines(text: str) -> str:
    """Return the text of a measure with each numbered point on a line of its own."""
    return "\n".join(piece for line in clean_cell(text).split("\n") for piece in split_inline(line))


def build_row(
    number: int, draft: RowDraft, context: ReadingContext, *, first_leads: bool = False
) -> tuple[NoticeRow, list[ReadingWarning]]:
    """Return (row, its warnings); `number` counts from 1.

    `first_leads`: without a lead unit, the first named unit leads.
    """
    warnings: list[ReadingWarning] = []

    def warn(field: str | None, message: str, alternative: str | None = None) -> None:
        """Add a warning about the row, once."""
        warning = ReadingWarning(number, message, field, alternative)
        if warning not in warnings:
            warnings.append(warning)

    for doubt in draft.doubts:
        warn(*doubt)
    if draft.placed:
        warn(None, f"“{'、'.join(draft.placed)}”栏的归属由内容推断")
    if draft.carried:
        warn(None, f"“{'、'.join(draft.carried)}”栏未印文字，按上一行的合并单元格读取")
    columns = draft.columns
    lead, responsible = _read_row_units(draft, columns, warn)
    if not lead and not responsible:
        responsible = _guess_units(draft, columns, warn)
    if first_leads and not lead and responsible and not is_unit_group(responsible[0]):
        lead, responsible = responsible[:1], responsible[1:]
    extras = _read_extras(draft, columns)
    measure = split_into_lines(draft.measure)
    limits = frozenset("".join(column.head.split()) for column in columns if column.is_limit)
    duties = _read_row_duties(measure, extras, context, warn, limits)
    duties = _apply_heading_limits(duties, draft.headings, context, warn)
    _warn_truncated_text(draft, measure, warn)
    _warn_embedded_labels(measure, draft.headings, warn)
    section, item = draft.headings[0], draft.headings[1]
    row = NoticeRow(
        section, item, measure, lead, responsible, extras, RowSource(draft.page, tuple(draft.cells)), duties
    )
    if not lead and not responsible:
        warn("responsible", "牵头单位和责任单位都没有读到")
    if not measure:
        warn("measure", "没有读到举措文字")
    elif is_limit(measure) and bool(_LIMIT_CELL_RE.fullmatch(measure)):
        warn("measure", f"举措只有时限“{measure}”，没有写要做什么，请核对")
    elif _NON_TASK_CELL_RE.fullmatch(measure.strip()):
        warn("measure", f"举措只有“{measure.strip()[:20]}”，不像要做的事，请核对")
    return row, warnings


def _read_row_units(
    draft: RowDraft, columns: list[TableColumn], warn: AddWarning
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return lead and responsible units of a row."""
    lead_units, responsible_units = read_units(draft.lead), read_units(draft.responsible)
    for name, units in (("lead", lead_units), ("responsible", responsible_units)):
        _warn_units(name, units, warn)
    if any(column.role is ColumnRole.LEAD for column in columns):
        if lead_units.joined:
            return tuple(lead_units.lead), (*lead_units.others, *responsible_units.all())
        if lead_units.all():
            return lead_units.all(), responsible_units.all()
        return tuple(responsible_units.lead), tuple(responsible_units.others)
    return tuple(responsible_units.lead), tuple(responsible_units.others)


def _guess_units(draft: RowDraft, columns: list[TableColumn], warn: AddWarning) -> tuple[str, ...]:
    """Return the units that a heading or a measure names if no column does, or ()."""
    has_column = any(column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE) for column in columns)
    if not has_column and (units := _read_heading_units(draft.headings, warn)):
        return units
    subject = find_leading_units(draft.measure)
    if subject:
        warn("responsible", f"没有另写单位，按句首的“{subject[:20]}”读取，请核对")
    return read_units(subject).all() if subject else ()


def _read_heading_units(headings: list[str], warn: AddWarning) -> tuple[str, ...]:
    """Return the units of the nearest heading that names them, with a warning, or ()."""
    for heading in reversed(headings):
        if heading and is_unit_list(name := find_heading_unit(heading)):
            warn("responsible", f"表中没有单位栏，责任单位按标题“{heading[:20]}”读取，请核对")
            return read_units(name).all()
    return ()


def _warn_units(name: str, units: CellUnits, warn: AddWarning) -> None:
    for doubt in units.doubts:
        warn(name, doubt, units.alternative)


def _read_extras(draft: RowDraft, columns: list[TableColumn]) -> dict[str, str]:
    """Return the row's other columns by head, the third heading first."""
    extras = {head: split_into_lines(text) for head, text in draft.extras.items()}
    if draft.headings[2]:
        head = next((column.head for column in columns if column.role is ColumnRole.SECTION), "工作任务")
        extras = {"".join(head.split()): draft.headings[2], **extras}
    return extras


def _read_row_duties(
    measure: str, extras: dict[str, str], context: ReadingContext, warn: AddWarning, limits: frozenset[str]
) -> tuple[Duty, ...]:
    """Return the duties of a row from its measure and its other columns."""
    duties = read_duties(measure, context)
    if len(measure) > MAX_CELL_CHARACTERS:
        warn("measure", "文字过长，未拆分事项和时限")
        return duties
    for head, text in extras.items():
        if (
            not text
            or DEADLINE_HEAD_PATTERN.search(head)
            or head in limits
            or PATH_HEAD.search(head)
            or _FACT_HEADER_RE.search(head)
            or is_person_head(head)
        ):
            continue
        duties_of_column = read_duties(text, context)
        if len(text) > 14 or re.search("标准|要求", head):
            duties = (*duties, *duties_of_column)
    for head, text in extras.items():
        if DEADLINE_HEAD_PATTERN.search(head) or head in limits:
            duties = _apply_limits(duties, measure, (normalise_head(head), text), context, warn)
        elif PATH_HEAD.search(head):
            duties = add_places(duties, convert_to_columns(text) if "栏目" in head else text, context)
    for place in find_places(measure, context.printed):
        if place.runs_on:
            warn("duties", f"公开路径的末级“{place.paths[0][-1][:30]}”与后文相连，请核对")
        elif place.inferred:
            warn("duties", f"栏目“{place.paths[0][-1]}”的上级栏目没有印出，推定为“{'>'.join(place.paths[0])}”")
    _warn_unread_times(measure, context, warn)
    _warn_of_doubtful_dues(duties, warn)
    return duties


def _apply_limits(
    duties: tuple[Duty, ...], measure: str, column: tuple[str, str], context: ReadingContext, warn: AddWarning
) -> tuple[Duty, ...]:
    """Apply the limit of a `column` (header, text) to duties."""
    head, text = column
    if "月" in head and re.fullmatch(r"\d{1,2}(?:[、，,]\d{1,2})*", text.strip()):
        text = re.sub(r"(\d+)", r"\1月", text)  # figures in a column of months
    if paired := _match_limits_to_points(measure, text, context):
        return (*paired, *duties[len(read_duties(measure, context)) :])
    duties, read = add_limit(duties, text, context)
    if not read:
        warn("duties", f"“{head}”栏的“{text[:20]}”没有读出时限")
    return duties


def _match_limits_to_points(measure: str, limits: str, context: ReadingContext) -> tuple[Duty, ...]:
    """Return duties with a limit each if both have as many numbered lines, else ()."""
    lines, cells = measure.split("\n"), [line for line in limits.split("\n") if line.strip()]
    numbers = [find_number(line) for line in lines]
    if len(cells) < 2 or len(cells) != len(lines) or not all(numbers):
        return ()
    return tuple(
        duty
        for line, cell in zip(lines, cells, strict=True)
        for duty in add_limit(read_duties(line, context), cell, context)[0]
    )


def _apply_heading_limits(
    duties: tuple[Duty, ...], headings: list[str], context: ReadingContext, warn: AddWarning
) -> tuple[Duty, ...]:
    """Give duties without a limit that of the nearest heading, and ask."""
    for heading in reversed(headings):
        due = read_heading_limit(remove_number(heading), context.reference_years) if heading else None
        if due and any(duty.due is None for duty in duties):
            warn("duties", f"标题“{heading[:20]}”写的是时间，下面没有写时限的事项按它读取，请核对")
            return tuple(replace(duty, due=due) if duty.due is None else duty for duty in duties)
    return duties


def _warn_of_doubtful_dues(duties: tuple[Duty, ...], warn: AddWarning) -> None:
    for due in (duty.due for duty in duties):
        if due and due.doubt:
            warn("duties", due.doubt)


def _warn_unread_times(measure: str, context: ReadingContext, warn: AddWarning) -> None:
    """Warn of times in a measure that were not read as limits."""
    if broken := _BROKEN_DATE_RE.search(measure):
        warn("duties", f"“{broken[0]}”像是缺了“年”“月”，没有读出时限，请核对")
    unread = find_unread_times(measure, context.reference_years)
    if any("小时" in text for text in unread):
        warn("duties", "时限以小时计，未折算为日期")
    if other_times := [text for text in dict.fromkeys(unread) if "小时" not in text]:
        warn("duties", f"“{'、'.join(other_times[:4])}”没有读出时限，请核对")


def _warn_truncated_text(draft: RowDraft, measure: str, warn: AddWarning) -> None:
    """Warn of cells that seem to be cut off."""
    for name, label, text in (
        ("measure", "举措", measure),
        *(("extras", normalise_head(h), t) for h, t in draft.extras.items() if not PATH_HEAD.search(h)),
    ):
        lines = [line for line in text.split("\n") if line]
        if not lines or _SCORE_RE.fullmatch(text):
            continue
        first_number = find_number(lines[0])
        is_single_first_point = (
            len(lines) == 1 and first_number is not None and first_number.value == 1 and first_number.depth >= 3
        )
        if is_single_first_point and name == "extras" and label != "上级标题":
            warn(name, f"“{label}”栏只有第1项，后面的内容可能缺失")
        elif lines[-1][-1] in "，、,：:（(“《" or (
            lines[-1][-1] in "；;" and not (name == "measure" and (first_number or draft.listed))
        ):
            warn(name, f"“{label}”栏没有写完，后面的内容可能缺失")
    if 0 < len(draft.headings[2]) <= 2:
        warn("extras", f"“{draft.headings[2]}”可能不完整")


def _warn_embedded_labels(measure: str, headings: list[str], warn: AddWarning) -> None:
    """Warn of labels, references by number and unpaired brackets inside a measure."""
    labels = (match["units"] or match["label"] for match in _EMBEDDED_LABEL_RE.finditer(measure))
    if label := next((label_text for label_text in labels if is_head(label_text)), ""):
        warn("measure", f"举措中还有“{label}”，可能是另一栏或另一项任务，请核对")
    if match := _ASSIGNMENT_BY_NUMBER_RE.search(measure):
        warn("measure", f"“{match[0]}”按编号指定单位，没有对应到各项任务，请核对")
    for text in (measure, *headings):
        if not _has_whole_brackets(text):
            warn("measure", f"“{text[:20]}”的括号没有成对，文字可能缺失或与另一项连在一起，请核对")


def _has_whole_brackets(text: str) -> bool:
    text = _UNOPENED_COUNT_RE.sub("", text)
    return all(sum(map(text.count, opening)) == sum(map(text.count, closing)) for opening, closing in _BRACKET_PAIRS)
