"""Find names next to a home in rows without headers (77号2单元402 欧阳倩 弃权)."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, shape
from gongkai.lib.privacy.persons.found import Evidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, may_be_name

_TABLE_LINE = re.compile(r"[^\n]{4,200}")
_TABLE_CELL = re.compile(r"[^\t|｜ \u3000]+")
_NAME_CELL = re.compile(rf"(?:[(]?[0-9]{{1,3}}[.、)])?(?P<name>[{HAN}]{{2,4}}(?:[·•・][{HAN}]{{1,9}})?)")
#: A village and its group, a house and its room: nobody but a person lives there.
_HOME_CELL = re.compile(
    rf"[{HAN}]{{1,16}}(?:村|社区|嘎查|屯|寨|街|路|巷|弄|里|苑|园|小区|新村|庄)(?:[{HAN}]{{0,10}}[0-9一二三四五六七八九十]{{1,4}}[组社队号栋幢屯]|[0-9]{{1,4}}(?:号|栋|幢|弄|单元)?)[{HAN}0-9-]{{0,16}}"
    rf"|[{HAN}]{{2,10}}[镇乡](?:[{HAN}]{{2,8}})(?:村|社区|嘎查)"
)
#: A row about work: who looked into it, who answers for it.
_OFFICE_WORD = re.compile(
    r"书记|主任|局长|镇长|乡长|[河湖林路]长|网格|干部|负责|值班|工程|公司|合作社|学校|村委会|医院"
)


def find_names_beside_homes(frame: Frame) -> Iterator[NameMatch]:
    """Yield names next to a home in at least two rows of the same structure."""
    group: list[tuple[int, int]] = []
    place = last = -2
    for line in _TABLE_LINE.finditer(frame.text):
        found = _find_name_cell(frame, line)
        if found and line.start() <= last + 2 and found[0] == place:
            group.append(found[1])
        else:
            yield from _find_row_names(frame, group)
            group = [found[1]] if found else []
        place, last = found[0] if found else -1, line.end()


def _find_name_cell(frame: Frame, line: re.Match[str]) -> tuple[int, tuple[int, int]] | None:
    if _OFFICE_WORD.search(line[0]) or ":" in line[0][:12]:
        return None
    cells = list(_TABLE_CELL.finditer(frame.text, *line.span()))[:8]
    if len(cells) < 2:
        return None
    homes = [bool(_HOME_CELL.fullmatch(cell[0])) for cell in cells]
    for at, cell in enumerate(cells):
        beside = (at > 0 and homes[at - 1]) or (at + 1 < len(cells) and homes[at + 1])
        found = _NAME_CELL.fullmatch(cell[0])
        if found and beside and not homes[at]:
            return at, (cell.start() + found.start("name"), cell.end())
    return None


def _find_row_names(frame: Frame, group: list[tuple[int, int]]) -> Iterator[NameMatch]:
    names = [frame.text[start:end] for start, end in group]
    opened = sum(bool(shape.surname_size(name)) or "·" in name for name in names)
    good = sum(map(has_clear_name_shape, names))
    sure = 2 * good >= len(names) or (good > 0 and opened == len(names) > 2)
    if len(names) < 2 or 4 * opened < 3 * len(names) or not sure:
        return
    for (start, end), name in zip(group, names, strict=True):
        office = behind.is_official_after(frame, end) or context.is_known_role(name)
        if not office and ("·" in name or may_be_name(name, Evidence.FACT)):
            yield start, end, "list", ""
