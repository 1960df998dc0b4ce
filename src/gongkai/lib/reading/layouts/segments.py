"""Split text without separators into pieces: headings, measures, units, limits."""

from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_limit, is_unit_list
from gongkai.lib.reading.words.numbering import find_number
from gongkai.lib.reading.words.unit_names import UNIT_NAME_SUFFIXES

_UNIT_NAME_START_RE = re.compile(r"省|市|州|区|县|各|镇|乡|有关|全[省市县区]|国家|中央|委机关|机关")
_NAME_END_RE = re.compile(
    rf"(?:{UNIT_NAME_SUFFIXES})(?:[（(](?![一二三四五六七八九十\d]{{1,3}}[）)])[^（）()]{{1,14}}[）)])?"
)
_HEADING_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）")
_MEASURE_START_RE = re.compile(
    r"\d{1,2}[．.、]|（\d{1,2}）|公开|加强|建立|推进|推动|做好|完善|严格|按照|按时|根据|落实|组织|指导|督促|在|将|及时|全面|深化|持续|规范|优化|充分|提高|提升|认真|"
    r"依托|开展|健全|探索|对照|强化|统筹|自|以|把|不断|积极|切实|着力|准确|抓好|汇总|发布|编制|制定|要|每|对|定期|动态|扎实|进一步|围绕|聚焦|通过|利用|结合|参照|密切|重点|梳理|"
    r"设置|召开|坚持|主动|正确|创新|改进|拓展|丰富|增强|确保|实行|明确|加快|加大|整合|归集|集中|建设|打造|构建|配合|协调|会同|牵头|负责|收集|报送|编写|印发|学习|举办|参加|运用|注重|"
    r"提供|开通|开设|更新|清理|修订|审查|审核|受理|答复|办理|回应|解读|宣传|培训|考核|评估|检查|监督|监测|研判|处置|引导|服务|保障|管理|维护|运行"
)
_TIME_LIMIT_RE = re.compile(
    r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?(?:前|底前)?|20\d\d年(?:底|\d{1,2}月底)?前?|年底前|每(?:年度?|半年|季度?|月|周)|长期坚持|长期|持续(?:推进)?|全年(?:推进)?|及时(?:公开|更新|发布)?|定期|动态更新"
)
_EMPTY_CELL_MARK_RE = re.compile(r"—+|－+|/(?!\S)")
_ITEM_NUMBER_LINE_RE = re.compile(r"\d{1,2}[．.、]")
_OPENING, _CLOSING = "（(〔[【《“", "）)〕]】》”"
_RUN_TOGETHER_RE = re.compile(r"(?:局|厅|办|室|馆|心|委|院|部门|政府|单位|街道|镇街)(?=[省市区县州镇乡各]|有关)")


def split_pieces(text: str, *, limits: bool = True, parted: bool = False) -> list[str]:
    """Split at spaces that separate cells, then by content.

    With `limits` the table has a column of time limits; with `parted` spaces separate the cells.
    """
    pieces: list[str] = []
    for part in re.split(r"[ \t\u3000\xa0]+", text.strip()):
        behind_number = bool(pieces) and bool(_ITEM_NUMBER_LINE_RE.fullmatch(pieces[-1]))
        chunk = f"{pieces.pop()} {part}" if behind_number else part  # `1. 公开…`: that space parts nothing
        is_whole_cell = parted and chunk.endswith(("。", "；", "）")) and not _HEADING_NUMBER.match(chunk)
        pieces.extend(
            [chunk]
            if is_whole_cell or _is_one_cell(chunk) or _ITEM_NUMBER_LINE_RE.fullmatch(chunk)
            else _cut_chunk(chunk, limits)
        )
    return [piece for piece in pieces if piece]


def _is_one_cell(chunk: str) -> bool:
    """Return whether a chunk is one heading, list of units or deadline."""
    number = find_number(chunk)
    heading = bool(number and number.depth <= 2 and len(chunk) <= 40 and "。" not in chunk[:-1])
    run_together = any(not _is_part_of_name(chunk, m.end()) for m in _RUN_TOGETHER_RE.finditer(chunk))
    return (
        (heading and not _HEADING_NUMBER.search(chunk, 2))
        or (is_unit_list(chunk) and not run_together)
        or is_limit(chunk)
    )


def _cut_chunk(chunk: str, with_limits: bool) -> list[str]:
    """Return the headings, cells and sentences of a chunk; `with_limits`: time limits are cells."""
    out: list[str] = []
    remaining_text = chunk
    while remaining_text:
        heading, remaining_text = _split_heading(remaining_text)
        if heading:
            out.append(heading)
            continue
        cells, text_after = _read_cells(remaining_text, with_limits)
        if cells:
            out.extend(cells)
            remaining_text = text_after
            continue
        end = _find_sentences_end(remaining_text, with_limits)
        out.append(remaining_text[:end])
        remaining_text = remaining_text[end:]
    return out


def _split_heading(text: str) -> tuple[str, str]:
    """Return (numbered heading with which a text begins or "", text after it)."""
    number = find_number(text)
    if number is None or number.depth > 2:
        return "", text
    text_after_number = text[number.length :]
    stops = [
        m.start() + (m.group(0) == "。")
        for m in re.finditer(r"。|（[一二三四五六七八九十]{1,3}）|\d{1,2}[．.、]", text_after_number[:60])
    ]
    if not stops:
        return (text, "") if len(text) <= 40 else ("", text)
    return text[: number.length + stops[0]], text[number.length + stops[0] :]


def _find_sentences_end(text: str, limits: bool) -> int:
    """Return where sentences end and a heading or cells (`limits`: also time limits) begin."""
    depth = 0
    for place, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in "。；" and depth == 0:
            text_after = text[place + 1 : place + 400]
            if not text_after or _HEADING_NUMBER.match(text_after) or _read_cells(text_after, limits)[0]:
                return place + 1
    return len(text)


@lru_cache(maxsize=4096)
def _read_cells(text: str, limits: bool) -> tuple[tuple[str, ...], str]:
    """Return the cells of units and limits with which a text begins, and the text after them."""
    cells: list[str] = []
    remaining_text = text
    while remaining_text:
        if match := _EMPTY_CELL_MARK_RE.match(remaining_text):
            cell = match.group(0)
        elif not (cell := _read_unit_list(remaining_text)):
            break
        cells.append(cell)
        remaining_text = remaining_text[len(cell) :]
    if (
        limits
        and cells
        and (match := _TIME_LIMIT_RE.match(remaining_text))
        and _is_row_start(remaining_text[match.end() :])
    ):
        cells.append(match.group(0))
        remaining_text = remaining_text[match.end() :]
    return (tuple(cells), remaining_text) if cells and _is_row_start(remaining_text) else ((), text)


def _is_row_start(text: str) -> bool:
    """Return true if a text is empty or can begin the next row."""
    return not text or bool(_HEADING_NUMBER.match(text) or _MEASURE_START_RE.match(text))


def _read_unit_list(text: str) -> str:
    """Return the list of units with which a text begins."""
    end = 0
    while True:
        length = _find_name_end(text[end : end + 60])
        if not length:
            return text[: max(0, end - 1)] if end else ""
        end += length
        if end < len(text) and text[end] in "、，,":
            end += 1
            continue
        return text[:end]


def _find_name_end(text: str) -> int:
    """Return the end of the unit name with which a text begins, 0 if there is none."""
    if not _UNIT_NAME_START_RE.match(text):
        return 0
    best = 0
    for place in range(1, min(len(text), 26)):
        match = _NAME_END_RE.match(text, place)
        if not match:
            continue
        end = match.end()
        text_after = text[end:]
        if (
            text_after
            and text_after[0] not in "、，,—－"
            and not (
                _UNIT_NAME_START_RE.match(text_after) or _is_row_start(text_after) or _TIME_LIMIT_RE.match(text_after)
            )
        ):
            continue
        if _are_run_together(text[:end]):
            break
        best = max(best, end)
    return best


def _are_run_together(name: str) -> bool:
    """Return true if a text contains the end of a unit name inside, so that it is several names."""
    return any(not _is_part_of_name(name, m.end()) for m in _RUN_TOGETHER_RE.finditer(name))


def _is_part_of_name(name: str, cut: int) -> bool:
    """Return whether the cut is within a name (各区|人民政府)."""
    head, tail = name[:cut], name[cut:]
    last = re.split(r"[、，,]", head)[-1]
    return bool(re.fullmatch(rf"(?:[{HAN}]{{0,6}}?[省市区县州旗]|各区县|人民)?(?:人民)?(?:政府|委)", last)) and bool(
        re.match(r"各|有关", tail)
    )
