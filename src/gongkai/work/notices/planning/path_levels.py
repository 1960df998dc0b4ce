"""Split typed paths into levels, and flag path cells and chains that are in no path of the row. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from gongkai.content.editions.column_names import normal
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT
from gongkai.work.notices.planning.channel_lists import is_manner, names_in
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.marked_channels import is_mark

Path = tuple[str, ...]
# Separators of levels; 》 only without an opening 《.
_SIGN = re.compile(
    rf"\s*(?:-{{1,2}}>|[—－–]+>?|--+|>|＞|﹥|›|»|→|➔|⟶|／|/|(?<=[{HAN}])\s*-\s*(?=[{HAN}])|》)\s*"
)
PIECES = re.compile(r"[；;，,、\n]")


def levels_of(text: str) -> list[str]:
    """Return the levels of a typed path; a single one without separators."""
    if "《" in text:
        return [text]
    return [name.strip(' 。“”"') for name in _SIGN.split(text) if name.strip(' 。“”"')]


def unused_cells(cells: Sequence[str], duties: Sequence[DraftDuty]) -> Iterator[str]:
    """Yield questions on pieces of path cells that are in no path or channel of the row."""
    taken = normal("|".join([*(name for duty in duties for name in duty.channels), *_levels_in(duties)]))
    for cell in cells:
        for piece in PIECES.split(cell):
            levels = [normal(level) for level in levels_of(_LABEL.sub("", piece.strip()))]
            last = levels[-1] if levels else ""
            there = names_in(piece)
            if not there or all(normal(name)[:4] in taken for name in there):
                continue
            if last and not is_mark(piece) and last[:4] not in taken and not is_manner(piece):
                yield f"公开路径“{piece.strip()[:40]}”没有用上，请补充路径，或者标为无误"


def _levels_in(duties: Iterable[DraftDuty]) -> Iterator[str]:
    for duty in duties:
        for path in duty.paths:
            for name in path:
                yield from levels_of(name)


_LABEL = re.compile(r"^[（(]?(?:\d{1,2}[．.、)）]|[①-⑳])?\s*(?:[^：:>]{0,10}[:：])?")
_CHAIN = re.compile(
    rf"[{HAN}）”]\s?(?:-{{1,2}}>|[＞>→➔⟶»›])\s?(?P<last>[{HAN}]{{2,20}})(?![{HAN}）”]*\s?(?:-{{1,2}}>|[＞>→➔⟶»›]))"
)

# Three or more names with dashes.
_DASHED = re.compile(rf"(?:[{HAN}]{{2,20}}\s?[—－–]{{1,2}}\s?){{2,}}(?P<last>[{HAN}]{{2,20}})")
# 区政府网站－食品药品监管, 局网站→河湖长制.
_INTO_SITE = re.compile(
    rf"(?:网站|门户|官网|政府网)(?:首页)?\s?(?:-{{1,2}}>|[—－–/／＞>→»-]{{1,2}})\s?(?P<last>[{HAN}]{{2,20}})"
)


def marked_units(draft: DraftMeasure) -> Iterator[str]:
    """Yield questions on marks below heads that are unit names (县教育局 ▲)."""
    printed = "".join(unit.printed for unit in draft.units)
    for head, text in draft.extras.items():
        name = "".join(head.split())
        if (
            (name.startswith("各") or ENDS_AS_UNIT.search(name))
            and is_mark(str(text))
            and name not in printed
        ):
            yield f"“{head}”栏写有“{str(text).strip()}”，没有用上，它是这一行的牵头、责任还是配合单位请补充"


def unused_chains(draft: DraftMeasure, paths: Sequence[Path]) -> Iterator[str]:
    """Yield questions on chains of names that are in no path of the row."""
    taken = "|".join(normal(level) for path in paths for name in path for level in levels_of(name))
    for words in (draft.text, *(str(text) for text in draft.extras.values())):
        for match in (
            match for sign in (_CHAIN, _DASHED, _INTO_SITE) for match in sign.finditer(words[:5000])
        ):
            if normal(match["last"])[:4] not in taken:
                clause = re.split(r"[，。；;]", words[: match.end()])[-1]
                yield f"这句话没有用上：“{clause[-60:]}”像是公开路径或者公开渠道，请补充，或者标为无误"
