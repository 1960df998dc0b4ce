"""Names before a fact or a word that only a person has: a sex, a number, an illness, 女士, 一家四口."""

from collections.abc import Iterator

from gongkai.chinese.characters import HAN
from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.persons import behind, context, shape
from gongkai.privacy.persons.elements import is_elements
from gongkai.privacy.persons.found import Evidence, Named
from gongkai.privacy.persons.personal import CARD, COUNTRY, FACT, ID, MOBILE, SURE_FACT, of_a_car
from gongkai.privacy.persons.plausible import may_be_name, shaped
from gongkai.privacy.tables import alternatives, words

_BEFORE_FACT = re.compile(rf"(?<![{HAN}·•])(?P<run>[{HAN}]{{2,14}})(?=[ ]?[,，( |\t—]{{1,3}}\s?{FACT})")
_NUMBER_NEXT = re.compile(rf"[ ]?[,，( |\t—]{{1,3}}\s?(?:{MOBILE}|{CARD}|{ID})")
_CAPITAL = r"[A-ZÀ-ÞĀ-ŽẠ-ỸА-ЯЁĐ]"
_LETTER = r"[A-Za-zÀ-ɏḀ-ỿЀ-ӿ'\-]"
_LATIN = re.compile(
    rf"(?<!{_LETTER}){_CAPITAL}{_LETTER}{{1,20}}(?:[ ·](?:{_CAPITAL}{_LETTER}{{0,20}}\.?|[a-z]{{2,3}})){{0,3}}[ ·]{_CAPITAL}{_LETTER}{{1,20}}"
    rf"(?=[ ]?[,，( |\t—(]{{1,2}}\s?(?:女|男|护照|永居证|居留证|永久居留|{COUNTRY}|[{HAN}]{{1,4}}籍|国籍))"
)
#: A name in its own letters behind the Chinese one: 巴图宝力德（BATBOLD Ganbaatar）.
_LATIN_BESIDE = re.compile(
    rf"(?<![{HAN}])(?P<run>[{HAN}·]{{2,12}})\((?P<name>[A-ZÀ-Ž][A-Za-z'\-]{{1,20}}(?:[ ,]{{1,2}}[A-ZÀ-Ž][A-Za-z'\-.]{{0,20}}){{1,3}})\)"
    r"(?=[,，、]?[^。\n]{0,12}(?:护照|国籍|男|女|出生|证件|居留|[0-9]{4}年))"
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
        if not cut and _numbered(frame, found.start()):
            continue
        more = 0 if cut else _lead(name)
        cut, name = cut + more, name[more:]
        kind_of = _KIND_OF.match(name)
        if kind_of and shaped(name[kind_of.end() :]):
            cut, name = cut + kind_of.end(), name[kind_of.end() :]
        if (
            len(name) > 6
            or name.endswith("户")
            or (kind == "public" and word not in _RECORDS)
            or len(name) < 2
            or _office(frame, end)
            or of_a_car(frame.text, found.start() + cut, end)
        ):
            continue
        sure = SURE_FACT.match(frame.text, end)
        numbered = shape.surname_size(name) and _NUMBER_NEXT.match(frame.text, end)
        if may_be_name(name, Evidence.FACT if sure or numbered else Evidence.LIST):
            yield found.start() + cut, end, kind if kind not in ("", "public") else "context", word
    yield from _before_titles(frame)
    yield from _listed_latin(frame)
    for found in _LATIN.finditer(frame.text):
        yield *found.span(), "context", ""
    for found in _LATIN_BESIDE.finditer(frame.text):
        yield *found.span("name"), "context", ""
        cut = max(_lead(found["run"]), _role_before(frame, found.start(), found["run"])[0])
        if may_be_name(found["run"][cut:], Evidence.FACT) or "·" in found["run"]:
            yield found.start("run") + cut, found.end("run"), "context", ""
    for found in _LATIN_ROLE.finditer(frame.text):
        kind, word = context.role_ending(found["role"])
        if kind in ("private", "kin", "minor") or found["role"].endswith(_WHOM):
            yield *found.span("name"), kind or "context", word


#: A name in its own letters in a list behind a Han name: 欧阳雪、JOHN MILLER与….
_LATIN_LISTED = re.compile(
    rf"(?<=[{HAN}]、)(?P<name>[A-Z][A-Za-z'\-]{{1,20}}(?: [A-Z][A-Za-z'\-]{{1,20}}){{1,3}})(?=[、与和及,，;；(。诉]|等|$)"
)


def _listed_latin(frame: Frame) -> Iterator[Named]:
    """Yield names in Latin letters that stand in a list right behind a name of the usual shape."""
    for found in _LATIN_LISTED.finditer(frame.text):
        end = found.start() - 1
        sizes = (4, 3, 2) if frame.text[max(0, end - 4) : max(0, end - 2)] in shape.COMPOUND else (3, 2)
        size = next((size for size in sizes if shaped(frame.text[max(0, end - size) : end])), 0)
        if size:
            yield end - size, end, "list", ""
            yield *found.span("name"), "list", ""


#: Words that are said of or to a person, right behind his whole name; and how many a name stands for.
_BEFORE_TITLE = re.compile(
    rf"(?<![{HAN}·])(?P<run>[{HAN}]{{2,14}}?)(?=女士|先生|同学(?![们会])|阿婆|阿公|大爷(?!爷)|大妈|大娘|等人(?=[的非因在与申反要信购等])|[一1]户[0-9一二两三四五六七八九十]{{0,2}}[人,，、(；;。]|"
    r"户[0-9一二两三四五六七八九十]{1,2}人|一家[0-9一二三四五六七八九十几]|夫妇|夫妻|"
    r"家长[,，:您]|等[0-9一二三四五六七八九十]{1,3}[名人户位](?!领导|干部|同志|专家|代表|医生|律师|教师|老师|委员|评委|队员|党员|执法))"
)
_ABOUT = re.compile(
    r"关于对|关于给予|关于认定|关于同意|关于批准|关于注销|关于撤销|关于终止|关于取消|关于|给予|认定|批准|同意|撤销|取消|注销"
)


def _before_titles(frame: Frame) -> Iterator[Named]:
    """Yield names of two and more characters before 女士, 同学, 一家四口, 等12名: whole names, no surname with a title."""
    for found in _BEFORE_TITLE.finditer(frame.text):
        run, start, end = found["run"], found.start(), found.end()
        if run[-1] in "他她我你":
            continue  # 何子健和他 before 同学
        about = _ABOUT.match(run)
        cut, kind, word = _role_before(frame, start, run)
        if about and len(run) - about.end() > 1:
            cut, kind = about.end(), kind or "context"
        elif not cut:
            cut = _lead(run)
        name = run[cut:]
        if not cut and _JOINS.match(run, 0, len(run) - 1) and len(run) > 3 and not shaped(run):
            continue  # 关于对王 before 女士
        if (
            (len(name) > 3 and name[-2] in "人者员户主民")
            or kind == "public"
            or (not shape.surname_size(name) and len(name) < 4)
            or _office(frame, end)
        ):
            continue
        if 2 <= len(name) <= 7 and may_be_name(name, Evidence.LIST if len(name) < 4 else Evidence.FACT):
            yield start + cut, end, kind or "context", word
            yield from _listed_before(frame, start)


_LISTED = re.compile(rf"(?<![{HAN}])(?P<name>[{HAN}]{{2,4}})、$")


def _listed_before(frame: Frame, start: int) -> Iterator[Named]:
    """Yield the names that stand before one in the same enumeration (拜小兰、虎进财等六户)."""
    for _ in range(6):
        found = _LISTED.search(frame.text[max(0, start - 6) : start])
        if not found or not may_be_name(found["name"], Evidence.LIST):
            return
        start = max(0, start - 6) + found.start("name")
        yield start, start + len(found["name"]), "list", ""


#: A kind of person that no table has, before a whole name (坠者宫丽).
_KIND_OF = re.compile(rf"[{HAN}]{{1,3}}[者人员户](?=[{HAN}]{{2,3}}$)")
#: What may stand between a border and a name: words that join, one-character words for relatives, a place or a body.
_JOINS = re.compile(
    rf"(?:中国)?(?:{COUNTRY})(?:国|籍|人|公民|国籍){{0,2}}|(?:{alternatives(words('roles', 'lead'))}){{1,3}}|"
    r"兹有|现有|另有|同意|关于|对于|经查|其中|其[妻子女父母夫孙兄弟姐妹]|[致因与和由对被向将经让给为有替把见及找班叫是]|[妻子女父母夫孙媳婿]|"
    rf"[{HAN}]{{2,8}}(?:村|社区|镇|乡|街道|小组|[组社]|小学|中学|学院|大学|公司|单位|班)"
)


def _lead(run: str) -> int:
    """Return how many characters of a run stand before a name of the usual shape, 0 where it is a name itself."""
    if run[0] == "致" and len(run) > 2:
        return 1
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


def _numbered(frame: Frame, start: int) -> bool:
    """Return whether a figure stands right before a run, and it is no number of a list (25岁 is one, ①王 is none)."""
    before_it = frame.text[max(0, start - 3) : start]
    return bool(re.search(r"[0-9%]$", before_it)) and not re.search(r"(?:^|[\n;；])\s?[0-9]{1,2}$", before_it)


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
