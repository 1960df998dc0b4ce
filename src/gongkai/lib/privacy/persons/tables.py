"""Find names in table columns whose header contains 姓名 or similar.

Cells are separated by tabs, bars, narrow commas or two spaces; single spaces count where header and rows have
equal numbers of parts.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons import context, posts, shape
from gongkai.lib.privacy.search_text import SearchText

_COUPLE_HEADERS = {"男方", "女方", "新郎", "新娘", "父亲", "母亲", "配偶", "签领", "领取", "领款"}
_NAME_HEADERS = (read_word_group("roles", "slot") | _COUPLE_HEADERS) - {"名单", "人员名单", "公示名单", "对象名单"}
_POSSIBLE_NAME_HEADERS = read_word_group("roles", "openslot") - {"成员", "主任", "局长", "职务"}
_PUBLIC_HEADERS = read_word_group("roles", "public")
_PRIVATE_HEADERS = (
    frozenset(word for word in read_word_group("roles", "private") if word[-1] in "人者户员工主") - _PUBLIC_HEADERS
)
_CHILD_WORD_RE = re.compile(r"学生|幼儿|儿童|考生")
_TEXT_LINE_RE = re.compile(r"[^\n]*\n?")
_LATIN_NAME_RE = re.compile(shape.LATIN_NAME_PATTERN)
_BODY_ENDING_RE = re.compile(r"[局处科室院校厂店社村组镇乡县市区队部站所司行]$")
#: Neighbouring columns of one name.
_SPLIT_NAME_HEADERS = frozenset({("姓", "名"), ("姓氏", "名"), ("姓", "名字"), ("姓氏", "名字")})
_SPLIT_NAME_WORDS = frozenset("".join(pair) for pair in _SPLIT_NAME_HEADERS)
#: A column of posts, and a post whose holder is public.
_POST_HEADERS = frozenset({"职务", "职务职级", "现任职务", "职务(岗位)", "领导职务"})
_POST_TITLE_RE = re.compile(
    r"[局县市镇乡区科处股所院校站队部厅司州长行河林格]长(?!期)|书记|支书|主任|主席|调研员|巡视员|秘书长|组长|法官|检察官|审判员|代表|委员|发言人|科员|值班员"
)
#: A post of villagers, held beside their private life; 人大代表 and 党委委员 are posts of organs.
_VILLAGE_POST_RE = re.compile(
    r"组长|(?<!人大)(?<!党)(?<!首席)代表|(?<!政协)(?<!党委)(?<!纪委)(?<!党组)(?<!常委会)委员|网格员"
)
_ORGAN_POST_RE = re.compile(r"[局县市镇乡区科处股所院校站厅司州行]长|书记|主任|主席|法官|检察官|调研员")
#: A cell that is the post which its person holds: not 原村书记, 儿子任局长, 母亲李桂英(原村主任).
_HELD_POST_RE = re.compile(
    rf"(?!.{{0,12}}(?:原[副党村]|原(?:{_ORGAN_POST_RE.pattern})|退休|离任|父亲|母亲|丈夫|妻子|儿子|女儿|兄弟|姐妹|配偶|[亲家]属))[^(]{{0,12}}(?:{_ORGAN_POST_RE.pattern})(?:[(].{{1,8}}[)])?"
)
#: A body whose phone is public, at the head of its row.
_PUBLIC_BODY_ROW_RE = re.compile(
    rf"[{HAN}]{{1,16}}(?:局|委|办|厅|中心|政府|法院|检察院|医院|学校|[小中大]学|街道办事处|公司|派出所|[馆站所])"
)
#: A table that pays persons: the title above it, and its heads.
_BENEFIT_TITLE_RE = re.compile(r"发放|补[助贴偿]|误工|领取|报酬")
_BENEFIT_HEADER_RE = re.compile(
    r"金额|补[助贴偿]|低保|救助|发放|面积|亩数|身份证|账号|卡号|一卡通|住址|工资|误工|报酬|奖金|户主|残疾|领取"
)
_MASK_SIGN_RE = re.compile(r"[某*×＊○□●■]")


def _split_cells(line: str, offset: int, written: str) -> list[tuple[int, int]]:
    """Return (start, end) of each cell; `written` is the line before normalisation."""
    row = line.rstrip("\n")
    comma = "," if "," in written and "，" not in written else ""
    parted = next((sign for sign in ("\t", "|", comma) if sign and sign in row), "")
    if not parted:
        pattern = r"(?:[^ ]| (?! ))+" if re.search(r"\S {2,}\S", row) else r"[^ ]+"
        pieces = [(match.start(), match[0]) for match in re.finditer(pattern, row)]
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


def _remove_spaces(cell: str) -> str:
    return re.sub(r"\s", "", cell)


def find_name_cells(search_text: SearchText) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, header) of each name in a column of names."""
    cells = list(
        find_cells_of_columns(search_text, lambda head: "post" if head in _POST_HEADERS else classify_name_column(head))
    )
    offices = {
        search_text.text.count("\n", 0, start)
        for start, end, kind, _ in cells
        if kind == "post"
        and _POST_TITLE_RE.search(search_text.text, start, end)
        and not (posts.is_private_line(search_text, start) or _is_paid_villager(search_text, start, end))
    }
    for start, end, kind, head in cells:
        if kind != "post":
            in_office = bool(offices) and search_text.text.count("\n", 0, start) in offices
            yield from _find_names_in_cell(search_text, start, end, "public" if in_office else kind, head)


def is_row_of_office(search_text: SearchText, at: int) -> bool:
    """Return true for a row of an organ or post without private details."""
    line_start, line_end = search_text.text.rfind("\n", 0, at) + 1, search_text.text.find("\n", at)
    line = search_text.text[line_start : line_end if line_end >= 0 else len(search_text.text)]
    cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ",")]
    named = [cell for cell in cells if cell and not re.search("[0-9]", cell)]
    names = [cell for cell in named[1:] if is_name_value(cell) and cell[-1] not in shape.PLACE_SUFFIXES]
    if named and _PUBLIC_BODY_ROW_RE.fullmatch(named[0]) and not names and not _is_surely_name(named[0]):
        return True  # 县教育局|府前路|0799-8011111
    has_post = any(_HELD_POST_RE.fullmatch(cell) for cell in cells)
    return has_post and not posts.is_private_line(search_text, at)


def _is_paid_villager(search_text: SearchText, start: int, end: int) -> bool:
    """Return true for a villager's post in a table of benefits: its holder stays private."""
    post = search_text.text[start:end]
    if not _VILLAGE_POST_RE.search(post) or _ORGAN_POST_RE.search(post):
        return False
    low = max(0, search_text.text.rfind("职务", 0, start))
    heads_at = search_text.text.rfind("\n", 0, low) + 1
    title_at = search_text.text.rfind("\n", 0, max(0, heads_at - 1)) + 1
    heads = search_text.text[heads_at : search_text.text.find("\n", low)]
    return bool(_BENEFIT_HEADER_RE.search(heads) or _BENEFIT_TITLE_RE.search(search_text.text, title_at, heads_at))


#: Additions to a header's word: 领取人签字, 户主（姓名）, 姓名1.
_HEADER_DECORATION_RE = re.compile(
    r"\(.*?\)|(?:签字|签名|签章|盖章|签收|信息|[0-9])+$|^(?:村民|农户|职工|人员|拟)(?=姓名)"
)


def classify_name_column(head: str) -> str:
    """Return the kind of the persons that a header names: public, minor or table (private); "" for no persons."""
    bare = "姓名" if head in _SPLIT_NAME_WORDS else _HEADER_DECORATION_RE.sub("", head)
    if bare in _PUBLIC_HEADERS or bare in _POSSIBLE_NAME_HEADERS:
        return "public"
    if bare in _NAME_HEADERS or bare in _PRIVATE_HEADERS or (len(bare) <= 10 and bare.endswith("姓名")):
        return "minor" if _CHILD_WORD_RE.search(head) else "table"
    return ""


def find_cells_of_columns(
    search_text: SearchText, kind_of: Callable[[str], str]
) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, header) of cells in columns for whose header `kind_of` returns a kind, not ""."""
    text = search_text.text
    columns: dict[int, tuple[str, str]] = {}
    width, split = 0, -1
    for match in _TEXT_LINE_RE.finditer(text):
        line = match[0].rstrip("\n")
        if not line.strip():
            if match.end() == len(text):
                break
            continue
        if not columns and not any(sign in line for sign in "\t| ,"):
            continue  # one cell: neither heads nor a row
        spans = _split_cells(line, match.start(), search_text.source[match.start() : match.end()])
        if columns and split < 0 and len(spans) == width + 1:
            spans = _join_spaced_pair(text, spans)
        heads = [_remove_spaces(text[a:b]) for a, b in spans]
        split = next((at for at, pair in enumerate(pairwise(heads)) if pair in _SPLIT_NAME_HEADERS), split)
        if 0 <= split < len(spans) - 1:
            spans[split : split + 2] = [(spans[split][0], spans[split + 1][1])]
            heads[split : split + 2] = ["".join(heads[split : split + 2])]
        kinds = [kind_of(head) for head in heads]
        posts_only = bool(columns) and {"public"} == set(filter(None, kinds))  # 罗平|局长: a row, and no head
        named = any(_is_surely_name(heads[place]) for place in columns if place < len(heads))  # 么秀英|本人
        if (
            not named
            and (len(heads) > 1 or split == 0)
            and any(kinds)
            and not posts_only
            and not any(re.search(r"[0-9]{4,}|:", head) for head in heads)
        ):
            columns = {place: (kind, heads[place]) for place, kind in enumerate(kinds) if kind}
            width = len(heads)
            continue
        if not columns or abs(len(spans) - width) > (2 if "\t" in line or "|" in line else 0):
            continue
        for place, (kind, head) in columns.items():
            if place < len(spans) and spans[place][1] > spans[place][0]:
                yield *spans[place], kind, head


def _is_surely_name(cell: str) -> bool:
    """Return whether a cell under a head is a name and no other head."""
    return is_name_value(cell) and not shape.is_dictionary_word(cell) and not shape.is_dictionary_word(cell[:2])


def _join_spaced_pair(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans of a row's cells with a spaced name as one: 赵|䶮, 欧阳|菊香."""
    for at, ((start, middle), (after, end)) in enumerate(pairwise(spans)):
        family = text[start:middle]
        if family in shape.KNOWN_SURNAMES | shape.COMPOUND_SURNAMES and end - after < 3 and after - middle == 1:
            return [*spans[:at], (start, end), *spans[at + 2 :]]
    return spans


def _find_names_in_cell(
    search_text: SearchText, start: int, end: int, kind: str, head: str
) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, head) of the names in a table cell."""
    cell = search_text.text[start:end]
    if _LATIN_NAME_RE.fullmatch(cell):
        yield start, end, kind, head
        return
    if re.fullmatch(rf"[{HAN}]{{1,2}}[ \t|,] ?[{HAN}]{{1,2}}", cell) and is_name_value(re.sub("[ \t|,]+", "", cell)):
        yield start, end, kind, head
        return
    for match in re.finditer(r"[^、,，;；/\s]+", cell):
        name = re.sub(rf"\(.*$|(?<=[{HAN}]{{3}})代[领签]?$", "", match[0])
        if is_name_value(name):
            yield start + match.start(), start + match.start() + len(name), kind, head


#: A child by its number (房十二妹).
_NUMBERED_CHILD_RE = re.compile(
    rf"[{HAN}](?:十[一二三四五六七八九]?|[一二三四五六七八九])[{HAN}]?[妹姐弟哥娘婆公姑仔女妮]"
)


def _is_form_word(name: str) -> bool:
    """Return true for a word of forms (户号), a post, or a surname with a form of address."""
    titled = shape.FORM_OF_ADDRESS_PATTERN.fullmatch(name, shape.get_surname_size(name) or 1)
    return name in shape.FORM_FIELD_WORDS or context.is_known_role(name) or bool(titled)


def is_name_value(name: str) -> bool:
    """Return whether the value of a name field is a person's name, not a body, word or mask."""
    if not re.fullmatch(rf"[{HAN}·•・‧.]{{2,16}}", name) or _MASK_SIGN_RE.search(name) or _is_form_word(name):
        return False
    size = shape.get_surname_size(name)
    if (size and len(name) - size in (1, 2)) or shape.BIRTH_ORDER_NAME_PATTERN.fullmatch(name):
        return True
    if size == 1 and len(name) == 4:
        if _NUMBERED_CHILD_RE.fullmatch(name):
            return True
        plain = any(shape.is_ordinary_word(name[at : at + 2]) for at in (0, 2))
        return not plain or (shape.score_given_name(name[2:]) > 0 and name[1] in shape.KNOWN_SURNAMES)
    return (
        len(name) <= 6
        and not _BODY_ENDING_RE.search(name)
        and not any(shape.is_ordinary_word(name[at : at + 2]) for at in range(len(name) - 1))
    )
