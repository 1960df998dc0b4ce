"""Read the context of a place: Chinese characters around it, names, quotation marks."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import shape

_HAN = re.compile(rf"[{HAN}]")
GRAMMAR_CHARACTERS = frozenset(
    "一二三四五六七八九十百千万亿两几半的了在依由以可其或对与和及不即亦也又该本此各所有无至自但先非按将被把使令让给从向为于是则且而若如因已未曾再最更很较都就还"
    "另某这那哪何之者们个只我你他她它您吗呢吧啊大小多少高低好坏新老旧想看年月日号时分元"
)
NUMERALS = frozenset("零一二三四五六七八九十百千万亿两")


def han_window(text: str, at: int, far: int = 5) -> tuple[int, int]:
    """Return the limits of the Chinese characters around a place."""
    start = at
    while start > max(0, at - far) and _HAN.match(text[start - 1]):
        start -= 1
    end = at + 1
    while end < min(len(text), at + far + 1) and _HAN.match(text[end]):
        end += 1
    return start, end


def may_be_in_name(text: str, at: int) -> bool:
    """Return whether the character may belong to a person's name."""
    for back in (0, 1, 2):
        place = at - back
        surname = (
            0 <= place < len(text) and text[place] in shape.USUAL_SURNAMES and text[place] not in shape.WEAK_SURNAMES
        )
        if surname and shape.score_given_name(text[place + 1 : place + 3]) > 0.5:
            return True
    return False


def is_quoted(text: str, at: int) -> bool:
    """Return whether the place is in a short quotation, often an invented name."""
    before = text[max(0, at - 10) : at]
    opened = max(before.rfind("“"), before.rfind("《"), before.rfind("〈"))
    return opened > max(before.rfind("”"), before.rfind("》"), before.rfind("〉"))


#: Words of places that few texts have: the districts of Inner Mongolia.
_LOCAL_AREA_WORD = re.compile("[我本全各]旗|苏木|嘎查|旗[县市区]|[县市区]旗")


def is_local_area_word(text: str, start: int, end: int) -> bool:
    """Return whether a place is part of a regional area word (districts of Inner Mongolia)."""
    near = max(0, start - 2)
    return any(
        near + hit.start() <= start and end <= near + hit.end()
        for hit in _LOCAL_AREA_WORD.finditer(text[near : end + 2])
    )


#: Compounds that anybody forms and no count knows whole: a verb with 好, 限重, 管水员, 一器一物, 310家次. The place is what is told apart.
_FREE_COMPOUNDS = (
    re.compile(rf"[{HAN}]好"),
    re.compile(rf"[限旧过][{HAN}]"),
    re.compile(r"[家户批人班架车场]次"),
    re.compile(r"[水林路河井山园矿线]员"),
    re.compile(rf"一[{HAN}]"),
    re.compile(r"[出进供排回灌蓄尾渗积根源]水"),
    re.compile(r"[穴桩坡梯岩坑垄床渠堤墙]面"),
    re.compile(r"[江河湖海塘库渠沟溪][心畔沿汊湾口]"),
)
_COMPOUND_CONTEXTS = (
    re.compile(""),
    re.compile("(?<![超不通经路])$"),
    re.compile("[0-9一二三四五六七八九十百千万]$"),
    re.compile("[管护巡看养守放]$"),
    re.compile(""),
    re.compile(""),
    re.compile(""),
    re.compile(""),
)


def is_free_compound(text: str, start: int, end: int) -> bool:
    """Return whether a two-character word is freely formed (限重, 管水员, 一器一物)."""
    words, before = text[start:end], text[max(0, start - 2) : start]
    for number, (shape_, left) in enumerate(zip(_FREE_COMPOUNDS, _COMPOUND_CONTEXTS, strict=True)):
        if len(words) == 2 and shape_.fullmatch(words) and left.search(before):
            return number != 4 or "一" in before + text[end : end + 1]
    return False
