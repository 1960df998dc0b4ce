"""Read channels of a row: lists in a cell (网站+公众号), and columns with marks or codes. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gongkai.content.publishing.channel_names import get_channels
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables import head_parts
from gongkai.lib.reading.tables.heads import PATH_HEAD
from gongkai.lib.reading.words.places import is_box_list
from gongkai.work.notices.importing.table_repair import restore_brackets
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.mentioned_channels import CHANNEL_COLUMN_HEAD, NAMED_PLACE

# Full names of short ones in channel columns.
SHORT_CHANNEL_NAMES: Mapping[str, str] = {
    "网": "门户网站", "网上": "门户网站", "上网": "门户网站", "门户": "门户网站",
    "微": "政务新媒体", "两微": "政务新媒体", "两微一端": "政务新媒体", "新媒": "政务新媒体", "号": "公众号", "公号": "公众号", "端": "客户端",
    "栏": "公示栏", "公示": "公示栏", "公告": "公告栏", "上墙": "公开墙", "榜": "公示栏", "墙": "公开墙", "屏": "电子屏", "屏幕": "电子屏",
    "喇叭": "大喇叭", "播": "广播",
    "厅": "政务大厅", "大厅": "政务大厅", "窗口": "政务大厅", "馆": "查阅场所（档案馆、图书馆）", "专区": "政务公开专区",
    "公报": "政府公报", "刊": "政府公报", "报": "政府公报", "台": "广播电视台", "会": "新闻发布会", "信": "短信",
}  # fmt: skip
# Ambiguous short names (报: 公报 or 报纸), which are flagged.
AMBIGUOUS_NAMES = frozenset({"报", "刊", "台", "会", "信", "号", "榜", "窗口"})
_CHANNEL_SEPARATOR_PATTERN = re.compile(r"[；;，,、\n+＋]|以及|(?<=[^\s])\s*[/／|｜&]\s*(?=[^\s])|\s{1,3}(?=[^\s])")
_CONJUNCTIONS_RE = re.compile(r"[和与及]")
_LABEL_BEFORE_COLON_RE = re.compile(rf"^[{HAN}]{{1,6}}[:：]\s*")
# Words around a name: 通过网站, 网站为主, 公众号同步.
_WORDS_BEFORE_NAME_PATTERN = re.compile(r"^(?:通过|利用|依托|在|于|由|以|经|并|同步|同时|主要|首选)")
_WORDS_AFTER_NAME_PATTERN = re.compile(
    r"(?:为主|为辅|(?:同步|统一|首发|转发|推送|发布|公开|公示|公布|张贴|展示|播放|播出|刊登|刊载|滚动)+|等|等渠道|上)$"
)
_EXCEPTED_CHANNEL_PATTERN = re.compile(r"^除.{1,12}外$")
_QUOTATION_MARKS = "“”\"‘’'《》"
# Ways of disclosure that are no channels: 主动公开, 依申请公开.
_DISCLOSURE_WAYS_RE = re.compile(
    r"主动|依申请|不予|全文|部分公开|摘要|区分|实时|及时|定期|长期|常态|集中|^线[上下]$|免于|免予"
)


# Longest name of a channel.
_MAX_NAME_CHARACTERS = 14
# Signs of a path, and verbs of a sentence.
_NON_LIST_PATTERN = re.compile(
    r"负责|牵头|配合|[>＞→»›—－]|--|^[^《]*》|提供|组织|开展|做好|加强|建设|设置|每|须|应|前(?!台)|后"
)


def is_unknown_channel(name: str) -> bool:
    """Return true if a channel name is unknown."""
    return get_channels(name) == {DisclosureChannel.OTHER}


def is_disclosure_way(text: str) -> bool:
    """Return true if a cell names a way of disclosure (主动公开) and no known channel."""
    return is_unknown_channel(text) and bool(_DISCLOSURE_WAYS_RE.search(text))


def split_channels(cell: str) -> list[str]:
    """Return the channels listed in a cell, each once and with its full name.

    >>> split_channels("线上：网站、公众号；线下：公示栏")
    ['网站', '公众号', '公示栏']
    """
    return list(dict.fromkeys(name for piece in _iterate_pieces(cell) if (name := _clean_name(piece))))


def _iterate_pieces(cell: str) -> Iterator[str]:
    """Yield the names of a cell; 和 and 及 separate only where both sides are known channels."""
    for piece in _CHANNEL_SEPARATOR_PATTERN.split(cell):
        joined = _CONJUNCTIONS_RE.split(piece)
        all_known = len(joined) > 1 and all(not is_unknown_channel(_clean_name(name) or "") for name in joined)
        yield from joined if all_known else [piece]


def _clean_name(piece: str) -> str:
    """Return the full name of a channel without label and quotes; "" for an exception."""
    text = _LABEL_BEFORE_COLON_RE.sub("", piece.strip(" 。.　"))
    if _EXCEPTED_CHANNEL_PATTERN.match(text):
        return ""
    text = _remove_quotes(text)
    if is_unknown_channel(text) or _WORDS_AFTER_NAME_PATTERN.search(text) or _WORDS_BEFORE_NAME_PATTERN.search(text):
        bare = _WORDS_AFTER_NAME_PATTERN.sub("", _WORDS_BEFORE_NAME_PATTERN.sub("", text))
        text = bare if bare and (bare in SHORT_CHANNEL_NAMES or not is_unknown_channel(bare)) else text
    return SHORT_CHANNEL_NAMES.get(text, text)


def _remove_quotes(words: str) -> str:
    """Remove unmatched quotation marks and those around the whole."""
    if "》" in words and "《" not in words:
        return words
    inner = words.strip(_QUOTATION_MARKS)
    opened = sum(inner.count(sign) for sign in "“《‘")
    closing = sum(inner.count(sign) for sign in "”》’")
    if opened > closing or closing > opened:
        text = words if opened == closing else inner
        is_balanced = words.count("“") == words.count("”") and words.count("《") == words.count("》")
        return words if is_balanced else text.translate(str.maketrans("", "", _QUOTATION_MARKS))
    return inner


def split_duty_channels(names: Iterable[str]) -> tuple[str, ...]:
    """Return the channels of a duty, each once; a name that joins known channels is split."""
    return tuple(dict.fromkeys(part for name in names for part in (_split_name(name))))


def _split_name(name: str) -> Sequence[str]:
    """Return the channels in a name if all are known, else the name without quotes."""
    if _EXCEPTED_CHANNEL_PATTERN.match(name):
        return []
    if _UNSPLIT_NAMES_RE.search(name):
        return [name]
    channels = [] if _NON_LIST_PATTERN.search(name) else split_channels(name)
    all_known = channels and all(not is_unknown_channel(channel) for channel in channels)
    return channels if all_known else [_remove_quotes(name)]


# Names that stay as printed: lists to choose from, columns.
_UNSPLIT_NAMES_RE = re.compile(r"其[他它]|栏目|专栏|[”》]栏$")


def describe_unknown_channels(names: Iterable[str]) -> Iterator[str]:
    """Yield a question for each unknown channel, except named places (大厅, 平台)."""
    for name in names:
        if is_unknown_channel(name) and not NAMED_PLACE.search(name):
            yield f"公开渠道“{name[:20]}”不认识，按其他渠道读取，请核对"


def is_channel_list(cell: str) -> bool:
    """Return true if a cell contains only known channels, none of more than 14 characters."""
    names = [] if _NON_LIST_PATTERN.search(cell) else split_channels(cell)
    return bool(names) and all(len(name) <= _MAX_NAME_CHARACTERS and not is_unknown_channel(name) for name in names)


_YES_MARKS = frozenset("√✓✔✅☑■●○〇◯◎★▲VvＶYyＹ1１是有对需")
_NO_MARKS = frozenset("×✕✗✘XxＸ否无—－–-/／\\0０☐□")
# A mark with a word: √（同步）.
_MARK_AND_WORDS_RE = re.compile(r"(?P<mark>[√✓✔✅☑■●◎★▲])\1?\s*[（(]?[^（）()√✓✔]{0,20}[）)]?")
# Heads above columns of channels.
_CHANNEL_GROUP_HEAD_RE = re.compile(
    r"渠道|途径|平台|载体|媒介|(?:公开|发布|公布|公示|展示|展现)(?:的)?(?:方式|形式|位置|场所|阵地)|在?哪里?(?:公开|发布|公示)"
)
_GROUPED_HEAD_RE = re.compile(r"^(?P<group>[^（）()]{2,20})[（(](?P<name>[^（）()]{1,16})[）)]$")
# Minimum number of cells to classify a column.
_MIN_CLASSIFIED_CELLS = 3
_CHANNEL_CODE_PATTERN = r"(?:[A-Za-zＡ-Ｚ]|[①-⑳]|\d{1,2}|[甲乙丙丁戊己])"
_CHANNEL_CODE_LIST_PATTERN = re.compile(
    rf"{_CHANNEL_CODE_PATTERN}(?:\s*[、，,；;/／+＋和及\s]?\s*{_CHANNEL_CODE_PATTERN})*"
)
_LEGEND_SEPARATOR = r"\s*[”\"’]?\s*(?:代表|表示|指的是|是指|即|指|为|是|[:：=＝—－\-.．、)）])?\s*[“\"‘]?"
_QUOTE_REMOVAL_TABLE = str.maketrans("", "", '“”"‘’')


@dataclass(frozen=True)
class ChannelColumns:
    """Columns of a table that name channels, by their heading.

    `ticked` maps headings of columns of marks to channels. `codes` maps headings to the meaning of each code.
    `spoken` are columns that list names. `unsure` are ambiguous headings, `unread` columns of codes without
    explanation, `loose` columns of marks without meaning. `legend` is {mark: true if it orders a channel};
    `unexplained` are marks without a note next to explained ones.
    """

    ticked: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    legend: Mapping[str, bool] = field(default_factory=dict)
    unexplained: frozenset[str] = frozenset()


def is_mark(text: str) -> bool:
    """Return true if a cell contains only marks, perhaps with a few words after a tick: √（同步）."""
    return _read_mark(text) is not None


def _explain_marks(cells: Iterable[str], text: str) -> tuple[Mapping[str, bool], frozenset[str]]:
    """Return ({mark: true if it orders a channel}, marks without an explanation in the notice next to others)."""
    legend = {
        sign: kind != head_parts.NOTHING for sign, kind in head_parts.read_legend(text.split("\n")).items() if sign
    }
    printed_signs = {head_parts.unify_signs(cell.strip()[:1]) for cell in cells} & set(
        head_parts.SIGN_CHARACTERS
    ) - _NO_MARKS
    return legend, frozenset(printed_signs - legend.keys() - {"√"} if len(printed_signs) > 1 else ())


def _read_mark(text: str) -> bool | None:
    """Return True for a mark of yes (√, 是), False for no (×, 否, —), else None."""
    words = text.strip()
    if not words:
        return None
    if "\n" in words:  # Several columns below one head were merged.
        return True if all(map(_read_mark, words.split("\n"))) else None
    if set(words) <= _NO_MARKS:
        return False
    if (len(words) <= 2 and set(words) <= _YES_MARKS) or _MARK_AND_WORDS_RE.fullmatch(words):
        return True
    return None


def find_channel_columns(drafts: Sequence[DraftMeasure], text: str) -> ChannelColumns:
    """Find channel columns in the rows; `text` may contain the legend of codes."""
    ticked: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    unsure, unread, loose, spoken = set[str](), set[str](), set[str](), set[str]()
    columns = _collect_columns(drafts)
    for head, cells in columns.items():
        group_match = _GROUPED_HEAD_RE.match(head)
        group = bool(group_match and _CHANNEL_GROUP_HEAD_RE.search(group_match["group"]))
        name = restore_brackets(group_match["name"]) if group_match else head
        if _is_mark_column(cells):
            legend_name = _find_legend(text, [name]).get(name) if len(name) <= 2 else None
            channel = legend_name or SHORT_CHANNEL_NAMES.get(name.strip("“”\"'"), name)
            if group or not is_unknown_channel(channel):
                ticked[head] = channel
                unsure |= {head} if name in AMBIGUOUS_NAMES and not legend_name else set()
            elif not _NON_CHANNEL_HEADING_PATTERN.search(head):
                loose.add(head)
        elif (group or _CHANNEL_GROUP_HEAD_RE.search(head) or PATH_HEAD.search(head)) and (
            cell_codes := _find_codes(cells)
        ):
            legend = _find_legend(f"{head}\n{text}", sorted(cell_codes))
            if set(legend) >= cell_codes:
                codes[head] = legend
            else:
                unread.add(head)
        elif _is_list_column(head, cells):
            spoken.add(head)
    marked = (cell for head in ticked for cell in columns[head])
    sign_meanings, unexplained = _explain_marks(marked, text)
    return ChannelColumns(
        ticked,
        codes,
        unsure=frozenset(unsure),
        unread=frozenset(unread),
        loose=frozenset(loose),
        spoken=frozenset(spoken),
        legend=sign_meanings,
        unexplained=unexplained,
    )


# Heads of columns that are never channels.
_NON_CHANNEL_HEADING_PATTERN = re.compile(r"序号|编号|备注|说明|完成|进展|是否|重点|新增|单位|部门|月|季|年")


def _is_list_column(head: str, cells: Sequence[str]) -> bool:
    """Return true if a column lists channels, by its heading and cells."""
    if PATH_HEAD.search(head) or CHANNEL_COLUMN_HEAD.search(head):
        return False
    lists = sum(1 for cell in cells if is_channel_list(cell))
    return bool(lists and _CHANNEL_GROUP_HEAD_RE.search(head)) or (
        lists >= _MIN_CLASSIFIED_CELLS and lists * 5 >= len(cells) * 4
    )


def _collect_columns(drafts: Iterable[DraftMeasure]) -> dict[str, list[str]]:
    """Return the filled cells of further columns by heading."""
    columns: dict[str, list[str]] = {}
    for draft in drafts:
        for head, cell in draft.extras.items():
            if str(cell).strip():
                columns.setdefault(head, []).append(str(cell).strip())
    return columns


def _is_mark_column(cells: Sequence[str]) -> bool:
    """Return true if cells hold marks, at least one ticked and few other words."""
    readings = [_read_mark(cell) for cell in cells if not is_box_list(cell)]
    return any(readings) and sum(1 for reading in readings if reading is None) * 3 <= len(readings)


def _find_codes(cells: Sequence[str]) -> frozenset[str]:
    """Return the codes in a column of nothing but codes, else none."""
    if not cells or not all(_CHANNEL_CODE_LIST_PATTERN.fullmatch(cell) for cell in cells):
        return frozenset()
    return frozenset(code for cell in cells for code in re.findall(_CHANNEL_CODE_PATTERN, cell))


def _find_legend(text: str, codes: Sequence[str]) -> dict[str, str]:
    """Return the meaning of codes: A为门户网站，B为政务新媒体; ①网站 ②公众号."""
    legend: dict[str, str] = {}
    stop = rf"(?=\s*(?:[，,、；;。）)\n│]|[“\"]?{_CHANNEL_CODE_PATTERN}[”\"]?{_LEGEND_SEPARATOR}[{HAN}“]|$))"
    for code in codes:
        escaped_code = re.escape(code)
        name_after_code = (
            rf"(?<![A-Za-z\d]){escaped_code}{_LEGEND_SEPARATOR}(?P<name>[“\"]?[{HAN}“”\"（）A-Za-z]{{2,18}}?){stop}"
        )
        name_before_code = rf"(?P<name>[{HAN}“”\"]{{2,14}})[（(]\s*[“\"]?{escaped_code}[”\"]?\s*[）)]"
        for match in (*re.finditer(name_after_code, text), *re.finditer(name_before_code, text)):
            name = match["name"].translate(_QUOTE_REMOVAL_TABLE)
            if not is_unknown_channel(name):
                legend.setdefault(code, name)
    return legend


def read_marked_channels(draft: DraftMeasure, columns: ChannelColumns) -> tuple[list[str], list[str]]:
    """Return (channels from a row's marks, codes and lists, questions about them)."""
    names: list[str] = []
    doubts: list[str] = []
    for head, name in columns.ticked.items():
        cell = str(draft.extras.get(head, "")).strip()
        ordered = columns.legend.get(head_parts.unify_signs(cell), _read_mark(cell))
        if not cell or ordered is False:
            continue
        names.append(name)
        if head_parts.unify_signs(cell[0]) in columns.unexplained:
            doubts.append(f"通知没有说明渠道各栏的“{cell[0]}”是什么意思，按通过该渠道公开读取，请核对")
        elif ordered is None or head in columns.unsure:
            doubts.append(f"“{head}”栏写的“{cell[:20]}”按公开渠道“{name}”读取，请核对")
    for head, legend in columns.codes.items():
        cell = str(draft.extras.get(head, ""))
        names += [legend[code] for code in re.findall(_CHANNEL_CODE_PATTERN, cell) if code in legend]
    for head in columns.spoken:
        names += split_channels(str(draft.extras.get(head, "")))
    ticked_heads = [head for head in sorted(columns.loose) if _read_mark(str(draft.extras.get(head, "")))]
    if ticked_heads:
        name_list = "、".join(f"“{head}”" for head in ticked_heads)
        doubts.append(f"{name_list}栏打了勾，没有用上；是公开渠道的请补充，或者标为无误")
    doubts += [
        f"“{head}”栏的“{draft.extras[head]}”是代号，没有找到说明，公开渠道没有用上，请补充，或者标为无误"
        for head in sorted(columns.unread)
        if draft.extras.get(head)
    ]
    return list(dict.fromkeys(names)), doubts


def remove_codes(draft: DraftMeasure, columns: ChannelColumns) -> DraftMeasure:
    """Return a row whose duties have no channels and paths that are only marks or codes."""
    heads = [*columns.codes, *columns.unread, *columns.ticked]
    cells = {str(draft.extras.get(head, "")).strip() for head in heads} - {""}
    tokens = {
        part
        for cell in cells
        if is_mark(cell) or _CHANNEL_CODE_LIST_PATTERN.fullmatch(cell)
        for part in (cell, *re.findall(_CHANNEL_CODE_PATTERN, cell))
    }
    return (
        replace(draft, duties=tuple(_remove_codes_of_duty(duty, tokens) for duty in draft.duties)) if tokens else draft
    )


def _remove_codes_of_duty(duty: DraftDuty, tokens: set[str]) -> DraftDuty:
    """Return a duty without channels and paths that consist of codes."""

    def is_coded(name: str) -> bool:
        """Return true if a name consists of known codes."""
        return name.strip() in tokens or bool(
            _CHANNEL_CODE_LIST_PATTERN.fullmatch(name.strip())
            and set(re.findall(_CHANNEL_CODE_PATTERN, name)) <= tokens
        )

    return replace(
        duty,
        channels=tuple(name for name in duty.channels if not is_coded(name)),
        paths=tuple(path for path in duty.paths if not any(is_coded(level) for level in path)),
    )
