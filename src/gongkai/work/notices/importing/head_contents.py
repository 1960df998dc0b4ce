"""Guess the meaning of unusual headings (谁来办, 办结日, 载体) by their words and cells. Pure.

A heading is accepted if its words and the cells below it agree; a clerk confirms it once. Otherwise
it remains another column, which the review page lists.
"""

from collections.abc import Iterable, Mapping, Sequence

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, NoticeDocument
from gongkai.lib.reading.tables.head_parts import is_helper_units_head
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, normalise_head
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.dues import find_dues
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN, split_outside_brackets

MEASURE, RESPONSIBLE, HELPER, LIMIT, PATH = "measure", "responsible", "helper", "limit", "path"
_HELPER_HEADING_PATTERN = re.compile(r"帮|配合|协[办助同作]|会[办同签]|参[与加]|陪办|支持|联办")
_PERSON_HEADING_PATTERN = re.compile(r"领导|责任人|负责人|联系人|联络|电话|姓名|书记|局长|主任")
_CONTROL_HEADING_PATTERN = re.compile(r"考核|监督|督[办查]|验收|审[核批]|上级|省级|来文")
_OWNER_HEADING_PATTERN = re.compile(
    r"谁|哪[个家些]|[承主经领]办|主责|牵头|负责|落实|责任|执行|实施|单位|部门|科室|处室|主体|分工"
)
_TIME_HEADING_PATTERN = re.compile(r"[时期限日]|截|几月|月份|节点|频|办结|周期|多久")
_PATH_HEADING_PATTERN = re.compile(
    r"哪[里儿]?|何处|在哪|载体|平台|出口|渠道|途径|位置|网址|栏目|路径|阵地|媒介|点位|落点|端口|去处"
)
_MEASURE_HEADING_PATTERN = re.compile(
    r"(?:举措|措施|内容|任务|事项|工作|要求|做法|事情?|怎么[干做办]|[干做办抓](?:什么|啥|哪些))$"
)
_EMPTY_CELL_RE = re.compile(r"[\s—－–/／\\\-无]*")
_UNIT_DECORATION_RE = re.compile(
    r"^[★☆▲△●○◆◇■□※*]|[（(][^（）()]*[）)]|^(?:牵头|责任|主办|由)[:：]?|(?:牵头|负责|配合|协助|等)+$"
)
_PATH_WORDS_RE = re.compile(
    r"网|公众号|视频号|抖音|微信|微博|新媒体|客户端|[公告宣][示告开传]栏|公告|公报|[大屏]屏|电子屏|触摸屏|大厅|专区|广播|电视|喇叭"
    r"|报[纸刊]|日报|媒体|窗口|发布会|栏目|专栏|[>＞→]|站牌|现场|展板|中心|馆"
)
_MAX_UNIT_CHARACTERS = 14
# Minimum share of cells that match the words of the head; without such words the second one.
_MIN_MATCHING_SHARE, _MIN_SHARE_WITHOUT_HEAD = 0.5, 0.8
_PLACEHOLDER_YEARS = ReferenceYears(2000)
_TIME_WORDS_RE = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月|\d{1,2}\.\d{1,2}|[季月年周]|半年|长期|同步|工作日|节前|期间"
)


def find_meaning_by_cells(head: str, cells: Sequence[str]) -> str:
    """Return the meaning on which a heading and its cells agree, or an empty string.

    >>> find_meaning_by_cells("谁来办", ["市教育局", "市财政局、市审计局"]), find_meaning_by_cells("载体", ["门户网站", "公示栏"])
    ('responsible', 'path')
    """
    texts = [cell.strip() for cell in cells if not _EMPTY_CELL_RE.fullmatch(cell)]
    if not texts or _PERSON_HEADING_PATTERN.search(head):
        return ""
    units, times, places = (
        (sum(1 for text in texts if says(text)) / len(texts)) for says in (is_unit_cell, is_time_cell, _is_path_cell)
    )
    if units >= _MIN_MATCHING_SHARE and units >= places and not _CONTROL_HEADING_PATTERN.search(head):
        if _HELPER_HEADING_PATTERN.search(head):
            return HELPER
        if _OWNER_HEADING_PATTERN.search(head):
            return RESPONSIBLE
    if times >= _MIN_SHARE_WITHOUT_HEAD or (times >= _MIN_MATCHING_SHARE and _TIME_HEADING_PATTERN.search(head)):
        return LIMIT if _TIME_HEADING_PATTERN.search(head) else ""
    return PATH if places >= _MIN_MATCHING_SHARE and _PATH_HEADING_PATTERN.search(head) else ""


def guess_heads(
    heads_with_cells: Sequence[tuple[str, Sequence[str], bool]], taken_meanings: Iterable[str]
) -> dict[str, str]:
    """Return {unknown heading: guessed meaning} of a table.

    `heads_with_cells` are (heading, cells below it, true if it is known); `taken_meanings` are the meanings of known
    headings.
    """
    used = set(taken_meanings)
    meanings: dict[str, str] = {}
    for head, cells, is_known in heads_with_cells:
        meaning = "" if is_known else find_meaning_by_cells(head, cells)
        if meaning == RESPONSIBLE and RESPONSIBLE in used:
            continue
        if meaning:
            meanings[head] = meaning
            used.add(meaning)
    if MEASURE not in used:
        meanings |= _guess_measure_head(heads_with_cells, meanings)
    return meanings


def _guess_measure_head(
    heads_with_cells: Sequence[tuple[str, Sequence[str], bool]], known_heads: Mapping[str, str]
) -> dict[str, str]:
    """Return {heading: MEASURE} of the longest column with a heading for measures (市级落实举措), {} without one."""
    fit = [
        (sum(map(len, cells)), head)
        for head, cells, _ in heads_with_cells
        if _MEASURE_HEADING_PATTERN.search(head)
        and head not in known_heads
        and not _CONTROL_HEADING_PATTERN.search(head)
        and any(cells)
    ]
    return {max(fit)[1]: MEASURE} if fit else {}


def is_unit_cell(text: str) -> bool:
    """Return true if a cell contains only units."""
    pieces = [_UNIT_DECORATION_RE.sub("", piece.strip()) for piece in split_outside_brackets(text) if piece.strip()]
    return bool(pieces) and all(
        len(piece) <= _MAX_UNIT_CHARACTERS and (UNIT_NAME_END_PATTERN.search(piece) or piece.startswith("各"))
        for piece in pieces
    )


def is_time_cell(text: str) -> bool:
    """Return true if a short cell contains a deadline or a recurrence."""
    return len(text) <= 2 * _MAX_UNIT_CHARACTERS and bool(
        _TIME_WORDS_RE.search(text) or next(iter(find_dues(text, _PLACEHOLDER_YEARS)), None)
    )


def _is_path_cell(text: str) -> bool:
    """Return true if a cell names a place of publication, such as a site or an account."""
    return bool(_PATH_WORDS_RE.search(text))


# 县政府网站（一级栏目）, 公开位置（子栏目）.
_LEVEL_COLUMN_HEAD_RE = re.compile(
    r"(?:(?P<over>[^（）]{2,16})（)?(?:(?P<level>[一二三四五]级(?:子)?(?:栏目|目录|板块|菜单)(?:名称)?|(?:上级|主|父|下级|子)(?:栏目|目录|板块))|(?:公开|发布)?(?:网站|站点|平台)|栏目|板块|频道)）?"
)
_SITE_NAME_SUFFIX_PATTERN = re.compile(r"网站$|门户$|官网$|政府网$")
#: Head of the merged column of paths.
JOINED_COLUMN_HEAD = "公开栏目"


def join_split_columns(document: NoticeDocument) -> None:
    """Merge 一级栏目 and 二级栏目 into one column of paths, and 频次 into the column of times."""
    for block in document.blocks:
        for index, line in enumerate(block.lines[:12] if isinstance(block, Grid) else ()):
            heads = ["".join(cell.text.split()) for cell in line.cells]
            levels = [n for n, head in enumerate(heads) if _LEVEL_COLUMN_HEAD_RE.fullmatch(head)]
            names_level = any(match["level"] for n in levels if (match := _LEVEL_COLUMN_HEAD_RE.fullmatch(heads[n])))
            if names_level and len(levels) > 1 and levels == list(range(levels[0], levels[-1] + 1)):
                _join_level_cells(block.lines[index:], levels)  # type: ignore[union-attr]
                break
        if isinstance(block, Grid):
            _join_recurrences_with_days(block)


def _join_level_cells(lines: Sequence[GridLine], levels: Sequence[int]) -> None:
    """Join columns for levels of the site into one column of paths."""
    cells_above: dict[int, str] = {}
    head = _LEVEL_COLUMN_HEAD_RE.fullmatch("".join(lines[0].cells[levels[0]].text.split()))
    site = head["over"] if head and head["over"] and _SITE_NAME_SUFFIX_PATTERN.search(head["over"]) else ""
    for number, line in enumerate(lines):
        if len(line.cells) <= levels[-1]:
            continue
        names = []
        for n in levels:
            cell = line.cells[n]
            reaches = cell.state is CellState.COVERED and not cell.text
            name = cells_above.get(n, "") if reaches else cell.text.strip()
            cells_above[n] = name
            names.append(name)
        none = CellState.NONE if all(names) else CellState.EMPTY
        names = [name for name in names if not _EMPTY_CELL_RE.fullmatch(name)]
        root = (
            [site]
            if site and names
            else ["政府网站"]
            if len(names) == 1 and not _SITE_NAME_SUFFIX_PATTERN.search(names[0])
            else []
        )
        path = " > ".join([*root, *names]) if number else JOINED_COLUMN_HEAD
        line.cells[levels[0] : levels[-1] + 1] = [GridCell(path, CellState.PRINTED if path else none)]


# A rhythm without a day, and a day that needs one: 每季度 with 末月25日前.
_RECURRENCE_PATTERN = re.compile(r"每(?:个?[年季月周旬]度?|半[年月]|[两双]月)|一次性?|随时|不?定期|实时|适时|长期")
_DAY_OF_RECURRENCE_PATTERN = re.compile(
    r"(?:首月|末月|第?[一二三]个?月)?(?:(?:[1-9]|[12]\d|3[01])[日号]|[月底末]{1,2}|[上中下]旬|(?:最后|第|前)[一二三四五\d]{1,2}个?工作日|(?:周|星期)[一二三四五六日])(?:之?前|以前|内)?"
)


def _join_recurrences_with_days(grid: Grid) -> None:
    """Write the rhythm of a column of its own (频次) before the day that it is about (15日前)."""
    for index, line in enumerate(grid.lines[:12]):
        timed = [n for n, cell in enumerate(line.cells) if DEADLINE_HEAD_PATTERN.search(normalise_head(cell.text))]
        rows = [row.cells for row in grid.lines[index + 1 :] if len(row.cells) == len(line.cells)]
        rhythms = [n for n in timed if _do_all_cells_match(_RECURRENCE_PATTERN, [cells[n].text for cells in rows])]
        if len(timed) != 2 or len(rhythms) != 1:
            continue
        (rhythm,), (day,) = rhythms, [n for n in timed if n not in rhythms]
        for cells in rows:
            often, when = cells[rhythm].text, cells[day].text
            if often and _DAY_OF_RECURRENCE_PATTERN.fullmatch(when):
                often = often.replace("个", "").removesuffix("周" if when.startswith("周") else " ")
                cells[day], cells[rhythm] = GridCell(often + when), GridCell("", CellState.NONE)
            elif when and (not often.startswith("每") or "年" in often):
                cells[rhythm] = GridCell("", CellState.NONE)  # 一次, 随时 say nothing beside a day
        return


def _do_all_cells_match(pattern: re.Pattern[str], cells: Iterable[str]) -> bool:
    """Return true if at least two cells have content and all of these match."""
    texts = [cell for cell in cells if not _EMPTY_CELL_RE.fullmatch(cell)]
    return len(texts) > 1 and all(map(pattern.fullmatch, texts))


def is_helper_head(head: str) -> bool:
    """Return true if a heading names partner units; 其他渠道 does not.

    >>> is_helper_head("谁帮忙"), is_helper_head("其他渠道")
    (True, False)
    """
    other = _PATH_HEADING_PATTERN.search(head) or DEADLINE_HEAD_PATTERN.search(head) or re.search("责任|要求", head)
    return bool(is_helper_units_head(head) or _HELPER_HEADING_PATTERN.search(head)) and not other
