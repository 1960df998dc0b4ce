"""Read publication places: website columns (`政府网站>政府信息公开>…`) and other channels."""

from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: Levels of a website column, from the top: ("政府网站", "政策").
Path = tuple[str, ...]

_OPENING_BRACKETS = "（(〔[【"
_CLOSING_BRACKETS = "）)〕]】"
#: A label before publication places (公开路径：).
PATH_LABEL_PATTERN = re.compile(
    r"(?:信息)?(?:公开|发布|公布|展示)(?:路径|渠道|栏目|位置|平台|载体)(?:为|是|及渠道)?\s*[:：]\s*"
)
#: A separator of levels of a path.
PATH_SEPARATOR_PATTERN = re.compile(r"\s*(?:-{1,2}>|—+>|>|＞|›|»|→|➔|⟶)\s*")
_ALTERNATIVE_SEPARATOR_RE = re.compile(
    r"[；;]\s*|[，,、]?\s*(?<![\d.])(?:\d{1,2}[．.、](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])\s*"
)
#: A bracket that introduces an abbreviation (以下简称其他渠道).
ABBREVIATION_PATTERN = re.compile(
    r"[（(〔](?:以下(?:统称|简称|通称)|下同|统称|简称)[:：]?[“\"]?(?P<name>[^）)〕”\"，]{2,12})[”\"]?[^）)〕]{0,10}[）)〕]"
    r"|[，,]以下(?:统|简|通)?称(?:为|作)?[:：]?[“\"]?(?P<plain>[^）)〕”\"，。；;\n]{2,12})[”\"]?(?=[）)〕。；;\n]|$)"
)
_OPEN_LIST_END_RE = re.compile(r"等(?:其他|其它)?[^、，；]{0,12}(?:渠道|方式|途径|平台|媒体|载体|形式)?$")
#: Words for a government's website.
SITE_PATTERN = re.compile(r"(?:政府|门户|部门|单位|机关|委|局)[^，。；>]{0,6}网站|网站首页|官网|政府网")
#: Maximum length of the places that are read after one label.
MAX_PLACE_LIST_CHARACTERS = 1_500


@dataclass(frozen=True, slots=True)
class PublicationPlace:
    """The publication places at a position of a text: website paths, and other channels.

    `inferred`: the parents are not printed; `runs_on`: the end of the last level is uncertain; `behind`: after a label without
    bracket (公开路径：…), so that its words are no duty.
    """

    start: int
    end: int
    paths: tuple[Path, ...] = ()
    channels: tuple[str, ...] = ()
    inferred: bool = False
    runs_on: bool = False
    behind: bool = False


@dataclass(slots=True)
class PrintedPaths:
    """All paths that a notice prints, and in `other` the channels that it means by 其他渠道 and the like."""

    other: dict[str, tuple[str, ...]] = field(default_factory=dict)
    paths: list[Path] = field(default_factory=list)


def find_names_before(text: str) -> tuple[str, ...]:
    """Return the names listed before a bracket such as （以下简称其他渠道）."""
    tail = _ALTERNATIVE_SEPARATOR_RE.split(re.split(r"[>＞]|[:：]", text)[-1])[-1]
    return _split_place_names(tail)


def _split_place_names(text: str) -> tuple[str, ...]:
    text = _OPEN_LIST_END_RE.sub("", text.strip(" 。，,；;、"))
    names = (name.strip(' 。“”"') for name in re.split(rf"[、，,]|以及|或者|(?<=[{HAN}]{{3}})和(?=[{HAN}]{{3}})", text))
    return tuple(name for name in names if name)


def find_labelled_places(text: str, printed: PrintedPaths) -> list[PublicationPlace]:
    """Return the places after labels such as 公开路径：."""
    closes = _match_brackets(text)
    places: list[PublicationPlace] = []
    upto = 0
    for label in PATH_LABEL_PATTERN.finditer(text):
        if label.start() < upto:
            continue
        place, upto = _read_labelled_place(text, label, printed, closes)
        if place:
            places.append(place)
    return places


def _match_brackets(text: str) -> dict[int, int]:
    """Return {position of an opening bracket: position of its closing one}."""
    closes: dict[int, int] = {}
    waiting: list[int] = []
    for place, char in enumerate(text):
        if char in _OPENING_BRACKETS:
            waiting.append(place)
        elif char in _CLOSING_BRACKETS and waiting:
            closes[waiting.pop()] = place
    return closes


def _read_labelled_place(
    text: str, label: re.Match[str], printed: PrintedPaths, closes: dict[int, int]
) -> tuple[PublicationPlace | None, int]:
    """Return (place that a label such as 公开路径： introduces or None, position after it)."""
    start = label.start()
    while start > 0 and text[start - 1] in " \u3000":
        start -= 1
    bracketed = start > 0 and text[start - 1] in _OPENING_BRACKETS
    closing = closes.get(start - 1) if bracketed else None
    end = min(
        closing if closing is not None else _find_label_end(text, label.end()), label.end() + MAX_PLACE_LIST_CHARACTERS
    )
    paths, channels = read_place_list(text[label.end() : end], printed)
    place = PublicationPlace(start - bracketed, min(end + 1, len(text)), paths, channels, behind=closing is None)
    return (place if paths or channels else None), end


_ORDER_CLAUSE_RE = re.compile(
    r"[，,；;]\s*(?![^，,；;。\n]*(?:>|＞))(?=[^，,；;。\n]*(?:\d月|及时|定期|每[年月季周]|[日月]前|底前|动态|完成|报送|更新|做好|实行))"
)


def _find_label_end(text: str, start: int) -> int:
    """Return where the text of a label ends: its line, sentence, or before an order."""
    ends = [place for mark in "\n。" if (place := text.find(mark, start)) >= 0]
    end = min(ends, default=len(text))
    order = _ORDER_CLAUSE_RE.search(text, start, end)
    return order.start() if order else end


_CHECKBOX = re.compile(r"[■☑√✓✔☒□☐]")


def remove_unticked(text: str) -> str:
    """Return a text without unticked boxes and their words (□公告栏)."""
    return re.sub(r"[□☐]\s*[^■☑√✓✔☒□☐，,。；;\n]*", "", text)


def is_box_list(text: str) -> bool:
    """Return true for a cell that lists names after boxes (■政府网站 □公告栏)."""
    return len(re.findall(rf"{_CHECKBOX.pattern}\s*[^\W\d_]", text)) > 1


def _list_ticked(text: str) -> str:
    """Return the names of ticked boxes joined by 、, or the text if it has no boxes."""
    if not _CHECKBOX.match(text.strip()):
        return text
    boxes = re.findall(r"([■☑√✓✔☒□☐])\s*([^■☑√✓✔☒□☐]*)", text)
    return "、".join(name.strip(" 、，,；;\n") for box, name in boxes if box not in "□☐" and name.strip())


def read_place_list(text: str, printed: PrintedPaths) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Return the (paths, channels) of a list of places such as `1．政府网站>…>A/B，2．其他渠道`."""
    paths: list[Path] = []
    channels: list[str] = []
    text = _list_ticked(ABBREVIATION_PATTERN.sub("", text))
    for part in _ALTERNATIVE_SEPARATOR_RE.split(text):
        for piece in map(_normalise_separators, _split_lines(part)):
            if PATH_SEPARATOR_PATTERN.search(piece):
                _add_paths(piece, paths, channels, printed)
            else:
                _add_channels(piece, channels, printed)
    return tuple(paths), tuple(channels)


_DASHED_PATH_RE = re.compile(rf"网站?(?:首页)?\s*[—–－-]{{1,2}}\s*[{HAN}“]")


#: 市政府门户网站“义务教育”专栏, “政策解读”栏目.
_NAMED_COLUMN_RE = re.compile(
    rf"(?:在|于)?(?P<site>[{HAN}（）]{{0,20}}(?:网站|官网|门户|平台))?(?:首页)?的?[“\"](?P<name>[^”\"“]{{2,30}})[”\"](?:子栏目|专栏|栏目|专题|板块|版块|专区|页面)"
)


#: Words for channels other than a column of the website.
OTHER_CHANNEL_PATTERN = re.compile(
    r"网站|官网|门户|公众号|微信|微博|新媒体|客户端|APP|公[示告]栏|宣传栏|报$|公报|电视|广播|电台|平台|渠道|大厅|现场|中心|LED|显示屏"
)


def convert_to_columns(cell: str) -> str:
    """Return a cell under 公开栏目 with each bare name as a website column.

    >>> convert_to_columns("政府领导、财政预算")
    '政府网站>政府领导；政府网站>财政预算'
    >>> convert_to_columns("政府公报")
    '政府公报'
    """
    if PATH_SEPARATOR_PATTERN.search(cell) or _DASHED_PATH_RE.search(cell):
        return cell
    names = [name.strip(' 。“”"') for name in re.split(r"[、，,；;\n]", cell)]
    return "；".join(name if OTHER_CHANNEL_PATTERN.search(name) else f"政府网站>{name}" for name in names if name)


def _normalise_separators(piece: str) -> str:
    """Return a path with > between its levels."""
    if match := _NAMED_COLUMN_RE.fullmatch(piece):
        return f"{match['site'] or '政府网站'}>{match['name']}"
    return re.sub(r"\s*[—–－-]{1,2}\s*", ">", piece) if _DASHED_PATH_RE.search(piece) else piece


def _split_lines(part: str) -> list[str]:
    return [line.strip(" 。，,；;、") for line in part.splitlines() if line.strip(" 。，,；;、")]


def _add_paths(piece: str, paths: list[Path], channels: list[str], printed: PrintedPaths) -> None:
    """Add the paths of a piece; its parts without levels are channels."""
    for path_text in _split_paths(piece):
        levels = [normalise_level(level) for level in PATH_SEPARATOR_PATTERN.split(path_text)]
        levels = [level for level in levels if level]
        if len(levels) < 2:
            _add_channels(path_text, channels, printed)
            continue
        for last_level in split_siblings(levels[-1]):
            path = (*levels[:-1], last_level)
            if path not in paths:
                paths.append(path)


def _split_paths(piece: str) -> list[str]:
    """Return the paths and channels of a list, each as text."""
    return re.split(
        r"[，,]|\s+(?=其[他它]渠道|政务新媒体|新媒体|政府网站|新闻媒体|公示栏|政府公报)|(?<=[^“”])、(?=政府网站|政务新媒体|其他|新闻媒体)|和(?=政府网站)",
        piece,
    )


def split_siblings(last: str) -> list[str]:
    """Return the columns of a path's last level, which may be several (`A/B`)."""
    names, depth, start = [], 0, 0
    for place, char in enumerate(last):
        if char in _OPENING_BRACKETS + "“":
            depth += 1
        elif char in _CLOSING_BRACKETS + "”":
            depth -= 1
        elif char in "/／" and depth == 0:
            names.append(last[start:place])
            start = place + 1
    names.append(last[start:])
    return [name.strip() for name in names if name.strip()]


def normalise_level(level: str) -> str:
    """Return a level of a path without spaces, end marks and quotes."""
    level = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", level.strip(" 。，,；;、"))
    if level.startswith("“") and level.endswith("”") and level.count("“") == 1:
        level = level[1:-1]
    return level.lstrip("：:")


def _add_channels(piece: str, channels: list[str], printed: PrintedPaths) -> None:
    """Add the channels that a piece names; a name such as 其他渠道 becomes the channels that the notice means by it."""
    for name in _split_place_names(piece):
        for text in printed.other.get(normalise_level(name), (normalise_level(name),)):
            if text and text not in channels and len(text) <= 30:
                channels.append(text)
