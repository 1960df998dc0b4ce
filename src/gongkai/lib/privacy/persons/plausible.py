"""Whether a string may be a name where something announces it: names that are words, nicknames, names no surname opens.

What an office writes every day (`data/lexicon.txt`, `words2.txt`, counted in laws and replies) is no name unless a fact
about a person stands behind it; a word that offices hardly write (海角, 罗汉, 芦苇) may be one.
"""

from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.elements import is_elements
from gongkai.lib.privacy.persons.found import Evidence
from gongkai.lib.privacy.persons.personal import of_an_illness
from gongkai.lib.privacy.tables import PrefixSet, alternatives_pattern, read_word_file, read_word_group

_USUAL = read_word_file("lexicon") | read_word_file("words2") | read_word_file("nonames")
#: What laws, news and replies write most often, beside those: no name behind a word for a person alone.
_COUNTED = read_word_file("words_counted")
_HAN_ONLY = re.compile(rf"[{HAN}]{{2,7}}")
#: Characters that do not stand in a name, or only beside a fact.
_NEVER = frozenset("您的了着们某第吗呢吧啊与及或但并被把将让给")
_SELDOM = frozenset(
    "位请持证须凭且等社其也是在和为不无未已从向对由以其该此这那哪谁您你我他她它个件项条款元日号点次种类级组队委局科厅所院司厂店校处室"
)
#: Parts of speech of words that do something or join, rather than name.
_BUSY = ("v", "d", "p", "c", "r", "m", "f", "q", "u", "y", "e", "b")
_NICK = re.compile(
    rf"[老小阿大][{HAN}]{{1,2}}|[{HAN}][老二三四五六][{HAN}]?|([{HAN}])\1|[{HAN}]{{1,2}}[子儿娃仔妹嫂婆爷]"
)


#: Ends of what is said of a person, not of his name.
_TITLES = (
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
_COUNTRIES = read_word_group("names", "country")
_ILL = re.compile(alternatives_pattern(read_word_group("health", "disease")))


def usual(word: str) -> bool:
    """Return whether offices write a string every day, so that it is a word and not a name."""
    return word in _USUAL


#: What begins or ends what is said of persons, a place or a thing of theirs, and no name (之家, 群里, 妈妈小屋).
_NO_BEGINNING = re.compile(rf"[之所其]|[{HAN}]+[里内外前后间时屋站馆室房班团园堂院校所节餐队]$")


#: Something is done in a way (走得早, 来得快).
_IN_A_WAY = re.compile(rf"[{HAN}]得[早晚快慢好多少大小高远久很不太比像去上]")


#: A surname with a title, which names nobody (老盘, 小乔).
_TITLED_SURNAME = re.compile(
    f"[老小][{''.join(sorted(shape.TOP | shape.TELLING | read_word_group('names', 'common')))}]"
)
_OF_THE_BODY = re.compile(r"[左右双上下][上下前后侧]?[肢眼耳手脚腿臂肩膝肺肾肘腕踝髋胸腹额颊颌]")


@lru_cache(maxsize=20_000)
def may_be_name(name: str, evidence: Evidence) -> bool:
    """Return whether a string may be a name, the more easily the more speaks for it.

    Args:
        name: the string between the word that announces it and a border.
        evidence: what speaks for it.
    """
    japanese = evidence is Evidence.FACT and _japanese(name)
    if japanese or _never(name) or (len(name) == 2 and name[1] in "可就才"):
        return japanese
    size = shape.surname_size(name)
    if is_elements(name):
        return True
    if not _clean(name, size, evidence) or (
        evidence in (Evidence.ROLE, Evidence.PARTY) and _acts(name, size)
    ):
        return False
    good = bool(size) and 0 < len(name) - size < 3 and shape.name_score(name) > 0.5
    if good and not shape.is_ordinary(name) and not usual(name):
        return True
    if len(name) > 3:
        return _long_name(name, evidence)
    return _by_words(name, evidence, bool(size) and len(name) > size)


def heads_record(name: str) -> bool:
    """Return whether a string may be the name at the head of a record that holds a personal number: all but labels, roles, illnesses."""
    return not _never(name)


_JAPANESE = PrefixSet(read_word_group("names", "japanese"))


def _japanese(name: str) -> bool:
    """Return whether a Japanese surname opens a string and one to three characters follow."""
    surname = _JAPANESE.at(name, 0)
    return bool(surname) and 1 <= len(name) - len(surname) <= 3 and len(name) > 3


def _never(name: str) -> bool:
    """Return whether a string is no name whatever speaks for it: a form's word, a role, a title, a place, an illness."""
    if not _HAN_ONLY.fullmatch(name) or name in shape.FORM or _NEVER & set(name):
        return True
    if (
        _TITLED_SURNAME.fullmatch(name)
        or name.endswith(_TITLES)
        or name in _COUNTRIES
        or shape.HONORIFIC.fullmatch(name, 1)
    ):
        return True
    if of_an_illness(name) or name[-1] in "病症炎号" or _OF_THE_BODY.match(name) or _ILL.search(name):
        return True
    if any(char in "县镇乡村市省" for char in name[1:]):
        return True
    if name[-2:] in ("名单", "名册", "表格", "名录") or (len(name) == 4 and name[:2] in shape.FORM):
        return True
    return context.is_role(name) or context.is_role(name[:2]) or context.is_role(name[-2:])


def _clean(name: str, size: int, evidence: Evidence) -> bool:
    """Return whether nothing in a string usually joins or counts, or the given name outweighs it."""
    if not (_SELDOM & set(name) or shape.STARTER.at(name, 0)):
        return True
    given = name[size:]
    outweighs = evidence is Evidence.FACT or given in shape.PAIRS or shape.given_score(given) >= 1.4
    return bool(size) and outweighs


def _said_of_somebody(name: str, surname: bool) -> bool:
    """Return whether a string behind a word for a person says something of him or is his thing (之家, 抓紧带)."""
    if name in _COUNTED or _NO_BEGINNING.match(name) or _IN_A_WAY.fullmatch(name):
        return True
    return len(name) == 3 and not surname and shape.dictionary_tag(name[:2]).startswith(_BUSY)


#: First characters of what people do or how they are, surnames at most by the way (都希望, 却分文, 花钱).
_ACTS = frozenset(read_word_group("roles", "acts"))


def _acts(name: str, size: int) -> bool:
    """Return whether a string behind a word for a person more likely says what he does (最喜爱, 越来越多)."""
    if shape.dictionary_tag(name).startswith(("i", "l", "d", "v", "p", "c")):
        return True
    given = name[size:]
    plain = bool(size) and (given in shape.PAIRS or (len(given) == 2 and shape.given_score(given) >= 1.0))
    return name[0] in _ACTS and not plain


def _by_words(name: str, evidence: Evidence, surname: bool) -> bool:
    """Decide about two or three characters by what the dictionary and the offices' vocabulary say of them."""
    tag = shape.dictionary_tag(name)
    if evidence is Evidence.FACT:
        return surname or not usual(name)
    common = name[0] not in shape.WEAK | shape.SCARCE
    if evidence in (Evidence.ROLE, Evidence.PARTY) and _said_of_somebody(name, surname):
        return False
    if usual(name) or (len(name) == 3 and (usual(name[:2]) or usual(name[1:])) and not (surname and common)):
        return evidence is Evidence.LIST and surname and tag.startswith("nr")
    return _with_surname(name, tag, evidence) if surname else _without_surname(name, tag)


def _with_surname(name: str, tag: str, evidence: Evidence) -> bool:
    """Decide about a word behind a role that a surname opens."""
    if name[0] in shape.WEAK and not tag and shape.given_score(name[1:]) < 0:
        return False
    odd = shape.known_word(name[1:]) and name[0] in shape.SCARCE | shape.FUNCTION_SURNAMES
    return not odd and (evidence is Evidence.PARTY or not usual(name[1:]))


def _without_surname(name: str, tag: str) -> bool:
    """Decide about a word behind a role that no surname opens."""
    known = name in shape.PAIRS or shape.given_score(name[-2:]) >= 0.9 or bool(_NICK.fullmatch(name))
    return (not tag or tag.startswith("nr")) and known


def _two_words(name: str) -> bool:
    """Return whether four characters are two everyday words (普遍欢迎, 清明时节)."""
    return len(name) == 4 and shape.is_ordinary(name[:2]) and shape.is_ordinary(name[2:])


def _long_name(name: str, evidence: Evidence) -> bool:
    """Decide about four and five characters: two surnames, a surname with three characters, elements, sounds."""
    size = shape.surname_size(name)
    plain = any(usual(name[at : at + 2]) for at in range(len(name) - 1))
    if not size or len(name) - size > 3 or any(usual(name[at : at + 2]) for at in range(1, len(name) - 1)):
        return (
            evidence is Evidence.FACT
            and not plain
            and (bool(size) or not (shape.known_word(name[:2]) and shape.known_word(name[2:])))
        )
    said = evidence is Evidence.ROLE and usual(name[:2])  # 关注度高
    if said or (evidence is not Evidence.FACT and name[:2] not in shape.COMPOUND and _two_words(name)):
        return False
    return evidence is not Evidence.ROLE or shape.given_score(name[-2:]) > 0.6


@lru_cache(maxsize=20_000)
def shaped(name: str) -> bool:
    """Return whether a string has the shape of a name so plainly that its neighbours may lean on it."""
    if "·" in name or is_elements(name):
        return True
    size = shape.surname_size(name)
    if not size or len(name) - size not in (1, 2):
        return False
    return shape.name_score(name) >= 0.6 and not shape.is_ordinary(name) and name not in shape.NO_PERSONS
