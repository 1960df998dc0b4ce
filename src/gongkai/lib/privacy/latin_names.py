"""Build patterns for names in Latin letters and for the pinyin of Chinese names."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.traditional import find_syllable

#: Character → further pinyin readings in names.
_OTHER_READINGS = dict(
    re.compile(r"(\S):(\w+)").findall(
        "单:shan 曾:zeng 解:xie 仇:qiu 查:zha 区:ou 翟:zhai 朴:piao 乐:yue 重:chong 缪:miao 尉:yu 覃:tan 盖:ge 种:chong 员:yun 薄:bo 折:she"
        " 长:chang 行:hang 朝:zhao 都:dou 还:huan 晟:sheng 盛:cheng 茜:xi 车:ju 传:chuan 和:huo 强:jiang 任:ren 露:lou 柏:bo 蔚:yu 奇:ji"
        " 娜:nuo 炅:gui 祎:yi 率:lv 宿:xiu 降:jiang 弹:tan 藏:zang 省:xing 石:dan 大:dai 俊:zun 禅:shan 冠:guan 曲:qu 令:ling 万:mo 俟:qi"
    )
)
#: Characters allowed between the words of a name or in it: zhang san, Zhang-san, zhang_san, O’Brien, Wang, Fang.
_WORD_SEPARATORS = rf"[^A-Za-z0-9{HAN}@，。；]{{0,3}}"
_INITIAL_SEPARATOR = r"(?:\.\s?|\.?['’‘ʼ′`])"
_MIN_PART_LETTERS = 3
#: A shorter run of letters is also a syllable of other names and words.
_MIN_PINYIN_LETTERS = 4
#: Most combinations of the initials of a name whose characters have several readings.
_MAX_INITIALS = 16
_TITLE_PATTERN = r"(?:mr|mrs|ms|miss|mister|madam|dr|prof|professor)[.\s]*"
#: Forms of address after a surname in Latin letters: Shan女士.
_TITLE_AFTER_NAME_PATTERN = "(?:先生|女士|小姐|同志|老师|师傅|医生|律师|经理|总(?![工部局理装共体价额量数计分站则会]))"
#: An initial: a capital, or a small letter with a full stop or with what makes an account of it.
_ACCOUNT_REST_LOOKAHEAD = r"(?=[._\-]?[0-9]|@)"
#: The rest of an account or a mail address that a name is part of: wangfang88, mary.obrien@example.com.
_MAIL_ADDRESS_REST_RE = re.compile(r"[A-Za-z0-9._%+\-]*@[A-Za-z0-9.\-]*[A-Za-z0-9]")
_MAIL_NAME_RE = re.compile(r"[A-Za-z0-9._%+\-]*$")
_MAX_MAIL_NAME_CHARACTERS = 64
_TRAILING_DIGITS_RE = re.compile(r"(?:[_.\-]?[0-9]+)?")
_DIGITS_BEFORE_NAME_RE = re.compile(r"(?:[0-9]+[_.\-]?)?$")
_LETTER_WORD_RE = re.compile(r"[^\W\d_]+")


def list_readings(char: str) -> list[str]:
    """Return the readings of a character in names, the usual one first."""
    return list(dict.fromkeys(reading for reading in (find_syllable(char), _OTHER_READINGS.get(char, "")) if reading))


def _make_syllable_pattern(char: str, reading: str) -> str:
    """Return the pattern of all readings of a character, ü as u, v or yu."""
    readings = {*list_readings(char)} or {reading}
    written = {re.sub(r"^([ln])[uv](e?)$", r"\1(?:u|v|yu)\2", one) for one in readings}
    return f"(?:{'|'.join(sorted(written))})"


def _make_pinyin_pattern(part: str) -> str:
    """Return a pattern for the pinyin of a name's part."""
    return _WORD_SEPARATORS.join(_make_syllable_pattern(char, find_syllable(char)) for char in part)


def _make_initials_pattern(letters: str) -> str:
    """Return a pattern for initials, such as X. F., XF, or xf where an account follows."""
    parted = _WORD_SEPARATORS.join(letters)
    return rf"(?:{parted.upper().replace(_WORD_SEPARATORS.upper(), _WORD_SEPARATORS)}|{parted}(?:(?=\.)|{_ACCOUNT_REST_LOOKAHEAD}))"


def _list_name_patterns(surname: str, given_name: str, initials: str) -> list[str]:
    """Return the patterns of a name in either order, with initials or a title."""
    whole = [
        f"{surname}{_WORD_SEPARATORS}{given_name}",
        f"{given_name}{_WORD_SEPARATORS}{surname}",
        f"{_TITLE_PATTERN}{surname}",
        rf"{surname}\s?{_TITLE_AFTER_NAME_PATTERN}",
    ]
    short = [
        f"(?i:{surname}){_WORD_SEPARATORS}{_make_initials_pattern(initials)}",
        f"{_make_initials_pattern(initials)}{_WORD_SEPARATORS}(?i:{surname})",
        f"(?i:{initials}{surname}){_ACCOUNT_REST_LOOKAHEAD}",
    ]
    for initial in dict.fromkeys((initials[0], initials[-1])) if len(initials) > 1 else ():
        short.append(f"(?i:{surname}){_WORD_SEPARATORS}{_make_initials_pattern(initial)}")
        short.append(f"{_make_initials_pattern(initial)}{_WORD_SEPARATORS}(?i:{surname})")
    return [*(f"(?i:{form})" for form in whole), *short]


@dataclass(frozen=True, slots=True)
class LatinNameForms:
    """A pattern of a name in Latin letters, and lower-case strings of which each match contains
    one, to search faster."""

    pattern: re.Pattern[str]
    needles: tuple[str, ...]


@lru_cache(maxsize=256)
def make_latin_forms(name: str) -> LatinNameForms:
    """Return the forms of a Latin name: its words of at least three letters, and its initials."""
    words = [_LETTER_WORD_RE.findall(word) for word in remove_tone_marks(name).lower().split()]
    words = [word for word in words if word]
    spelt = [_WORD_SEPARATORS.join(word) for word in words]
    forms = [f"(?i:{_WORD_SEPARATORS.join(spelt)})"]
    if len(spelt) > 1:
        initials = "".join(word[0][0] for word in words[:-1])
        forms += _list_name_patterns(spelt[-1], _WORD_SEPARATORS.join(spelt[:-1]), initials)
        forms.append(_make_dotted_initials_pattern("".join(piece[0] for word in words for piece in word)))
        forms.append(_make_dotted_initials_pattern("".join(word[0][0] for word in words)))
    forms += [f"(?i:{_WORD_SEPARATORS.join(word)})" for word in words if len("".join(word)) >= _MIN_PART_LETTERS]
    forms += [f"(?i:{piece})" for word in words for piece in word if len(piece) >= _MIN_PART_LETTERS]
    pieces = [piece for word in words for piece in word]
    return LatinNameForms(_make_whole_words_pattern(forms), (*pieces, *(f"{piece[0]}." for piece in pieces)))


def _make_dotted_initials_pattern(letters: str) -> str:
    """Return a pattern for initials that a full stop or an apostrophe divides: M.O'B."""
    return rf"(?:{_INITIAL_SEPARATOR.join(map(str.upper, letters))}\.?)"


@lru_cache(maxsize=256)
def make_pinyin_forms(parts: tuple[tuple[str, str], ...]) -> LatinNameForms | None:
    """Return the forms of a Chinese name in pinyin; None if a character has no reading.

    Args:
        parts: the ways to divide the name into surname and given name.
    """
    forms: list[str] = []
    needles: set[str] = set()
    for surname, given in parts:
        readings = [find_syllable(char) for char in surname + given]
        if not all(readings) or not given:
            continue
        surname_form, given_form = _make_pinyin_pattern(surname), _make_pinyin_pattern(given)
        for initials in _list_initials(surname + given):
            last_initials = initials[len(surname) :]
            orders = _list_name_patterns(surname_form, given_form, last_initials)
            if len("".join(readings)) < _MIN_PINYIN_LETTERS:
                orders = orders[2:]
            forms += orders
            for first_initials in dict.fromkeys((initials[: len(surname)], initials[0])):
                forms.append(_make_dotted_initials_pattern(first_initials + last_initials))
                forms.append(_make_dotted_initials_pattern(last_initials + first_initials))
            if len(initials) > 2:
                forms.append(f"(?i:{initials}){_ACCOUNT_REST_LOOKAHEAD}")
            needles.add(initials)
        if len(given) > 1:
            forms.append(f"(?i:{given_form})")
    if not forms:
        return None
    readings = [find_syllable(char) for surname, given in parts for char in surname + given]
    needles |= {
        *(reading[:1] if "v" in reading or reading[:2] in ("lu", "nu", "ly", "ny") else reading for reading in readings)
    }
    needles |= {_OTHER_READINGS.get(char, "") for surname, given in parts for char in surname + given} - {""}
    needles |= {
        f"{reading[0]}." for surname, given in parts for char in surname + given for reading in list_readings(char)
    }
    return LatinNameForms(_make_whole_words_pattern(list(dict.fromkeys(forms))), tuple(sorted(needles)))


def _list_initials(name: str) -> list[str]:
    """Return the initials of a name in all readings of its characters."""
    letters = [dict.fromkeys(reading[0] for reading in list_readings(char)) for char in name]
    return ["".join(one) for one in islice(product(*letters), _MAX_INITIALS)]


def _make_whole_words_pattern(forms: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(forms)})(?![A-Za-z])")


def find_latin_names(bare: str, lowered: str, forms: LatinNameForms) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each mention of a name in Latin letters, with the account or mail address that contains it.

    Args:
        bare: a text without tone marks.
        lowered: the same in lower case.
        forms: the forms of the name.
    """
    if not any(needle in lowered for needle in forms.needles):
        return
    for match in forms.pattern.finditer(bare):
        start, end = match.span()
        mail = _MAIL_ADDRESS_REST_RE.match(bare, end)
        left = (_MAIL_NAME_RE if mail else _DIGITS_BEFORE_NAME_RE).search(
            bare, max(0, start - _MAX_MAIL_NAME_CHARACTERS), start
        )
        right = mail or _TRAILING_DIGITS_RE.match(bare, end)
        yield left.start() if left else start, right.end() if right else end


def remove_tone_marks(text: str) -> str:
    """Return the text without tone marks and accents, same length."""
    return "".join((unicodedata.normalize("NFD", char)[0] if "\u00c0" <= char <= "\u1eff" else char) for char in text)
