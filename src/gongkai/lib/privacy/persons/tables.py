"""Tables in running text: a row of heads with 姓名 in it makes the cells under it names.

Cells are parted by tabs, bars, or two and more spaces; also by single spaces where heads and rows have
the same number of parts.
"""

from collections.abc import Callable, Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.tables import read_word_group

_OF_COUPLES = {"男方", "女方", "新郎", "新娘", "父亲", "母亲", "配偶", "签领", "领取", "领款"}
_HEADS = (read_word_group("roles", "slot") | _OF_COUPLES) - {"名单", "人员名单", "公示名单", "对象名单"}
_OPEN_HEADS = read_word_group("roles", "openslot") - {"成员", "主任", "局长", "职务"}
_PUBLIC = read_word_group("roles", "public")
_PRIVATE = (
    frozenset(word for word in read_word_group("roles", "private") if word[-1] in "人者户员工主") - _PUBLIC
)
_CHILD = re.compile(r"学生|幼儿|儿童|考生")
_LINE = re.compile(r"[^\n]*\n?")
_LATIN = re.compile(r"[A-Z][A-Za-z'\-]{1,20}(?:[ ·][A-Z][A-Za-z'\-.]{0,20}){1,3}")
_BODY = re.compile(r"[局处科室院校厂店社村组镇乡县市区队部站所司行]$")
_MASK = re.compile(r"[某*×＊○□●■]")


def _cells(line: str, offset: int) -> list[tuple[int, int]]:
    """Return the spans of a row's cells, without the blanks at their edges."""
    row = line.rstrip("\n")
    parted = "\t" if "\t" in row else "|" if "|" in row else ""
    if not parted:
        pattern = r"(?:[^ ]| (?! ))+" if re.search(r"\S {2,}\S", row) else r"[^ ]+"
        pieces = [(found.start(), found[0]) for found in re.finditer(pattern, row)]
    else:
        pieces, at = [], 0
        for piece in row.split(parted):
            pieces.append((at, piece))
            at += len(piece) + 1
    spans: list[tuple[int, int]] = []
    for at, piece in pieces:
        start = offset + at + len(piece) - len(piece.lstrip())
        spans.append((start, start + len(piece.strip())))
    return spans


def _clean(cell: str) -> str:
    return re.sub(r"\s", "", cell)


def name_cells(frame: Frame) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, kind and head of each name in a column of names."""
    for start, end, kind, head in cells(frame, _name_column):
        yield from _names_in(frame, start, end, kind, head)


#: What a head may carry beside its word: 领取人签字, 户主（姓名）, 姓名1.
_TRIMMINGS = re.compile(
    r"\(.*?\)|(?:签字|签名|签章|盖章|签收|信息|[0-9])+$|^(?:村民|农户|职工|人员|拟)(?=姓名)"
)


def _name_column(head: str) -> str:
    bare = _TRIMMINGS.sub("", head)
    if bare in _PUBLIC or bare in _OPEN_HEADS:
        return "public"
    if bare in _HEADS or bare in _PRIVATE or (len(bare) <= 10 and bare.endswith("姓名")):
        return "minor" if _CHILD.search(head) else "table"
    return ""


def cells(frame: Frame, kind_of: Callable[[str], str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, kind and head of each cell in the columns that `kind_of` names a kind for."""
    text = frame.text
    columns: dict[int, tuple[str, str]] = {}
    width = 0
    for found in _LINE.finditer(text):
        line = found[0].rstrip("\n")
        if not line.strip():
            if found.end() == len(text):
                break
            continue
        if not columns and not any(sign in line for sign in "\t| "):
            continue  # one cell: neither heads nor a row
        spans = _cells(line, found.start())
        heads = [_clean(text[a:b]) for a, b in spans]
        kinds = [kind_of(head) for head in heads]
        if len(heads) > 1 and any(kinds) and not _looks_like_values(heads):
            columns = {place: (kind, heads[place]) for place, kind in enumerate(kinds) if kind}
            width = len(heads)
            continue
        if not columns or abs(len(spans) - width) > (2 if "\t" in line or "|" in line else 0):
            continue
        for place, (kind, head) in columns.items():
            if place < len(spans) and spans[place][1] > spans[place][0]:
                yield *spans[place], kind, head


def _looks_like_values(heads: list[str]) -> bool:
    return any(re.search(r"[0-9]{4,}|:", head) for head in heads)


def _names_in(
    frame: Frame, start: int, end: int, kind: str, head: str
) -> Iterator[tuple[int, int, str, str]]:
    """Yield the names in one cell, several parted by 、 or spaces; a name may be spread (张  三)."""
    cell = frame.text[start:end]
    if _LATIN.fullmatch(cell):
        yield start, end, kind, head
        return
    for part in re.finditer(r"[^、,，;；/\s]+", cell):
        name = re.sub(rf"\(.*$|(?<=[{HAN}]{{3}})代[领签]?$", "", part[0])
        if is_name_value(name):
            yield start + part.start(), start + part.start() + len(name), kind, head


#: A child by its number (房十二妹).
_NUMBERED = re.compile(
    rf"[{HAN}](?:十[一二三四五六七八九]?|[一二三四五六七八九])[{HAN}]?[妹姐弟哥娘婆公姑仔女妮]"
)


def _is_word(name: str) -> bool:
    """Return whether a word of forms, a kind of person or a surname with a title stands where a name would be (孤儿, 颜主席)."""
    titled = shape.HONORIFIC.fullmatch(name, shape.surname_size(name) or 1)
    return name in shape.FORM or context.is_role(name) or bool(titled)


def is_name_value(name: str) -> bool:
    """Return whether the value of a name field or cell is a person's name and not a body, a word or a mask."""
    if not re.fullmatch(rf"[{HAN}·•・‧.]{{2,16}}", name) or _MASK.search(name) or _is_word(name):
        return False
    size = shape.surname_size(name)
    if size and len(name) - size in (1, 2):
        return True
    if size == 1 and len(name) == 4:
        if _NUMBERED.fullmatch(name):
            return True
        plain = any(shape.is_ordinary(name[at : at + 2]) for at in (0, 2))
        return not plain or (shape.given_score(name[2:]) > 0 and name[1] in shape.KNOWN)
    return (
        len(name) <= 6
        and not _BODY.search(name)
        and not any(shape.is_ordinary(name[at : at + 2]) for at in range(len(name) - 1))
    )
