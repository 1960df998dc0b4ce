"""Names before a fact or a word that only a person has: a sex, a number, an illness, 女士, 一家四口."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, shape
from gongkai.lib.privacy.persons.elements import is_elements
from gongkai.lib.privacy.persons.found import Evidence, Named
from gongkai.lib.privacy.persons.personal import CARD, COUNTRY, FACT, ID, MOBILE, SURE_FACT
from gongkai.lib.privacy.persons.plausible import may_be_name, shaped
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

_BEFORE_FACT = re.compile(rf"(?<![{HAN}·•])(?P<run>[{HAN}]{{2,14}})(?=[ ]?[,，( |\t—]{{1,3}}\s?{FACT})")
_NUMBER_NEXT = re.compile(rf"[ ]?[,，( |\t—]{{1,3}}\s?(?:{MOBILE}|{CARD}|{ID})")
_CAPITAL = r"[A-ZÀ-ÞĀ-ŽẠ-ỸА-ЯЁĐ]"
_LETTER = r"[A-Za-zÀ-ɏḀ-ỿЀ-ӿ'\-]"
_LATIN = re.compile(
    rf"(?<!{_LETTER}){_CAPITAL}{_LETTER}{{1,20}}(?:[ ·](?:{_CAPITAL}{_LETTER}{{0,20}}\.?|[a-z]{{2,3}})){{0,3}}[ ·]{_CAPITAL}{_LETTER}{{1,20}}"
    rf"(?=[ ]?[,，( |\t—(]{{1,2}}\s?(?:女|男|护照|永居证|居留证|永久居留|{COUNTRY}|[{HAN}]{{1,4}}籍|国籍))"
)
#: Before whom something is paid, heard, granted.
_WHOM = ("受理的", "支付", "退还", "通知", "住客", "给予", "处罚", "告知")
_LATIN_ROLE = re.compile(
    rf"(?P<role>[{HAN}]{{2,6}})[:：]?\s?(?P<name>[A-ZÀ-Ž][a-zß-žı'\-]{{1,20}}(?:[ ·][A-ZÀ-Ž][A-Za-zß-žı'\-.]{{0,20}}){{1,3}})"
)


def before_facts(frame: Frame) -> Iterator[Named]:
    """Yield names of any shape between a border or a role and a fact (小葵花，女， 铃木一郎，日本， 石头，听力一级)."""
    for found in _BEFORE_FACT.finditer(frame.text):
        run, end = found["run"], found.end()
        cut, kind, word = _role_before(frame, found.start(), run)
        name = run[cut:]
        more = 0 if cut else _lead(name)
        cut, name = cut + more, name[more:]
        if (
            len(name) > 6
            or name.endswith("户")
            or (kind == "public" and word not in _RECORDS)
            or len(name) < 2
            or _office(frame, end)
        ):
            continue
        sure = SURE_FACT.match(frame.text, end)
        numbered = shape.surname_size(name) and _NUMBER_NEXT.match(frame.text, end)
        if may_be_name(name, Evidence.FACT if sure or numbered else Evidence.LIST):
            yield found.start() + cut, end, kind if kind not in ("", "public") else "context", word
    for found in _LATIN.finditer(frame.text):
        yield *found.span(), "context", ""
    for found in _LATIN_ROLE.finditer(frame.text):
        kind, word = context.role_ending(found["role"])
        if kind in ("private", "kin", "minor") or found["role"].endswith(_WHOM):
            yield *found.span("name"), kind or "context", word


#: What may stand between a border and a name: words that join, one-character words for relatives, a place or a body.
_JOINS = re.compile(
    rf"(?:中国)?(?:{COUNTRY})(?:国|籍|人|公民|国籍){{0,2}}|(?:{alternatives_pattern(read_word_group('roles', 'lead'))}){{1,3}}|"
    r"兹有|现有|另有|同意|关于|对于|经查|其中|其[妻子女父母夫孙兄弟姐妹]|[致因与和由对被向将经让给为有替把见及找班叫是]|[妻子女父母夫孙媳婿]|"
    rf"[{HAN}]{{2,8}}(?:村|社区|镇|乡|街道|小组|[组社]|小学|中学|学院|大学|公司|单位|班)"
)


def _lead(run: str) -> int:
    """Return how many characters of a run stand before a name of the usual shape, 0 where it is a name itself."""
    found = _JOINS.match(run)
    if (
        not found
        or not (2 <= len(run) - found.end() <= 4 or is_elements(run[found.end() :]))
        or (len(run) < 5 and shaped(run))
    ):
        return 0
    rest = run[found.end() :]
    if rest[0] in "人户员者方":
        return 0
    size = shape.surname_size(rest)
    return found.end() if found.end() > 1 or (size and shape.name_score(rest) > 0.3) else 0


#: Words of office that also head records of what private people said.
_RECORDS = frozenset(("记录", "来源", "编辑", "听证"))


def _role_before(frame: Frame, start: int, run: str) -> tuple[int, str, str]:
    """Return how many characters of a run are a word for a person before the name, its kind and the word."""
    for cut in range(len(run) - 2, 1, -1):
        if len(run) - cut > 5:
            break
        kind, word = context.role_ending(run[:cut])
        if kind:
            return cut, kind, word
    left = context.left_of(frame, start)
    return 0, left.kind, left.word


def _office(frame: Frame, end: int) -> bool:
    return behind.office_right(frame, end) or behind.profession_right(frame, end)
