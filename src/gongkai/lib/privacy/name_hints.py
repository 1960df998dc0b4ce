"""Find words that name a known person or organisation without being their name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.latin_names import list_readings, remove_tone_marks
from gongkai.lib.privacy.name_parts import split_name
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.persons.repeated_names import CONTINUATION_PATTERN, JOINING_WORD
from gongkai.lib.privacy.search_text import SearchText, prepare_text

_HAN = re.compile(rf"[{HAN}]")
#: Words and marks directly before a name.
JOINING_WORD_PATTERN = re.compile(rf"{JOINING_WORD.pattern}|(?<!已)经$")


@dataclass(frozen=True, slots=True)
class WordMention:
    """A place of a word: offsets in the text, and the word."""

    start: int
    end: int
    word: str


def find_substrings(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of words, which may overlap."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + 1)


def is_word_border(search_text: SearchText, at: int) -> bool:
    """Return whether a word begins at an offset, or the text ends there."""
    return at >= len(search_text.text) or bool(search_text.starts[at])


def is_inside_word(search_text: SearchText, at: int) -> bool:
    """Return true if an everyday word begins before an offset and continues after it."""
    if at >= len(search_text.text) or search_text.starts[at]:
        return False
    begin = next((place for place in range(at - 1, max(-1, at - 4), -1) if search_text.starts[place]), at)
    return begin < at and not shape.get_word_tag(search_text.word(begin)).startswith("nr")


def is_followed_by_verb(search_text: SearchText, end: int) -> bool:
    """Return true if the words from an offset make those before it a subject."""
    if CONTINUATION_PATTERN.match(search_text.text, end) or shape.FOLLOWING_WORDS.at(search_text.text, end):
        return True
    tag = shape.get_word_tag(search_text.word(end))
    return bool(tag) and tag != "vn" and not tag.startswith(("n", "a"))


#: Introductions of another name: 以下简称“虚构建材”, 英文名Dilnur.
_OTHER_NAME_INTRODUCTION_RE = re.compile(
    r"[\s（(\[【，,、]{0,3}(?:以下|下文|文中|又|也)?(?:简称|又名|又称|亦称|别称|曾用名|原名|小名|乳名|别名|笔名|网名|昵称|微信名|英文名|外文名|以下称|下称|俗称)"
    r"[为是作叫:：\s]{0,2}[“\"「『‘']?(?P<called>[^\s，。；：、！？,;:!?()（）“”\"「」『』‘’'《》【】\[\]]{2,20})"
    r"|\s?[（(]\s?(?P<latin>[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f .'’\-·]{1,40})[）)]"
)
#: Words that stand for a party in one text and are no name.
_PARTY_ROLE_WORDS = frozenset(
    [
        "甲方",
        "乙方",
        "丙方",
        "公司",
        "我公司",
        "本公司",
        "该公司",
        "我司",
        "本司",
        "我方",
        "本人",
        "申请人",
        "单位",
        "本单位",
        "我单位",
        "该单位",
    ]
)


def list_introduced_names(text: str, ends: Iterable[int]) -> list[str]:
    """Return the other names that a text introduces (简称…, 曾用名…) right at `ends`, the ends of mentions."""
    matches = [_OTHER_NAME_INTRODUCTION_RE.match(text, end) for end in ends]
    names = [match["called"] or match["latin"].strip() for match in matches if match]
    return [name for name in dict.fromkeys(names) if name not in _PARTY_ROLE_WORDS]


def find_words(text: str, words: Iterable[str], *, acting: bool = False) -> list[WordMention]:
    """Return the positions of short words that are not part of another word: 恒达, not in 永恒达到.

    Args:
        text: any text.
        words: the words.
        acting: only those that a verb follows: 云岭民生申请, not 云岭民生工程.
    """
    wanted = [word for word in words if word in text]
    if not wanted:
        return []
    search_text = prepare_text(text)
    return [
        WordMention(start, end, word)
        for word in wanted
        for start, end in find_substrings(search_text.text, [word])
        if search_text.starts[start]
        and is_word_border(search_text, end)
        and (not acting or is_followed_by_verb(search_text, end))
    ]


def find_doubtful_mentions(text: str, names: Iterable[str], words: Iterable[str] = ()) -> list[tuple[int, int]]:
    """Return (start, end), in order, of words that may still identify a person, for a person to decide about.

    These are `words`, and surnames, given names and familiar forms of `names`, also in Latin letters:
    王村 and 王某 begin alike.
    """
    search_text = prepare_text(text, seldom=True)
    bare = remove_tone_marks(search_text.text)
    lowered = bare.lower()
    spans = {(mention.start, mention.end) for mention in find_words(text, words)}
    for name in names:
        if _HAN.search(name):
            name_parts = split_name(name)
            surnames = [surname for surname in name_parts.surnames if surname not in shape.FUNCTION_SURNAMES]
            familiar = [prefix + surname for surname in surnames for prefix in "老小阿"]
            spans |= {
                (start, end)
                for start, end in find_substrings(
                    search_text.text, (*surnames, *familiar, *name_parts.given, name_parts.whole)
                )
                if search_text.starts[start] and is_word_border(search_text, end)
            }
            spelt = ("".join(readings) for one in name_parts.surnames for readings in product(*map(list_readings, one)))
            latin = [syllables for syllables in spelt if len(syllables) > 1]
        else:
            latin = [word for word in re.split(r"[^A-Za-z]+", remove_tone_marks(name)) if len(word) > 2]
        for word in latin if any(word.lower() in lowered for word in latin) else ():
            spans |= {match.span() for match in re.compile(rf"(?i:{word})(?![a-z])").finditer(bare)}
    return sorted(spans, key=lambda span: (span[0], -span[1]))
