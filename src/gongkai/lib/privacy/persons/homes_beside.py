"""Names in rows that no head names, where a home stands beside each of them (方便 石宝镇新政村三组 已验收; 77号2单元402 欧阳倩 弃权)."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, shape
from gongkai.lib.privacy.persons.found import Evidence, Named
from gongkai.lib.privacy.persons.plausible import may_be_name, shaped

_LINE = re.compile(r"[^\n]{4,200}")
_CELL = re.compile(r"[^\t|｜ \u3000]+")
_NAME = re.compile(rf"(?:[(]?[0-9]{{1,3}}[.、)])?(?P<name>[{HAN}]{{2,4}}(?:[·•・][{HAN}]{{1,9}})?)")
#: A village and its group, a house and its room: nobody but a person lives there.
_HOME = re.compile(
    rf"[{HAN}]{{1,16}}(?:村|社区|嘎查|屯|寨|街|路|巷|弄|里|苑|园|小区|新村|庄)(?:[{HAN}]{{0,10}}[0-9一二三四五六七八九十]{{1,4}}[组社队号栋幢屯]|[0-9]{{1,4}}(?:号|栋|幢|弄|单元)?)[{HAN}0-9-]{{0,16}}"
    rf"|[{HAN}]{{2,10}}[镇乡](?:[{HAN}]{{2,8}})(?:村|社区|嘎查)"
)
#: A row about work: who looked into it, who answers for it.
_OF_OFFICE = re.compile(
    r"书记|主任|局长|镇长|乡长|[河湖林路]长|网格|干部|负责|值班|工程|公司|合作社|学校|村委会|医院"
)


def names_beside_homes(frame: Frame) -> Iterator[Named]:
    """Yield the names of rows in which a home stands beside a name, two rows at least that are built alike."""
    group: list[tuple[int, int]] = []
    place = last = -2
    for line in _LINE.finditer(frame.text):
        found = _beside(frame, line)
        if found and line.start() <= last + 2 and found[0] == place:
            group.append(found[1])
        else:
            yield from _of_rows(frame, group)
            group = [found[1]] if found else []
        place, last = found[0] if found else -1, line.end()


def _beside(frame: Frame, line: re.Match[str]) -> tuple[int, tuple[int, int]] | None:
    """Return in which cell of a row a name stands beside a home, and where."""
    if _OF_OFFICE.search(line[0]) or ":" in line[0][:12]:
        return None
    cells = list(_CELL.finditer(frame.text, *line.span()))[:8]
    if len(cells) < 2:
        return None
    homes = [bool(_HOME.fullmatch(cell[0])) for cell in cells]
    for at, cell in enumerate(cells):
        beside = (at > 0 and homes[at - 1]) or (at + 1 < len(cells) and homes[at + 1])
        found = _NAME.fullmatch(cell[0])
        if found and beside and not homes[at]:
            return at, (cell.start() + found.start("name"), cell.end())
    return None


def _of_rows(frame: Frame, group: list[tuple[int, int]]) -> Iterator[Named]:
    names = [frame.text[start:end] for start, end in group]
    opened = sum(bool(shape.surname_size(name)) or "·" in name for name in names)
    good = sum(map(shaped, names))
    sure = 2 * good >= len(names) or (good > 0 and opened == len(names) > 2)
    if len(names) < 2 or 4 * opened < 3 * len(names) or not sure:
        return
    for (start, end), name in zip(group, names, strict=True):
        office = behind.office_right(frame, end) or context.is_role(name)
        if not office and ("·" in name or may_be_name(name, Evidence.FACT)):
            yield start, end, "list", ""
