"""Convert tables with repeated headers side by side, or with a column for each period."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, NoticeDocument, Paragraph, make_cell
from gongkai.lib.reading.tables import head_parts
from gongkai.lib.reading.tables.columns import resolve_dittos, split_limit_columns
from gongkai.lib.reading.tables.heads import ColumnRole, is_head, is_head_row, list_possible_roles, normalise_head
from gongkai.lib.reading.tables.regroup import PERIOD_HEADER_PATTERN, regroup_tables
from gongkai.lib.reading.words.due_table import parse_whole_number
from gongkai.lib.reading.words.places import OTHER_CHANNEL_PATTERN
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN, split_outside_brackets


def make_plain_grid(grid: Grid) -> Grid:
    """Return the grid with one task a row; unchanged if it already has."""
    return split_limit_columns(_stack_halves(resolve_dittos(_drop_empty_columns(grid))))


def is_tick_mark(text: str) -> bool:
    """Return whether a text is a tick mark (●, √)."""
    return len(text) == 1 and text in head_parts.SIGN_CHARACTERS


def _drop_empty_columns(grid: Grid) -> Grid:
    """Return an exact grid without columns that are empty in every line."""
    width = grid.width
    used_columns = [n for n in range(width) if any(n < len(line.cells) and line.cells[n].text for line in grid.lines)]
    if not grid.exact or len(used_columns) == width or len(used_columns) < 2:
        return grid
    return Grid(
        [replace(line, cells=[line.cells[n] for n in used_columns if n < len(line.cells)]) for line in grid.lines],
        grid.exact,
    )


def add_sheet_unit(grid: Grid, name: str) -> Grid:
    """Return a sheet's grid with the sheet name as unit if no column names units."""
    place = next(
        (n for n, line in enumerate(grid.lines[:12]) if sum(is_head(cell.text) for cell in line.cells) >= 2), None
    )
    if place is None:
        return grid
    heads = [cell.text for cell in grid.lines[place].cells if cell.text]
    if any(
        role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE) for head in heads for role, _ in list_possible_roles(head)
    ) or not is_head_row([*heads, "责任单位"]):
        return grid
    text = f"表中没有单位栏，责任单位按工作表名“{name}”读取，请核对"
    lines = [replace(line, cells=[*line.cells, GridCell("", CellState.LEFT)]) for line in grid.lines[:place]]
    lines.append(replace(grid.lines[place], cells=[*grid.lines[place].cells, GridCell("责任单位")]))
    for line in grid.lines[place + 1 :]:
        is_row = sum(bool(cell.text) for cell in line.cells) > 1
        more = GridCell(name) if is_row else GridCell("", CellState.LEFT)
        lines.append(
            replace(line, cells=[*line.cells, more], about=[*line.about, *([("responsible", text)] if is_row else [])])
        )
    return Grid(lines, grid.exact)


def is_table_head(texts: list[str]) -> bool:
    """Return whether a row is a header, including tables with a column for each period."""
    return is_head_row(texts) or bool(_list_plain_headers(texts))


def _list_plain_headers(texts: list[str]) -> list[str]:
    """Return the headers other than those of periods; [] if fewer than two name periods."""
    plain = [text for text in texts if not PERIOD_HEADER_PATTERN.fullmatch(normalise_head(text))]
    return plain if len(texts) - len(plain) >= 2 and is_head_row([*plain, "工作措施"]) else []


def _stack_halves(grid: Grid) -> Grid:
    """Return the grid with tables that are printed next to each other one below the other."""
    place = next((n for n, line in enumerate(grid.lines[:12]) if is_head_row([c.text for c in line.cells])), None)
    if place is None:
        return grid
    heads = [normalise_head(cell.text) for cell in grid.lines[place].cells]
    times = next((n for n in (2, 3) if _is_repeated_header(heads, n)), 0)
    if not times or any(len(line.cells) != len(heads) for line in grid.lines[place:]):
        return grid
    width = len(heads) // times
    lines = [replace(line, cells=line.cells[:width]) for line in grid.lines[: place + 1]]
    for half in range(times):
        for line in grid.lines[place + 1 :]:
            cells = line.cells[half * width : (half + 1) * width]
            if any(cell.text for cell in cells):
                if cells[0].state is CellState.LEFT:
                    cells = [GridCell("", CellState.EMPTY), *cells[1:]]
                lines.append(replace(line, cells=cells, doubts=[*line.doubts], about=[*line.about]))
    return Grid(lines, grid.exact)


def _is_repeated_header(heads: list[str], times: int) -> bool:
    """Return true if a header is one group of different heads, repeated `times` times."""
    width = len(heads) // times
    one = heads[:width]
    return (
        width >= 2 and len(heads) % times == 0 and heads == one * times and is_head_row(one) and len(set(one)) == width
    )


def _merge_period_columns(grid: Grid, day: str) -> Grid:
    """Return the grid without columns of months or quarters: ticks become a column of limits, texts join the measure.

    `day` is the day of a quarter's last month by which ticked tasks are due, or "". A grid without such columns is
    returned unchanged.
    """
    place = next(
        (n for n, line in enumerate(grid.lines[:12]) if _list_plain_headers([cell.text for cell in line.cells])), None
    )
    if place is None or any(is_head_row([cell.text for cell in line.cells]) for line in grid.lines[:place]):
        return grid  # a row of tasks below its heads: 公开实事 | 公服办 | 4月 | 11月底
    head = grid.lines[place]
    periods = [n for n, cell in enumerate(head.cells) if PERIOD_HEADER_PATTERN.fullmatch(normalise_head(cell.text))]
    other_columns = [n for n in range(len(head.cells)) if n not in periods]
    rows = grid.lines[place + 1 :]
    signs = [
        is_tick_mark(line.cells[n].text) for line in rows for n in periods if n < len(line.cells) and line.cells[n].text
    ]
    if signs and all(signs):
        return Grid([*grid.lines[:place], *_read_ticked_periods(head, rows, other_columns, periods, day)], grid.exact)
    measures = {
        n for n in other_columns for role, _ in list_possible_roles(head.cells[n].text) if role is ColumnRole.MEASURE
    }
    measure = min(measures, default=None)
    lines = [_merge_period_cells(line, other_columns, periods, measure, head) for line in rows]
    heads = [head.cells[n] for n in other_columns]
    if measure is None:
        heads.append(GridCell("工作措施"))
    return Grid([*grid.lines[:place], replace(head, cells=heads), *lines], grid.exact)


_MAX_UNIT_CHARACTERS = 20
_HEADERS_BY_UNIT_KIND = {head_parts.LEAD: "牵头单位", head_parts.OWES: "责任单位", head_parts.HELPS: "配合单位"}
#: Warning on signs that the notice does not explain.
UNEXPLAINED_SIGNS_MESSAGE = "通知没有说明表中的符号是什么意思"
#: Usual meaning of signs that the notice does not explain: strong signs do the task, weak ones help.
_WEAK_SIGNS = frozenset("○△☆◇□◎")
#: An empty box is no sign where other boxes are ticked.
_EMPTY_BOXES, _TICKED_BOXES = frozenset("☐□"), frozenset("√☒☑")
_NEGATIVE_SIGNS = "—-－–/／×✕无否"
#: A head of units over a row of names (责任分工（市司法局）).
_GROUPED_UNIT_RE = re.compile(
    r"[^（）()]{0,8}(?:单位|部门|分工|主体|科室|处室)[^（）()]{0,4}[（(](?P<name>[^（）()]{2,20})[）)]"
)


def merge_unit_columns(document: NoticeDocument) -> None:
    """Rearrange the document's tables to one row a task with named columns of units."""
    regroup_tables(document)
    blocks = document.blocks
    cells = [cell.text for block in blocks if isinstance(block, Grid) for line in block.lines for cell in line.cells]
    texts = [*(block.text for block in blocks if isinstance(block, Paragraph)), *cells]
    legend = head_parts.read_legend(texts)
    day = next((match["day"] for text in texts if (match := _DAY_OF_TICKED_QUARTER_RE.search(text))), "")
    separator_note = next((match for text in texts if (match := _ROLES_AROUND_SIGN_RE.search(text))), None)
    separator = (separator_note["sign"] or _SIGNS_BY_WORD[separator_note["word"][0]]) if separator_note else ""
    for n, block in enumerate(blocks):
        if isinstance(block, Grid):
            units = _merge_unit_columns(_merge_period_columns(block, day), legend)
            blocks[n] = _split_unit_column(units, legend, separator)


#: 某一季度打“√”的，于该季度末月25日前完成.
_DAY_OF_TICKED_QUARTER_RE = re.compile(
    r"季度[^。；;]{0,16}[，,]?[^。；;]{0,8}季度(?:最后一个|末)月(?P<day>\d{1,2})日前"
)
_SIGNS_BY_WORD = {"分": "；", "斜": "／", "竖": "｜", "横": "—", "破": "—"}
#: “／”前为主办，“／”后为协办.
_ROLES_AROUND_SIGN_RE = re.compile(
    r"(?:[“\"‘](?P<sign>[／/—\-－–|｜；;+＋])[”\"’]|(?P<word>分号|斜[线杠]|竖线|横线|破折号))之?前[^，,。；;]{0,10}(?:牵头|主办|主责)[^。；;]{0,24}后[^，,。；;]{0,10}(?:配合|协[办助同]|参与)"
)


def _split_unit_column(grid: Grid, legend: dict[str, str], separator: str) -> Grid:
    """Return the grid with a column for each kind of unit if cells mark leading and helping units."""
    for place, head in enumerate(grid.lines[:12]):
        for at, cell in enumerate(head.cells):
            roles = {role for role, _ in list_possible_roles(cell.text)}
            rows = grid.lines[place + 1 :]
            found = [
                _split_units_by_kind(line.cells[at].text, legend, separator) for line in rows if at < len(line.cells)
            ]
            if not roles & {ColumnRole.LEAD, ColumnRole.RESPONSIBLE} or sum(len(kinds) > 1 for kinds in found) < 2:
                continue
            kinds = [
                kind for kind in (*_HEADERS_BY_UNIT_KIND, head_parts.NOTHING) if any(kind in units for units in found)
            ]
            heads = [GridCell(_HEADERS_BY_UNIT_KIND.get(kind, "备注")) for kind in kinds]
            lines = [
                replace(line, cells=[*line.cells[:at], *[line.cells[at]] * len(kinds), *line.cells[at + 1 :]])
                for line in grid.lines[:place]
            ]
            lines.append(replace(head, cells=[*head.cells[:at], *heads, *head.cells[at + 1 :]]))
            for line in rows:
                units = _split_units_by_kind(line.cells[at].text, legend, separator) if at < len(line.cells) else {}
                grid_cells = [make_cell("、".join(units.get(kind, ()))) for kind in kinds]
                if at < len(line.cells) and line.cells[at].state is not CellState.PRINTED:
                    grid_cells = [line.cells[at]] * len(kinds)
                lines.append(replace(line, cells=[*line.cells[:at], *grid_cells, *line.cells[at + 1 :]]))
            return Grid(lines, grid.exact)
    return grid


_HALF_WIDTH = str.maketrans("；／｜—", ";/|-")
#: （牵）市财政局, 市财政局（主办）
_WORD_MARK_RE = re.compile(r"^[（(](?P<before>[^（）()]{1,3})[）)]|[（(](?P<behind>[^（）()])[）)]$")


def _split_units_by_kind(cell: str, legend: dict[str, str], separator: str) -> dict[str, list[str]]:
    """Return {kind: units} of a cell, by the sign before or after a name or by a separator."""
    out: dict[str, list[str]] = {}
    if separator:
        units_before, _, units_after = cell.partition(
            separator if separator in cell else separator.translate(_HALF_WIDTH)
        )
        return {
            kind: [text.strip()]
            for kind, text in ((head_parts.LEAD, units_before), (head_parts.HELPS, units_after))
            if text.strip()
        }
    for name in (piece.strip() for piece in split_outside_brackets(cell, "、，,；;\n") if piece.strip()):
        if (mark := _WORD_MARK_RE.search(name)) and (
            kind := head_parts.find_own_meaning(mark["before"] or mark["behind"])
        ):
            out.setdefault(kind, []).append(_WORD_MARK_RE.sub("", name))
            continue
        bare = name.strip("（）()")
        sign = next(
            (
                legend_sign
                for legend_sign in legend
                if legend_sign
                and not legend_sign.isalnum()
                and (bare.startswith(legend_sign) or bare.endswith(legend_sign))
            ),
            "",
        )
        kind = legend.get(sign, head_parts.HELPS)
        kind = kind if kind in _HEADERS_BY_UNIT_KIND or kind == head_parts.NOTHING else head_parts.OWES
        out.setdefault(kind, []).append(
            name if kind == head_parts.NOTHING else bare.strip(sign + "（）()") if sign else name
        )
    return out


def _merge_unit_columns(grid: Grid, legend: dict[str, str]) -> Grid:
    """Return the grid with one column of unit names for each kind of sign, not one column for each unit."""
    for place, head in enumerate(grid.lines[:6]):
        rows = grid.lines[place + 1 :]
        unit_names = [
            _find_unit_in_head(cell.text, explained=_are_signs_explained(rows, n, legend))
            for n, cell in enumerate(head.cells)
        ]
        signed = [n for n, name in enumerate(unit_names) if name and _has_only_signs(rows, n, legend)]
        other_columns = [n for n in range(len(head.cells)) if n not in signed]
        if len(signed) < 2 or not any(list_possible_roles(head.cells[n].text) for n in other_columns):
            continue
        signs = {_find_sign(line, n, legend) for line in rows for n in signed}
        meaning, texts = _explain_signs(signs, legend)
        labels_by_kind = {kind: label for kind, label in _HEADERS_BY_UNIT_KIND.items() if kind in meaning.values()}
        lines = [
            replace(head, cells=[*(head.cells[n] for n in other_columns), *map(GridCell, labels_by_kind.values())])
        ]
        for line in rows:
            by_kind = [
                [unit_names[n] for n in signed if meaning.get(_find_sign(line, n, legend)) == kind]
                for kind in labels_by_kind
            ]
            spanned = any(line.cells[n].state is CellState.LEFT for n in signed if n < len(line.cells))
            units = [GridCell("", CellState.LEFT) if spanned else make_cell("、".join(names)) for names in by_kind]
            about = [("responsible", text) for text in texts if any(by_kind)]
            lines.append(
                replace(line, cells=[*_list_cells_at(line, other_columns), *units], about=[*line.about, *about])
            )
        return Grid([*grid.lines[:place], *lines], grid.exact)
    return grid


def _explain_signs(signs: set[str], legend: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return ({sign: kind of unit}, questions on signs that the notice does not explain)."""
    known_signs = {sign: kind for sign in signs if (kind := head_parts.find_own_meaning(sign))}
    values = {sign: kind for sign, kind in (known_signs | legend).items() if sign in signs and kind != head_parts.YES}
    signs = signs - {""} - (_EMPTY_BOXES if signs & _TICKED_BOXES else set())
    remaining = sorted(signs - values.keys())
    several = len(signs) > 1
    guess = {
        sign: head_parts.HELPS if several and sign in _WEAK_SIGNS else head_parts.LEAD if several else head_parts.OWES
        for sign in remaining
    }
    guesses = "，".join(f"“{sign}”按{_HEADERS_BY_UNIT_KIND[kind]}读取" for sign, kind in guess.items())
    return values | guess, [f"{UNEXPLAINED_SIGNS_MESSAGE}，{guesses}，请核对"] if guesses else []


def _find_sign(line: GridLine, place: int, legend: dict[str, str]) -> str:
    """Return the sign of a cell in its usual form, "" for other text."""
    text = line.cells[place].text.strip() if place < len(line.cells) else ""
    return head_parts.unify_signs(text) if _may_be_sign(text, legend) else ""


def _has_only_signs(rows: list[GridLine], place: int, legend: dict[str, str]) -> bool:
    """Return true if a column contains nothing but signs (√) or those of the legend."""
    texts = [line.cells[place].text.strip() for line in rows if place < len(line.cells)]
    filled = [text for text in texts if text.strip(_NEGATIVE_SIGNS)]
    return bool(filled) and all(_may_be_sign(text, legend) for text in filled)


def _may_be_sign(text: str, legend: dict[str, str]) -> bool:
    single = len(text) == 1 and text not in _NEGATIVE_SIGNS and not text.isdigit()
    return single or text in legend or bool(head_parts.find_own_meaning(text))


def _are_signs_explained(rows: list[GridLine], place: int, legend: dict[str, str]) -> bool:
    """Return true if the notice explains all signs in a column."""
    signs = {line.cells[place].text.strip() for line in rows if place < len(line.cells)} - {"", *_NEGATIVE_SIGNS}
    return bool(signs) and all(legend.get(head_parts.unify_signs(sign)) in head_parts.UNIT_KINDS for sign in signs)


def _find_unit_in_head(text: str, *, explained: bool) -> str:
    """Return the unit that a head names, alone, in brackets after a head of units or over explained signs; else ""."""
    if grouped := _GROUPED_UNIT_RE.fullmatch(text):
        name = grouped["name"].translate(str.maketrans("〔〕", "（）"))
        return "" if is_head(name) else name
    names_unit = (UNIT_NAME_END_PATTERN.search(text) and not text.endswith("网站")) or (
        explained and not OTHER_CHANNEL_PATTERN.search(text)
    )
    return text if names_unit and len(text) <= _MAX_UNIT_CHARACTERS and not is_head(text) else ""


def _list_cells_at(line: GridLine, places: list[int]) -> list[GridCell]:
    """Return the cells at places, blank ones beyond the line's end."""
    return [line.cells[n] if n < len(line.cells) else make_cell("") for n in places]


def _read_ticked_periods(
    head: GridLine, rows: list[GridLine], other_columns: list[int], periods: list[int], day: str
) -> list[GridLine]:
    """Return the header and rows with a column of limits instead of ticked months or quarters."""
    names = {n: normalise_head(head.cells[n].text) for n in periods}
    if day and all(name.endswith("季度") for name in names.values()):
        names = {n: f"{3 * parse_whole_number(name.strip('第季度'))}月{day}日前" for n, name in names.items()}
    lines = [replace(head, cells=[*(head.cells[n] for n in other_columns), GridCell("完成时限")])]
    for line in rows:
        signed = [n for n in periods if n < len(line.cells) and line.cells[n].text]
        limit = make_cell("、".join(names[n] for n in signed))
        lines.append(replace(line, cells=[*_list_cells_at(line, other_columns), limit]))
    return lines


def _merge_period_cells(
    line: GridLine, other_columns: list[int], periods: list[int], measure: int | None, head: GridLine
) -> GridLine:
    """Return a line with its period columns joined to the measure, one line each."""
    cells = _list_cells_at(line, other_columns)
    texts = [
        f"{normalise_head(head.cells[n].text)}：{line.cells[n].text}"
        for n in periods
        if n < len(line.cells) and line.cells[n].text and line.cells[n].state is CellState.PRINTED
    ]
    if not texts:
        return replace(line, cells=cells if measure is not None else [*cells, make_cell("")])
    if measure is None:
        return replace(line, cells=[*cells, GridCell("\n".join(texts))])
    at = other_columns.index(measure)
    cells[at] = GridCell("\n".join([*([cells[at].text] if cells[at].text else []), *texts]))
    return replace(line, cells=cells)
