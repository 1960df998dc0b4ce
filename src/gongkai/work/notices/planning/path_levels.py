"""Split typed paths into levels, and flag unused path cells and chains. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from gongkai.content.editions.column_names import normalize_name
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN
from gongkai.work.notices.planning.channels import is_disclosure_way, is_mark, split_channels
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure

ColumnPath = tuple[str, ...]
# Separators of levels; 》 only without an opening 《.
_LEVEL_SEPARATOR = re.compile(
    rf"\s*(?:-{{1,2}}>|[—－–]+>?|--+|>|＞|﹥|›|»|→|➔|⟶|／|/|(?<=[{HAN}])\s*-\s*(?=[{HAN}])|》)\s*"
)
LIST_SEPARATORS = re.compile(r"[；;，,、\n]")


def split_levels(text: str) -> list[str]:
    """Return the levels of a typed path, or the whole text as one level."""
    if "《" in text:
        return [text]
    return [name.strip(' 。“”"') for name in _LEVEL_SEPARATOR.split(text) if name.strip(' 。“”"')]


def ask_about_unused_path_cells(cells: Sequence[str], duties: Sequence[DraftDuty]) -> Iterator[str]:
    """Yield questions on parts of path cells that the row's duties do not use."""
    used_names = normalize_name(
        "|".join([*(name for duty in duties for name in duty.channels), *_iterate_levels(duties)])
    )
    for cell in cells:
        for piece in LIST_SEPARATORS.split(cell):
            levels = [normalize_name(level) for level in split_levels(_LIST_LABEL_RE.sub("", piece.strip()))]
            last_level = _SITE_PREFIX_PATTERN.sub("", levels[-1]) if levels else ""
            piece_channels = split_channels(piece)
            if (
                not piece_channels
                or piece.strip().endswith("渠道")
                or all(normalize_name(name)[:4] in used_names for name in piece_channels)
            ):
                continue
            if last_level and not is_mark(piece) and last_level[:4] not in used_names and not is_disclosure_way(piece):
                yield f"公开路径“{piece.strip()[:40]}”没有用上，请补充路径，或者标为无误"


def _iterate_levels(duties: Iterable[DraftDuty]) -> Iterator[str]:
    """Yield the levels of all paths of the duties; joined ones are separated."""
    for duty in duties:
        for path in duty.paths:
            for name in path:
                yield from split_levels(name)


# 市政府网站政策文件库.
_SITE_PREFIX_PATTERN = re.compile(r"^.{0,8}(?:网站|门户|官网)(?:首页)?(?=.{2})")
_LIST_LABEL_RE = re.compile(r"^[（(]?(?:\d{1,2}[．.、)）]|[①-⑳])?\s*(?:[^：:>]{0,10}[:：])?")
_ARROW_CHAIN_RE = re.compile(
    rf"[{HAN}）”]\s?(?:-{{1,2}}>|[＞>→➔⟶»›])\s?(?P<last>[{HAN}]{{2,20}})(?![{HAN}）”]*\s?(?:-{{1,2}}>|[＞>→➔⟶»›]))"
)

# Three or more names with dashes.
_DASHED_CHAIN_RE = re.compile(rf"(?:[{HAN}]{{2,20}}\s?[—－–]{{1,2}}\s?){{2,}}(?P<last>[{HAN}]{{2,20}})")
# 区政府网站－食品药品监管, 局网站→河湖长制.
_CHAIN_FROM_SITE_RE = re.compile(
    rf"(?:网站|门户|官网|政府网)(?:首页)?\s?(?:-{{1,2}}>|[—－–/／＞>→»-]{{1,2}})\s?(?P<last>[{HAN}]{{2,20}})"
)


def ask_about_unit_marks(draft: DraftMeasure, channels: Collection[str]) -> Iterator[str]:
    """Yield questions on marks (▲) in columns whose heading is a unit's name (县教育局)."""
    printed = "".join(unit.printed for unit in draft.units)
    for head, text in draft.extras.items():
        name = "".join(head.split())
        named = head not in channels and (name.startswith("各") or UNIT_NAME_END_PATTERN.search(name))
        if named and is_mark(str(text)) and name not in printed:
            yield f"“{head}”栏写有“{str(text).strip()}”，没有用上，它是这一行的牵头、责任还是配合单位请补充"


def ask_about_unused_chains(draft: DraftMeasure, paths: Sequence[ColumnPath]) -> Iterator[str]:
    """Yield questions on chains of names that are in no path of the row."""
    used_levels = "|".join(normalize_name(level) for path in paths for name in path for level in split_levels(name))
    for source_text in (draft.text, *(str(text) for text in draft.extras.values())):
        for match in (
            match
            for sign in (_ARROW_CHAIN_RE, _DASHED_CHAIN_RE, _CHAIN_FROM_SITE_RE)
            for match in sign.finditer(source_text[:5000])
        ):
            if normalize_name(match["last"])[:4] not in used_levels:
                clause = re.split(r"[，。；;]", source_text[: match.end()])[-1]
                yield f"这句话没有用上：“{clause[-60:]}”像是公开路径或者公开渠道，请补充，或者标为无误"
