"""Read channel columns with marks or codes: √ under 政务新媒体, 网 or 微, A、B with a legend. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables.heads import PATH_HEAD
from gongkai.work.notices.planning.channel_lists import (
    AMBIGUOUS_NAMES,
    SHORT_CHANNEL_NAMES,
    is_channel_list,
    is_unknown_channel,
    split_channels,
)
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.named_places import WAYS_HEAD
from gongkai.work.notices.stacked_heads import restore_brackets

_YES_MARKS = frozenset("√✓✔✅☑■●○◎★▲VvＶYyＹ1１是有对需")
_NO_MARKS = frozenset("×✕✗✘XxＸ否无—－–-/／\\0０☐□")
# A mark with a word: √（同步）.
_MARK_AND_WORDS = re.compile(r"(?P<mark>[√✓✔✅☑■●◎★▲])\1?\s*[（(]?[^（）()√✓✔]{0,20}[）)]?")
# Heads above columns of channels.
_CHANNEL_GROUP_HEAD = re.compile(
    r"渠道|途径|平台|载体|媒介|(?:公开|发布|公布|公示|展示|展现)(?:的)?(?:方式|形式|位置|场所|阵地)|在?哪里?(?:公开|发布|公示)"
)
_GROUPED_HEAD = re.compile(r"^(?P<group>[^（）()]{2,20})[（(](?P<name>[^（）()]{1,16})[）)]$")
# Minimum number of cells to classify a column.
_MIN_CELLS = 3
_CODE = r"(?:[A-Za-zＡ-Ｚ]|[①-⑳]|\d{1,2}|[甲乙丙丁戊己])"
_CODE_LIST = re.compile(rf"{_CODE}(?:\s*[、，,；;/／+＋和及\s]?\s*{_CODE})*")
_LEGEND_SEPARATOR = r"\s*[”\"’]?\s*(?:代表|表示|指的是|是指|即|指|为|是|[:：=＝—－\-.．、)）])?\s*[“\"‘]?"
_REMOVE_QUOTES = str.maketrans("", "", '“”"‘’')


@dataclass(frozen=True)
class ChannelColumns:
    """Channel columns of a table.

    `ticked` maps heads of mark columns to channels, `codes` heads to their legend; `spoken` list
    names; `unsure` are ambiguous heads; `unread` have codes without legend; `loose` have marks
    without meaning.
    """

    ticked: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()


def is_mark(text: str) -> bool:
    """Tell whether a cell contains only a mark."""
    return _read_mark(text) is not None


def _read_mark(text: str) -> bool | None:
    """Return True or False for a mark, None for other words."""
    words = text.strip()
    if not words:
        return None
    if "\n" in words:  # Several columns below one head were merged.
        return True if all(map(_read_mark, words.split("\n"))) else None
    if set(words) <= _NO_MARKS:
        return False
    if (len(words) <= 2 and set(words) <= _YES_MARKS) or _MARK_AND_WORDS.fullmatch(words):
        return True
    return None


def find_channel_columns(drafts: Sequence[DraftMeasure], text: str) -> ChannelColumns:
    """Find channel columns in the rows; `text` may contain the legend of codes."""
    ticked: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    unsure, unread, loose, spoken = set[str](), set[str](), set[str](), set[str]()
    for head, cells in _collect_columns(drafts).items():
        under = _GROUPED_HEAD.match(head)
        group = bool(under and _CHANNEL_GROUP_HEAD.search(under["group"]))
        name = restore_brackets(under["name"]) if under else head
        if _is_mark_column(cells):
            said = _find_legend(text, [name]).get(name) if len(name) <= 2 else None
            channel = said or SHORT_CHANNEL_NAMES.get(name.strip("“”\"'"), name)
            if group or not is_unknown_channel(channel):
                ticked[head] = channel
                unsure |= {head} if name in AMBIGUOUS_NAMES and not said else set()
            elif not _NOT_A_CHANNEL_HEAD.search(head):
                loose.add(head)
        elif (group or _CHANNEL_GROUP_HEAD.search(head) or PATH_HEAD.search(head)) and (
            found := _find_codes(cells)
        ):
            legend = _find_legend(f"{head}\n{text}", sorted(found))
            if set(legend) >= found:
                codes[head] = legend
            else:
                unread.add(head)
        elif _is_list_column(head, cells):
            spoken.add(head)
    return ChannelColumns(ticked, codes, *map(frozenset, (unsure, unread, loose, spoken)))


# Heads of columns that are never channels.
_NOT_A_CHANNEL_HEAD = re.compile(r"序号|编号|备注|说明|完成|进展|是否|重点|新增|单位|部门|月|季|年")


def _is_list_column(head: str, cells: Sequence[str]) -> bool:
    if PATH_HEAD.search(head) or WAYS_HEAD.search(head):
        return False
    lists = sum(1 for cell in cells if is_channel_list(cell))
    return bool(lists and _CHANNEL_GROUP_HEAD.search(head)) or (
        lists >= _MIN_CELLS and lists * 5 >= len(cells) * 4
    )


def _collect_columns(drafts: Iterable[DraftMeasure]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for draft in drafts:
        for head, cell in draft.extras.items():
            if str(cell).strip():
                found.setdefault(head, []).append(str(cell).strip())
    return found


def _is_mark_column(cells: Sequence[str]) -> bool:
    said = [_read_mark(cell) for cell in cells]
    return any(said) and sum(1 for mark in said if mark is None) * 3 <= len(said)


def _find_codes(cells: Sequence[str]) -> frozenset[str]:
    if not cells or not all(_CODE_LIST.fullmatch(cell) for cell in cells):
        return frozenset()
    return frozenset(code for cell in cells for code in re.findall(_CODE, cell))


def _find_legend(text: str, codes: Sequence[str]) -> dict[str, str]:
    """Return the meaning of codes: A为门户网站，B为政务新媒体; ①网站 ②公众号."""
    found: dict[str, str] = {}
    stop = rf"(?=\s*(?:[，,、；;。）)\n│]|[“\"]?{_CODE}[”\"]?{_LEGEND_SEPARATOR}[{HAN}“]|$))"
    for code in codes:
        mark = re.escape(code)
        behind = (
            rf"(?<![A-Za-z\d]){mark}{_LEGEND_SEPARATOR}(?P<name>[“\"]?[{HAN}“”\"（）A-Za-z]{{2,18}}?){stop}"
        )
        before = rf"(?P<name>[{HAN}“”\"]{{2,14}})[（(]\s*[“\"]?{mark}[”\"]?\s*[）)]"
        for match in (*re.finditer(behind, text), *re.finditer(before, text)):
            name = match["name"].translate(_REMOVE_QUOTES)
            if not is_unknown_channel(name):
                found.setdefault(code, name)
    return found


def read_marked_channels(draft: DraftMeasure, columns: ChannelColumns) -> tuple[list[str], list[str]]:
    """Return channels given by marks and codes of a row, and questions about them."""
    names: list[str] = []
    doubts: list[str] = []
    for head, name in columns.ticked.items():
        cell = str(draft.extras.get(head, "")).strip()
        said = _read_mark(cell)
        if not cell or said is False:
            continue
        names.append(name)
        if said is None or head in columns.unsure:
            doubts.append(f"“{head}”栏写的“{cell[:20]}”按公开渠道“{name}”读取，请核对")
    for head, legend in columns.codes.items():
        cell = str(draft.extras.get(head, ""))
        names += [legend[code] for code in re.findall(_CODE, cell) if code in legend]
    for head in columns.spoken:
        names += split_channels(str(draft.extras.get(head, "")))
    marks = [head for head in sorted(columns.loose) if _read_mark(str(draft.extras.get(head, "")))]
    if marks:
        shown = "、".join(f"“{head}”" for head in marks)
        doubts.append(f"{shown}栏打了勾，没有用上；是公开渠道的请补充，或者标为无误")
    doubts += [
        f"“{head}”栏的“{draft.extras[head]}”是代号，没有找到说明，公开渠道没有用上，请补充，或者标为无误"
        for head in sorted(columns.unread)
        if draft.extras.get(head)
    ]
    return list(dict.fromkeys(names)), doubts


def remove_codes(draft: DraftMeasure, columns: ChannelColumns) -> DraftMeasure:
    """Remove marks and codes that the reader took for channels or columns."""
    heads = [*columns.codes, *columns.unread, *columns.ticked]
    cells = {str(draft.extras.get(head, "")).strip() for head in heads} - {""}
    tokens = {
        part
        for cell in cells
        if is_mark(cell) or _CODE_LIST.fullmatch(cell)
        for part in (cell, *re.findall(_CODE, cell))
    }
    return (
        replace(draft, duties=tuple(_remove_codes_of_duty(duty, tokens) for duty in draft.duties))
        if tokens
        else draft
    )


def _remove_codes_of_duty(duty: DraftDuty, tokens: set[str]) -> DraftDuty:
    def coded(name: str) -> bool:
        return name.strip() in tokens or bool(
            _CODE_LIST.fullmatch(name.strip()) and set(re.findall(_CODE, name)) <= tokens
        )

    return replace(
        duty,
        channels=tuple(name for name in duty.channels if not coded(name)),
        paths=tuple(path for path in duty.paths if not any(coded(level) for level in path)),
    )
