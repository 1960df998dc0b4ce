"""Rejoin text that invisible characters, page-width line breaks, wide-set names or notes on pronunciation split.

Such splits would hide personal data (申请人刘⏎志强; 李  明; 仇(qiú)大勇). The joined text is searched and each
offset is mapped back.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, HAN_RANGES
from gongkai.lib.chinese.normalisation import INVISIBLE_CHARACTER_CLASS, find_letter_spacing
from gongkai.lib.privacy.persons.shape import COMPOUND_SURNAMES, KNOWN_SURNAMES

#: Characters without width, with joiners and frames of keys.
_INVISIBLE_CHARACTERS = re.compile(f"[{INVISIBLE_CHARACTER_CLASS}\u200c\u200d\u20e3]+")
_GAP, _SURNAME = "[ _\u00a0\u2002-\u200a\u3000]", f"[{''.join(sorted(KNOWN_SURNAMES))}]"
_FAMILY = f"(?:{'|'.join(sorted(COMPOUND_SURNAMES))}|{_SURNAME})"
#: The last characters of words for people, right before their names.
_BEFORE_NAME = "人名告户者员亲母父妻夫子女弟妹兄姐生民儿主工属方"
#: A given name set apart from its surname, behind what announces a name or another name: 申请人：赵　铁柱, 王　　芳　刘志强.
_WIDE_SET_NAME = re.compile(
    rf"(?:(?<=[:：、，,;；(（|])|(?<=[{_BEFORE_NAME}])|(?<=[{HAN}]{_GAP})|^|(?<=[\n\t])){_GAP}*\t?{_FAMILY}({_GAP}{{1,4}})"
    rf"(?![男女])[{HAN}](?:({_GAP}{{0,4}})(?![男女])[{HAN}])?(?={_GAP}*(?:[，,、。;；)）（(\n\t|]|$)"
    rf"|{_GAP}+(?:性别|男|女|电话|身份|[0-9]|(?:反映|来电|来信|提出|不服|认为|{_SURNAME}{_GAP}*[{HAN}]{{1,2}})(?:[^{HAN}]|$)))"
)
#: A given name set apart within a sentence, after what people are or before what they are called: 学生李　娟反映, 王 小 明同志.
_GIVEN = rf"({_GAP}{{1,4}})(?![男女])[{HAN}](?:({_GAP}{{1,4}})(?![男女])[{HAN}])?"
#: The end of a wide-set name, before the next one of a list: 马 超、何 平分别受伤.
_NAME_ENDS = (rf"{_GAP}[{HAN}]", rf"{_GAP}[{HAN}]{{2}}", rf"{_GAP}[{HAN}]{_GAP}[{HAN}]")
_BEHIND_ANOTHER = f"(?:{'|'.join(f'(?<={end}[、和与及])' for end in _NAME_ENDS)})"
_WIDE_SET_NAMES_IN_SENTENCES = (
    re.compile(rf"(?:(?<=[{_BEFORE_NAME}])|(?<=家长)){_GAP}{{0,4}}{_FAMILY}{_GIVEN}(?=[{HAN}])"),
    re.compile(rf"{_BEHIND_ANOTHER}{_FAMILY}{_GIVEN}(?=[{HAN}])"),
    re.compile(
        rf"{_FAMILY}{_GIVEN}(?={_GAP}?(?:同志|先生|女士|同学|老师|老人|之[子女妻夫父母]|等[0-9一二三四五六七八九十]?人))"
    ),
)
#: A name whose characters are all set apart by dots: 刘・志・强.
_DOTTED_NAME = re.compile(rf"(?<![{HAN}·•・]){_FAMILY}([·•・])[{HAN}]([·•・])[{HAN}](?![{HAN}·•・])")
#: What begins an item of a list, a heading or a row: nothing goes on there.
_LIST_ITEM_START = re.compile(
    r"[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,3}[、．.)）]|第[一二三四五六七八九十百0-9]{1,4}[条章节款项]|附件|附[:：]|[①-⑳]|——"
)
#: The head of a row: a name or a field, and what is said of it.
_ROW_START = re.compile(rf"[{HAN}·]{{2,6}}[，,、|｜(（:：;；]")
#: A surname behind what announces a name, at the end of a line; the same with one more character.
_BROKEN_NAME = re.compile(rf"(?:[请诉报举罚征]人|[原被]告|患者|当事人){_FAMILY}$")
_BEGUN_NAME = re.compile(rf"{_BROKEN_NAME.pattern[:-1]}[{HAN}]$")
#: The last character of a name, and what its bearer does.
_REST_OF_NAME = re.compile(rf"[{HAN}](?:不服|提[出交起]|认为|反映|诉|要求|申请|请求|来[信电访]|因|[，,（(])")
_HAN = re.compile(rf"[{HAN}]")
_PROSE_PUNCTUATION = re.compile(r"[，。；、：,;:]")
#: How a character is pronounced, in a bracket within a name: 仇(qiú)大勇, 解（音xiè）文.
_PRONUNCIATION = re.compile(
    rf"(?<=[{HAN}])[(（]\s?(?:读音|读作|读|音)?[:：]?\s?[a-zà-üāēěīńňōūǎǐǒǔǖǘǚǜ]{{1,6}}[1-4]?\s?[)）](?=[{HAN}])"
)
#: Family names of three and more characters, and a surname that stands for them in the joined text.
_CLAN_NAME = re.compile(
    "(?:爱新觉罗|愛新覺羅|伊尔根觉罗|西林觉罗|叶赫那拉|乌拉那拉|辉发那拉|哈达那拉|博尔济吉特|孛儿只斤|钮祜禄|瓜尔佳|赫舍里|喜塔腊"
    f"|萨克达|索绰络|他塔喇|郭络罗|舒穆禄)(?=[{HAN}])"
)
_CLAN_SURNAME = "李"
#: Half characters: the shortest line that a page's edge breaks, the longest, and by how much full lines differ.
_MIN_LINE_WIDTH, _LONG, _RAGGED = 20, 130, 4


def _line_width(line: str) -> int:
    return len(line.encode("gb18030", "replace"))


def _split_blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    block: list[tuple[int, int]] = []
    begin = 0
    for line in text.split("\n"):
        end = begin + len(line)
        if line.strip():
            block.append((begin, end))
        elif block:
            yield block
            block = []
        begin = end + 1
    if block:
        yield block


def _find_line_breaks(text: str) -> Iterator[tuple[int, int]]:
    for block in _split_blocks(text):
        if len(block) < 2:
            continue
        lines = [(begin, begin + len(text[begin:end].rstrip())) for begin, end in block]
        widths = [_line_width(text[begin:end].lstrip()) for begin, end in lines]
        most = max(widths)
        for place in range(len(lines) - 1):
            (begin, end), (following, stop) = lines[place], lines[place + 1]
            line, rest = text[begin:end], text[following:stop]
            if _breaks_name(line, rest) or (
                _MIN_LINE_WIDTH <= most <= _LONG and widths[place] >= most - _RAGGED and _continues_sentence(line, rest)
            ):
                yield end, following + len(rest) - len(rest.lstrip())


def _breaks_name(line: str, rest: str) -> bool:
    """Return whether a line ends within a name: 对申请人李⏎青国不服."""
    following = rest.lstrip()
    if not _HAN.match(following[:1]) or _LIST_ITEM_START.match(following):
        return False
    return bool(_BROKEN_NAME.search(line) or (_BEGUN_NAME.search(line) and _REST_OF_NAME.match(following)))


def _continues_sentence(line: str, rest: str) -> bool:
    following = rest.lstrip()
    if not (_HAN.match(line[-1:]) and _HAN.match(following[:1])):
        return False  # numbers over a line are known as they stand
    if _LIST_ITEM_START.match(following) or (_ROW_START.match(following) and not _BROKEN_NAME.search(line)):
        return False
    if rest[:1] in " \t\u3000" or re.search(r"[ \t\u3000|]", line.strip() + following.rstrip()):
        return False
    return bool(_PROSE_PUNCTUATION.search(line) and _PROSE_PUNCTUATION.search(following))


#: Signs that describe a character by its parts (Unicode, 18.2): ⿰ and ⿱ two parts, ⿲ and ⿳ three, ⿾ and ⿿ one.
_DESCRIPTION_SIGN = re.compile("[\u2ff0-\u2fff]")
_DESCRIPTION_PARTS = {"\u2ff2": 3, "\u2ff3": 3, "\u2ffe": 1, "\u2fff": 1}
#: Stands for a character that is described, a rare one by its nature.
_DESCRIBED = chr(HAN_RANGES[1][0])


def find_character_end(text: str, at: int) -> int:
    """Return the end of the character at an offset, which may be described by its parts: ⿰亻月.

    >>> find_character_end("张⿰亻⿱日月明", 1)
    6
    """
    wanted = 1
    while wanted and at < len(text) and not text[at].isspace():
        wanted += _DESCRIPTION_PARTS.get(text[at], 2) - 1 if _DESCRIPTION_SIGN.match(text[at]) else -1
        at += 1
    return at


def join_split_text(text: str) -> tuple[str, list[int]] | None:
    """Return the joined text with the original offset of each of its characters; None if nothing
    was split.

    Args:
        text: any text.

    Returns:
        Nothing where it is read as it stands.
    """
    left_out = {place for found in _INVISIBLE_CHARACTERS.finditer(text) for place in range(*found.span())}
    left_out.update(place for span in find_letter_spacing(text) for place in range(*span))
    forms = (_WIDE_SET_NAME, _DOTTED_NAME, *_WIDE_SET_NAMES_IN_SENTENCES)
    matches = (found for form in forms for found in form.finditer(text))
    wide = (found.span(group) for found in matches for group in (1, 2) if found[group])
    left_out.update(place for span in wide for place in range(*span))
    left_out.update(place for span in _find_line_breaks(text) for place in range(*span))
    left_out.update(place for found in _PRONUNCIATION.finditer(text) for place in range(*found.span()))
    clans = [found.span() for found in _CLAN_NAME.finditer(text) if found.start() not in left_out]
    left_out.update(place for start, end in clans for place in range(start + 1, end))
    for found in _DESCRIPTION_SIGN.finditer(text):
        if found.start() not in left_out:
            left_out.update(range(found.start() + 1, find_character_end(text, found.start())))
    if not left_out:
        return None
    offsets = [place for place in range(len(text)) if place not in left_out]
    begun = {start for start, _ in clans}
    words = "".join(_CLAN_SURNAME if place in begun else text[place] for place in offsets)
    return _DESCRIPTION_SIGN.sub(_DESCRIBED, words), offsets
