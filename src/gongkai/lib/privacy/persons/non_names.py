"""Reject strings that are no names: words, masks, places, strings known from laws."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, read_word_group
from gongkai.lib.privacy.persons import context, elements, names_without_surname, right_context, shape
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.name_matches import PersonSearch
from gongkai.lib.privacy.persons.plausible import is_office_word
from gongkai.lib.privacy.search_text import SearchText

#: Masks after a surname.
MASK_AFTER_SURNAME_PATTERN = re.compile(
    rf"[某*×＊xXＸ○〇□△ＸΟ�●■_?？]{{1,3}}|(?![在与和向于从被将对由到因跟同给把是])[{HAN}]?[某*×＊○□●■]"
)
#: Last characters of bodies and notions (宣传处, 幸福感), never of an unannounced name.
BODY_SUFFIXES = frozenset("处局科室厅办委部院所站制馆宫性感率")


#: Words before a description of oneself (我是…小区的业主), not before a name.
_SELF_INTRODUCTIONS = frozenset(("我是", "本人是", "本人系", "我系", "我们是", "我叫", "叫", "是", "住"))
_RESIDENT_OF_PLACE_RE = re.compile(
    rf"[{HAN}0-9A-Za-z]{{0,14}}(?:的?(?:一[名位个]|业主|居民|住户|村民|市民|学生|家长|员工|用户|车主|商户|租户|职工|老师|教师|退休|老百姓|群众|购房者|消费者))"
)


def introduces_resident(search_text: SearchText, end: int, context: LeftContext) -> bool:
    """Return whether a speaker states a residence, not a name that ends at `end` (我是高信向日葵的业主)."""
    return (
        context.word in _SELF_INTRODUCTIONS
        and not names_without_surname.NAME_BOUNDARY_PATTERN.match(search_text.text, end)
        and bool(_RESIDENT_OF_PLACE_RE.match(search_text.text, end))
    )


#: Words for bodies and works of which a name would take the first character (梅岗中|学).
_BODY_WORDS = read_word_group("roles", "body")


def splits_body_word(search_text: SearchText, end: int) -> bool:
    """Return whether a name would end inside a two-character word for an institution (梅岗中|学)."""
    return not search_text.starts[end] and search_text.text[end - 1 : end + 1] in _BODY_WORDS


def is_everyday_word(search: PersonSearch, start: int, end: int, context: LeftContext) -> bool:
    """Return true if an everyday office word has no field, list or fact next to it."""
    name = search.search_text.text[start:end]
    if name[-1] in "病症炎" or (len(name) == 2 and name[1] in "有可就"):
        return not (context.field or search.get_kind_before(start))
    if not is_office_word(name) or shape.get_word_tag(name).startswith("nr"):
        return False
    return not (
        context.field or search.get_kind_before(start) or right_context.has_marked_fact_after(search.search_text, end)
    )


def is_sufficiently_announced(search: PersonSearch, start: int, end: int, context: LeftContext) -> bool:
    """Return whether the context suffices for a surname that is mostly an everyday word."""
    search_text = search.search_text
    name = search_text.text[start:end]
    closed = bool(names_without_surname.NAME_BOUNDARY_PATTERN.match(search_text.text, end))
    strong = right_context.has_fact_after(search_text, end)
    word = shape.is_ordinary_word(name[:2]) or (
        name[1:] not in shape.GIVEN_NAME_PAIRS and shape.is_ordinary_word(name[1:])
    )
    if shape.is_ordinary_word(name) or (word and not (context.field and closed)):
        return False
    if context.field or search.get_kind_before(start):
        return (
            closed or strong or (shape.score_name(name) >= 0.9 and right_context.score_verb_after(search_text, end) > 0)
        )
    fact = strong or right_context.has_marked_fact_after(search_text, end)
    if name[0] in search.surnames and shape.score_name(name) >= 0.9:
        return True  # of a family that bears the name
    if not context.kind:
        return fact and closed and (has_boundary_before(search_text, start, context))
    fact = fact or right_context.score_verb_after(search_text, end) >= 1.5 or (closed and len(name) > 2)
    return fact or shape.score_name(name) >= 0.9


def is_inside_word(search_text: SearchText, start: int) -> bool:
    """Return whether an everyday word spans the offset (行业|主管部门 contains no name 管部门)."""
    at = start
    while at > 0 and not search_text.starts[at]:
        at -= 1
    return shape.is_ordinary_word(search_text.word(at))


def is_not_a_name(
    search_text: SearchText, start: int, end: int, left: LeftContext, score: float, is_in_list: bool
) -> bool:
    """Return true if the candidate is an ordinary word, a masked name or a place.

    `score`: its `shape.score_name`; `is_in_list`: it follows another name in a list.
    """
    has_boundary = bool(names_without_surname.NAME_BOUNDARY_PATTERN.match(search_text.text, end))
    people = search_text.text[end : end + 1] == "族" or search_text.text[end - 1] in "籍族"
    if (
        people
        or splits_body_word(search_text, end)
        or introduces_resident(search_text, end, left)
        or (MASK_AFTER_SURNAME_PATTERN.match(search_text.text, end) and search_text.text[end : end + 1] not in "?？_xX")
    ):
        return True
    word = search_text.word(start)
    if len(word) >= 2 and shape.is_ordinary_word(word) and len(word) >= end - start:
        is_marked_word = (
            (left.field and has_boundary)
            or (context.is_known_role(left.word) and right_context.has_party_verb_after(search_text, end))
            or (
                has_boundary
                and right_context.has_marked_fact_after(search_text, end)
                and has_boundary_before(search_text, start, left)
            )
        )
        return not (is_marked_word and len(word) == end - start)
    listed = is_in_list and has_boundary and end - start == 3 and score > 0
    if is_function_word(search_text, start, end, left, score, listed) or (
        not left.kind and not listed and is_explained_by_words(search_text, start, end, score)
    ):
        return True
    is_marked = (left.field and has_boundary) or (
        right_context.has_marked_fact_after(search_text, end) and has_boundary_before(search_text, start, left)
    )
    if not is_marked and is_place_or_law_term(search_text, start, end, left):
        return True
    return (
        search_text.starts[start] == 0 and not left.kind and search_text.text[max(0, start - 1) : start] not in "、，, "
    )


_PROVINCE_NAMES = frozenset(
    (  # noqa: SIM905
        "江苏 江西 安徽 山东 山西 河南 河北 湖南 湖北 广东 广西 云南 贵州 四川 陕西 甘肃 青海 宁夏 新疆 西藏 福建 "
        "浙江 海南 吉林 辽宁 重庆 上海 天津 北京"
    ).split()
)
_ORIGIN_LABEL_RE = re.compile(r"(?:籍贯|原籍|祖籍|生源地?|户籍)[是为:\s]{0,3}$")


def is_county_of_province(text: str, start: int) -> bool:
    """Return whether a county follows its province (原籍四川安岳)."""
    if text[max(0, start - 2) : start] in _PROVINCE_NAMES:
        return bool(_ORIGIN_LABEL_RE.search(text[max(0, start - 10) : start - 2]))
    return text[start : start + 2] in _PROVINCE_NAMES and bool(_ORIGIN_LABEL_RE.search(text[max(0, start - 8) : start]))


_COUNTRY_NAMES = read_word_group("names", "country")
_COUNTRY_PREFIXES = PrefixSet(_COUNTRY_NAMES)
#: The sign of a document (桓政信复查〔2024〕), a team and one of it by his title (司机班小胡).
_DOCUMENT_SIGN_OR_TEAM_RE = re.compile(
    rf"[{HAN}]{{2,6}}[\[〔](?:19|20)[0-9]{{2}}[\]〕]|[班组队科股室站所][小老][{HAN}](?![{HAN}])"
)
_SIGN_OR_PLACE_CHARACTERS = frozenset("班组队科股室站所") | {country[0] for country in _COUNTRY_NAMES}


def is_sign_or_place(text: str, start: int) -> bool:
    """Return whether a document number, country, county or team member begins here."""
    if text[start] in _SIGN_OR_PLACE_CHARACTERS and (
        _DOCUMENT_SIGN_OR_TEAM_RE.match(text, start) or len(_COUNTRY_PREFIXES.at(text, start)) > 2
    ):
        return True
    text_after = text[start + 2 : start + 7]
    if ("〔" in text_after or "[" in text_after) and _DOCUMENT_SIGN_OR_TEAM_RE.match(text, start):
        return True
    return "籍" in text[max(0, start - 9) : start] and is_county_of_province(text, start)


def has_boundary_before(search_text: SearchText, start: int, context: LeftContext) -> bool:
    """Return whether a role or a boundary precedes the offset `start`."""
    return bool(context.kind) or start == 0 or not shape.HAN_CHARACTER_PATTERN.match(search_text.text[start - 1])


def is_function_word(
    search_text: SearchText, start: int, end: int, context: LeftContext, score: float, is_in_list: bool
) -> bool:
    """Return true if the surname is used as a function word (向社会, 和学校); `is_in_list`: it is in a list."""
    text = search_text.text
    if text[start] not in shape.FUNCTION_SURNAMES or text[start : start + 2] in shape.COMPOUND_SURNAMES:
        return False
    if (
        context.field
        or is_in_list
        or right_context.has_fact_after(search_text, end)
        or shape.BIRTH_ORDER_NAME_PATTERN.fullmatch(text[start:end])
    ):
        return False
    apart = not context.kind and end - start == 3 and score >= 1.4 and has_boundary_before(search_text, start, context)
    if (
        apart
        and text[start] in shape.MOST_COMMON_SURNAMES
        and names_without_surname.NAME_BOUNDARY_PATTERN.match(text, end)
    ):
        return False
    joined = (
        not context.kind and end - start == 3 and score >= 1.4 and elements.score_word_before(search_text, start) >= 0.8
    )
    if joined and text[start] not in "应向和有由从自都令" and right_context.score_verb_after(search_text, end) > 1:
        return False
    whole = score >= 1.5 and bool(names_without_surname.NAME_BOUNDARY_PATTERN.match(text, end))
    return not context.kind or score < 0.8 or (text[start] in "应向和有由从自都令" and not whole)


def is_explained_by_words(search_text: SearchText, start: int, end: int, score: float) -> bool:
    """Return whether dictionary words explain an unannounced name."""
    word = search_text.word(start)
    if 1 < len(word) < end - start and word not in shape.COMPOUND_SURNAMES:
        if search_text.starts[start + len(word)] > 1 and shape.is_dictionary_word(word):
            return True
        if shape.is_ordinary_word(word) and score < (0.8 if right_context.has_fact_after(search_text, end) else 2.0):
            return True
    last_character = search_text.text[end - 1]
    given_name = search_text.text[start + 1 : end]
    ends_as_place = (last_character in shape.PLACE_SUFFIXES and given_name not in shape.GIVEN_NAME_PAIRS) or (
        end - start > 2 and last_character in BODY_SUFFIXES
    )
    return ends_as_place and not right_context.has_fact_after(search_text, end)


def is_place_or_law_term(search_text: SearchText, start: int, end: int, context: LeftContext) -> bool:
    """Return whether the string continues as a place or body, or is known from laws."""
    return occurs_in_laws(search_text, start, end) or right_context.is_continued_as_place(
        search_text, end, gap=not context.kind
    )


def occurs_in_laws(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether the name or its surroundings form a string known from name-free texts."""
    name = search_text.text[start:end]
    if name in shape.NAME_LIKE_STRINGS or search_text.text[start : start + 3] in shape.NAME_LIKE_STRINGS:
        return True
    return name[:2] in shape.NAME_LIKE_STRINGS and (name[0] in shape.WEAK_SURNAMES or shape.is_ordinary_word(name[:2]))
