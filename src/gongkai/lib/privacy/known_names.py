"""Find mentions of persons whose names are known.

`find` judges from the text alone. Here the name is given (the applicant's, or one found
elsewhere in the text), so its parts are found as well: the given name alone, the surname with a
title, parts of a dotted name, nicknames, and the pinyin.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN_ALL
from gongkai.lib.chinese.traditional import simplified
from gongkai.lib.privacy.frame import Frame, prepare_text, to_half_width
from gongkai.lib.privacy.latin_names import latin_name_pattern, pinyin_pattern, remove_tone_marks
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.again import CONTINUATION, JOINING_WORD
from gongkai.lib.privacy.persons.elements import find_elements_end

#: Characters that may stand inside a name without belonging to it: spaces, line breaks, characters without width.
_INVISIBLE_OR_SPACE = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad]")
_NAME_DOTS = {ord(dot): "·" for dot in "•・‧．∙･⋅ㆍ●﹒"}
_HAN = re.compile(rf"[{HAN_ALL}]")
#: A full stop of half width between two Chinese characters is the dot of a name.
_TYPED_DOT = re.compile(rf"(?<=[{HAN_ALL}])\.(?=[{HAN_ALL}])")
#: What people write into a name that has no dot: 梅·望舒, 梅-望舒.
_OPTIONAL_SEPARATOR = '[·\\-—_*/@“”"（(]?'
#: What stands in place of a given name: 李某某, 李××, 李XX. Not in 于××年, 高XX路.
_PLACEHOLDER = re.compile(
    r"某{1,2}|[×xX＊*○□]{1,2}(?![年月日时分元米号个人路街市县区镇乡村省局厅部公单×xX＊*○□])"
)
#: Words of kinship and respect behind one character of a given name.
_KINSHIP_WORD = re.compile(
    r"(?:姐姐?|哥哥?|妹妹?|弟弟?|叔叔?|姨|婶|嫂子?|伯伯?|爷爷?|奶奶?|老师)(?![夫妻媳父母家校])"
)
_KINSHIP_PREFIXES = frozenset("大小老阿二三四五六七八九表堂师学")
#: Forms of address behind a surname that `shape.FORM_OF_ADDRESS` does not have.
_CIVIL_TITLE = re.compile(
    rf"女同志|男同志|男士|太太|夫人|老先生|老太太?|老人家?|会计|护士|工程师|同窗|业主|村民|居民|住户|家长|患者|总(?=$|[^{HAN_ALL}]|说|的|在|和|也|都|来)"
)
_COMMON_CIVIL_TITLE = re.compile(
    r"先生|女士|小姐|大爷|大妈|大娘|大叔|大哥|大姐|阿[姨婆公爷伯嫂]|叔叔|老师|医生|师傅|老板|同志|同学|奶奶|爷爷|婆婆|律师|教授|大夫|氏|姓"
)
#: Matches of `shape.FORM_OF_ADDRESS` that are no form of address.
_NOT_TITLES = frozenset({"公司", "副", "总", "家"})
_NICKNAME_PREFIXES = frozenset("老小阿")


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A place where a known person is mentioned: offsets in the text, and the known name."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class _NameParts:
    """The full name with its possible surnames and given names."""

    whole: str
    surnames: tuple[str, ...]
    given: tuple[str, ...]


def split_name(name: str) -> _NameParts:
    """Split a name into possible surnames and given names."""
    whole = _remove_spaces(name)
    if "·" in whole:
        parts = [part for part in whole.split("·") if len(part) > 1]
        return _NameParts(whole, tuple(parts), tuple(parts))
    size = shape.surname_size(whole)
    sizes = {size} if size == 2 else {1, 2} if len(whole) > 3 or not size else {1}
    first = find_elements_end(whole, 0)
    if 1 < first < len(whole):
        sizes.add(first)
    cut = [at for at in sorted(sizes) if at < len(whole)]
    return _NameParts(
        whole, tuple(whole[:at] for at in cut), tuple(whole[at:] for at in cut if len(whole) - at > 1)
    )


def find_known_people(text: str, names: Iterable[str], *, posts: bool = True) -> list[PersonMention]:
    """Return the mentions of known people in order, not overlapping.

    Args:
        text: any text.
        names: full names of people; shorter than two characters they are left out.
        posts: also find the surname with a title of office (李主任), not only with a civil one (李女士).
    """
    wanted = [name for name in dict.fromkeys(name.strip() for name in names) if len(_remove_spaces(name)) > 1]
    if not wanted:
        return []
    half = to_half_width(text)
    offsets = [at for at, char in enumerate(half) if not _INVISIBLE_OR_SPACE.match(char)]
    view = prepare_text(_normalise_name_text("".join(half[at] for at in offsets)))
    found = [
        PersonMention(offsets[start], offsets[end - 1] + 1, name)
        for name in wanted
        for start, end in (_find_mentions(view, split_name(name), posts=posts) if _HAN.search(name) else ())
    ]
    bare = remove_tone_marks(half)
    found += [mention for name in wanted for mention in _find_latin_mentions(bare, name)]
    return _merge_mentions(found)


def _normalise_name_text(text: str) -> str:
    return _TYPED_DOT.sub("·", simplified(text).translate(_NAME_DOTS))


def _remove_spaces(name: str) -> str:
    return _normalise_name_text(_INVISIBLE_OR_SPACE.sub("", to_half_width(name)))


def _merge_mentions(found: list[PersonMention]) -> list[PersonMention]:
    kept: list[PersonMention] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept and one.start <= kept[-1].end:
            last = kept[-1]
            kept[-1] = PersonMention(last.start, max(last.end, one.end), last.name)
        else:
            kept.append(one)
    return kept


def _find_latin_mentions(bare: str, name: str) -> Iterator[PersonMention]:
    if _HAN.search(name):
        whole = _remove_spaces(name)
        pattern = None if "·" in whole else pinyin_pattern(_list_name_divisions(whole))
    else:
        pattern = latin_name_pattern(to_half_width(name))
    for found in pattern.finditer(bare) if pattern else ():
        yield PersonMention(found.start(), found.end(), name)


def _list_name_divisions(whole: str) -> list[tuple[str, str]]:
    return [(surname, whole[len(surname) :]) for surname in split_name(whole).surnames]


def _find_words(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + 1)


def _find_mentions(view: Frame, forms: _NameParts, *, posts: bool) -> Iterator[tuple[int, int]]:
    for start, end in _find_spans(
        _OPTIONAL_SEPARATOR.join(map(re.escape, forms.whole.replace("·", ""))), view.text
    ):
        if not _is_everyday_word(forms.whole) or _is_used_as_name(view, start, end):
            yield start, _find_title_end(view.text, end, posts=False)
    for start, end in _find_words(view.text, forms.given):
        if _is_given_name_alone(view, start, end):
            yield start, _find_title_end(view.text, end, posts=False)
    for start, end in _find_words(view.text, forms.surnames):
        title = _find_title_end(view.text, end, posts=posts)
        if title > end and _is_surname_with_title(view, start, end, title):
            yield start, title
        elif _is_nickname(view, start, end):
            yield start - 1, end
    for start, end in _find_words(
        view.text, {given[-1] for given in (*forms.given, forms.whole[1:]) if given}
    ):
        if view.text[start - 1 : start] in ("小", "阿") and _is_nickname(view, start, end):
            yield start - 1, end
    if "·" not in forms.whole:
        yield from _find_familiar_forms(view, forms)


def _find_familiar_forms(view: Frame, forms: _NameParts) -> Iterator[tuple[int, int]]:
    for char in dict.fromkeys("".join(forms.given) or forms.whole[1:]):
        for start, end in _find_words(view.text, {char * 2}):
            if _is_given_name_alone(view, start, end):
                yield start, _find_title_end(view.text, end, posts=False)
        for start, end in _find_words(view.text, {char} - _KINSHIP_PREFIXES):
            kin = _KINSHIP_WORD.match(view.text, end)
            if kin and _is_given_name_alone(view, start, kin.end()):
                yield start - (view.text[start - 1 : start] in _NICKNAME_PREFIXES), kin.end()


def _find_spans(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in re.compile(pattern).finditer(text))


def _find_title_end(text: str, at: int, *, posts: bool) -> int:
    if placeholder := _PLACEHOLDER.match(text, at):
        at = placeholder.end()
    civil = _CIVIL_TITLE.match(text, at) or _COMMON_CIVIL_TITLE.match(text, at)
    if civil or not posts:
        return civil.end() if civil else at
    found = shape.FORM_OF_ADDRESS.match(text, at + text.startswith("副", at))
    return found.end() if found and found[0] not in _NOT_TITLES else at


def _is_everyday_word(word: str) -> bool:
    return shape.is_ordinary_word(word) or word in shape.NAME_LIKE_WORDS or word in shape.NAME_LIKE_STRINGS


def _is_used_as_name(view: Frame, start: int, end: int) -> bool:
    joined = context.read_left_context(view, start).kind in (
        "private",
        "kin",
        "minor",
    ) or JOINING_WORD.search(view.text[max(0, start - 2) : start])
    return bool(joined or _follows_verb(view, start, end)) and _is_followed_by_verb(view, end)


def _follows_verb(view: Frame, start: int, end: int) -> bool:
    begin = next((at for at in range(start - 1, max(-1, start - 5), -1) if view.starts[at]), start)
    name = view.text[start:end]
    if (
        name in shape.NAME_LIKE_WORDS
        or name in shape.NAME_LIKE_STRINGS
        or shape.dictionary_tag(name).startswith("v")
    ):
        return False
    return shape.dictionary_tag(view.text[begin:start]).startswith(("v", "p"))


def _is_followed_by_verb(view: Frame, end: int) -> bool:
    if CONTINUATION.match(view.text, end) or shape.FOLLOWING_WORDS.at(view.text, end):
        return True
    tag = shape.dictionary_tag(view.word(end))
    return bool(tag) and tag != "vn" and not tag.startswith(("n", "a"))


def _is_given_name_alone(view: Frame, start: int, end: int) -> bool:
    if _follows_surname(view, start):
        return False
    if _is_everyday_word(view.text[start:end]):
        return _is_used_as_name(view, start, end)
    # 中|国公|民: a chance meeting of two words divides both.
    return bool(view.starts[start] or view.starts[end] or end == len(view.text))


def _follows_surname(view: Frame, start: int) -> bool:
    before = view.text[start - 1 : start]
    usual = (shape.TOP_SURNAMES | shape.DISTINCTIVE_SURNAMES) - shape.FUNCTION_SURNAMES
    return bool(before in usual and view.starts[start - 1])


def _is_surname_with_title(view: Frame, start: int, end: int, title: int) -> bool:
    if view.text[start - 1 : end] in shape.COMPOUND_SURNAMES or _follows_surname(view, start):
        return False
    if not view.starts[start]:
        begin = next((at for at in range(start - 1, max(-1, start - 5), -1) if view.starts[at]), start)
        return not shape.is_ordinary_word(view.word(begin)) or view.text[begin] in _NICKNAME_PREFIXES
    word = view.starts[start]
    return word <= end - start or word == title - start or not shape.is_ordinary_word(view.word(start))


def _is_nickname(view: Frame, start: int, end: int) -> bool:
    if (
        end - start != 1
        or not start
        or view.text[start - 1] not in _NICKNAME_PREFIXES
        or not view.starts[start - 1]
    ):
        return False
    acts = shape.dictionary_tag(view.word(end)) == "vn" or _is_followed_by_verb(view, end)
    tag = shape.dictionary_tag(view.text[start - 1 : end])
    return acts and (tag.startswith("nr") or not tag.startswith(("n", "v", "a", "d")))
