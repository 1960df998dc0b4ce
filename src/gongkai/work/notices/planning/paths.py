"""Split typed paths into columns and channels; existing columns win."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gongkai.content.editions.column_names import PATH_SEPARATOR, normalize_name
from gongkai.content.publishing.channel_names import get_channels
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables.head_parts import is_helper_units_head
from gongkai.lib.reading.tables.heads import PATH_HEAD
from gongkai.lib.reading.words.places import PATH_SEPARATOR_PATTERN, SITE_PATTERN, PrintedPaths, read_place_list
from gongkai.lib.reading.words.prose_places import SITE_ROOT
from gongkai.work.notices.planning.channels import (
    ChannelColumns,
    describe_unknown_channels,
    is_channel_list,
    is_disclosure_way,
    is_mark,
    is_unknown_channel,
    read_marked_channels,
    remove_codes,
    split_channels,
    split_duty_channels,
)
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, to_flag
from gongkai.work.notices.planning.mentioned_channels import (
    CHANNEL_COLUMN_HEAD,
    COLUMN_NAME,
    NOT_A_NAME,
    REMARKS_HEAD,
    find_channels,
    find_mentioned_columns,
)
from gongkai.work.notices.planning.path_levels import (
    LIST_SEPARATORS,
    ask_about_unit_marks,
    ask_about_unused_chains,
    ask_about_unused_path_cells,
    split_levels,
)

ColumnPath = tuple[str, ...]
_SLASH_PATTERN = re.compile(r"[/／]")
# 专栏及公示栏 are two places.
_AND_PATTERN = re.compile(r"(?<=[栏目台体报会区刊站])(?:以及|及|和|与)(?=.{2})")


@dataclass(frozen=True)
class SiteColumnPaths:
    """Existing columns by the ends of their paths; a single name counts only if it is unique."""

    ends: frozenset[str] = frozenset()

    @classmethod
    def of(cls, keys: Iterable[str]) -> "SiteColumnPaths":
        """Build the set from the keys of a site's columns."""
        chains = [key.split(PATH_SEPARATOR) for key in keys]
        lasts = Counter(chain[-1] for chain in chains)
        tops = {chain[0] for chain in chains if len(chain) == 1}
        ends = (PATH_SEPARATOR.join(chain[n:]) for chain in chains for n in range(len(chain)))
        return cls(frozenset(end for end in ends if PATH_SEPARATOR in end or lasts[end] == 1 or end in tops))

    def has(self, path: ColumnPath) -> bool:
        """Return true if the site has a column at the end of the path."""
        names = [normalize_name(name) for name in (path[1:] if path and SITE_PATTERN.search(path[0]) else path)]
        chain = any(PATH_SEPARATOR in name for name in names)  # 政务公开＞养老服务 in one piece is two levels.
        return bool(names) and not chain and PATH_SEPARATOR.join(names) in self.ends


@dataclass
class _FoundPaths:
    """The website columns and channels found in a duty, and questions about them in Chinese (`doubts`)."""

    paths: list[ColumnPath]
    channels: list[str]
    doubts: list[str]

    def take(self, paths: Iterable[ColumnPath]) -> None:
        """Add paths that are not there yet."""
        self.paths += [path for path in dict.fromkeys(paths) if path not in self.paths]


def split_paths(draft: DraftMeasure, existing_columns: SiteColumnPaths, columns: ChannelColumns) -> DraftMeasure:
    """Return a row with marked channels and split paths; ambiguous and unused words are flagged."""
    draft = _convert_channels(remove_codes(draft, columns))
    names, mark_questions = read_marked_channels(draft, columns)
    marked = {*columns.ticked, *columns.codes, *columns.unread}
    cells = [str(text) for head, text in draft.extras.items() if PATH_HEAD.search(head) and text and head not in marked]
    doubts = list(mark_questions)
    duties: list[DraftDuty] = []
    for place, duty in enumerate(draft.duties):
        found_paths = _read_duty(duty if place else _add_column_channels(duty, draft), cells, existing_columns)
        channels = [*found_paths.channels, *(name for name in names if name not in found_paths.channels)]
        levels = {level for path in found_paths.paths for level in path[1:]}
        made_here = replace(
            duty,
            paths=tuple(map(_remove_closing_bracket, found_paths.paths)),
            channels=tuple(name for name in channels if name not in levels or not is_unknown_channel(name)),
        )
        doubts += [doubt for doubt in found_paths.doubts if doubt not in doubts]
        duties = _add_duty(duties, made_here)
    doubts += _ask_about_channels(replace(draft, duties=tuple(duties)))
    doubts += describe_unknown_channels(dict.fromkeys(name for duty in duties for name in duty.channels))
    doubts += ask_about_unused_path_cells(cells, duties)
    doubts += ask_about_unused_chains(draft, [path for duty in duties for path in duty.paths])
    flags = [flag for flag in draft.flags if not _is_flag_answered(flag, draft, columns.ticked)]
    extra = [to_flag({"field": "duties", "message": doubt}) | {"alone": "新建" in doubt} for doubt in doubts]
    extra += [to_flag({"field": "responsible", "message": one}) for one in ask_about_unit_marks(draft, columns.ticked)]
    return replace(draft, duties=tuple(duties), flags=(*flags, *extra))


# （以上两项公开路径：…） after the points of a row.
_PATH_OF_POINTS_ABOVE_RE = re.compile(
    r"^[\s（(〔\[]*(?:以上|上述)(?:各|[两二三四五六七八九十\d]+)?[项条点](?:$|[^，。；:：]{0,6}(?:路径|渠道|位置|栏目|方式|平台)\s*[:：])"
)


def _add_duty(duties: list[DraftDuty], duty: DraftDuty) -> list[DraftDuty]:
    """Return the duties with one more; one that only gives the path of those above (以上两项) is added to them instead."""
    if not duties or not _PATH_OF_POINTS_ABOVE_RE.match(duty.text) or not (duty.paths or duty.channels):
        return [*duties, duty]
    return [
        above if above.paths or above.channels else replace(above, paths=duty.paths, channels=duty.channels)
        for above in duties
    ]


def _remove_closing_bracket(path: ColumnPath) -> ColumnPath:
    last = path[-1]
    return path if any(sign in last for sign in "（(〔[") else (*path[:-1], last.rstrip("）)〕]"))


def _add_column_channels(duty: DraftDuty, draft: DraftMeasure) -> DraftDuty:
    """Return the first duty of a row with channels from other columns (公开方式, 备注) and the text of remarks."""
    texts = [duty.text]
    for head, text in draft.beside.items():
        if CHANNEL_COLUMN_HEAD.search(head) and not PATH_HEAD.search(head) and not is_mark(str(text)):
            for piece in LIST_SEPARATORS.split(str(text)):
                paths, names = (
                    read_place_list(piece, PrintedPaths())
                    if PATH_SEPARATOR_PATTERN.search(piece)
                    else ((), (piece.strip(" 。"),))
                )
                added = [name for name in names if name and name not in duty.channels and not is_disclosure_way(name)]
                duty = replace(duty, paths=(*duty.paths, *paths), channels=(*duty.channels, *added))
        elif REMARKS_HEAD.search(head):
            if is_channel_list(str(text)):
                added = [name for name in split_channels(str(text)) if name not in duty.channels]
                duty = replace(duty, channels=(*duty.channels, *added))
            texts.append(str(text))
    return replace(duty, text="。".join(texts))


# 公开栏目; but 公开平台及栏目 holds channels as well.
_COLUMNS_ONLY_HEAD_RE = re.compile(r"(?!.*(?:渠道|平台|载体|途径|媒介|方式)).*栏目.*", re.DOTALL)


def _convert_channels(draft: DraftMeasure) -> DraftMeasure:
    """Return the row with unknown channels of its column 公开栏目 turned into paths."""
    cells = [str(text) for head, text in draft.extras.items() if _COLUMNS_ONLY_HEAD_RE.fullmatch(head)]
    words = {piece.strip(" 。") for cell in cells for piece in LIST_SEPARATORS.split(cell)}

    def move_channels_to_paths(duty: DraftDuty) -> DraftDuty:
        names = [name for name in duty.channels if name in words and get_channels(name) == {DisclosureChannel.OTHER}]
        paths = (*duty.paths, *((SITE_ROOT, name) for name in names))
        return replace(duty, paths=paths, channels=tuple(name for name in duty.channels if name not in names))

    return replace(draft, duties=tuple(move_channels_to_paths(duty) for duty in draft.duties)) if cells else draft


def _ask_about_channels(draft: DraftMeasure) -> Iterator[str]:
    """Yield questions on channels named in a column 公开栏目."""
    channels = dict.fromkeys(name for duty in draft.duties for name in duty.channels)
    for head, text in draft.extras.items():
        for name in channels if _COLUMNS_ONLY_HEAD_RE.fullmatch(head) else ():
            if name in str(text):
                yield f"“{head}”栏写的“{name}”按公开渠道读取，指网站上栏目的请补充公开路径，或者标为无误"


def _is_flag_answered(flag: Mapping[str, object], draft: DraftMeasure, ticked: Mapping[str, str]) -> bool:
    """Return true if a flag on a path is answered by the ticked headings or the path itself."""
    text = str(flag.get("message") or "")
    if any(text.startswith(f"表头“{head}”不认识") for head in ticked):
        return True
    match = re.match(r"栏目“([^”]+)”的上级栏目没有印出", text)
    return bool(match and len(split_levels(match[1])) > 1)


def _split_site_name(path: ColumnPath) -> ColumnPath:
    """Separate the site in 门户网站：重大项目 > 批准结果 as a level of its own."""
    match = _COLUMN_AFTER_SITE_RE.fullmatch(path[0]) if path else None
    return (match["site"], _get_column_name(match), *path[1:]) if match else path


def _find_offline_channel(path: ColumnPath) -> str:
    """Return a chain such as 供热企业营业厅 > 公示栏 as a channel, or an empty string."""
    last = path[-1] if len(path) > 1 else ""
    elsewhere = get_channels(last) - {DisclosureChannel.OTHER} if last else frozenset()
    place = re.search(r"[厅馆站所村校院区中心口]$", path[0]) and not SITE_PATTERN.search(path[0]) if path else None
    return "".join(path) if elsewhere and place and "目" not in last else ""


def _is_listed_channel(path: ColumnPath, cells: Iterable[str]) -> bool:
    """Return true if a one-level path names a channel (村务公开栏) that a cell lists on its own."""
    name = path[1] if len(path) == 2 and path[0] == SITE_ROOT else ""
    meant = get_channels(name) - {DisclosureChannel.OTHER, DisclosureChannel.GAZETTE} if name else frozenset()
    listed = any(name == piece.strip(' 。“”"') for cell in cells for piece in LIST_SEPARATORS.split(cell))
    return bool(meant) and listed and not re.search(r"目$|专[栏题]$", name)


# A column after the site's name: 门户网站：惠农政策, 网站·政策解读, 门户网站首页“消费惠民”.
_COLUMN_AFTER_SITE_RE = re.compile(
    rf"(?P<site>[{HAN}]{{0,8}}(?:网站|门户|官网|政府网|网(?=[“\"])))(?:首页)?(?:\s*[:：·]\s*(?P<name>(?!.*(?:网址|www))[^，。；、]{{2,40}})|的?(?=[“\"])(?P<quoted>[“\"][^“”\"]{{2,20}}[”\"])(?:专?栏目?|板块|专题)?|[（(](?P<inside>[^（）()]{{2,20}}?)(?:子栏目|专栏|栏目|板块|专题)?[）)]|[放挂登见在](?P<put>[“\"《][^“”\"《》]{{2,20}}[”\"》])(?:专?栏目?|板块|专题)?|(?P<base>[{HAN}]{{2,12}}库))"
)


def _read_duty(duty: DraftDuty, cells: Sequence[str], columns: SiteColumnPaths) -> _FoundPaths:
    """Return the columns, channels and questions that a duty gives."""
    found_paths = _FoundPaths([], [], [])
    duty = _take_site_columns(duty, cells, columns, found_paths)
    flat = _find_slashed_pieces(duty.paths, cells)
    media = [piece for piece in flat if is_channel_list(piece) and not columns.has((SITE_ROOT, *split_levels(piece)))]
    found_paths.channels += [name for piece in media for name in split_channels(piece)]
    for piece in flat:
        if piece not in media:
            _add_typed_path(piece, (), columns, found_paths)
    listed = [path for path in duty.paths if _is_listed_channel(path, cells) and not columns.has(path)]
    found_paths.channels += [path[1] for path in listed]
    replaced_paths = {(SITE_ROOT, name) for piece in flat for name in split_levels(piece)}
    for path in map(_split_site_name, duty.paths):
        if path in replaced_paths or path in listed:
            continue
        if place := _find_offline_channel(path):
            found_paths.channels.append(place)
            found_paths.doubts.append(f"“{' > '.join(path)}”不是网站上的栏目，按公开渠道“{place}”读取，请核对")
            continue
        parted = next((n for n, level in enumerate(path) if len(split_levels(level)) > 1), None)
        if parted is None:
            found_paths.take([path])
        else:
            _add_typed_path(PATH_SEPARATOR.join(path[parted:]), path[:parted], columns, found_paths, typed_path=path)
    for channel in [word for name in split_duty_channels(duty.channels) for word in _AND_PATTERN.split(name) if word]:
        if column := COLUMN_NAME.fullmatch(channel):
            _add_listed_column(channel, column["name"].strip(_QUOTATION_MARKS), found_paths, columns)
        elif match := _COLUMN_AFTER_SITE_RE.fullmatch(channel.strip()):
            _add_site_column(match, columns, found_paths)
        elif len(levels := split_levels(channel)) > 1 and get_channels(levels[0]) <= {DisclosureChannel.OTHER}:
            _add_typed_path(channel, (), columns, found_paths)
        else:
            found_paths.channels.append(channel)
    _add_mentioned_columns(duty.text, columns, found_paths)
    spoken = find_channels(duty.text)
    printed = "".join(found_paths.channels)
    found_paths.channels += [name for name in spoken.used if name not in printed]
    found_paths.doubts += [text for name, text in spoken.asked.items() if name not in printed]
    return found_paths


def _take_site_columns(
    duty: DraftDuty, cells: Sequence[str], existing_columns: SiteColumnPaths, paths: _FoundPaths
) -> DraftDuty:
    """Move columns named after a site to `paths`; return the duty without them."""
    for piece in (part.strip() for cell in cells for part in LIST_SEPARATORS.split(cell)):
        if not (match := _COLUMN_AFTER_SITE_RE.fullmatch(piece)) or existing_columns.has((SITE_ROOT, piece)):
            continue
        _add_site_column(match, existing_columns, paths)
        bare_piece = _strip_signs(piece)
        duty = replace(
            duty,
            channels=tuple(name for name in duty.channels if _strip_signs(name) != bare_piece),
            paths=tuple(path for path in duty.paths if _strip_signs("".join(path)) != bare_piece),
        )
    return duty


def _add_site_column(match: re.Match[str], columns: SiteColumnPaths, paths: _FoundPaths) -> None:
    """Add to `paths` the column named after a website, below another's website; without a name, the site is a channel."""
    name = _get_column_name(match)
    if not split_levels(name):
        paths.channels.append(match["site"])
        return
    own = _GOVERNMENT_SITE_PATTERN.fullmatch(match["site"])
    if own and len(split_levels(name)) == 1:
        _add_named_column(name, paths, columns)
    else:
        _add_typed_path(name if own else f"{match['site']}>{name}", (), columns, paths)


def _get_column_name(match: re.Match[str]) -> str:
    """Return the column of a match, in whichever form it is written, without quotation marks."""
    return str(match["name"] or match["quoted"] or match["inside"] or match["put"] or match["base"]).strip(
        _QUOTATION_MARKS
    )


_GOVERNMENT_SITE_PATTERN = re.compile(r"[省市县区旗州]?(?:人民)?(?:政府)?(?:门户)?网站|[省市县区旗州]?政府网|门户|官网")
_QUOTATION_MARKS = '“”"《》'


def _strip_signs(text: str) -> str:
    return re.sub(rf"[^{HAN}\w]", "", text)


def _find_slashed_pieces(paths: Sequence[ColumnPath], cells: Sequence[str]) -> list[str]:
    """Return path cells with slashes only, which were read as separate columns."""
    pieces = (piece.strip() for cell in cells for piece in LIST_SEPARATORS.split(cell))
    return [
        piece
        for piece in pieces
        if _SLASH_PATTERN.search(piece)
        and len(names := split_levels(piece)) == len(_SLASH_PATTERN.split(piece)) > 1
        and all((SITE_ROOT, name) in paths for name in names)
    ]


def _add_typed_path(
    piece: str, parent_path: ColumnPath, columns: SiteColumnPaths, paths: _FoundPaths, *, typed_path: ColumnPath = ()
) -> None:
    """Add a typed path in the reading that matches the site, else as levels with a question."""
    names = split_levels(piece)
    root = parent_path or (() if SITE_PATTERN.search(names[0]) else (SITE_ROOT,))
    deep, as_one_name = (*root, *names), typed_path or (*root, piece)
    side_by_side = [(*root, name) for name in names]
    if columns.has(as_one_name):
        paths.take([as_one_name])
    elif columns.has(deep):
        paths.take([deep])
    elif _SLASH_PATTERN.search(piece) and all(columns.has(path) for path in side_by_side):
        paths.take(side_by_side)
    else:
        paths.take([deep])
        levels = " > ".join(names)
        paths.doubts.append(f"公开路径“{piece}”按{len(names)}级栏目“{levels}”读取，网站上没有，确认后新建，请核对")


def _add_mentioned_columns(text: str, columns: SiteColumnPaths, paths: _FoundPaths) -> None:
    """Add columns named in a sentence without a path; unknown ones are flagged."""
    for column in find_mentioned_columns(text):
        piece, names = column.path, split_levels(column.path)
        ends = {tuple(names), tuple(names[1:]) if SITE_PATTERN.search(names[0]) else tuple(names)}
        if any(path[-len(end) :] == end or path[-1] == piece for path in paths.paths for end in ends):
            continue
        if len(names) > 1:
            _add_typed_path(piece, (), columns, paths)
        elif columns.has((piece,)) or column.sure:
            _add_named_column(piece, paths, columns)
        elif not any(names[0] in channel for channel in paths.channels):
            paths.doubts.append(f"正文写的栏目“{piece}”没有用上，请补充公开路径，或者标为无误")


def _add_listed_column(channel: str, name: str, paths: _FoundPaths, columns: SiteColumnPaths) -> None:
    """Add a column listed among the channels; a nameless one stays a channel."""
    if NOT_A_NAME.search(name):
        paths.channels.append(channel)
        paths.doubts.append(f"“{channel}”没有写是哪个栏目，请补充公开路径，或者标为无误")
    else:
        _add_named_column(name, paths, columns)


def _add_named_column(name: str, paths: _FoundPaths, columns: SiteColumnPaths) -> None:
    """Add a column named without its parents; an unknown one is flagged."""
    paths.take([(SITE_ROOT, name)])
    if not columns.has((name,)):
        paths.doubts.append(f"正文写的栏目“{name}”没有写上级栏目，网站上没有，确认后新建，请核对")


_NUMBER_HEAD = re.compile(r"序号|编号|序列|^号$|^(?:对应|承接)")
# Longer cells are read for orders.
_MIN_ORDER_CHARACTERS = 14


def find_unused_heads(
    heads: Sequence[tuple[str, str]], drafts: Sequence[DraftMeasure], columns: ChannelColumns
) -> list[str]:
    """Return headings of filled columns from which nothing was read."""
    unused = []
    for head, meaning in heads:
        used = (
            meaning != "other"
            or head in columns.ticked
            or head in columns.spoken
            or is_helper_units_head(head)
            or _NUMBER_HEAD.search(head)
            or CHANNEL_COLUMN_HEAD.search(head)
        )
        texts = [str(draft.extras.get(head, "")) for draft in drafts]
        if (
            not used
            and any(texts)
            and (_FACT_HEAD_RE.search(head) or not any(len(text) > _MIN_ORDER_CHARACTERS for text in texts))
        ):
            unused.append(head)
    return unused


_FACT_HEAD_RE = re.compile(r"备注|联系|电话|责任人|领导|完成情况|进展|分值|依据")
