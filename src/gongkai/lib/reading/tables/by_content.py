"""Assign columns with unknown headers by their content; each row records a doubt."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, GridLine, make_cell
from gongkai.lib.reading.layouts.align import SERIAL_NUMBER_HEAD_PATTERN, is_limit, is_unit_list
from gongkai.lib.reading.tables.head_parts import is_helper_units_head
from gongkai.lib.reading.tables.heads import (
    DEADLINE_HEAD_PATTERN,
    PATH_HEAD,
    ColumnRole,
    TableColumn,
    is_head,
    is_lead_beside_helpers,
    is_task_head,
    list_possible_roles,
    normalise_head,
)
from gongkai.lib.reading.words.clauses import is_unit_clause
from gongkai.lib.reading.words.unit_names import are_persons

# Recognise a column's content: units, names of people, limits, numbers, sentences, short names. Pure.


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Statistics of a table column: number of printed cells, shares of them by appearance, and average length."""

    cells: int
    units: float
    persons: float
    limits: float
    length: float  # of a cell, on the average
    ended: float  # share that ends like a sentence or is long
    different: float  # share of the rows that print a cell of their own

    @property
    def is_text(self) -> bool:
        """Return whether the column contains words, not units, persons, limits or figures."""
        return self.cells > 0 and max(self.units, self.persons, self.limits) < 0.6 and self.length >= 4

    @property
    def weight(self) -> float:
        """Return the importance of the column: long, varied and complete cells count more."""
        return self.length * (0.3 + self.different) * (1.0 + self.ended)


def profile_column(lines: list[GridLine], place: int) -> ColumnProfile:
    """Return the profile of the column at a position."""
    cells = [line.cells[place] for line in lines if place < len(line.cells) and _is_row(line)]
    texts = [cell.text for cell in cells if cell.state is CellState.PRINTED and cell.text]
    return ColumnProfile(
        len(texts),
        _compute_share(texts, lambda text: is_unit_list(text) or is_unit_clause(text)),
        _compute_share(texts, are_persons),
        _compute_share(texts, is_limit),
        sum(map(len, texts)) / len(texts) if texts else 0.0,
        _compute_share(texts, lambda text: text.endswith(("。", "；", ";")) or len(text) > 40),
        len(set(texts)) / len(cells) if cells else 0.0,
    )


def _is_row(line: GridLine) -> bool:
    return sum(bool(cell.text) for cell in line.cells) > 1


def _compute_share(texts: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0


_ROLE_NOTES = {
    ColumnRole.SECTION: "按内容读作工作任务",
    ColumnRole.MEASURE: "按内容读作贯彻举措",
    ColumnRole.LEAD: "按内容读作牵头单位",
    ColumnRole.RESPONSIBLE: "按内容读作责任单位",
}
#: In a catalogue that is scored, what each point is given for is finer than the matter it belongs to.
_SCORING_HEADER_RE = re.compile(r"(?:评分|测评|考核|评价|公开|评估)指标$")
#: Up to this share of the different cells beside it, a column is merged over rows.
_MAX_MERGED_SHARE = 0.7
#: Headings are no longer than this on the average.
_MAX_HEADING_CHARACTERS = 26


def assign_columns_by_content(columns: list[TableColumn], lines: list[GridLine]) -> list[TableColumn]:
    """Return the columns with roles by their content where the header is unknown."""
    out = list(columns)
    for column in columns:
        if column.role is ColumnRole.LEAD and is_lead_beside_helpers(column.head) and is_head(column.head):
            _add_doubt(lines, "lead", f"没有牵头栏，“{normalise_head(column.head)}”按牵头单位读取，请核对")
    _assign_finer_column(out, lines)
    _assign_standards(out, lines)
    _assign_limit_texts(out, lines)
    unknown = [
        place for place, column in enumerate(columns) if has_unknown_head(column) or _is_completion_column(column)
    ]
    if not unknown:
        return number_columns(out)
    profiles = {place: profile_column(lines, place) for place in range(len(columns))}
    _assign_units(out, [place for place in unknown if profiles[place].units >= 0.6])
    _assign_texts(
        out, [place for place in unknown if out[place].role is ColumnRole.EXTRA and profiles[place].is_text], profiles
    )
    _assign_limits(out, unknown, profiles)
    for place in unknown:
        if profiles[place].cells:
            _record_assignment(out[place], profiles[place], lines)
    return number_columns(out)


def _assign_finer_column(columns: list[TableColumn], lines: list[GridLine]) -> None:
    """Make a column right of the measure the measure if it divides the tasks more finely."""
    measure = _find_column(columns, ColumnRole.MEASURE)
    for place in range(measure + 1 if measure is not None else len(columns), len(columns)):
        if columns[place].role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE):
            return
        roles = {role for role, _ in list_possible_roles(columns[place].head)}
        is_task_like = bool(roles & {ColumnRole.MEASURE, ColumnRole.SECTION})
        if columns[place].role is not ColumnRole.EXTRA or not (
            is_task_like or _SCORING_HEADER_RE.search(columns[place].head)
        ):
            continue
        assert measure is not None
        coarse, fine = profile_column(lines, measure), profile_column(lines, place)
        if not fine.is_text:
            continue
        head = normalise_head(columns[place].head)
        is_counted_again = any(
            SERIAL_NUMBER_HEAD_PATTERN.search(column.head) for column in columns[measure + 1 : place]
        )
        if is_counted_again or (fine.different >= 0.8 and coarse.different <= _MAX_MERGED_SHARE * fine.different):
            columns[measure] = replace(columns[measure], role=ColumnRole.SECTION, level=0)
            columns[place] = replace(columns[place], role=ColumnRole.MEASURE, level=0)
            reason = "另有编号" if is_counted_again else "各行不同"
            _add_doubt(lines, "measure", f"“{head}”{reason}，按贯彻举措读取，请核对")
            measure = place
        elif is_task_like:
            _add_doubt(lines, None, f"“{head}”像是举措，放在其他栏，请核对")


#: 标准 and 要求 beside tasks that say what is done say how.
_SHORTEST_TASK = 6
_STANDARD_HEADER_RE = re.compile(r"标准|要求")
_ACTION_START_RE = re.compile(
    r"(?:定期|及时|集中|主动|按时)?(?:公[开布示告]|发布|更新|编[制印发写]|举[办行]|组织|召开|办理|修订|建[立好设]|巡查|检查|通报|开展|完善|制定|梳理|推送|清理|规范|做好|推进|加强|落实|优化|健全|解读|报送|汇编|审核|张贴|实行|编|用好)"
)


def _assign_standards(columns: list[TableColumn], lines: list[GridLine]) -> None:
    """Read the task column as the measure where the measure column only states standards."""
    measure = _find_column(columns, ColumnRole.MEASURE)
    tasks = [n for n, column in enumerate(columns) if column.role is ColumnRole.SECTION]
    if measure is None or not tasks or not _STANDARD_HEADER_RE.search(normalise_head(columns[measure].head)):
        return
    place, profile = tasks[-1], profile_column(lines, tasks[-1])
    texts = [line.cells[place].text for line in lines if place < len(line.cells) and _is_row(line)]
    if (
        profile.different > 0.9
        and profile.length >= _SHORTEST_TASK
        and _compute_share(texts, lambda text: bool(_ACTION_START_RE.match(text))) >= 0.8
    ):
        columns[measure] = replace(columns[measure], role=ColumnRole.EXTRA, level=0)
        columns[place] = replace(columns[place], role=ColumnRole.MEASURE, level=0)


#: 举措 and 内容 say what is done, however short.
_ACTION_HEADER_RE = re.compile(r"举措|措施|内容|做法")
_TIME_WORD_RE = re.compile(r"前|底|内|每[年季月周半]|[一二三四]季度|半年|长期|全年|及时")


def _assign_limit_texts(columns: list[TableColumn], lines: list[GridLine]) -> None:
    """Read a measure column of times as limits, and the one before it as measure."""
    measure, tasks = (
        _find_column(columns, ColumnRole.MEASURE),
        [n for n, column in enumerate(columns) if column.role is ColumnRole.SECTION],
    )
    if measure is None or not tasks or _ACTION_HEADER_RE.search(normalise_head(columns[measure].head)):
        return
    cells = [line.cells[measure].text for line in lines if measure < len(line.cells) and line.cells[measure].text]
    timed = sum(len(text) <= _MAX_SHORT_CELL_CHARACTERS and bool(_TIME_WORD_RE.search(text)) for text in cells)
    only = sum(is_limit(text) and len(text) <= _MAX_BARE_LIMIT_CHARACTERS for text in cells)
    if len(cells) < 2 or timed < len(cells) or only * 2 < len(cells):
        return
    head = normalise_head(columns[measure].head)
    columns[measure] = replace(columns[measure], role=ColumnRole.EXTRA, level=0, is_limit=True)
    columns[tasks[-1]] = replace(columns[tasks[-1]], role=ColumnRole.MEASURE, level=0)
    _add_doubt(
        lines,
        "measure",
        f"“{head}”只写了时间，按时限读取，“{normalise_head(columns[tasks[-1]].head)}”按举措读取，请核对",
    )


_MAX_SHORT_CELL_CHARACTERS = 16
#: A limit and nothing to be done by then (2026年12月31日前).
_MAX_BARE_LIMIT_CHARACTERS = 13


def assign_columns_by_whole_rows(columns: list[TableColumn], rows: list[list[str]]) -> list[TableColumn]:
    """Return the columns with roles assigned by the rows that print all their cells."""
    width = len(columns)
    rows = [row[: max((n for n, text in enumerate(row, 1) if text), default=0)] for row in rows]
    longest = max((len(row) for row in rows if len(row) <= width), default=0)
    if any(column.role is not ColumnRole.EXTRA or has_unknown_head(column) for column in columns[longest:]):
        return columns  # an empty cell at the end stands for a remark, not for one of these
    rows = [[*row, *[""] * (width - longest)] for row in rows if len(row) == longest]
    return (
        assign_columns_by_content(columns, [GridLine([make_cell(text) for text in row]) for row in rows])
        if rows
        else columns
    )


def list_column_readings(columns: list[TableColumn], place: int) -> list[list[TableColumn]]:
    """Return the possible readings of the columns: as given, then with each other role of the one at `place`."""
    roles = {column.role for column in columns}
    ways = [columns]
    if not {ColumnRole.LEAD, ColumnRole.RESPONSIBLE} <= roles:
        ways.append(
            _set_role(columns, place, ColumnRole.LEAD if ColumnRole.RESPONSIBLE in roles else ColumnRole.RESPONSIBLE)
        )
    measure = _find_column(columns, ColumnRole.MEASURE)
    if measure is None or place < measure:
        ways.append(number_columns(_set_role(columns, place, ColumnRole.SECTION)))
    if measure is None or is_task_head(list_possible_roles(columns[measure].head)):
        moved = (
            columns
            if measure is None
            else _set_role(columns, measure, ColumnRole.SECTION if measure < place else ColumnRole.EXTRA)
        )
        ways.append(number_columns(_set_role(moved, place, ColumnRole.MEASURE)))
    return ways


def _set_role(columns: list[TableColumn], place: int, role: ColumnRole) -> list[TableColumn]:
    """Return the columns with another role at a place."""
    out = list(columns)
    out[place] = replace(columns[place], role=role, level=0)
    return out


def has_unknown_head(column: TableColumn) -> bool:
    """Return whether a column has a header that no rule knows."""
    head = normalise_head(column.head)
    known = is_head(column.head) or DEADLINE_HEAD_PATTERN.search(head) or PATH_HEAD.search(head)
    return column.role is ColumnRole.EXTRA and bool(head) and not known


def _find_column(columns: list[TableColumn], role: ColumnRole) -> int | None:
    return next((n for n, column in enumerate(columns) if column.role is role), None)


def _assign_units(columns: list[TableColumn], places: list[int]) -> None:
    """Set the roles of columns of units: lead, then responsible."""
    for n, place in enumerate(places):
        leads, does = _find_column(columns, ColumnRole.LEAD), _find_column(columns, ColumnRole.RESPONSIBLE)
        role = ColumnRole.EXTRA
        if leads is None and does is None:
            role = ColumnRole.LEAD if n + 1 < len(places) else ColumnRole.RESPONSIBLE
        elif does is None:
            role = ColumnRole.RESPONSIBLE
        elif leads is None:
            role = ColumnRole.LEAD
            if place > does and not is_helper_units_head(columns[does].head):
                columns[does], role = replace(columns[does], role=ColumnRole.LEAD), ColumnRole.RESPONSIBLE
        if does is not None and _AREA_HEADER_RE.fullmatch(normalise_head(columns[place].head)):
            role = ColumnRole.SECTION  # 街道 beside 责任科室: where it is to be done
        columns[place] = replace(columns[place], role=role, level=0)


_AREA_HEADER_RE = re.compile(r"(?:街道|乡镇|镇街|县区|区县|地区|区域|辖区|片区|社区|村居|[（()）])+")


def _assign_texts(columns: list[TableColumn], places: list[int], profiles: dict[int, ColumnProfile]) -> None:
    """Give columns of text the roles of measure and section."""
    measure = _find_column(columns, ColumnRole.MEASURE)
    weak = measure is None or is_task_head(list_possible_roles(columns[measure].head))
    if weak and places:
        best = max(
            [*places, *([measure] if measure is not None else [])],
            key=lambda place: _score_measure(profiles[place], place == measure),
        )
        if best != measure:
            if measure is not None:
                columns[measure] = replace(
                    columns[measure], role=ColumnRole.SECTION if measure < best else ColumnRole.EXTRA
                )
            columns[best] = replace(columns[best], role=ColumnRole.MEASURE, level=0)
            measure = best
    for place in places:
        if measure is not None and place < measure and profiles[place].length <= _MAX_HEADING_CHARACTERS:
            columns[place] = replace(columns[place], role=ColumnRole.SECTION, level=1)


#: Words for the start of a task, which states no deadline.
START_WORDS_PATTERN = re.compile(r"启动|开始|起始|开工|动工")


def _is_completion_column(column: TableColumn) -> bool:
    return column.role is ColumnRole.EXTRA and normalise_head(column.head) == "完成"


def _assign_limits(columns: list[TableColumn], places: list[int], profiles: dict[int, ColumnProfile]) -> None:
    """Mark the last column of time limits if no header is that of deadlines."""
    if any(DEADLINE_HEAD_PATTERN.search(normalise_head(column.head)) for column in columns):
        return
    timed = [
        place
        for place in places
        if columns[place].role is ColumnRole.EXTRA
        and profiles[place].limits >= 0.6
        and not START_WORDS_PATTERN.search(columns[place].head)
    ]
    if timed:
        columns[timed[-1]] = replace(columns[timed[-1]], is_limit=True)


def _score_measure(profile: ColumnProfile, has_known_measure: bool) -> float:
    """Return a column's weight as the measure column."""
    return profile.weight * (1.3 if has_known_measure else 1.0)


def number_columns(columns: list[TableColumn]) -> list[TableColumn]:
    """Return the columns with those of headings numbered from the left, at most up to 3."""
    out: list[TableColumn] = []
    level = 0
    for column in columns:
        if column.role is ColumnRole.SECTION:
            level += 1
            out.append(replace(column, level=min(level, 3)))
        else:
            out.append(column)
    return out


def _record_assignment(column: TableColumn, profile: ColumnProfile, lines: list[GridLine]) -> None:
    """Add a doubt about an unknown header, which says how its column is read by its contents."""
    field: str | None = column.role.value
    if column.role is ColumnRole.EXTRA:
        field = None
        text = "内容像是单位，放在其他栏" if profile.units >= 0.6 else "放在其他栏"
        if column.is_limit:
            text = "按完成时限读取"
        elif profile.limits >= 0.6:
            text = "内容像是时限，放在其他栏，没有作为时限"
    else:
        text = _ROLE_NOTES[column.role]
        field = None if column.role is ColumnRole.SECTION else field
    _add_doubt(lines, field, f"表头“{normalise_head(column.head)}”不认识，{text}，请核对")


def _add_doubt(lines: list[GridLine], field: str | None, message: str) -> None:
    """Add a doubt to all rows that are not empty."""
    for line in lines:
        if any(cell.text for cell in line.cells):
            line.about.append((field, message))
