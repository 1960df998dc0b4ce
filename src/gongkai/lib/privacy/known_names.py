"""Find mentions of persons whose names are known.

Its parts are found as well: given name alone, surname with a title, parts of a dotted name, nicknames, pinyin.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.traditional import find_syllable
from gongkai.lib.privacy.latin_names import find_latin_names, make_latin_forms, make_pinyin_forms, remove_tone_marks
from gongkai.lib.privacy.name_hints import (
    JOINING_WORD_PATTERN,
    find_substrings,
    is_followed_by_verb,
    is_inside_word,
    is_word_border,
)
from gongkai.lib.privacy.name_parts import (
    INVISIBLE_OR_SPACE_PATTERN,
    NameParts,
    find_introduced_parts,
    is_inside_dotted_name,
    normalise_name,
    normalise_name_text,
    split_name,
)
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.repeated_names import PERSONAL_ACT_PATTERN
from gongkai.lib.privacy.search_text import SearchText, prepare_text, to_half_width

_HAN = re.compile(rf"[{HAN}]")
#: Characters written between those of a name: 梅·望舒, 王/芳, 欧阳*峰. A comma or a full stop separates two names.
_OPTIONAL_SEPARATOR = r"(?:[^\w\s，。；：！？,;:!?]|_){0,3}"
#: A separator without 、, where only a part of the given name follows.
_GAP_PATTERN = r"(?:[^\w\s，。；：！？,;:!?、]|_){0,3}"
#: Signs in place of a character of a name.
_MASKS = "*＊×○□●■△▲☐?_"
#: Placeholder of a given name: 李某某, 李××, 李XX. Not in 于××年, 高XX路.
_PLACEHOLDER_RE = re.compile(
    r"某{1,2}|[×xX＊*○□●■△▲☐_]{1,3}(?![年月日时分元米号个人路街市县区镇乡村省局厅部公单×xX＊*○□])"
)
#: Kinship and address of two characters and more, after a surname or a given name.
_ADDRESS_WORDS = (
    "先生|女士|小姐|姑娘|女儿|儿子|闺女|丫头|爸爸|妈妈|父亲|母亲|爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|哥哥|姐姐|弟弟|妹妹"
    "|大爷|大妈|大娘|大叔|大哥|大姐|大嫂|大婶|大伯|二哥|二姐|叔叔|婶婶|伯伯|伯父|伯母|阿[姨婆公爷伯嫂]|师母|师父|嫂子|太太|夫人|老师|师傅|同志|同学"
)
#: Kinship in one character, only where a word ends after it: 王婆, 王母; not in 王母娘娘, 王家沟.
_KINSHIP_WORD = "哥姐弟妹兄叔婶嫂伯姨舅姑爷奶爸妈婆"
_KINSHIP_AFTER_SURNAME_RE = re.compile(
    rf"[{_KINSHIP_WORD}父母家仔娃氏](?=$|[^{HAN}]|[的里在说也都和与及等来去要有即是对向把被因为又已同并就])"
)
_KINSHIP_AFTER_GIVEN_RE = re.compile(rf"(?:{_ADDRESS_WORDS}|[{_KINSHIP_WORD}父母儿仔])(?![夫妻媳父母家校])")
_KINSHIP_PREFIXES = frozenset("大小老阿二三四五六七八九表堂师学")
#: Forms of address behind a surname that `shape.FORM_OF_ADDRESS_PATTERN` does not have.
_CIVIL_TITLE_RE = re.compile(
    rf"{_ADDRESS_WORDS}|媳妇|家的?老[大二三四五六七八九幺]|家的?[大小二三四老幺]?(?:媳妇|婆娘|老婆|老公|男人|女人|孩子|小孩|儿子|女儿|闺女|姑娘|丫头|小子|娃|孙子|孙女|兄弟|姐妹|老人|老头|老太|[大二三四五六老][哥姐嫂爷妈叔婶])|(?i:sir|madam|miss|boss|mrs|mr|ms)(?![a-zA-Z])|女同志|男同志|男士|老先生|老太太?|老人家?|会计|护士|工程师|同窗|业主|村民|居民|住户|家长|患者|老板|医生|律师|教授|大夫|姓|总(?=$|[^{HAN}]|[说的在和也都来要让称对向与到带签找]|电话|手机|微信|同意|联系|反映|办公室)"
)
#: Surnames that are no everyday words.
_UNAMBIGUOUS_SURNAMES = (shape.MOST_COMMON_SURNAMES | shape.DISTINCTIVE_SURNAMES) - shape.FUNCTION_SURNAMES
#: Characters that form an everyday word with 家, and are surnames: 国家, 商家.
_NON_FAMILY_CHARACTERS = frozenset("国全商管农公安成居东庄史名万方仇老大专起独")
_TITLE_BEFORE_RE = re.compile(r"(?i:(?<![a-zA-Z])(?:mister|mrs|mr|ms|miss|madam|dr)\.?$)")
#: Letters before a given name that stand for the surname: W芳, Wang芳.
_LETTERS_BEFORE_RE = re.compile(r"[a-zA-Z]{1,8}\.?$")
#: Matches of `shape.FORM_OF_ADDRESS_PATTERN` that are no form of address.
_NON_TITLE_WORDS = frozenset({"公司", "副", "总", "家"})
_NICKNAME_PREFIXES = frozenset("老小阿")
#: Everyday words that look like nicknames.
_NON_NICKNAME_RE = re.compile(
    "老[农师年练路酒豆花巢赖井柴牛汤童]|小[于令农刀利包原商国季容富巢巴幸房时景曲楼步池海牛班种童米羊花苗解豆费路车针门项麦黑]|阿门"
)
#: After a nickname: 老张头.
_OLD_MAN = ("头", "汉")
#: Words after an everyday word that mark it as a name: 高明主任.
_PERSON_AFTER_RE = re.compile(rf"{_ADDRESS_WORDS}|本人|夫妇|夫妻|支书|书记|主任|[兄哥姐]")
#: Words before a name: 当事人高明显.
_PERSON_BEFORE_RE = re.compile(
    r"[人员民主者户长师生友]$|(?:同志|先生|女士|姓名|名叫|叫|由|与|和|及|对|向|请|经|给|找|因|系|是|的|、)$"
)
#: Text that shows that characters of a name were hidden or added: 王某芳, 王小芳, 欧阳*峰, 欧阳雪F.
_NAME_DISGUISE_RE = re.compile(rf"[某小阿{_MASKS}a-zA-Z]")
_LETTER_RE = re.compile(r"[a-zA-Z]")
_HAN_RUN_RE = re.compile(rf"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A place where a known person is mentioned: offsets in the text, and the known name."""

    start: int
    end: int
    name: str


def find_known_people(text: str, names: Iterable[str], *, posts: bool = True) -> list[PersonMention]:
    """Return the mentions of persons with these full names, in any form; `posts`: also by surname and post (王主任)."""
    full = [name for name in dict.fromkeys(name.strip() for name in names) if len(normalise_name(name)) > 1]
    if not full:
        return []
    half = to_half_width(text)
    # Offsets of the characters of the text without gaps, and without characters of no width.
    offsets = [at for at, char in enumerate(half) if not INVISIBLE_OR_SPACE_PATTERN.match(char)]
    plain = normalise_name_text("".join(half[at] for at in offsets))
    split = {name: split_name(name) for name in full if _HAN.search(name)}
    likely = {name: parts for name, parts in split.items() if any(char in plain for char in parts.whole)}
    view = prepare_text(plain, seldom=not likely)
    mentions = [
        PersonMention(offsets[start], offsets[end - 1] + 1, name)
        for name, parts in likely.items()
        for start, end in _find_mentions(view, parts, posts=posts)
    ]
    visible = [at for at, char in enumerate(half) if char.isspace() or not INVISIBLE_OR_SPACE_PATTERN.match(char)]
    letters = remove_tone_marks("".join(half[at] for at in visible))
    lowered = letters.lower()
    mentions += [
        PersonMention(visible[start], visible[end - 1] + 1, name)
        for name in full
        for start, end in _find_latin_mentions(letters, lowered, name)
    ]
    return _merge_touching_mentions(mentions)


def _merge_touching_mentions(found: list[PersonMention]) -> list[PersonMention]:
    """Return the mentions in order; overlapping or touching ones become one."""
    kept_mentions: list[PersonMention] = []
    for mention in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept_mentions and mention.start <= kept_mentions[-1].end:
            kept_mentions[-1] = replace(kept_mentions[-1], end=max(kept_mentions[-1].end, mention.end))
        else:
            kept_mentions.append(mention)
    return kept_mentions


def _find_latin_mentions(bare: str, lowered: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of a name in Latin letters: as written, or a Chinese name in pinyin."""
    if not _HAN.search(name):
        return find_latin_names(bare, lowered, make_latin_forms(to_half_width(name)))
    text = normalise_name(name)
    forms = None if "·" in text else make_pinyin_forms(_list_surnames_with_given_names(text))
    return find_latin_names(bare, lowered, forms) if forms else iter(())


def _list_surnames_with_given_names(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((surname, text[len(surname) :]) for surname in split_name(text).surnames)


def _find_mentions(view: SearchText, forms: NameParts, *, posts: bool) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each mention of a name in any form."""
    yield from find_introduced_parts(view.text, forms)
    for start, end in (*_find_full_names(view, forms), *_find_given_names(view, forms)):
        yield _extend_mention(view, forms, start, end)
    for start, end in find_substrings(view.text, forms.surnames):
        title_end = _find_title_end(view, end, posts=posts)
        if title_end > end and _is_surname_with_title(view, start, end, title_end):
            yield _extend_mention(view, forms, start, title_end)
        elif _is_prefixed_nickname(view, start, end):
            yield start - 1, _find_title_end(view, end + view.text.startswith(_OLD_MAN, end), posts=False)
        elif (match := _TITLE_BEFORE_RE.search(view.text, max(0, start - 8), start)) and is_word_border(view, end):
            yield match.start(), end
        elif view.text[start:end] in shape.COMPOUND_SURNAMES and _is_used_as_name(view, start, end):
            yield start, end


def _find_full_names(view: SearchText, forms: NameParts) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of whole names, titled surnames and partly hidden forms."""
    text = view.text
    whole = forms.whole.replace("·", "")
    pattern = _OPTIONAL_SEPARATOR.join(map(re.escape, whole)) if all(char in text for char in whole) else "(?!)"
    for start, end in (found.span() for found in re.compile(pattern).finditer(text)):
        parted = not forms.characters or end - start == len(forms.whole)
        if not parted and not (view.starts[start] and is_word_border(view, end)):
            continue
        if is_inside_word(view, start) and is_inside_word(view, end):
            continue  # 快乐|嘉年华
        called = view.starts[start] and _PERSON_AFTER_RE.match(text, end)
        doubtful = _is_everyday_word(forms.whole) or _is_accidental_name(view, forms, start, end)
        if called or not doubtful or _is_used_as_name(view, start, end):
            yield start, end
    for surname in forms.surnames if forms.characters else ():
        if not all(char in text for char in surname):
            continue
        yield from _find_beginnings_with_title(view, surname, forms.whole[len(surname) :])
        for match in _make_hidden_name_pattern(surname, forms.whole[len(surname) :]).finditer(text):
            start, end = match.span()
            given = match["given"]
            seen = {char for char in given if char in forms.characters}
            disguised = len(surname) > 1 or _NAME_DISGUISE_RE.search(given)
            if not disguised or not (seen or _LETTER_RE.search(given)):
                continue
            if is_word_border(view, end) and _is_surname_with_title(view, start, match.start("given"), end):
                yield start, end


def _find_beginnings_with_title(view: SearchText, surname: str, given_name: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the beginning of a name before a title: 王建先生 for 王建国."""
    chars = {given_name[:1], given_name[-1:]} if len(given_name) > 1 else set()
    for start, end in find_substrings(view.text, {surname + char for char in chars}):
        title = _CIVIL_TITLE_RE.match(view.text, end)
        if title and view.starts[start] and is_word_border(view, title.end()) and not _follows_surname(view, start):
            yield start, title.end()


def _make_hidden_name_pattern(surname: str, given_name: str) -> re.Pattern[str]:
    """Return a pattern for a surname with signs or initials for the given name."""
    readings = {find_syllable(char) for char in given_name} - {""}
    letters = sorted({"x", *readings, *(reading[0] for reading in readings)}, key=len, reverse=True)
    element = rf"(?:[某小阿{re.escape(given_name)}]|(?i:{'|'.join(letters)})(?![a-zA-Z0-9])\.?)"
    first = _GAP_PATTERN.join(map(re.escape, surname))
    return re.compile(rf"{first}(?P<given>(?:{_GAP_PATTERN}{element}){{1,{len(given_name) + 1}}}[{_MASKS}]{{0,3}})")


def _find_given_names(view: SearchText, forms: NameParts) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the given name, or one of its characters, as people call each other."""
    text = view.text
    for start, end in find_substrings(text, forms.pieces):
        if _is_given_name_alone(view, start, end) and not is_inside_dotted_name(text, start, end):
            yield start, end
    alone = [*find_substrings(text, forms.given), *find_substrings(text, {char * 2 for char in forms.characters})]
    for start, end in alone:
        kin = _KINSHIP_AFTER_GIVEN_RE.match(text, end)
        addressed = view.starts[start] > 0 and not _follows_surname(view, start)
        if (kin and addressed and is_word_border(view, kin.end())) or _is_given_name_alone(view, start, end):
            yield start, end
    for start, end in find_substrings(text, set(forms.characters) - _KINSHIP_PREFIXES):
        kin = _KINSHIP_AFTER_GIVEN_RE.match(text, end)
        if kin and is_word_border(view, kin.end()) and _is_one_character_alone(view, start, kin.end()):
            yield start, kin.end()
    yield from _find_familiar_names(view, forms)


def _find_familiar_names(view: SearchText, forms: NameParts) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of short forms: W芳, 强子, 小欧, 大强."""
    text = view.text
    for given in {forms.characters, *forms.given} - {""}:
        for start, end in find_substrings(text, [given]):
            begin = _find_hidden_surname(text, start, forms)
            if begin < start and is_word_border(view, end) and not shape.is_ordinary_word(text[begin:end]):
                yield begin, end
    for start, end in find_substrings(text, [f"{forms.characters[-1:]}子"] if forms.characters else ()):
        known = bool(shape.get_word_tag(text[start:end]))
        if view.starts[start] and is_word_border(view, end) and (not known or is_followed_by_verb(view, end)):
            yield start, end
    compound = [surname for surname in forms.surnames if surname in shape.COMPOUND_SURNAMES]
    for start, end in find_substrings(text, {*forms.characters, *"".join(compound)}):
        prefix, called = text[start - 1 : start], text[start - 1 : end]
        acts = is_word_border(view, end) and is_followed_by_verb(view, end) and not shape.get_word_tag(called)
        if prefix and (
            (prefix in "小阿" and _is_prefixed_nickname(view, start, end))
            or (prefix in "大老" and acts and view.starts[start - 1])
        ):
            yield start - 1, end


def _find_hidden_surname(text: str, start: int, forms: NameParts) -> int:
    """Return where a sign or letters for the surname begin: W芳, Wang芳, 某芳, *芳."""
    if text[start - 1 : start] in tuple(f"某{_MASKS}"):
        sign = text[start - 1 : start]
        return start if sign != "某" and text[start - 2 : start - 1] == sign else start - 1
    letters = _LETTERS_BEFORE_RE.search(text, max(0, start - 9), start)
    if letters is None:
        return start
    written = letters[0].rstrip(".")
    for surname in forms.surnames:
        reading = "".join(map(find_syllable, surname))
        if reading and written.lower().endswith(reading):
            return letters.end() - len(reading) - (len(letters[0]) - len(written))
        alone = len(written) == 1 or (written[-2].islower() and written[-1].isupper())
        if alone and written[-1].lower() in (reading[:1], "x"):
            return letters.end() - 1 - (len(letters[0]) - len(written))
    return start


def _extend_mention(view: SearchText, forms: NameParts, start: int, end: int) -> tuple[int, int]:
    """Return (start, end) of a name with attached surnames, signs and forms of address."""
    text = view.text
    surnames = "|".join(map(re.escape, forms.surnames))
    before = re.search(rf"(?:{surnames or '(?!)'})?(?:[老小阿某]|[{_MASKS}]{{1,2}})?$", text[max(0, start - 8) : start])
    size = len(before[0]) if before else 0
    if not size:
        start = _find_hidden_surname(text, start, forms) if forms.characters else start
    elif view.starts[start - size] or text[start - size] not in _NICKNAME_PREFIXES:
        start -= size
    while start and text[start - 1] in forms.characters and view.starts[start - 1]:
        start -= 1
    if start and text[start - 1] in _NICKNAME_PREFIXES and view.starts[start - 1]:
        start -= 1
    while end < len(text) and text[end] in forms.characters and is_word_border(view, end + 1):
        end += 1
    return start, _find_title_end(view, end, posts=False)


def _find_title_end(view: SearchText, at: int, *, posts: bool) -> int:
    """Return the end of the title or kinship word at `at`, else `at`."""
    text = view.text
    if placeholder := _PLACEHOLDER_RE.match(text, at):
        at = placeholder.end()
    if civil := _CIVIL_TITLE_RE.match(text, at):
        return civil.end()
    match = shape.FORM_OF_ADDRESS_PATTERN.match(text, at + text.startswith("副", at)) if posts else None
    if match and match[0] not in _NON_TITLE_WORDS:
        return match.end()
    kin = _KINSHIP_AFTER_SURNAME_RE.match(text, at)
    return kin.end() if kin and is_word_border(view, kin.end()) else at


def _is_accidental_name(view: SearchText, forms: NameParts, start: int, end: int) -> bool:
    """Return true if everyday words only look like a surname and a given name: 比去年高|明显."""
    text, surname = view.text, forms.surnames[0] if len(forms.surnames) == 1 else ""
    if len(surname) != 1 or not shape.get_word_tag(surname).startswith(("a", "d", "v", "z")):
        return False
    if not _HAN.match(text[start - 1 : start]) or _PERSON_BEFORE_RE.search(text, max(0, start - 4), start):
        return False
    given = text[start + 1 : end]
    if len(given) > 1:
        return shape.is_ordinary_word(given)
    return is_inside_word(view, end) and not shape.is_dictionary_word(text[end : end + 2])


def _is_everyday_word(word: str) -> bool:
    return shape.is_ordinary_word(word) or word in shape.NAME_LIKE_WORDS or word in shape.NAME_LIKE_STRINGS


def _is_used_as_name(view: SearchText, start: int, end: int) -> bool:
    """Return whether the words around it treat a span as a person."""
    if view.starts[start] and PERSONAL_ACT_PATTERN.match(view.text, end):
        return True
    role = context.read_left_context(view, start).kind
    if role == "public" and is_word_border(view, end):
        return True  # 法定代表人高峰
    joined = role or JOINING_WORD_PATTERN.search(view.text[max(0, start - 2) : start])
    return bool(joined or _is_noun_after_verb(view, start, end)) and is_followed_by_verb(view, end)


def _is_noun_after_verb(view: SearchText, start: int, end: int) -> bool:
    begin = next((at for at in range(start - 1, max(-1, start - 5), -1) if view.starts[at]), start)
    name = view.text[start:end]
    if name in shape.NAME_LIKE_WORDS or name in shape.NAME_LIKE_STRINGS or shape.get_word_tag(name).startswith("v"):
        return False
    return shape.get_word_tag(view.text[begin:start]).startswith(("v", "p"))


def _is_given_name_alone(view: SearchText, start: int, end: int) -> bool:
    if _follows_surname(view, start):
        return False
    if _is_everyday_word(view.text[start:end]):
        called = view.starts[start] and _PERSON_AFTER_RE.match(view.text, end)
        return bool(called) or _is_used_as_name(view, start, end)
    if view.starts[start] > end - start and shape.is_ordinary_word(view.word(start)):
        return False  # 嘉年 in 嘉年华
    # 中|国公|民: a chance meeting of two words divides both.
    return bool(view.starts[start] or view.starts[end] or end == len(view.text))


def _is_one_character_alone(view: SearchText, start: int, end: int) -> bool:
    """Return true if a character and a form of address are no part of another name."""
    if not view.starts[start] or shape.get_word_tag(view.text[start]).startswith(tuple("cpudrmqf")):
        return False
    before = view.text[max(0, start - 2) : start]
    named = any(char in shape.USUAL_SURNAMES and view.starts[start - at] for at, char in enumerate(before[::-1], 1))
    return not (named and _HAN_RUN_RE.fullmatch(before)) and _is_given_name_alone(view, start, end)


def _follows_surname(view: SearchText, start: int) -> bool:
    before = view.text[start - 1 : start]
    return bool(before in _UNAMBIGUOUS_SURNAMES and view.starts[start - 1])


def _is_surname_with_title(view: SearchText, start: int, end: int, title_end: int) -> bool:
    """Return whether a surname before a title is a person, not the beginning of a word."""
    if view.text[start - 1 : end] in shape.COMPOUND_SURNAMES or _follows_surname(view, start):
        return False
    if not view.starts[start]:
        begin = next((at for at in range(start - 1, max(-1, start - 5), -1) if view.starts[at]), start)
        return not shape.is_ordinary_word(view.word(begin)) or view.text[begin] in _NICKNAME_PREFIXES
    word = view.starts[start]
    if view.text[end : end + 1] == "家" and word == end + 1 - start:
        return view.text[start:end] not in _NON_FAMILY_CHARACTERS
    if (
        word == title_end - start == 2
        and view.text[start:end] not in shape.MOST_COMMON_SURNAMES
        and shape.is_ordinary_word(view.word(start))
    ):
        return False  # 国家, 云母
    return word <= end - start or word == title_end - start or not shape.is_ordinary_word(view.word(start))


def _is_prefixed_nickname(view: SearchText, start: int, end: int) -> bool:
    if not start or view.text[start - 1] not in _NICKNAME_PREFIXES or not view.starts[start - 1]:
        return False
    if view.text[start:end] in shape.COMPOUND_SURNAMES:
        return True
    if end - start != 1:
        return False
    if view.text.startswith(_OLD_MAN, end) and is_word_border(view, end + 1):
        return True
    tag = shape.get_word_tag(view.word(end))
    acts = tag == "vn" or (is_word_border(view, end) and not tag.startswith("n")) or is_followed_by_verb(view, end)
    return acts and not _NON_NICKNAME_RE.fullmatch(view.text[start - 1 : end])
