"""Where the notice wants things published: columns of the website, and other channels.

A path is printed as `政府网站>政府信息公开>…`; a bracket （公开路径：1．…，2．其他渠道） holds alternatives. What
其他渠道 stands for is said once in a notice and meant everywhere.
"""

import re
from dataclasses import dataclass, field

Path = tuple[str, ...]

_OPEN = "（(〔[【"
_CLOSE = "）)〕]】"
LABEL = re.compile(
    r"(?:信息)?(?:公开|发布|公布|展示)(?:路径|渠道|栏目|位置|平台|载体)(?:为|是|及渠道)?\s*[:：]\s*"
)
_LEVEL = re.compile(r"\s*(?:-{1,2}>|—+>|>|＞|›|»|→|➔|⟶)\s*")
_ALTERNATIVE = re.compile(
    r"[；;]\s*|[，,、]?\s*(?<![\d.])(?:\d{1,2}[．.、](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])\s*"
)
_SHORT_FOR = re.compile(
    r"[（(〔](?:以下(?:统称|简称|通称)|下同|统称|简称)[:：]?[“\"]?(?P<name>[^）)〕”\"，]{2,12})[”\"]?[^）)〕]{0,10}[）)〕]"
)
_OTHER_SUITABLE = re.compile(r"等(?:其他|其它)?[^、，；]{0,12}(?:渠道|方式|途径|平台|媒体|载体|形式)?$")
_SITE = re.compile(r"(?:政府|门户|部门|单位|机关|委|局)[^，。；>]{0,6}网站|网站首页|官网|政府网")
MAX_GROUP = 1_500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text names places: span of the words, website paths, other channels, and whether parents were inferred."""

    start: int
    end: int
    paths: tuple[Path, ...] = ()
    channels: tuple[str, ...] = ()
    inferred: bool = False


@dataclass(slots=True)
class Printed:
    """What the whole notice prints about places: what 其他渠道 means, and every path."""

    other: dict[str, tuple[str, ...]] = field(default_factory=dict)
    paths: list[Path] = field(default_factory=list)


def survey(texts: list[str]) -> Printed:
    """Read all texts of a notice once for what they define and which paths they print."""
    printed = Printed()
    for text in texts:
        for match in _SHORT_FOR.finditer(text):
            name = match["name"]
            if any(word in name for word in ("渠道", "方式", "平台", "途径", "载体")):
                names = _names_before(text[max(0, match.start() - 160) : match.start()])
                if len(names) > 1:
                    printed.other.setdefault(name, names)
    for text in texts:
        for place in find_places(text, printed):
            printed.paths.extend(
                path for path in place.paths if path not in printed.paths and not place.inferred
            )
    return printed


def _names_before(text: str) -> tuple[str, ...]:
    """The list in front of （以下简称其他渠道）."""
    tail = _ALTERNATIVE.split(re.split(r"[>＞]|[:：]", text)[-1])[-1]
    return _split_names(tail)


def _split_names(text: str) -> tuple[str, ...]:
    text = _OTHER_SUITABLE.sub("", text.strip(" 。，,；;、"))
    names = (
        name.strip(' 。“”"')
        for name in re.split(r"[、，,]|以及|或者|(?<=[\u4e00-\u9fff]{3})和(?=[\u4e00-\u9fff]{3})", text)
    )
    return tuple(name for name in names if name)


def find_places(text: str, printed: Printed) -> list[Place]:
    """Return the places a text names, in order."""
    closes = _closes(text)
    places: list[Place] = []
    claimed = bytearray(len(text))
    for place in (*_all_labelled(text, printed, closes), *_quoted(text, printed), *_bare(text), *_ways(text)):
        if not any(claimed[place.start : place.end]):
            places.append(place)
            claimed[place.start : place.end] = b"\x01" * (place.end - place.start)
    return sorted(places, key=lambda place: place.start)


def _all_labelled(text: str, printed: Printed, closes: dict[int, int]) -> list[Place]:
    """Labels one behind the other; what another label's group holds is not read again."""
    out: list[Place] = []
    upto = 0
    for label in LABEL.finditer(text):
        if label.start() < upto:
            continue
        place, upto = _labelled(text, label, printed, closes)
        if place:
            out.append(place)
    return out


def _closes(text: str) -> dict[int, int]:
    """Where each opening bracket is closed; one that never is, is left out."""
    closes: dict[int, int] = {}
    waiting: list[int] = []
    for place, char in enumerate(text):
        if char in _OPEN:
            waiting.append(place)
        elif char in _CLOSE and waiting:
            closes[waiting.pop()] = place
    return closes


def _labelled(
    text: str, label: re.Match[str], printed: Printed, closes: dict[int, int]
) -> tuple[Place | None, int]:
    """Read `公开路径：…` up to the bracket it stands in, or to the end of its line; return how far was read too."""
    start = label.start()
    while start > 0 and text[start - 1] in " \u3000":
        start -= 1
    bracketed = start > 0 and text[start - 1] in _OPEN
    closing = closes.get(start - 1) if bracketed else None
    end = min(closing if closing is not None else _line_end(text, label.end()), label.end() + MAX_GROUP)
    paths, channels = read_group(text[label.end() : end], printed)
    place = Place(start - bracketed, min(end + 1, len(text)), paths, channels)
    return (place if paths or channels else None), end


def _line_end(text: str, start: int) -> int:
    ends = [place for mark in "\n。" if (place := text.find(mark, start)) >= 0]
    return min(ends, default=len(text))


def read_group(text: str, printed: Printed) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Read alternatives: `1．政府网站>…>A/B，2．其他渠道` → (paths, channels)."""
    paths: list[Path] = []
    channels: list[str] = []
    text = _SHORT_FOR.sub("", text)
    for part in _ALTERNATIVE.split(text):
        for piece in _lines(part):
            if _LEVEL.search(piece):
                _add_paths(piece, paths, channels, printed)
            else:
                _add_channels(piece, channels, printed)
    return tuple(paths), tuple(channels)


def _lines(part: str) -> list[str]:
    return [line.strip(" 。，,；;、") for line in part.splitlines() if line.strip(" 。，,；;、")]


def _add_paths(piece: str, paths: list[Path], channels: list[str], printed: Printed) -> None:
    """A piece may go on after its path: `…>专项规划、政务新媒体`, `…>A，政府网站>…>B`."""
    for part in _split_paths(piece):
        levels = [_squeeze(level) for level in _LEVEL.split(part)]
        levels = [level for level in levels if level]
        if len(levels) < 2:
            _add_channels(part, channels, printed)
            continue
        for last in _siblings(levels[-1]):
            path = (*levels[:-1], last)
            if path not in paths:
                paths.append(path)


def _split_paths(piece: str) -> list[str]:
    """Cut at commas where what follows is a path or channel of its own."""
    out: list[str] = []
    for part in re.split(r"[，,]|(?<=[^“”])、(?=政府网站|政务新媒体|其他|新闻媒体)|和(?=政府网站)", piece):
        out.append(part)
    return out


def _siblings(last: str) -> list[str]:
    """`A/B` as the last level are two columns; a slash inside a bracket or quote is part of the name."""
    names, depth, start = [], 0, 0
    for place, char in enumerate(last):
        if char in _OPEN + "“":
            depth += 1
        elif char in _CLOSE + "”":
            depth -= 1
        elif char in "/／" and depth == 0:
            names.append(last[start:place])
            start = place + 1
    names.append(last[start:])
    return [name.strip() for name in names if name.strip()]


def _squeeze(level: str) -> str:
    """A level without the spaces that a line break or a PDF left between Chinese characters."""
    level = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", level.strip(" 。，,；;、"))
    if level.startswith("“") and level.endswith("”") and level.count("“") == 1:
        level = level[1:-1]
    return level.lstrip("：:")


def _add_channels(piece: str, channels: list[str], printed: Printed) -> None:
    for name in _split_names(piece):
        for one in printed.other.get(_squeeze(name), (_squeeze(name),)):
            if one and one not in channels and len(one) <= 30:
                channels.append(one)


# --- places in running text -----------------------------------------------------------------------------------------

_QUOTED = re.compile(
    r"(?:在|于)?(?P<site>[^，。；：“”\n]{0,20}?)“(?P<path>[^“”\n]{1,80}(?:>|＞)[^\n”]{1,60})”(?P<after>[^。；\n]{0,60})"
)
_MAKE = re.compile(
    r"(?:设置|开设|设立|增设|新增|开通|建立|新设)(?P<names>(?:“[^”\n]{1,20}”、?){1,6})(?:等)?(?:\d个|[一二三两]个)?(?P<sub>子?栏目|专栏|专题|板块)"
)
_LISTED = re.compile(
    r"(?:设置|开设|设立|增设)“(?P<names>[^”\n]{1,40})”(?:等)?(?:\d|[一二三四五六])个(?P<sub>子栏目|栏目)"
)
_COLUMN = re.compile(r"“(?P<name>[^”\n>]{2,20})”(?:等)?(?:专栏|栏目|专题)")
_BARE_PATH = re.compile(
    r"(?P<path>[^，。；：、（(“\n>＞]{2,20}(?:\s?[>＞]\s?[^，。；、）)”\n>＞]{2,30}){1,8})"
)
ROOT = "政府网站"


def _quoted(text: str, printed: Printed) -> list[Place]:
    """`在政府网站“政务公开>政府信息公开目录”中设置“X”栏目` and plain `“X”栏目`."""
    out: list[Place] = []
    for match in _QUOTED.finditer(text):
        base = _rooted(tuple(_squeeze(one) for one in _LEVEL.split(match["path"])))
        made, children = _made(match["after"])
        paths = [base] if children or not made else []
        paths += [(*base, *((name,) if name != base[-1] else ())) for name in made]
        out.append(
            Place(
                match.start("path") - 1,
                match.end("path") + 1 + (match["after"].find("栏目") + 2 if made else 0),
                tuple(paths),
            )
        )
    ends = [(one.start, one.end) for one in out]
    for match in _COLUMN.finditer(text):
        if any(start <= match.start() < end for start, end in ends):
            continue
        if place := _inferred(text, match, printed):
            out.append(place)
    return out


def _rooted(path: Path) -> Path:
    return path if _SITE.search(path[0]) or path[0] == ROOT else (ROOT, *path)


def _made(after: str) -> tuple[list[str], bool]:
    """Names of columns to be made, and whether they are children of the column named."""
    if match := _LISTED.search(after):
        return [name for name in re.split(r"[、，]", match["names"]) if name], "子" in match["sub"]
    if match := _MAKE.search(after):
        names = re.findall(r"“([^”]+)”", match["names"])
        together = "".join(f"“{name}”" for name in names)
        joined = [together] if len(names) > 1 and "、" not in match["names"] else names
        return joined, "子" in match["sub"]
    return [], False


def _inferred(text: str, match: re.Match[str], printed: Printed) -> Place | None:
    """A column named without its parents: the path printed elsewhere that ends in it, else right under the site."""
    before = text[max(0, match.start() - 40) : match.start()]
    before = re.split(r"[，。；\n]", before)[-1]
    if re.search(r"链接(?!到).{0,20}网站$", before):
        return None  # a column of somebody else's site that is only linked
    if not (
        _SITE.search(before) or re.search(r"(设置|开设|新增|完善|增设|设立|放至|归集至|链接到)$", before)
    ):
        return None
    name = match["name"]
    known = sorted((path for path in printed.paths if path[-1] == name), key=_directness)
    path = known[0] if known else _under(name, printed)
    return Place(match.start(), match.end(), (path,), inferred=True)


def _under(name: str, printed: Printed) -> Path:
    """`其他X` belongs under a printed X; any other name right under the site."""
    for path in printed.paths:
        for length, level in enumerate(path, 1):
            if name == f"其他{level}":
                return (*path[:length], name)
    return (ROOT, name)


def _directness(path: Path) -> tuple[bool, int]:
    """Columns right under a directory come before those of a topic."""
    return (path[-2] not in ("政府信息公开目录", "法定主动公开内容", "政府信息公开"), len(path))


def _bare(text: str) -> list[Place]:
    """A path in running text, without bracket or quote."""
    out = []
    for match in _BARE_PATH.finditer(text):
        levels = [_squeeze(one) for one in _LEVEL.split(match["path"])]
        levels[0] = re.sub(r"^.*?(?=政府网站|门户网站|网站)", "", levels[0])
        if _SITE.search(levels[0]) or "网站" in levels[0]:
            out.append(
                Place(match.start(), match.end(), tuple((*levels[:-1], x) for x in _siblings(levels[-1])))
            )
    return out


_KNOWN = (
    "政府网站|门户网站|政务新媒体|新媒体|报刊|报纸|广播|电视|新闻媒体|新闻发布会|政府公报|公报|宣传栏|公示栏|公告栏|手机短信|短信|"
    "微信公众号|微信|微博|客户端|政府信息公开专区|政务公开专区|村（居）务公开栏|公开栏|电子屏|信息公告栏"
)
_WAYS = re.compile(r"(?:通过|利用|借助|采取)(?P<list>[^，。；\n]{4,80}(?:途径|渠道|平台|方式|媒体|形式))")
_ONE_WAY = re.compile(_KNOWN)


def _ways(text: str) -> list[Place]:
    """`通过政府网站、政务新媒体以及报刊、广播、电视等……途径`: two or more channels, as printed."""
    out = []
    for match in _WAYS.finditer(text):
        names = tuple(dict.fromkeys(_ONE_WAY.findall(match["list"])))
        if len(names) > 1:
            out.append(Place(match.start(), match.end(), (), names))
    return out
