"""Judge whether an announced string can be a name: everyday words, nicknames, no surname.

Words that offices use every day (`data/lexicon.txt`, `words2.txt`) are names only next to a
personal fact.
"""

from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, read_alternation, read_word_file, read_word_group
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.elements import is_element_name, is_medical_term
from gongkai.lib.privacy.persons.name_matches import NameEvidence

_OFFICE_VOCABULARY = read_word_file("lexicon") | read_word_file("words2") | read_word_file("nonames")
#: Further frequent words of laws, news and replies: no name after a word that introduces a person alone.
_FREQUENT_WORDS = read_word_file("words_counted")
_HAN_NAME = re.compile(rf"[{HAN}]{{2,7}}")
#: Characters that do not stand in a name, or only beside a fact.
_NON_NAME_CHARACTERS = frozenset("您的了着们某第吗呢吧啊与及或但并被把将让给")
_RARE_NAME_CHARACTERS = frozenset(
    "位请持证须凭且等社其也是在和为不无未已从向对由以其该此这那哪谁您你我他她它个件项条款元日号点次种类级组队委局科厅所院司厂店校处室"
)
#: Parts of speech of words that do something or join, rather than name.
_NON_NAMING_TAGS = ("v", "d", "p", "c", "r", "m", "f", "q", "u", "y", "e", "b")
_NICKNAME_RE = re.compile(
    rf"[老小阿大][{HAN}]{{1,2}}|[{HAN}][老二三四五六][{HAN}]?|([{HAN}])\1|[{HAN}]{{1,2}}[子儿娃仔妹嫂婆爷]"
)


#: Ends of what is said of a person, not of his name.
_NON_NAME_ENDINGS = (
    "族",
    "籍",
    "先生",
    "女士",
    "小姐",
    "同志",
    "夫妇",
    "县",
    "镇",
    "乡",
    "区",
    "侨联",
    "妇联",
    "残联",
    "文联",
    "科协",
    "团委",
    "工会",
    "寻人",
    "寻亲",
    "启事",
    "求助",
    "招领",
)
_COUNTRY_NAMES = read_word_group("names", "country")
_DISEASE_WORDS = re.compile(read_alternation("health", "disease"))


def is_office_word(word: str) -> bool:
    """Return whether offices use a string every day, so that it is not a name."""
    return word in _OFFICE_VOCABULARY


#: Characters that show that a text is no name: it describes persons, or is a place or thing of theirs (之家, 群里, 妈妈小屋).
_NON_NAME_SHAPE_RE = re.compile(rf"[之所其]|[{HAN}]+[里内外前后间时屋站馆室房班团园堂院校所节餐队]$")


#: Something is done in a way (走得早, 来得快).
_MANNER_PHRASE = re.compile(rf"[{HAN}]得[早晚快慢好多少大小高远久很不太比像去上]")


#: A surname with a title, which names nobody (老盘, 小乔).
_TITLED_SURNAME_RE = re.compile(
    f"[老小][{''.join(sorted(shape.MOST_COMMON_SURNAMES | shape.DISTINCTIVE_SURNAMES | read_word_group('names', 'common')))}]"
)
_BODY_PART = re.compile(r"[左右双上下][上下前后侧]?[肢眼耳手脚腿臂肩膝肺肾肘腕踝髋胸腹额颊颌]")


@lru_cache(maxsize=20_000)
def is_possible_name(name: str, evidence: NameEvidence) -> bool:
    """Return whether a string may be a name; stronger evidence accepts more.

    Args:
        name: the string between the word that announces it and a boundary.
        evidence: the evidence that it is a name.
    """
    japanese = evidence is NameEvidence.FACT and _is_japanese_name(name)
    listed = evidence.value >= NameEvidence.FIELD.value and bool(shape.get_surname_size(name))
    is_birth_order = listed and bool(shape.BIRTH_ORDER_NAME_PATTERN.fullmatch(name))  # 么老三
    if japanese or is_birth_order or _is_never_name(name) or (len(name) == 2 and name[1] in "可就才"):
        return japanese or is_birth_order
    size = shape.get_surname_size(name)
    if is_element_name(name):
        return True
    if not _has_plain_characters(name, size, evidence) or (
        evidence in (NameEvidence.ROLE, NameEvidence.PARTY) and _is_action(name, size)
    ):
        return False
    good = bool(size) and 0 < len(name) - size < 3 and shape.score_name(name) > 0.5
    if good and not shape.is_ordinary_word(name) and not is_office_word(name):
        return True
    if len(name) > 3:
        return _judge_long_name(name, evidence)
    return _judge_by_vocabulary(name, evidence, bool(size) and len(name) > size)


def is_possible_record_head(name: str) -> bool:
    """Return whether a string may be the name at the start of a record with a number."""
    return not _is_never_name(name)


_JAPANESE_SURNAMES = PrefixSet(read_word_group("names", "japanese"))


def _is_japanese_name(name: str) -> bool:
    surname = _JAPANESE_SURNAMES.at(name, 0)
    return bool(surname) and 1 <= len(name) - len(surname) <= 3 and len(name) > 3


def _is_never_name(name: str) -> bool:
    """Return true if a string is a title, place, illness, role or form word."""
    if not _HAN_NAME.fullmatch(name) or name in shape.FORM_FIELD_WORDS or _NON_NAME_CHARACTERS & set(name):
        return True
    if (
        _TITLED_SURNAME_RE.fullmatch(name)
        or name.endswith(_NON_NAME_ENDINGS)
        or name in _COUNTRY_NAMES
        or shape.FORM_OF_ADDRESS_PATTERN.fullmatch(name, 1)
    ):
        return True
    if is_medical_term(name) or name[-1] in "病症炎号" or _BODY_PART.match(name) or _DISEASE_WORDS.search(name):
        return True
    if any(char in "县镇乡村市省" for char in name[1:]):
        return True
    if name[-2:] in ("名单", "名册", "表格", "名录") or (len(name) == 4 and name[:2] in shape.FORM_FIELD_WORDS):
        return True
    return context.is_known_role(name) or context.is_known_role(name[:2]) or context.is_known_role(name[-2:])


def _has_plain_characters(name: str, size: int, evidence: NameEvidence) -> bool:
    """Return true if a name has no unusual characters or other evidence for it."""
    if not (_RARE_NAME_CHARACTERS & set(name) or shape.FOLLOWING_WORDS.at(name, 0)):
        return True
    given_name = name[size:]
    outweighs = (
        evidence is NameEvidence.FACT
        or given_name in shape.GIVEN_NAME_PAIRS
        or shape.score_given_name(given_name) >= 1.4
    )
    return bool(size) and outweighs


def _is_ordinary_phrase(name: str, has_surname: bool) -> bool:
    """Return whether a name's characters are an ordinary word or phrase."""
    if name in _FREQUENT_WORDS or _NON_NAME_SHAPE_RE.match(name) or _MANNER_PHRASE.fullmatch(name):
        return True
    return len(name) == 3 and not has_surname and shape.get_word_tag(name[:2]).startswith(_NON_NAMING_TAGS)


#: First characters of what people do or how they are, surnames at most by the way (都希望, 却分文, 花钱).
_ACTION_CHARACTERS = frozenset(read_word_group("roles", "acts"))


def _is_action(name: str, size: int) -> bool:
    """Return true if a string is tagged as an action or begins like one after the surname."""
    if shape.get_word_tag(name).startswith(("i", "l", "d", "v", "p", "c")):
        return True
    given_name = name[size:]
    plain = bool(size) and (
        given_name in shape.GIVEN_NAME_PAIRS or (len(given_name) == 2 and shape.score_given_name(given_name) >= 1.0)
    )
    return name[0] in _ACTION_CHARACTERS and not plain


def _judge_by_vocabulary(name: str, evidence: NameEvidence, has_surname: bool) -> bool:
    """Return whether dictionary words allow a name, given the evidence for it."""
    tag = shape.get_word_tag(name)
    if evidence is NameEvidence.FACT:
        return has_surname or not is_office_word(name)
    common = name[0] not in shape.WEAK_SURNAMES | shape.SCARCE_SURNAMES
    if evidence in (NameEvidence.ROLE, NameEvidence.PARTY) and _is_ordinary_phrase(name, has_surname):
        return False
    if is_office_word(name) or (
        len(name) == 3 and (is_office_word(name[:2]) or is_office_word(name[1:])) and not (has_surname and common)
    ):
        return evidence is NameEvidence.LIST and has_surname and tag.startswith("nr")
    return _judge_with_surname(name, tag, evidence) if has_surname else _judge_without_surname(name, tag)


def _judge_with_surname(name: str, tag: str, evidence: NameEvidence) -> bool:
    """Return whether a text that begins with a surname can be a name."""
    if name[0] in shape.WEAK_SURNAMES and not tag and shape.score_given_name(name[1:]) < 0:
        return False
    odd = shape.is_dictionary_word(name[1:]) and name[0] in shape.SCARCE_SURNAMES | shape.FUNCTION_SURNAMES
    return not odd and (evidence is NameEvidence.PARTY or not is_office_word(name[1:]))


def _judge_without_surname(name: str, tag: str) -> bool:
    """Return whether a text without a surname can be a given name or nickname."""
    known = (
        name in shape.GIVEN_NAME_PAIRS or shape.score_given_name(name[-2:]) >= 0.9 or bool(_NICKNAME_RE.fullmatch(name))
    )
    return (not tag or tag.startswith("nr")) and known


def _is_two_words(name: str) -> bool:
    return len(name) == 4 and shape.is_ordinary_word(name[:2]) and shape.is_ordinary_word(name[2:])


def _judge_long_name(name: str, evidence: NameEvidence) -> bool:
    """Return whether four or more characters may be a name, given the evidence for it."""
    size = shape.get_surname_size(name)
    plain = any(is_office_word(name[at : at + 2]) for at in range(len(name) - 1))
    if not size or len(name) - size > 3 or any(is_office_word(name[at : at + 2]) for at in range(1, len(name) - 1)):
        return (
            evidence is NameEvidence.FACT
            and not plain
            and (bool(size) or not (shape.is_dictionary_word(name[:2]) and shape.is_dictionary_word(name[2:])))
        )
    begins_with_word = evidence is NameEvidence.ROLE and is_office_word(name[:2])  # 关注度高
    if begins_with_word or (
        evidence is not NameEvidence.FACT and name[:2] not in shape.COMPOUND_SURNAMES and _is_two_words(name)
    ):
        return False
    return evidence is not NameEvidence.ROLE or shape.score_given_name(name[-2:]) > 0.6


@lru_cache(maxsize=20_000)
def has_clear_name_shape(name: str) -> bool:
    """Return whether a string clearly has the shape of a name."""
    if "·" in name or is_element_name(name):
        return True
    size = shape.get_surname_size(name)
    if not size or len(name) - size not in (1, 2):
        return False
    return shape.score_name(name) >= 0.6 and not shape.is_ordinary_word(name) and name not in shape.NAME_LIKE_WORDS
