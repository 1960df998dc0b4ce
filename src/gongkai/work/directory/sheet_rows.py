"""Convert a sheet of a catalogue into rows and parse its cells. Pure.

Merged cells are filled in, one to three header rows become one, and titles and notes are removed.
The domain is found in the title above the table or in the page's name.

The domains of the catalogue and their names in titles come from 国办发〔2019〕54号 and the
ministries' standard guidelines (26 domains).
"""

from collections.abc import Callable, Iterator

from gongkai.core.spreadsheets.cells import format_value, short_text
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.workbooks.merged_ranges import SheetPage, fill_merged_cells
from gongkai.lib.matching.disclosures import make_comparable_text

FILLED_BOXES, EMPTY_BOXES = "■☑√✓✔▇●◼", "□☐○◻"
_YES_MARKS = {*FILLED_BOXES, "是", "1", "y", "Y", "v", "V", "有"}
_NO_MARKS = {*EMPTY_BOXES, "否", "0", "×", "-", "—", "/", "无", ""}
_MARKED_CHOICE_PATTERN = re.compile(rf"([{FILLED_BOXES}{EMPTY_BOXES}])\s*([^{FILLED_BOXES}{EMPTY_BOXES}\n]+)")
_LIST_SEPARATORS_RE = re.compile(r"[、，,；;\n]+")
_DAYS_BY_CYCLE_WORD: tuple[tuple[str, int], ...] = (
    ("每日", 1),
    ("每天", 1),
    ("每周", 7),
    ("每旬", 10),
    ("每月", 31),
    ("按月", 31),
    ("每季", 92),
    ("按季", 92),
    ("每半年", 183),
    ("每年", 366),
    ("按年", 366),
    ("年度", 366),
)


def is_blank(text: str) -> bool:
    """Return true for an empty cell: blank, 无, or only marks (/, —, -).

    >>> is_blank(" —— "), is_blank("无"), is_blank("无障碍设施")
    (True, True, False)
    """
    return not make_comparable_text(text) or make_comparable_text(text) in ("无", "暂无")


def make_name_parser(limit: int) -> Callable[[object], str]:
    """Return a parser of names of at most `limit` characters; placeholder marks become empty."""
    read = short_text(limit)
    return lambda value: "" if is_blank(format_value(value)) else read(value)


def parse_tick(value: object) -> bool:
    """Return true if a cell contains a tick mark.

    Raises:
        BadCell: it is neither a tick nor empty.
    """
    text = format_value(value)
    if text in _YES_MARKS:
        return True
    if text in _NO_MARKS:
        return False
    raise BadCell(f"“{text[:20]}”不是勾选", "请打“√”或者留空")


def parse_audience(value: object) -> str:
    """Parse 特定群体: "" without a tick, the group if it is named, 特定群体 for a bare tick."""
    text = format_value(value)
    if text in _NO_MARKS:
        return ""
    return "特定群体" if text in _YES_MARKS else text.lstrip(FILLED_BOXES).strip()[:120]


def parse_channels(value: object) -> list[str]:
    """Parse 公开渠道和载体: the checked boxes, or without boxes the listed channels.

    Raises:
        BadCell: no box is checked, or the cell is empty.
    """
    text = format_value(value)
    boxes = _MARKED_CHOICE_PATTERN.findall(text)
    if boxes:
        channels = [_normalize_name(name) for box, name in boxes if box in FILLED_BOXES and _normalize_name(name)]
        if not channels:
            raise BadCell("没有勾选公开渠道", "请至少勾选一种渠道，如“■政府网站”")
    else:
        channels = [
            _normalize_name(listed_name)
            for listed_name in _LIST_SEPARATORS_RE.split(text)
            if _normalize_name(listed_name)
        ]
        if not channels:
            raise BadCell("没有填写", "请填写公开渠道，如“政府网站”")
    return list(dict.fromkeys(channels))


def _normalize_name(text: str) -> str:
    """Return a name without blanks and separators, at most 60 characters."""
    return re.sub(r"[\s_＿、，,；;]+", "", text)[:60]


def make_text_parser(limit: int) -> Callable[[object], str]:
    """Return a parser of text of at most `limit` characters that preserves line breaks."""

    def read(value: object) -> str:
        """Return the text (BadCell: too long)."""
        text = format_value(value)
        if len(text) > limit:
            raise BadCell(f"共{len(text)}个字，超过{limit}个字的上限", "请缩短")
        return text

    return read


def parse_cycle_days(limit: str) -> int:
    """Return the maximum days between publications by a time limit in words; 0 if it names no cycle."""
    return next((days for text, days in _DAYS_BY_CYCLE_WORD if text in limit), 0)


#: The 26 pilot domains, with the alternative names that offices use.
DOMAINS: dict[str, tuple[str, ...]] = {
    "重大建设项目": (),
    "公共资源交易": (),
    "财政预决算": (),
    "安全生产": (),
    "税收管理": ("税收",),
    "征地补偿": (),
    "国有土地上房屋征收与补偿": ("国有土地上房屋征收",),
    "保障性住房": ("保障性住房和城镇棚户区改造",),
    "农村危房改造": (),
    "生态环境": (),
    "公共文化服务": ("公共文化",),
    "公共法律服务": (),
    "扶贫": ("乡村振兴", "扶贫领域"),
    "救灾": (),
    "食品药品监管": ("食品药品",),
    "城市综合执法": ("城市管理综合执法",),
    "就业创业": ("就业", "就业（创业）", "公共就业"),
    "社会保险": ("养老保险", "工伤保险", "失业保险"),
    "社会救助": (),
    "养老服务": ("养老",),
    "户籍管理": ("户籍",),
    "涉农补贴": (),
    "义务教育": (),
    "医疗卫生": ("卫生健康",),
    "市政服务": (),
    "城乡规划": (),
}
#: Path on a site under which templates create the catalogue's columns.
ROOT_PATH = ("政府网站", "政务公开", "基层政务公开")
_CATALOGUE_TITLE_PATTERN = re.compile(
    r"(?:^|[省市县区州旗镇乡])(?P<name>[^省市县区州旗\s]{2,24}?)(?:领域)?(?:基层)?(?:政务公开|信息公开)?(?:事项)?标准目录"
)
_DEFAULT_SHEET_NAME_PATTERN = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)


def find_domain(text: str) -> str:
    """Return the domain that `text` (a title, page name or cell) names, or "".

    Known domains take precedence.
    """
    bare = re.sub(r"\s+|^[\d.、（）()一二三四五六七八九十]+", "", text)
    names = [(name, domain) for domain, also in DOMAINS.items() for name in (domain, *also)]
    for name, domain in sorted(names, key=lambda pair: -len(pair[0])):
        if name in bare:
            return domain
    match = _CATALOGUE_TITLE_PATTERN.search(bare)
    return match["name"].removesuffix("领域") if match else ""


def parse_page_domain(name: str) -> str:
    """Return the domain that the name of a sheet states, or "" for default names such as Sheet1."""
    bare = name.strip()
    if _DEFAULT_SHEET_NAME_PATTERN.match(bare):
        return ""
    return find_domain(bare) or bare.removesuffix("领域")[:40]


#: Header of the column that `arrange_rows` appends for the domain.
DOMAIN_HEADER = "公开领域"
_IGNORED_CHARACTERS_PATTERN = re.compile(r"[\s*＊:：（）()]")
_FIRST_ROW_HEADINGS = {"序号", "公开事项", "公开内容要素", "公开内容", "公开依据", "公开时限", "公开主体", "责任主体"}
_FIRST_ROW_HEADINGS |= {
    "公开渠道和载体",
    "公开渠道",
    "公开载体",
    "公开对象",
    "公开方式",
    "公开层级",
    "公开领域",
    "领域",
}
_SECOND_ROW_HEADINGS = {
    "一级事项",
    "二级事项",
    "全社会",
    "特定群体",
    "特定群众",
    "主动",
    "主动公开",
    "依申请",
    "依申请公开",
}
#: A head of one level: 市级 beside 县级, 村级 beside 乡级, 县（市、区）级, 乡镇、村级. What stands in either counts for the level.
_LEVEL_HEADING_PATTERNS = (
    ("县级", re.compile(r"[市县区旗、，,/]+级|区县|县区")),
    ("乡级", re.compile(r"[乡镇街道村社区居、，,/]+级|乡镇、?街道")),
)
#: The remark in a header: 公开渠道和载体（在标注范围内至少选择其一公开……）.
_HEADING_REMARK_PATTERN = re.compile(r"[（(][^（）()]{3,}[)）]?$")
_MIN_KNOWN_HEADINGS, _ROWS_SEARCHED_FOR_HEAD = 4, 20
_NOTE_LABEL_PATTERN = re.compile(r"^(?:注|备注|说明|填表说明)[:：]")


def arrange_rows(page: SheetPage) -> list[tuple[int, list[object]]]:
    """Return (row number, cells) of a sheet: one merged header row, then the rows below; [] without a header.

    The domain is added as a column unless the sheet has one.
    """
    rows = fill_merged_cells(page)
    header_index = _find_header_row(rows)
    if header_index is None:
        return []
    end = header_index + 1
    while end < len(rows) and end < header_index + 3 and _is_header_row(rows[end][1]):
        end += 1
    heads = _merge_header_rows([cells for _, cells in rows[header_index:end]])
    width = len(heads)
    has_domain_column = any(_strip_noise(head) in {"公开领域", "领域"} for head in heads)
    text_above = " ".join(
        dict.fromkeys(format_value(cell) for _, cells in rows[:header_index] for cell in cells if format_value(cell))
    )
    domain = find_domain(text_above) or parse_page_domain(page.name)
    body = [
        (number, [*cells[:width], *[None] * (width - len(cells))])
        for number, cells in rows[end:]
        if not _is_note_row(cells)
    ]
    if not page.merged:
        body = list(_fill_down_item_names(body, heads))
    _merge_level_columns(heads, [cells for _, cells in body])
    if has_domain_column:
        return [(rows[header_index][0], [*heads]), *body]
    return [(rows[header_index][0], [*heads, DOMAIN_HEADER]), *((number, [*cells, domain]) for number, cells in body)]


def _merge_level_columns(heads: list[str], rows: list[list[object]]) -> None:
    """Move the values of a level split into two columns to the first."""
    for name, level in _LEVEL_HEADING_PATTERNS:
        places = [index for index, head in enumerate(heads) if level.fullmatch(_strip_noise(head))]
        for index in places[:1]:
            heads[index] = name
        first_place, *other_places = places or [0]
        for index in other_places:
            heads[index] = ""
            for cells in rows:
                cells[first_place], cells[index] = (
                    cells[first_place] if format_value(cells[first_place]) else cells[index],
                    None,
                )


def _strip_noise(value: object) -> str:
    """Return the text of a cell without blanks, asterisks, colons and brackets."""
    return _IGNORED_CHARACTERS_PATTERN.sub("", format_value(value))


def _find_header_row(rows: list[tuple[int, list[object]]]) -> int | None:
    """Return the position of the first row with enough known headings, or None."""
    for index, (_, cells) in enumerate(rows[:_ROWS_SEARCHED_FOR_HEAD]):
        if (
            len({_strip_noise(cell) for cell in cells} & (_FIRST_ROW_HEADINGS | _SECOND_ROW_HEADINGS))
            >= _MIN_KNOWN_HEADINGS
        ):
            return index
    return None


def _is_header_row(cells: list[object]) -> bool:
    cell_words = {_strip_noise(cell) for cell in cells} - {""}
    levels = {word for word in cell_words if any(level.fullmatch(word) for _, level in _LEVEL_HEADING_PATTERNS)}
    second_row_words = cell_words & _SECOND_ROW_HEADINGS | levels
    return bool(second_row_words) and len(cell_words & _FIRST_ROW_HEADINGS | second_row_words) * 2 > len(cell_words)


def _merge_header_rows(rows: list[list[object]]) -> list[str]:
    """Return one header for each column: the lowest non-empty one."""
    width = max(len(cells) for cells in rows)
    heads = []
    for index in range(width):
        texts = [format_value(cells[index]) for cells in rows if index < len(cells) and format_value(cells[index])]
        heads.append(_HEADING_REMARK_PATTERN.sub("", texts[-1]).strip() if texts else "")
    return heads


def _is_note_row(cells: list[object]) -> bool:
    """Return true if a row is empty, a title, a note, or the headings repeated on a new page."""
    texts = [format_value(cell) for cell in cells if format_value(cell)]
    if not texts:
        return True
    if len(set(texts)) == 1:
        return len(texts) > 1 or bool(_NOTE_LABEL_PATTERN.match(texts[0])) or len(texts[0]) > 30
    return (
        bool(_NOTE_LABEL_PATTERN.match(texts[0]))
        or _is_header_row(cells)
        or len({_strip_noise(value) for value in texts} & _FIRST_ROW_HEADINGS) >= _MIN_KNOWN_HEADINGS
    )


def _fill_down_item_names(rows: list[tuple[int, list[object]]], heads: list[str]) -> Iterator[tuple[int, list[object]]]:
    """Yield (number, cells) with empty domain and item names filled from the row above."""
    places = [
        index
        for index, head in enumerate(heads)
        if _strip_noise(head) in {"公开领域", "领域", "公开事项", "一级事项", "二级事项"}
    ]
    previous_cells: list[object] = []
    for number, printed_cells in rows:
        cells = list(printed_cells)
        for nth, index in enumerate(places):
            if format_value(cells[index]):
                break
            # A new first item without a second one has none: only cells left of the first filled one are repeated.
            if previous_cells and (nth == 0 or all(cells[place] == previous_cells[place] for place in places[:nth])):
                cells[index] = previous_cells[index]
        previous_cells = cells
        yield number, cells
