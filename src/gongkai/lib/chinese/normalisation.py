"""Normalise the characters of text from elsewhere: files, pages, mails, typed text.

`normalise_text` is for text that is stored. `unify_characters` and `find_letter_spacing` keep the
offsets of a text, for searches that report places in it.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, HAN_RANGES

#: Radicals of the Supplement, and the ideographs that they stand for (Unicode: EquivalentUnifiedIdeograph.txt; four by their looks).
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺"
    "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_IDEOGRAPHS_OF_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀"
    "聿月臼艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶阝钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
#: Bytes of GB 18030 that the edition of 2000 gave to private codes, with their characters since 2005 and 2022.
_PRIVATE_CODES = {
    0xE816: "\U00020087",
    0xE817: "\U00020089",
    0xE818: "\U000200cc",
    0xE81E: "\u9fb4",
    0xE826: "\u9fb5",
    0xE82B: "\u9fb6",
    0xE82C: "\u9fb7",
    0xE831: "\U000215d7",
    0xE832: "\u9fb8",
    0xE83B: "\U0002298f",
    0xE843: "\u9fb9",
    0xE854: "\u9fba",
    0xE855: "\U000241fe",
    0xE864: "\u9fbb",
    0xE7C7: "\u1e3f",
    0xE5E5: "\u3000",  # the wide space of Word and WPS
}
_FIRST_PRIVATE_CODE, _LAST_BYTES = 0xE815, [byte for byte in range(0x50, 0xA1) if byte != 0x7F]
#: Private codes of vertical punctuation (A6D9 to A6F3), written as horizontal punctuation.
_VERTICAL_PUNCTUATION = dict(zip(range(0xE78D, 0xE797), "，。、：；！？〖〗…", strict=True))

#: Text that is normal already, which most cells of sheets are.
_COMMON_HAN = "-".join(map(chr, HAN_RANGES[0]))
_NORMAL_TEXT_RE = re.compile(f"[{_COMMON_HAN}!-~\u3001-\u3029\uff01-\uff5e“”‘’—…·√\\n]*")
#: Line ends of all kinds.
_LINE_ENDS_RE = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: Control characters, characters without width, soft hyphens, variation selectors, marks of direction, tags.
INVISIBLE_CHARACTER_CLASS = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE_RE = re.compile(f"[{INVISIBLE_CHARACTER_CLASS}]")
#: Joiners are letters of Arabic and Mongolian script and join emoji; elsewhere they are invisible.
_JOINER_RE = re.compile("(?<![\u0600-\u08ff\u1800-\u18af\u2190-\u2bff\U0001f000-\U0001faff])[\u200c\u200d]")
#: Half of a surrogate pair.
_SURROGATE_RE = re.compile("[\ud800-\udfff]")

#: Usual surnames of two characters.
COMPOUND_SURNAMES = "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|东方"
_COMMON_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤岑蒙农班"
) | frozenset(COMPOUND_SURNAMES.split("|"))
_SEX_CHARACTERS = frozenset("男女")
_BLANK = "[ \u00a0\u2002-\u200a\u202f\u205f\u3000]"
_HAN_OR_PUNCTUATION = f"[{HAN}，。；：！？、（）《》“”]"
#: Three characters and more, each set apart by the same blank or two: 关 于 印 发, 刘　志　强, 欧阳　志　明.
_SPACED_RUN_RE = re.compile(
    rf"(?<!\w)(?:{_HAN_OR_PUNCTUATION}|{COMPOUND_SURNAMES})(?P<gap>{_BLANK}{{1,2}}){_HAN_OR_PUNCTUATION}(?:(?P=gap){_HAN_OR_PUNCTUATION})+(?![^\W0-9])"
)
#: A line whose characters are all set apart, numbers too.
_SPACED_LINE_RE = re.compile(rf"(?m:^{_BLANK}*\S(?P<gap>{_BLANK}{{1,2}})\S(?:(?P=gap)\S){{5,}}(?={_BLANK}*$))")
#: A cell, a line, a value or an item of two characters: 李　明, 备  注.
_SPACED_PAIR_RE = re.compile(
    rf"(?:^|(?<=[\n\t|｜：:、])){_BLANK}*[{HAN}](?P<gap>{_BLANK}{{1,8}})[{HAN}](?={_BLANK}*(?:[\n\t|｜：:，,；;。、]|$))"
)
#: A label of a form whose letters are set apart, before its value: 住　　址　白层镇.
_SPACED_LABEL_RE = re.compile(
    rf"(?<![{HAN}])(?:姓(?={_BLANK}+名)|[住地](?={_BLANK}+址)|性(?={_BLANK}+别)|电(?={_BLANK}+话)|籍(?={_BLANK}+贯)|户(?={_BLANK}+主))"
    rf"(?P<gap>{_BLANK}{{1,8}})\S(?={_BLANK})"
)
#: A name whose surname of two characters is set apart, with any blanks: 欧 阳　菊 香.
_SPLIT_SURNAME = re.compile(
    rf"(?<![{HAN}])(?:{'|'.join(f'{name[0]}{_BLANK}{{1,2}}{name[1]}' for name in COMPOUND_SURNAMES.split('|'))})"
    rf"{_BLANK}{{1,4}}(?![男女])[{HAN}](?:{_BLANK}{{0,2}}(?![男女])[{HAN}])?"
)
_BLANK_RUN_RE = re.compile(f"{_BLANK}+")
#: Rows of characters that are words of their own: 一 二 三, 甲 乙 丙, 男 女 男.
_SEPARATE_WORDS = frozenset(
    "〇零一二三四五六七八九十百千日甲乙丙丁戊己庚辛壬癸男女是否有无优良中差上下左右东南西北省市县区乡镇村年月"
)
_HAN_CHARACTER = re.compile(f"[{HAN}]")


@cache
def get_unified_characters() -> dict[int, str]:
    """Return {code point: usual character} of radicals, compatibility forms and private codes."""
    table = dict(zip(map(ord, _RADICALS), _IDEOGRAPHS_OF_RADICALS, strict=True))
    table |= {point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)}
    table[0x2F3E] = "户"  # NFKC has 戶; fonts draw both of them as one
    compatible = (*range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E))
    table |= {point: plain for point in compatible if (plain := unicodedata.normalize("NFC", chr(point))) != chr(point)}
    private = {
        _FIRST_PRIVATE_CODE + place: bytes([0xFE, byte]).decode("gb18030") for place, byte in enumerate(_LAST_BYTES)
    }
    private |= _PRIVATE_CODES
    return table | {point: table.get(ord(char), char) for point, char in private.items()} | _VERTICAL_PUNCTUATION


def unify_characters(text: str) -> str:
    """Return the text with radicals, compatibility and private codes as usual ideographs.

    >>> unify_characters("⽔利部⻔")
    '水利部门'
    """
    table = get_unified_characters()
    for char in {char for char in set(text) if ord(char) in table}:
        text = text.replace(char, table[ord(char)])
    return text


def normalise_text(text: str) -> str:
    """Return text from elsewhere as it is stored and searched; all readers call it.

    Radicals, compatibility ideographs and private codes of GB 18030 become ideographs; the rest is
    composed (NFC). Line ends become newlines. Control characters, characters without width and soft
    hyphens are removed. Blanks that only space the letters of names, headings and cells are removed.

    Args:
        text: the text of a paragraph, a cell, a page or a document.

    >>> normalise_text("刘　志　强\\u200b，⽔利局")
    '刘志强，水利局'
    """
    if (text.isascii() and text.isprintable()) or _NORMAL_TEXT_RE.fullmatch(text):
        return text
    text = _LINE_ENDS_RE.sub("\n", text)
    text = normalise_characters(text)
    return close_letter_spacing(text)


def normalise_characters(text: str) -> str:
    """Return the text with normalised characters, but unchanged blanks and lines."""
    text = unicodedata.normalize("NFC", unify_characters(text))
    return _SURROGATE_RE.sub("\ufffd", _JOINER_RE.sub("", _INVISIBLE_RE.sub("", text)))


def clean_query(text: str, max_characters: int) -> str:
    """Return a typed search text, normalised and cut to `max_characters` characters."""
    return normalise_characters(text).strip()[:max_characters]


def close_letter_spacing(text: str) -> str:
    """Return the text without blanks that merely space its letters.

    >>> close_letter_spacing("关 于 印 发\\n姓　名\\n刘 志 强、陈 静 怡\\n项目 一 二 三")
    '关于印发\\n姓名\\n刘志强、陈静怡\\n项目 一 二 三'
    """
    kept, free = [], 0
    for start, end in find_letter_spacing(text):
        kept.append(text[free:start])
        free = end
    return "".join((*kept, text[free:])) if kept else text


def find_letter_spacing(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the blanks that only space letters, in order."""
    runs = [run for run in _SPACED_RUN_RE.finditer(text) if not consists_of_separate_words(run[0])]
    runs += [line for line in _SPACED_LINE_RE.finditer(text) if _is_spaced_prose(line[0])]
    spans = {span for run in runs for span in _list_blanks(run)}
    spans |= {
        gap.span() for name in _SPLIT_SURNAME.finditer(text) for gap in _BLANK_RUN_RE.finditer(text, *name.span())
    }
    spans |= {label.span("gap") for label in _SPACED_LABEL_RE.finditer(text)}
    spans |= {pair.span("gap") for pair in _SPACED_PAIR_RE.finditer(text) if not consists_of_separate_words(pair[0])}
    return iter(sorted(spans))


def _list_blanks(run: re.Match[str]) -> list[tuple[int, int]]:
    """Return (start, end) of the blanks that only space the letters of a run."""
    spans = [blank.span() for blank in _BLANK_RUN_RE.finditer(run.string, *run.span())]
    tokens = run[0].split()
    if len(tokens) > 2 and (starts := _find_name_starts(tokens)):
        return [span for index, span in enumerate(spans, 1) if index not in starts]
    return spans[:-1] if tokens[-1] in _SEX_CHARACTERS and len(tokens) in (3, 4) else spans


def _find_name_starts(tokens: list[str]) -> set[int]:
    """Return the indexes of tokens that begin a name or a sex; empty unless names and sexes fill the run."""
    count = len(tokens)
    sizes = [0] * count + [1]  # of the name at each place, where all behind it are names
    for index in reversed(range(count)):
        given = [len(sign) == 1 and sign not in _SEX_CHARACTERS for sign in tokens[index + 1 : index + 3]]
        for size in (1,) if tokens[index] in _SEX_CHARACTERS else (2, 3) if tokens[index] in _COMMON_SURNAMES else ():
            if index + size <= count and sizes[index + size] and all(given[: size - 1]):
                sizes[index] = size
                break
    starts, index = {0} if sizes[0] else set(), 0
    while starts and (index := index + sizes[index]) < count:
        starts.add(index)
    return starts


def _is_spaced_prose(line: str) -> bool:
    """Return true if most space-separated parts of a line are single Han characters."""
    characters = len(_HAN_CHARACTER.findall(line))
    return characters > 4 and characters * 2 >= len(line.split())


def consists_of_separate_words(run: str) -> bool:
    """Return true if spaced characters are words of their own (男 女 男), or fewer than two Han characters."""
    signs = _HAN_CHARACTER.findall(run)
    return len(signs) < 2 or all(sign in _SEPARATE_WORDS for sign in signs)
