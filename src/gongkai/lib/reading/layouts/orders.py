"""Find orders in sentences and their units (请市财政局于……; 市教育局要……)."""

from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import Block, Grid, GridLine
from gongkai.lib.reading.layouts.align import is_unit_list
from gongkai.lib.reading.layouts.labels import UnitNamingHabits
from gongkai.lib.reading.layouts.owners import split_owners
from gongkai.lib.reading.layouts.prose import read_prose_blocks
from gongkai.lib.reading.layouts.text_rows import FROM_A_SENTENCE_MESSAGE
from gongkai.lib.reading.words.numbering import find_number
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN

_ITEM_NUMBER = r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．.])"
_NAME_CHARACTER = rf"[{HAN}\d（）、]"
#: Where an order may begin: a point, a sentence, a clause behind a semicolon; by when may stand before who.
_ORDER_START_PATTERN = (
    rf"(?:^\s*+{_ITEM_NUMBER}?|(?<=[。；;]))\s*(?:[^，,。；;：:（(]{{2,14}}(?:前|内|底|日|起)[，,]\s*)?"
)
_HELPER_CLAUSE = rf"(?:[，,、](?P<help>{_NAME_CHARACTER}{{3,60}}?)(?:协助|协同|参与)?配合)?"
#: Words right after the responsible units with which their duty begins.
_DUTY_START_PATTERN = (
    r"务必|要|应|须|及时|尽快|抓紧|认真|按照?|严格|于[\d每]|在\d|自[^，。；]{2,20}起|公开|公布|公示|更新|发布|设立|建立|开展|编制|提供|报送|\d{1,2}月|"
    r"将|对|组织|做好|完成|会同|会商|结合|根据|加强|进一步|每[年季月周日天半]"
)
#: Activities after the name of a unit.
_ACTIVITY_WORD_PATTERN = (
    r"于\d|在\d|不?定期|公开|公布|公示|发布|做好|开展|编制|制定|"
    r"完成|完善|落实|组织|推进|建立|梳理|清理|更新|汇总|制作|整理|报送|归集"
)
_REQUEST_ORDER_RE = re.compile(
    rf"(?:^|(?<=[。；;：:])|(?<=[，,])(?=请)|^{_ITEM_NUMBER})\s*(?:请|由)(?P<who>{_NAME_CHARACTER}{{3,80}}?)(?P<how>牵头|负责)?{_HELPER_CLAUSE}[，,]?(?=(?:(?<=牵头[，,])|(?<=配合[，,])|{_DUTY_START_PATTERN})\S)"
)


#: 1.县住建局要于3月15日前……; 市政府办公室每半年组织……; ……。由市发展改革委牵头，市交通运输局配合，于9月底前……; 7月10日前，各乡镇完成……
_UNIT_AS_SUBJECT_RE = re.compile(
    rf"{_ORDER_START_PATTERN}由?(?P<who>{_NAME_CHARACTER}{{3,60}}?)(?:牵头负责|负责牵头|牵头|负责|共同|落实(?=[^好到])|要(?![求点素])|应当|应(?![急用])|须|请(?=于|在|尽快|抓紧|按)|"
    rf"(?:按照?|依据|根据)(?:各自)?(?:职责|职能)(?:分工)?|(?=每[年半季月周日天]|\d{{1,2}}月|{_ACTIVITY_WORD_PATTERN})){_HELPER_CLAUSE}[，,]?(?=\S)"
)
#: 政府公报由市政府办公室负责编辑; 名单由各街道于每季度首月10日前公示
_UNIT_AFTER_BY_RE = re.compile(
    rf"{_ORDER_START_PATTERN}[{HAN}、]{{2,16}}?由(?P<who>{_NAME_CHARACTER}{{3,60}}?)(?:牵头负责|负责牵头|牵头|负责|统筹|(?=于[\d每]|在\d|每[年半季月周日天])){_HELPER_CLAUSE}(?=\S)"
)
#: 市教育局会同各区县政府公开……
_JOINT_UNITS_RE = re.compile(
    rf"{_ORDER_START_PATTERN}(?:请|由)?(?P<who>{_NAME_CHARACTER}{{3,30}}?)(?:会同|联合)(?P<help>{_NAME_CHARACTER}{{3,60}}?)"
    rf"[，,]?(?=负责|抓紧|尽快|认真|年内|对|\d{{1,2}}月|每[年半季月周日天]|{_ACTIVITY_WORD_PATTERN})"
)
#: 县财政局要公开预决算，县教育局要……: the next one who is ordered something, behind a comma.
_UNIT_AFTER_COMMA_RE = re.compile(rf"(?<=[，,])\s*(?P<who>{_NAME_CHARACTER}{{3,60}}?)(?:要(?![求点素])|应当|须)(?=\S)")

#: 会议明确，由区住建局……; 会议同意区民政局的意见，……
_MEETING_DECISION_RE = re.compile(
    rf"^(?P<number>\s*+{_ITEM_NUMBER}\s*)?\s*会议(?:(?:决定|明确|要求|确定|强调|议定|认为)[，,：:]|同意[^，。；]{{2,30}}[，,])\s*(?=\S)"
)
#: 会议听取了……，议定：由区数据局负责……
_AGREED_ORDER_RE = re.compile(
    rf"^(?P<number>\s*+{_ITEM_NUMBER}\s*)?[^。；：:]{{0,60}}?(?:议定|会议(?:决定|明确|要求|确定))[：:]\s*(?=\S)"
)


#: ……问题。会议确定，由市政府办公室牵头
_MEETING_DECISION_WITHIN_RE = re.compile(r"(?<=[。；])\s*会议(?:决定|明确|要求|确定|强调|议定)[，,：:]\s*(?=\S)")


def remove_opening(lines: list[str]) -> list[str]:
    """Return the points of minutes without their opening (会议议定：)."""
    matches = [_AGREED_ORDER_RE.match(line) if len(line) <= 2000 else None for line in lines]
    several = sum(map(bool, matches)) >= 2
    out: list[str] = []
    for line, agreed in zip(lines, matches, strict=True):
        match = (agreed if several else None) or (_MEETING_DECISION_RE.match(line) if len(line) <= 2000 else None)
        rest = f"{match['number'] or ''}{line[match.end() :]}" if match else line
        out.append(_MEETING_DECISION_WITHIN_RE.sub("", rest))
    return out


#: 2.民政办：公开名单……; 5.各社区要每季度组织……
_UNIT_BEFORE_COLON_RE = re.compile(
    rf"^\s*+{_ITEM_NUMBER}?\s*(?P<who>{_NAME_CHARACTER}{{3,40}}?)(?:[：:]|要(?![求点素])|应当|须|(?=每[年半季月周]))(?=\S)"
)


def find_leading_units(text: str) -> str:
    """Return the units with which a task begins; empty if it begins otherwise.

    >>> find_leading_units("5.各社区要每季度组织一次宣传。"), find_leading_units("加强宣传。")
    ('各社区', '')
    """
    match = _UNIT_BEFORE_COLON_RE.match(text[:200])
    return match["who"] if match and are_unit_names(match["who"]) else ""


#: 市政务公开办定期对各单位…进行通报; 市政府办公室将对各单位…开展调度: who reports, before those reported on.
_REPORTING_UNIT_RE = re.compile(
    rf"^\s*(?P<who>[{HAN}]{{1,14}}?(?:办公室|办|局|委|厅|中心))(?:要|应当?|须|会)?(?:将?(?:不?定期|适时|按[月季年]度?|每[月季年]度?)|将(?=对|通报|组织|开展))"
    rf"(?=(?:对各|通报|调度|开展|组织|进行|[{HAN}]{{0,12}}通报))"
)


def find_ordered_unit(text: str) -> str:
    """Return the units that are the subject of an ordering sentence; empty if there are none.

    >>> find_ordered_unit("市政府办公室定期通报进展，结果纳入年度考核"), find_ordered_unit("定期通报进展")
    ('市政府办公室', '')
    >>> find_ordered_unit("市政务公开办将对各单位工作推进情况开展调度并通报进展。")
    '市政务公开办'
    """
    match = _REPORTING_UNIT_RE.match(text[:200]) or _UNIT_AS_SUBJECT_RE.match(text[:200])
    return match["who"] if match and are_unit_names(match["who"]) else ""


def split_requested_orders(lines: list[str]) -> list[str]:
    """Return the paragraphs of a letter with each order on a line of its own, its units in brackets after it.

    With fewer than two orders the lines are returned unchanged.
    """
    out: list[str] = []
    order_count = 0
    for line in lines:
        cuts = _find_addressees(line)
        if not cuts:
            out.append(line)
            continue
        order_count += len(cuts)
        if text_before := line[: cuts[0].start()].strip():
            out.append(text_before)
        ends = [*(match.start() for match in cuts[1:]), len(line)]
        out.extend(
            f"{line[m.start() : end].strip('；;，, ')}（{_format_addressee(m)}）"
            for m, end in zip(cuts, ends, strict=True)
        )
    return out if order_count >= 2 else lines


def _find_addressees(line: str) -> list[re.Match[str]]:
    """Return the matches of units that a line asks to do something."""
    matches = [
        match
        for pattern in (
            _JOINT_UNITS_RE,
            _REQUEST_ORDER_RE,
            _UNIT_AS_SUBJECT_RE,
            _UNIT_AFTER_BY_RE,
            _UNIT_AFTER_COMMA_RE,
        )
        for match in pattern.finditer(line[:6000])
    ]
    cuts: list[re.Match[str]] = []
    for match in sorted(matches, key=lambda one: (one.start("who"), -one.end())):
        help_ = match.groupdict().get("help")
        is_after_last_cut = not cuts or match.start() >= cuts[-1].end()
        if is_after_last_cut and are_unit_names(match["who"]) and (not help_ or is_unit_list(help_)):
            cuts.append(match)
    return cuts


def _format_addressee(match: re.Match[str]) -> str:
    help_ = match.groupdict().get("help")
    return f"牵头单位：{match['who']}；责任单位：{help_}" if help_ else f"责任单位：{match['who']}"


def are_unit_names(names: str) -> bool:
    """Return whether a text consists of unit names only."""
    return (
        is_unit_list(names)
        and bool(UNIT_NAME_END_PATTERN.search(names))
        and find_number(names) is None
        and not _NON_NAME_RE.match(names)
    )


_NON_NAME_RE = re.compile(
    r".*由|请|规范|加强|加快|推进|推动|深化|做好|开展|完善|建立|健全|强化|优化|公开|公布|及时|督促|督导|指导|组织|要求|落实好|按照?|根据|落实|围绕|依据|结合|参照|由|对|在|将"
)


def convert_ordering_sentences(blocks: list[Block] | None, lines: list[str]) -> list[Block] | None:
    """Return blocks read from ordering sentences if these give more rows, else `blocks`."""
    rows, grid_lines = _list_rows(blocks)
    if blocks and (
        not all(FROM_A_SENTENCE_MESSAGE in line.doubts for line in grid_lines) or (len(rows) > 3 and grid_lines == rows)
    ):
        return blocks
    request_blocks = _read_requests(lines)
    request_rows, request_lines = _list_rows(request_blocks)
    is_better = len(request_rows) > len(rows) or (
        len(request_rows) == len(rows) and len(request_lines) > len(grid_lines)
    )
    return request_blocks if is_better else blocks


def _list_rows(blocks: list[Block] | None) -> tuple[list[GridLine], list[GridLine]]:
    """Return (rows of the tables, those of them with units)."""
    rows: list[GridLine] = []
    grid_lines: list[GridLine] = []
    for block in blocks or []:
        if isinstance(block, Grid):
            places = [n for n, head in enumerate(block.lines[0].cells) if head.text in ("牵头单位", "责任单位")]
            rows += block.lines[1:]
            grid_lines += [line for line in block.lines[1:] if any(line.cells[n].text for n in places)]
    return rows, grid_lines


def _read_requests(lines: list[str]) -> list[Block] | None:
    """Return the blocks of requests (请……), each with a doubt, or None."""
    requested_orders = split_requested_orders(lines)
    blocks = read_prose_blocks(requested_orders) if requested_orders != lines else None
    for block in blocks or []:
        for line in block.lines[1:] if isinstance(block, Grid) else []:
            line.doubts.append("没有单位栏或括号，由“请……”“……要……”的句子推断，请核对")
    return blocks


#: A count in brackets where one may begin: behind a stop, a bracket or the heading's number and name.
_BRACKETED_COUNT_RE = re.compile(r"(?<=[。；;）)〕】：:])[ \t\u3000]*(?=[（(](?P<count>\d{1,2})[）)])")
#: A longer line is not searched.
_MAX_LINE_CHARACTERS = 6000


def split_points(line: str) -> list[str]:
    """Split a paragraph before （1）, （2）…; return it whole if they are not consecutive or a point names no units."""
    matches = list(_BRACKETED_COUNT_RE.finditer(line)) if len(line) <= _MAX_LINE_CHARACTERS else []
    if len(matches) < 2 or [int(match["count"]) for match in matches] != list(range(1, len(matches) + 1)):
        return [line]
    places = [0, *(match.end() for match in matches), len(line)]
    heading, *points = [line[begin:end].strip() for begin, end in pairwise(places)]
    if not heading or not all(
        len(cuts := split_owners(x, UnitNamingHabits())) == 1 and cuts[0][1] for x in points[:-1]
    ):
        return [line]
    return [heading, *points]
