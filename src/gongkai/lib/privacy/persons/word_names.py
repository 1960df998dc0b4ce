"""Find relatives and acquaintances whose names are everyday words (其女高洁, 妻子江南, 丈夫方向)."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, shape
from gongkai.lib.privacy.persons.found import NameMatch
from gongkai.lib.privacy.tables import PrefixSet, read_word_group

_ACQUAINTANCES = read_word_group("roles", "acquaintance")
_ROLES = read_word_group("roles", "kin") | _ACQUAINTANCES | (read_word_group("roles", "minor") - {"学生", "考生"})
#: Words that begin with a surname, follow such roles in prose and name nobody (儿子高中毕业).
_NEVER_NAMES = read_word_group("wordnames", "never")
#: Words that begin with a surname, name nobody and open no longer name (女儿钟爱读书).
_PLAIN_WORDS = read_word_group("wordnames", "plain")
#: Landforms and other words that parents choose, names whatever their score (儿子高原).
_CHOSEN_WORDS = read_word_group("wordnames", "landform")
#: Words that describe somebody: names only where what follows needs a subject (女儿高兴在该校就读).
_DESCRIBING = read_word_group("wordnames", "describing")
_ROLE_BEFORE = re.compile(
    f"(?<=[{''.join(sorted({role[-1] for role in _ROLES}))}])(?:[(:]|名?叫|名|是|为|系)?(?=[{HAN}]{{2}})"
)
#: The least score of `shape.score_name`, which subtracts 2.2 for words of the dictionary.
_LEAST_SCORE = -1.7
_HAN = re.compile(f"[{HAN}]")
_END = re.compile(r"[\s,，。、;；:：()（）“”\"'‘’\[\]【】]|$")
#: What joins a name to the next words; 的 and 等 follow words that describe, too.
_JOINER = re.compile(r"[与和及跟同]|以及|的|等(?![待候])|所(?=[有住在持提述述称])")
#: What a person does or has, right after a name: 全程陪同, 上一年级, 身体不好.
_PERSON_DOES = re.compile(
    r"(?:全程|一[起同直]|随同|当场|已|曾|均|都|也|正|现)?"
    r"(?:到[场庭案]|就[读医]|读|陪[同护伴]|接送|打[了伤工]|代[为领签办]|在[该本我][校村县市区镇]|故|去世|转[学入到出校]|患|住|年[满近迈幼老龄])"
    r"|上[一二三四五六七八九初高大中小幼](?:年级|[中学班园]|儿园|[一二三])|有[残病一两慢固]|本人|腿脚|身体|行动|视力|听力|体弱|多病|户[口籍]|学籍|工作(?:单位|地)|现年|今年[0-9一二三四五六七八九十满]"
)
#: What a case is about, right after whom it is about: 女儿高原入学案, 丈夫华山工伤认定.
_MATTERS = PrefixSet(read_word_group("roles", "matter"))
_OTHER_PERSON = re.compile(rf"[、(和与及](?:其|之|他|她)?[{HAN}]")


def find_word_names(frame: Frame) -> Iterator[NameMatch]:
    """Yield names that are words of the dictionary, right after a word for a relative or an acquaintance."""
    text = frame.text
    for found in _ROLE_BEFORE.finditer(text):
        start, before = found.end(), text[max(0, found.start() - 6) : found.start()]
        kind, role = context.find_role_at_end(before)
        if role not in _ROLES or text[start : start + 1] not in shape.USUAL_SURNAMES:
            continue
        end = _find_word_name_end(frame, start)
        if end and not context.continues_as_role(text, start, role):
            yield start, end, "kin" if kind == "kin" else "private", role


def is_plain_word(frame: Frame, start: int) -> bool:
    """Return whether a word begins at an offset that opens no name, unless it stands alone or does what a person does."""
    end = start + frame.starts[start]
    if frame.word(start) not in _PLAIN_WORDS or not _HAN.match(frame.text, end):
        return False
    return not _acts(frame, end) and not behind.has_party_verb_after(frame, end)


def _find_word_name_end(frame: Frame, start: int) -> int:
    text = frame.text
    word = text[start : start + 2]
    longer = text[start : start + 3]
    if (
        is_plain_word(frame, start)
        or word in _NEVER_NAMES
        or longer in _NEVER_NAMES
        or context.is_known_role(word)
        or context.is_known_role(longer)
    ):
        return 0
    if frame.starts[start] != 2 or not _may_be_word_name(word):
        return 0
    if frame.starts[start + 2] == 1 and longer[2:] in shape.TIER_A_GIVEN_CHARACTERS and _acts(frame, start + 3):
        return start + 3  # 方向|东
    return start + 2 if _fits_after(frame, start + 2, word) else 0


def _may_be_word_name(word: str) -> bool:
    tag = shape.dictionary_tag(word)
    return (
        bool(tag)
        and word not in shape.COMPOUND_SURNAMES
        and (tag.startswith("nr") or word in _CHOSEN_WORDS | _DESCRIBING or shape.score_name(word) >= _LEAST_SCORE)
    )


def _fits_after(frame: Frame, end: int, word: str) -> bool:
    text = frame.text
    weak = word in _DESCRIBING or (
        word not in _CHOSEN_WORDS
        and word[0] in shape.WEAK_SURNAMES | shape.FUNCTION_SURNAMES
        and word[0] not in shape.TOP_SURNAMES
        and not shape.dictionary_tag(word).startswith("nr")
    )
    if behind.continues_as_place(frame, end, gap=False) or behind.has_post_after(frame, end):
        return False
    if weak:
        return _acts(frame, end) or bool(_OTHER_PERSON.match(text, end) and _names_another(frame, end))
    if _MATTERS.at(text, end):
        return True
    if _acts(frame, end) or _END.match(text, end) or _JOINER.match(text, end) or shape.FOLLOWING_WORDS.at(text, end):
        return True
    tag = shape.dictionary_tag(frame.word(end))
    return tag.startswith(("v", "d", "p", "c")) and tag != "vn"


def is_person_doing(frame: Frame, end: int) -> bool:
    """Return whether the words at an offset say what a person does or has."""
    return bool(_PERSON_DOES.match(frame.text, end))


def _acts(frame: Frame, end: int) -> bool:
    does = is_person_doing(frame, end) or behind.has_marked_fact_after(frame, end)
    return bool(does) or behind.score_verb_after(frame, end) >= 1.5


def _names_another(frame: Frame, end: int) -> bool:
    near = frame.text[end + 1 : end + 5]
    return any(near[:size] in _ROLES for size in range(1, 5))
