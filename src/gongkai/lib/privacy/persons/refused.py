"""What stands where a name would be and is none: words, masks, places, strings known from laws."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, hints, shape, written
from gongkai.lib.privacy.persons.context import Left
from gongkai.lib.privacy.persons.found import Search
from gongkai.lib.privacy.persons.plausible import usual
from gongkai.lib.privacy.tables import PrefixSet, read_word_group

#: Masks behind a surname.
MASKED = re.compile(
    rf"[某*×＊xXＸ○〇□△ＸΟ�●■_?？]{{1,3}}|(?![在与和向于从被将对由到因跟同给把是])[{HAN}]?[某*×＊○□●■]"
)
#: Last characters of bodies and notions (宣传处, 幸福感), never of an unannounced name.
BODY_ENDS = frozenset("处局科室厅办委部院所站制馆宫性感率")


#: Who says what he is (我是…小区的业主), not who he is.
_MYSELF = frozenset(("我是", "本人是", "本人系", "我系", "我们是", "我叫", "叫", "是", "住"))
_AS_WHAT = re.compile(
    rf"[{HAN}0-9A-Za-z]{{0,14}}(?:的?(?:一[名位个]|业主|居民|住户|村民|市民|学生|家长|员工|用户|车主|商户|租户|职工|老师|教师|退休|老百姓|群众|购房者|消费者))"
)


def says_what(frame: Frame, end: int, left: Left) -> bool:
    """Return whether somebody says in which estate or village he lives, where a name might stand (我是高信向日葵的业主)."""
    return (
        left.word in _MYSELF
        and not written.BORDER.match(frame.text, end)
        and bool(_AS_WHAT.match(frame.text, end))
    )


#: Words for bodies and works of which a name would take the first character (梅岗中|学).
_BODIES = read_word_group("roles", "body")


def cuts_a_body(frame: Frame, end: int) -> bool:
    """Return whether the name would end inside a word for a body or a work (梅岗中|学), or is a body's head (卫健|局)."""
    return not frame.starts[end] and frame.text[end - 1 : end + 1] in _BODIES


def everyday(search: Search, start: int, end: int, left: Left) -> bool:
    """Return whether an everyday word of offices stands where no field, list or fact says that it is a name."""
    name = search.frame.text[start:end]
    if name[-1] in "病症炎" or (len(name) == 2 and name[1] in "有可就"):
        return not (left.field or search.chain(start))
    if not usual(name) or shape.dictionary_tag(name).startswith("nr"):
        return False
    return not (left.field or search.chain(start) or behind.fact_right(search.frame, end))


def announced_enough(search: Search, start: int, end: int, left: Left) -> bool:
    """Return whether enough announces a name whose surname is mostly an everyday word.

    A field or a list and a border, or a role and a fact behind; and no everyday word in its place.
    """
    frame = search.frame
    name = frame.text[start:end]
    closed = bool(written.BORDER.match(frame.text, end))
    strong = behind.strong_right(frame, end)
    word = shape.is_ordinary(name[:2]) or (name[1:] not in shape.PAIRS and shape.is_ordinary(name[1:]))
    if shape.is_ordinary(name) or (word and not (left.field and closed)):
        return False
    if left.field or search.chain(start):
        return closed or strong or (shape.name_score(name) >= 0.9 and behind.verb_right(frame, end) > 0)
    fact = strong or behind.fact_right(frame, end)
    if name[0] in search.surnames and shape.name_score(name) >= 0.9:
        return True  # of a family that bears the name
    if not left.kind:
        return fact and closed and (stands_alone(frame, start, left))
    fact = fact or behind.verb_right(frame, end) >= 1.5 or (closed and len(name) > 2)
    return fact or shape.name_score(name) >= 0.9


def inside_word(frame: Frame, start: int) -> bool:
    """Return whether an everyday word reaches over the place (行业 + 主管部门 is no 业主 named 管部门)."""
    at = start
    while at > 0 and not frame.starts[at]:
        at -= 1
    return shape.is_ordinary(frame.word(at))


def not_a_name(frame: Frame, start: int, end: int, left: Left, score: float, chain: bool) -> bool:
    """Return whether words, masks or places stand where the name would be."""
    closed = bool(written.BORDER.match(frame.text, end))
    people = frame.text[end : end + 1] == "族" or frame.text[end - 1] in "籍族"
    if (
        people
        or cuts_a_body(frame, end)
        or says_what(frame, end, left)
        or (MASKED.match(frame.text, end) and frame.text[end : end + 1] not in "?？_xX")
    ):
        return True
    word = frame.word(start)
    if len(word) >= 2 and shape.is_ordinary(word) and len(word) >= end - start:
        said = (
            (left.field and closed)
            or (context.is_role(left.word) and behind.says_right(frame, end))
            or (closed and behind.fact_right(frame, end) and stands_alone(frame, start, left))
        )
        return not (said and len(word) == end - start)
    listed = chain and closed and end - start == 3 and score > 0
    if function_word(frame, start, end, left, score, listed) or (
        not left.kind and not listed and other_words(frame, start, end, score)
    ):
        return True
    known = (left.field and closed) or (behind.fact_right(frame, end) and stands_alone(frame, start, left))
    if not known and place_or_law(frame, start, end, left):
        return True
    return (
        frame.starts[start] == 0 and not left.kind and frame.text[max(0, start - 1) : start] not in "、，, "
    )


_PROVINCES = frozenset(
    (  # noqa: SIM905
        "江苏 江西 安徽 山东 山西 河南 河北 湖南 湖北 广东 广西 云南 贵州 四川 陕西 甘肃 青海 宁夏 新疆 西藏 福建 "
        "浙江 海南 吉林 辽宁 重庆 上海 天津 北京"
    ).split()
)
_ORIGIN = re.compile(r"(?:籍贯|原籍|祖籍|生源地?|户籍)[是为:\s]{0,3}$")


def of_a_province(text: str, start: int) -> bool:
    """Return whether a county stands behind its province where a name would be (原籍四川安岳, 籍贯：江苏盱眙)."""
    if text[max(0, start - 2) : start] in _PROVINCES:
        return bool(_ORIGIN.search(text[max(0, start - 10) : start - 2]))
    return text[start : start + 2] in _PROVINCES and bool(_ORIGIN.search(text[max(0, start - 8) : start]))


_COUNTRIES = read_word_group("names", "country")
_COUNTRY = PrefixSet(_COUNTRIES)
#: The sign of a document (桓政信复查〔2024〕), a team and one of it by his title (司机班小胡).
_NO_NAME = re.compile(
    rf"[{HAN}]{{2,6}}[\[〔](?:19|20)[0-9]{{2}}[\]〕]|[班组队科股室站所][小老][{HAN}](?![{HAN}])"
)
_MAY_BE_ELSE = frozenset("班组队科股室站所") | {country[0] for country in _COUNTRIES}


def sign_or_place(text: str, start: int) -> bool:
    """Return whether a document's sign, a country, a county behind its province or one of a team stands here."""
    if text[start] in _MAY_BE_ELSE and (_NO_NAME.match(text, start) or len(_COUNTRY.at(text, start)) > 2):
        return True
    behind = text[start + 2 : start + 7]
    if ("〔" in behind or "[" in behind) and _NO_NAME.match(text, start):
        return True
    return "籍" in text[max(0, start - 9) : start] and of_a_province(text, start)


def stands_alone(frame: Frame, start: int, left: Left) -> bool:
    """Return whether a role or a border stands before the place."""
    return bool(left.kind) or start == 0 or not shape.IS_HAN.match(frame.text[start - 1])


def function_word(frame: Frame, start: int, end: int, left: Left, score: float, chain: bool) -> bool:
    """Return whether the surname is the function word it usually is (向社会, 和学校)."""
    text = frame.text
    if text[start] not in shape.FUNCTION_SURNAMES or text[start : start + 2] in shape.COMPOUND:
        return False
    if left.field or chain or behind.strong_right(frame, end) or shape.ELDEST.fullmatch(text[start:end]):
        return False
    apart = not left.kind and end - start == 3 and score >= 1.4 and stands_alone(frame, start, left)
    if apart and text[start] in shape.TOP and written.BORDER.match(text, end):
        return False
    joined = not left.kind and end - start == 3 and score >= 1.4 and hints.left_hint(frame, start) >= 0.8
    if joined and text[start] not in "应向和有由从自都令" and behind.verb_right(frame, end) > 1:
        return False
    whole = score >= 1.5 and bool(written.BORDER.match(text, end))
    return not left.kind or score < 0.8 or (text[start] in "应向和有由从自都令" and not whole)


def other_words(frame: Frame, start: int, end: int, score: float) -> bool:
    """Return whether dictionary words fill the place of a name that nothing announces."""
    word = frame.word(start)
    if 1 < len(word) < end - start and word not in shape.COMPOUND:
        if frame.starts[start + len(word)] > 1 and shape.known_word(word):
            return True
        if shape.is_ordinary(word) and score < (0.8 if behind.strong_right(frame, end) else 2.0):
            return True
    last = frame.text[end - 1]
    given = frame.text[start + 1 : end]
    ends_as_place = (last in shape.PLACE_ENDS and given not in shape.PAIRS) or (
        end - start > 2 and last in BODY_ENDS
    )
    return ends_as_place and not behind.strong_right(frame, end)


def place_or_law(frame: Frame, start: int, end: int, left: Left) -> bool:
    """Return whether the string goes on as a place or a body, or is known from laws."""
    return written_in_laws(frame, start, end) or behind.place_right(frame, end, gap=not left.kind)


def written_in_laws(frame: Frame, start: int, end: int) -> bool:
    """Return whether the name, its first two or its next characters make a string known from texts without names."""
    name = frame.text[start:end]
    if name in shape.NO_NAMES or frame.text[start : start + 3] in shape.NO_NAMES:
        return True
    return name[:2] in shape.NO_NAMES and (name[0] in shape.WEAK or shape.is_ordinary(name[:2]))
