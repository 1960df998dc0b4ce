"""Convert indicator tables in offices' own layouts into rows of our import sheet.

Tables have columns for 一级指标, 二级指标 and 三级指标, mostly with merged cells; points are in a column or
after the names (主动公开（40分）), scoring methods in words. Each name becomes an indicator with a
number: 1, 1.1, 1.1.1. A table with our own headings is returned unchanged.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Model

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import format_value, parse_with
from gongkai.core.spreadsheets.importers import Importer
from gongkai.core.spreadsheets.sheet import BadCell, CellError, Row, Sheet
from gongkai.core.units.models import Role
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.typed_values import parse_decimal
from gongkai.lib.fileformats.workbooks.merged_ranges import SheetPage, fill_merged_cells
from gongkai.lib.fileformats.workbooks.values import CellFault


def parse_number(value: object) -> Decimal | None:
    """Parse a number with at most four decimals; empty becomes None (BadCell: out of range)."""
    text = format_value(value).removesuffix("%").removesuffix("分")
    found = parse_with(parse_decimal, text)
    if found is not None and (abs(found) > 99_999 or round(found, 4) != found):
        raise BadCell(f"“{text[:30]}”超出范围", "请填写不超过99999的数字，最多四位小数")
    return found


def find_number_errors(model: type[Model], row: Row, sheet: Sheet, names: Iterable[str]) -> list[CellError]:
    """Return the errors of a row's numbers that are negative or that the model's decimal fields cannot store."""
    errors = []
    for name in names:
        field, number = model._meta.get_field(name), row[name]
        assert isinstance(field, DecimalField)
        try:
            field.run_validators(number)
        except ValidationError:
            number = Decimal(-1)
        if number is not None and number < 0:
            todo = f"请填写不小于0的数字，最多{field.decimal_places}位小数"
            errors.append(row.error(sheet, name, f"“{row[name]:f}”超出范围", todo))
    return errors


class AssessmentImporter(Importer):
    """Base class of the importers of assessment registers."""

    home = "assessment:home"

    def why_not(self, by: Actor) -> list[str]:
        """Return the reasons against an import; only the open-government office may import."""
        return [] if by.has(Role.CHIEF) else ["只有政务公开办可以导入。"]


NumberedRow = tuple[int, list[object]]
#: Patterns of the headings of the three levels, from the top.
LEVEL_HEADER_PATTERNS = (
    re.compile(r"一级指标|考核项目|考核类别"),
    re.compile(r"二级指标|考核内容|考核指标"),
    re.compile(r"三级指标|考核要点|具体指标"),
)
#: Pattern of the heading of the points.
POINTS_HEADER_PATTERN = re.compile(r"(?:[一二三]级)?(?:指标)?(?:分值|权重|满分|分数)(?:[（(][^）)]*[）)])?")
STANDARD_HEADER_PATTERN = re.compile(r"(?:评分|考核|评价|计分|赋分)(?:标准|细则|办法|说明|规则)")
WAY_HEADER_PATTERN = re.compile(r"(?:评分|考核|评价|评估|计分)(?:方式|方法)|数据来源")
BASIS_HEADER_PATTERN = re.compile(r"(?:考核|评分)?依据")
#: Keywords of a scoring method → its label; the first match in a cell or first-level name applies.
WAY_KEYWORDS = (
    ("否决", "单项否决"),
    ("加分", "加分"),
    ("扣分", "扣分"),
    ("减分", "扣分"),
    ("第三方", "第三方评估"),
    ("电话", "电话测评"),
    ("暗访", "电话测评"),
    ("网上", "网上检查"),
    ("网站", "网上检查"),
    ("线上", "网上检查"),
    ("自评", "自评材料"),
    ("材料", "自评材料"),
    ("佐证", "自评材料"),
)
#: Headings by which a table in our own layout is recognised.
IMPORT_HEADERS = ("编号", "指标", "分值")
_SCORE_AFTER_NAME_RE = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分?\s*[）)]\s*$")
_NAME_NUMBER_RE = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+(?:\.\d+)*[.．、\s])\s*"
)
_SUM_ROW_RE = re.compile(r"^(?:合计|总计|小计|总分)")
_MAX_HEADER_ROWS = 20


class _TableLayout:
    """The rows below the heading row of a table, and the positions of its columns."""

    def __init__(self, rows: list[NumberedRow], head: int) -> None:
        self.rows = rows[head + 1 :]
        heads = [re.sub(r"\s", "", format_value(cell)) for cell in rows[head][1]]
        self.levels = [
            index for level in LEVEL_HEADER_PATTERNS for index, text in enumerate(heads) if level.fullmatch(text)
        ][:3]
        self.points = [index for index, text in enumerate(heads) if POINTS_HEADER_PATTERN.fullmatch(text)]
        self.standard = next((index for index, text in enumerate(heads) if STANDARD_HEADER_PATTERN.search(text)), None)
        self.way = next((index for index, text in enumerate(heads) if WAY_HEADER_PATTERN.search(text)), None)
        self.basis = next((index for index, text in enumerate(heads) if BASIS_HEADER_PATTERN.fullmatch(text)), None)


def arrange_rows(page: SheetPage) -> list[NumberedRow]:
    """Return a table's rows with `OUTPUT_HEADERS`; one with our own headings unchanged, [] if no heading row is found."""
    rows = fill_merged_cells(page)
    for index, (_, cells) in enumerate(rows[:_MAX_HEADER_ROWS]):
        texts = [re.sub(r"\s", "", format_value(cell)) for cell in cells]
        if all(head in texts for head in IMPORT_HEADERS):
            return rows[index:]
        if any(LEVEL_HEADER_PATTERNS[0].fullmatch(word) for word in texts):
            return [(rows[index][0], [*OUTPUT_HEADERS]), *_iterate_indicators(_TableLayout(rows, index))]
    return []


#: Headings of the converted table.
OUTPUT_HEADERS = ("编号", "上级编号", "指标", "分值", "评分方式", "评分标准", "依据")


def _iterate_indicators(sheet: _TableLayout) -> Iterator[NumberedRow]:
    """Yield (row number, import row) of each indicator of the table, parents first."""
    indicator_rows: list[list[object]] = []
    numbers: list[int] = []
    codes: dict[tuple[str, ...], str] = {}
    counts: dict[str, int] = {}
    previous_names: list[str] = []
    for number, cells in sheet.rows:
        names = _list_names(sheet, cells, previous_names)
        if not names or _SUM_ROW_RE.match(names[0]):
            continue
        previous_names = names
        for depth in range(1, len(names) + 1):
            path = tuple(names[:depth])
            if path in codes:
                continue
            parent_code = codes.get(path[:-1], "")
            counts[parent_code] = counts.get(parent_code, 0) + 1
            codes[path] = f"{parent_code}.{counts[parent_code]}" if parent_code else str(counts[parent_code])
            leaf = depth == len(names)
            indicator_rows.append(_make_row(sheet, cells, path, codes[path], parent_code, leaf=leaf))
            numbers.append(number)
    _fill_missing_points(indicator_rows)
    yield from zip(numbers, indicator_rows, strict=True)


def _list_names(sheet: _TableLayout, cells: list[object], previous: list[str]) -> list[str]:
    """Return the row's indicator names by level; a blank cell before a filled one gets the name of the `previous` row."""
    texts = [format_value(cells[index]) if index < len(cells) else "" for index in sheet.levels]
    for depth, name in enumerate(texts):
        if not name and any(texts[depth + 1 :]) and depth < len(previous):
            texts[depth] = previous[depth]
    return [*dict.fromkeys(name for name in texts if name)]


def _make_row(
    sheet: _TableLayout, cells: list[object], path: tuple[str, ...], code: str, parent_code: str, *, leaf: bool
) -> list[object]:
    """Return the import row of one indicator; way, standard and basis are read for leaves only."""

    def at(place: int | None) -> str:
        return format_value(cells[place]) if place is not None and place < len(cells) else ""

    name = path[-1]
    inside = _SCORE_AFTER_NAME_RE.search(name)
    points = inside[1] if inside else _read_points(sheet, cells, len(path), leaf=leaf)
    bare = (
        name
        if isinstance(name, CellFault)
        else _NAME_NUMBER_RE.sub("", _SCORE_AFTER_NAME_RE.sub("", name)).strip() or name
    )
    texts = [at(sheet.way), *path] if leaf else []
    way_label = next((label for word in texts for text, label in WAY_KEYWORDS if text in word), "")
    return [
        code,
        parent_code,
        bare,
        points,
        way_label,
        at(sheet.standard) if leaf else "",
        at(sheet.basis) if leaf else "",
    ]


def _read_points(sheet: _TableLayout, cells: list[object], level: int, *, leaf: bool) -> str:
    """Return the points in a column after the name column `level`, for a leaf else those in the last points column."""
    name_column = sheet.levels[level - 1] if level <= len(sheet.levels) else -1
    following = sheet.levels[level] if level < len(sheet.levels) else 10_000
    between = [at for at in sheet.points if name_column < at < following]
    if len(sheet.points) > 1 and between:
        return format_value(cells[between[0]]) if between[0] < len(cells) else ""
    place = sheet.points[-1] if sheet.points and leaf else None
    return format_value(cells[place]) if place is not None and place < len(cells) else ""


def _fill_missing_points(rows: list[list[object]]) -> None:
    """Fill in missing points of an indicator with the sum of its children's, from the last row up."""
    for row in reversed(rows):
        if format_value(row[3]):
            continue
        child_points = [_parse_number_or_zero(child[3]) for child in rows if child[1] == row[0]]
        row[3] = f"{sum(child_points, Decimal(0)):f}" if child_points else ""


def _parse_number_or_zero(value: object) -> Decimal:
    try:
        return parse_number(value) or Decimal(0)
    except BadCell:
        return Decimal(0)  # reported by the row's own validation
