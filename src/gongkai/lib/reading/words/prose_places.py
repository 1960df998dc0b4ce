"""Find publication places in running text: quoted paths, new columns, lists of channels."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.places import (
    PATH_SEPARATOR_PATTERN,
    SITE_PATTERN,
    Path,
    PrintedPaths,
    PublicationPlace,
    normalise_level,
    split_siblings,
)

# --- places in running text -----------------------------------------------------------------------------------------

_QUOTED_PATH_RE = re.compile(
    r"(?:在|于)?(?P<site>[^，。；：“”\n]{0,20}?)“(?P<path>[^“”\n]{1,80}(?:>|＞)[^\n”]{1,60})”(?P<after>[^。；\n]{0,60})"
)
_NEW_COLUMNS_RE = re.compile(
    r"(?:设置|开设|设立|增设|新增|开通|建立|新设)(?P<names>(?:“[^”\n]{1,20}”、?){1,6})(?:等)?(?:\d个|[一二三两]个)?(?P<sub>子?栏目|专栏|专题|板块)"
)
_LISTED_NEW_COLUMNS_RE = re.compile(
    r"(?:设置|开设|设立|增设)“(?P<names>[^”\n]{1,40})”(?:等)?(?:\d|[一二三四五六])个(?P<sub>子栏目|栏目)"
)
_QUOTED_COLUMN_RE = re.compile(r"“(?P<name>[^”\n>]{2,20})”(?:等)?(?:专栏|栏目|专题)")
_UNQUOTED_PATH_RE = re.compile(r"(?P<path>[^，。；：、（(“\n>＞]{2,20}(?:\s?[>＞]\s?[^，。；、）)”\n>＞]{2,30}){1,8})")
_SITE_NAME_RE = re.compile(r"^.*?(?=(?:(?<![省市区县州旗、])[省市区县州旗])?(?:人民)?政府(?:门户)?网站|门户网站|网站)")
_COLUMN_WORD_RE = re.compile(rf"(?:栏目|专栏|专题|板块)(?=[{HAN}]{{2}})(?:下|中|内|里)?")
_SENTENCE_CONTINUATION_RE = re.compile(
    rf"(?:公开|发布|展示|集中|归集|更新|设置|统一|公布|公示|上传)(?!目录|指南|年报|制度|规定|平台|内容|专栏|信息|事项)[{HAN}]{{2,}}"
)
#: First level of the path of a column of the government's website.
SITE_ROOT = "政府网站"


def find_quoted_places(text: str, printed: PrintedPaths) -> list[PublicationPlace]:
    """Return quoted paths and columns: 在政府网站“…”中设置“X”栏目."""
    places: list[PublicationPlace] = []
    for match in _QUOTED_PATH_RE.finditer(text):
        base = _add_root(tuple(normalise_level(part) for part in PATH_SEPARATOR_PATTERN.split(match["path"])))
        new_columns, children = _read_new_columns(match["after"])
        paths = [base] if children or not new_columns else []
        paths += [(*base, *((name,) if name != base[-1] else ())) for name in new_columns]
        places.append(
            PublicationPlace(
                match.start("path") - 1,
                match.end("path") + 1 + (match["after"].find("栏目") + 2 if new_columns else 0),
                tuple(paths),
            )
        )
    ends = [(one.start, one.end) for one in places]
    for match in _QUOTED_COLUMN_RE.finditer(text):
        if any(start <= match.start() < end for start, end in ends):
            continue
        if place := _infer_place(text, match, printed):
            places.append(place)
    return places


def _add_root(path: Path) -> Path:
    return path if SITE_PATTERN.search(path[0]) or path[0] == SITE_ROOT else (SITE_ROOT, *path)


def _read_new_columns(after: str) -> tuple[list[str], bool]:
    """Return (names of the columns to be set up, whether they are below another)."""
    if match := _LISTED_NEW_COLUMNS_RE.search(after):
        return [name for name in re.split(r"[、，]", match["names"]) if name], "子" in match["sub"]
    if match := _NEW_COLUMNS_RE.search(after):
        names = re.findall(r"“([^”]+)”", match["names"])
        together = "".join(f"“{name}”" for name in names)
        joined = [together] if len(names) > 1 and "、" not in match["names"] else names
        return joined, "子" in match["sub"]
    return [], False


def _infer_place(text: str, match: re.Match[str], printed: PrintedPaths) -> PublicationPlace | None:
    """Return the place of a quoted column without its path, or None."""
    clause_before = text[max(0, match.start() - 40) : match.start()]
    clause_before = re.split(r"[，。；\n]", clause_before)[-1]
    if re.search(r"链接(?!到).{0,20}网站$", clause_before):
        return None  # a column of somebody else's site that is only linked
    if not (
        SITE_PATTERN.search(clause_before)
        or re.search(r"(设置|开设|新增|完善|增设|设立|放至|归集至|链接到)$", clause_before)
    ):
        return None
    name = match["name"]
    printed_paths = [path for path in printed.paths if path[-1] == name]
    usual_parents = ("政府信息公开目录", "法定主动公开内容", "政府信息公开")  # other parents say more
    path = min(
        printed_paths, key=lambda path: (path[-2] not in usual_parents, len(path)), default=_infer_parent(name, printed)
    )
    return PublicationPlace(match.start(), match.end(), (path,), inferred=True)


def _infer_parent(name: str, printed: PrintedPaths) -> Path:
    """Return the path of a column 其他…, below the level of that name, else below the site."""
    for path in printed.paths:
        for length, level in enumerate(path, 1):
            if name == f"其他{level}":
                return (*path[:length], name)
    return (SITE_ROOT, name)


def find_bare_paths(text: str) -> list[PublicationPlace]:
    """Return paths in running text without brackets or quotes."""
    places = []
    for match in _UNQUOTED_PATH_RE.finditer(text):
        levels = [normalise_level(part) for part in PATH_SEPARATOR_PATTERN.split(match["path"])]
        levels[0] = _SITE_NAME_RE.sub("", levels[0])
        levels[-1] = _COLUMN_WORD_RE.split(levels[-1])[0]
        if SITE_PATTERN.search(levels[0]) or "网站" in levels[0]:
            runs_on = bool(_SENTENCE_CONTINUATION_RE.search(levels[-1]))
            paths = tuple((*levels[:-1], x) for x in split_siblings(levels[-1]))
            places.append(PublicationPlace(match.start(), match.end(), paths, runs_on=runs_on))
    return places


_KNOWN_CHANNELS = (
    "政府网站|门户网站|政务新媒体|新媒体|报刊|报纸|广播|电视|新闻媒体|新闻发布会|政府公报|公报|宣传栏|公示栏|公告栏|手机短信|短信|"
    "微信公众号|微信|微博|客户端|政府信息公开专区|政务公开专区|村（居）务公开栏|公开栏|电子屏|信息公告栏"
)
_CHANNEL_LIST_RE = re.compile(r"(?:通过|利用|借助|采取)(?P<list>[^，。；\n]{4,80}(?:途径|渠道|平台|方式|媒体|形式))")
_KNOWN_CHANNEL_RE = re.compile(_KNOWN_CHANNELS)


def _list_channel_names(text: str) -> list[str]:
    """Return the names of channels in a list."""
    out: list[str] = []
    for item in re.split(r"、|以及|及|和|或者|或|与|等", text):
        channels = _KNOWN_CHANNEL_RE.findall(item)
        if len(channels) == 1 and len(item) <= 16 and (item.endswith(channels[0]) or channels[0] in ("微信", "短信")):
            out.append(item.strip())
        else:
            out.extend(channels)
    return out


def find_channel_lists(text: str) -> list[PublicationPlace]:
    """Return lists of two or more channels (通过政府网站、政务新媒体等途径)."""
    places = []
    for match in _CHANNEL_LIST_RE.finditer(text):
        names = tuple(dict.fromkeys(_list_channel_names(match["list"])))
        if len(names) > 1:
            places.append(PublicationPlace(match.start(), match.end(), (), names))
    return places
