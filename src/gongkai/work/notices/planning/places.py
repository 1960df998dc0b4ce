"""Where a row is to be published, as clerks type it: columns of channels with ticks, paths with dashes, slashes and 》. Pure.

Reading takes apart what the genre prints (>). What it left in one piece is taken apart here; where the site has a column already, the reading
that fits it wins, and what is left is asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gongkai.content.editions.column_names import SEPARATOR, normal
from gongkai.content.publishing.channel_names import channels_named
from gongkai.content.publishing.models.disclosure import DisclosureChannel
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables.head_parts import says_helps
from gongkai.lib.reading.tables.heads import PATH_HEAD
from gongkai.lib.reading.words.places import LEVEL, SITE, Printed, read_group
from gongkai.lib.reading.words.prose_places import ROOT
from gongkai.work.notices.planning.channel_lists import (
    is_list,
    is_manner,
    is_unknown,
    names_in,
    tidied,
    unknown_names,
)
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure, flag_of
from gongkai.work.notices.planning.marked_channels import ChannelColumns, is_mark, marked_in, without_codes
from gongkai.work.notices.planning.named_places import (
    COLUMN_NAME,
    REMARKS_HEAD,
    WAYS_HEAD,
    channels_in,
    columns_in,
)
from gongkai.work.notices.planning.path_levels import (
    PIECES,
    levels_of,
    marked_units,
    unused_cells,
    unused_chains,
)

Path = tuple[str, ...]
_SLASH = re.compile(r"[/／]")
#: 专栏及公示栏: two places.
_JOINED = re.compile(r"(?<=[栏目台体报会区刊站])(?:以及|及|和|与)(?=.{2})")


@dataclass(frozen=True)
class Known:
    """The columns that a site has, by the ends of their chains of names; a name alone stands for a column that no other one is called."""

    ends: frozenset[str] = frozenset()

    @classmethod
    def of(cls, keys: Iterable[str]) -> "Known":
        """Return what is known of the keys of a site's columns."""
        chains = [key.split(SEPARATOR) for key in keys]
        last = Counter(chain[-1] for chain in chains)
        first = {chain[0] for chain in chains if len(chain) == 1}
        ends = (SEPARATOR.join(chain[n:]) for chain in chains for n in range(len(chain)))
        return cls(frozenset(end for end in ends if SEPARATOR in end or last[end] == 1 or end in first))

    def has(self, path: Path) -> bool:
        """Whether the site has a column at the end of such a path."""
        names = [normal(name) for name in (path[1:] if path and SITE.search(path[0]) else path)]
        chain = any(
            SEPARATOR in name for name in names
        )  # 政务公开＞养老服务 in one piece: two levels, no column
        return bool(names) and not chain and SEPARATOR.join(names) in self.ends


@dataclass
class _Found:
    """What a row's duty says of places, taken apart."""

    paths: list[Path]
    channels: list[str]
    doubts: list[str]

    def take(self, paths: Iterable[Path]) -> None:
        """Add paths, each once."""
        self.paths += [path for path in dict.fromkeys(paths) if path not in self.paths]


def with_places(draft: DraftMeasure, known: Known, columns: ChannelColumns) -> DraftMeasure:
    """Return a row with the channels that are marked in it, and its paths taken apart; what is not sure or was not used is doubted."""
    draft = _columns_for_channels(without_codes(draft, columns))
    names, asked = marked_in(draft, columns)
    marked = {*columns.ticked, *columns.codes, *columns.unread}
    cells = [
        str(text)
        for head, text in draft.extras.items()
        if PATH_HEAD.search(head) and text and head not in marked
    ]
    doubts = [*_channels_for_columns(draft), *asked]
    duties: list[DraftDuty] = []
    for place, duty in enumerate(draft.duties):
        found = _duty(duty if place else _with_beside(duty, draft), cells, known)
        channels = [*found.channels, *(name for name in names if name not in found.channels)]
        levels = {level for path in found.paths for level in path[1:]}
        made_here = replace(
            duty,
            paths=tuple(map(_closed, found.paths)),
            channels=tuple(name for name in channels if name not in levels or not is_unknown(name)),
        )
        doubts += [words for words in found.doubts if words not in doubts]
        duties = _with_place_above(duties, made_here)
    doubts += unknown_names(dict.fromkeys(name for duty in duties for name in duty.channels))
    doubts += unused_cells(cells, duties)
    doubts += unused_chains(draft, [path for duty in duties for path in duty.paths])
    flags = [flag for flag in draft.flags if not _answered(flag, draft, columns.ticked)]
    made = [flag_of({"field": "duties", "message": words}) | {"alone": "新建" in words} for words in doubts]
    made += [flag_of({"field": "responsible", "message": words}) for words in marked_units(draft)]
    return replace(draft, duties=tuple(duties), flags=(*flags, *made))


#: （以上两项公开路径：…） behind the points of a row.
_PLACE_ABOVE = re.compile(
    r"^[\s（(〔\[]*(?:以上|上述)(?:各|[两二三四五六七八九十\d]+)?[项条点](?:$|[^，。；:：]{0,6}(?:路径|渠道|位置|栏目|方式|平台)\s*[:：])"
)


def _with_place_above(duties: list[DraftDuty], duty: DraftDuty) -> list[DraftDuty]:
    """Return a row's duties with a further one; what only says where those above it are published is theirs."""
    if not duties or not _PLACE_ABOVE.match(duty.text) or not (duty.paths or duty.channels):
        return [*duties, duty]
    return [
        above if above.paths or above.channels else replace(above, paths=duty.paths, channels=duty.channels)
        for above in duties
    ]


def _closed(path: Path) -> Path:
    """Drop a bracket that closes behind the last level and was opened before the first."""
    last = path[-1]
    open_ = any(sign in last for sign in "（(〔[")
    return path if open_ else (*path[:-1], last.rstrip("）)〕]"))


def _with_beside(duty: DraftDuty, draft: DraftMeasure) -> DraftDuty:
    """Return a row's first duty with the places that the row's other columns name: 公开方式, and what 备注 says in words."""
    words = [duty.text]
    for head, text in draft.beside.items():
        if WAYS_HEAD.search(head) and not PATH_HEAD.search(head) and not is_mark(str(text)):
            for piece in PIECES.split(str(text)):
                paths, names = (
                    read_group(piece, Printed()) if LEVEL.search(piece) else ((), (piece.strip(" 。"),))
                )
                more = [name for name in names if name and name not in duty.channels and not is_manner(name)]
                duty = replace(duty, paths=(*duty.paths, *paths), channels=(*duty.channels, *more))
        elif REMARKS_HEAD.search(head):
            if is_list(str(text)):
                more = [name for name in names_in(str(text)) if name not in duty.channels]
                duty = replace(duty, channels=(*duty.channels, *more))
            words.append(str(text))
    return replace(duty, text="。".join(words))


def _columns_for_channels(draft: DraftMeasure) -> DraftMeasure:
    """Return a row in which what a column of columns (公开栏目) names is a column of the site, where it is no name of a channel."""
    cells = [str(text) for head, text in draft.extras.items() if "栏目" in head and "渠道" not in head]
    words = {piece.strip(" 。") for cell in cells for piece in PIECES.split(cell)}

    def moved(duty: DraftDuty) -> DraftDuty:
        names = [
            name
            for name in duty.channels
            if name in words and channels_named(name) == {DisclosureChannel.OTHER}
        ]
        paths = (*duty.paths, *((ROOT, name) for name in names))
        return replace(duty, paths=paths, channels=tuple(name for name in duty.channels if name not in names))

    return replace(draft, duties=tuple(moved(duty) for duty in draft.duties)) if cells else draft


def _channels_for_columns(draft: DraftMeasure) -> Iterator[str]:
    """Yield a doubt for each channel that a cell of a column of columns (公开栏目) names: the site may have a column of that name."""
    channels = dict.fromkeys(name for duty in draft.duties for name in duty.channels)
    for head, text in draft.extras.items():
        for name in channels if "栏目" in head and "渠道" not in head else ():
            if name in str(text):
                yield f"“{head}”栏写的“{name}”按公开渠道读取，指网站上栏目的请补充公开路径，或者标为无误"


def _answered(flag: Mapping[str, object], draft: DraftMeasure, ticked: Mapping[str, str]) -> bool:
    """Whether a doubt of reading is answered by what was taken apart here: an unknown head of ticks, a column with a sign in its name."""
    words = str(flag.get("message") or "")
    if any(words.startswith(f"表头“{head}”不认识") for head in ticked):
        return True
    named = re.match(r"栏目“([^”]+)”的上级栏目没有印出", words)
    return bool(named and len(levels_of(named[1])) > 1)


def _without_colon(path: Path) -> Path:
    """门户网站：重大项目 > 批准结果: the site is a level of its own."""
    match = _BEHIND_SITE.fullmatch(path[0]) if path else None
    return (match["site"], _name_behind(match), *path[1:]) if match else path


def _no_site(path: Path) -> str:
    """Return the channel that a chain of names is: 供热企业营业厅 > 公示栏 is a board in a hall, no column of a site."""
    last = path[-1] if len(path) > 1 else ""
    elsewhere = channels_named(last) - {DisclosureChannel.OTHER} if last else frozenset()
    place = re.search(r"[厅馆站所村校院区中心口]$", path[0]) and not SITE.search(path[0]) if path else None
    return "".join(path) if elsewhere and place and "目" not in last else ""


def _is_channel(path: Path, cells: Iterable[str]) -> bool:
    """Whether a name that a cell lists without 栏目 behind it, and that was taken for a column, is one that channels have (村务公开栏)."""
    name = path[1] if len(path) == 2 and path[0] == ROOT else ""
    meant = (
        channels_named(name) - {DisclosureChannel.OTHER, DisclosureChannel.GAZETTE} if name else frozenset()
    )
    listed = any(name == piece.strip(' 。“”"') for cell in cells for piece in PIECES.split(cell))
    return bool(meant) and listed and not re.search(r"目$|专[栏题]$", name)


#: 门户网站：惠农政策, 网站·政策解读, 门户网站首页“消费惠民”: a column behind the site's name.
_BEHIND_SITE = re.compile(
    rf"(?P<site>[{HAN}]{{0,8}}(?:网站|门户|官网|政府网))(?:首页)?(?:\s*[:：·]\s*(?P<name>(?!.*(?:网址|www))[^，。；、]{{2,40}})|的?(?=[“\"])(?P<quoted>[“\"][^“”\"]{{2,20}}[”\"])(?:专?栏目?|板块|专题)?|[（(](?P<inside>[^（）()]{{2,20}}?)(?:子栏目|专栏|栏目|板块|专题)?[）)]|[放挂登见在](?P<put>[“\"《][^“”\"《》]{{2,20}}[”\"》])(?:专?栏目?|板块|专题)?)"
)


def _duty(duty: DraftDuty, cells: Sequence[str], known: Known) -> _Found:
    found = _Found([], [], [])
    duty = _behind_site(duty, cells, known, found)
    flat = _slashed(duty.paths, cells)
    beside = [piece for piece in flat if is_list(piece) and not known.has((ROOT, *levels_of(piece)))]
    found.channels += [name for piece in beside for name in names_in(piece)]
    for piece in flat:
        if piece not in beside:
            _take(piece, (), known, found)
    listed = [path for path in duty.paths if _is_channel(path, cells) and not known.has(path)]
    found.channels += [path[1] for path in listed]
    gone = {(ROOT, name) for piece in flat for name in levels_of(piece)}
    for path in map(_without_colon, duty.paths):
        if path in gone or path in listed:
            continue
        if place := _no_site(path):
            found.channels.append(place)
            found.doubts.append(f"“{' > '.join(path)}”不是网站上的栏目，按公开渠道“{place}”读取，请核对")
            continue
        parted = next((n for n, level in enumerate(path) if len(levels_of(level)) > 1), None)
        if parted is None:
            found.take([path])
        else:
            _take(SEPARATOR.join(path[parted:]), path[:parted], known, found, whole=path)
    for channel in [part for name in tidied(duty.channels) for part in _JOINED.split(name) if part]:
        if column := COLUMN_NAME.fullmatch(channel):
            _take_named(column["name"].strip(_QUOTED), found, known)
        elif behind := _BEHIND_SITE.fullmatch(channel.strip()):
            _take_behind(behind, known, found)
        elif len(levels := levels_of(channel)) > 1 and channels_named(levels[0]) in (
            {DisclosureChannel.OTHER},
            frozenset(),
        ):
            _take(channel, (), known, found)
        else:
            found.channels.append(channel)
    _in_words(duty.text, known, found)
    spoken = channels_in(duty.text)
    printed = "".join(found.channels)
    found.channels += [name for name in spoken.used if name not in printed]
    found.doubts += [words for name, words in spoken.asked.items() if name not in printed]
    return found


def _behind_site(duty: DraftDuty, cells: Sequence[str], known: Known, found: _Found) -> DraftDuty:
    """Take the columns that a cell writes behind the site's name; return the duty without what reading made of them."""
    for piece in (part.strip() for cell in cells for part in PIECES.split(cell)):
        if not (match := _BEHIND_SITE.fullmatch(piece)) or known.has((ROOT, piece)):
            continue
        _take_behind(match, known, found)
        whole = _bare_name(piece)
        duty = replace(
            duty,
            channels=tuple(name for name in duty.channels if _bare_name(name) != whole),
            paths=tuple(path for path in duty.paths if _bare_name("".join(path)) != whole),
        )
    return duty


def _take_behind(match: re.Match[str], known: Known, found: _Found) -> None:
    """Take what stands behind a site's name; the government's own site is where columns are without a word."""
    name = _name_behind(match)
    own = _OWN_SITE.fullmatch(match["site"])
    if own and len(levels_of(name)) == 1:
        _take_named(name, found, known)
    else:
        _take(name if own else f"{match['site']}>{name}", (), known, found)


def _name_behind(match: re.Match[str]) -> str:
    return str(match["name"] or match["quoted"] or match["inside"] or match["put"]).strip(_QUOTED)


_OWN_SITE = re.compile(r"[省市县区旗州]?(?:人民)?(?:政府)?(?:门户)?网站|[省市县区旗州]?政府网|门户|官网")
_QUOTED = '“”"《》'


def _bare_name(text: str) -> str:
    return re.sub(rf"[^{HAN}\w]", "", text)


def _slashed(paths: Sequence[Path], cells: Sequence[str]) -> list[str]:
    """Return the pieces of path cells with slashes alone between their names, which were read as columns beside each other."""
    pieces = (piece.strip() for cell in cells for piece in PIECES.split(cell))
    return [
        piece
        for piece in pieces
        if _SLASH.search(piece)
        and len(names := levels_of(piece)) == len(_SLASH.split(piece)) > 1
        and all((ROOT, name) in paths for name in names)
    ]


def _take(piece: str, above: Path, known: Known, found: _Found, *, whole: Path = ()) -> None:
    """Take one typed path: the reading that fits the site, else as a chain of levels, which is asked."""
    names = levels_of(piece)
    root = above or (() if SITE.search(names[0]) else (ROOT,))
    deep, one = (*root, *names), whole or (*root, piece)
    beside = [(*root, name) for name in names]
    if known.has(one):
        found.take([one])
    elif known.has(deep):
        found.take([deep])
    elif _SLASH.search(piece) and all(known.has(path) for path in beside):
        found.take(beside)
    else:
        found.take([deep])
        shown = " > ".join(names)
        found.doubts.append(
            f"公开路径“{piece}”按{len(names)}级栏目“{shown}”读取，网站上没有，确认后新建，请核对"
        )


def _in_words(text: str, known: Known, found: _Found) -> None:
    """Take the columns that a sentence names and that no path leads to yet; one that is not known is named as not used."""
    for column in columns_in(text):
        piece, names = column.path, levels_of(column.path)
        ends = {tuple(names), tuple(names[1:]) if SITE.search(names[0]) else tuple(names)}
        if any(path[-len(end) :] == end or path[-1] == piece for path in found.paths for end in ends):
            continue
        if len(names) > 1:
            _take(piece, (), known, found)
        elif known.has((piece,)) or column.sure:
            _take_named(piece, found, known)
        elif not any(names[0] in channel for channel in found.channels):
            found.doubts.append(f"正文写的栏目“{piece}”没有用上，请补充公开路径，或者标为无误")


def _take_named(name: str, found: _Found, known: Known) -> None:
    """Take a column that is named without its parents; one that the site has not is asked."""
    found.take([(ROOT, name)])
    if not known.has((name,)):
        found.doubts.append(f"正文写的栏目“{name}”没有写上级栏目，网站上没有，确认后新建，请核对")


_COUNTS = re.compile(r"序号|编号|序列|^号$")
#: Cells of a column so long are read for what they order.
_READ = 14


def unused_columns(
    heads: Sequence[tuple[str, str]], drafts: Sequence[DraftMeasure], columns: ChannelColumns
) -> list[str]:
    """Return the printed heads of the columns of which nothing was made: no task, no unit, no limit, no place."""
    unused = []
    for head, meaning in heads:
        used = (
            meaning != "other"
            or head in columns.ticked
            or head in columns.spoken
            or says_helps(head)
            or _COUNTS.search(head)
            or WAYS_HEAD.search(head)
        )
        texts = [str(draft.extras.get(head, "")) for draft in drafts]
        if not used and any(texts) and (_FACT.search(head) or not any(len(text) > _READ for text in texts)):
            unused.append(head)
    return unused


_FACT = re.compile(r"备注|联系|电话|责任人|领导|完成情况|进展|分值|依据")
