"""Wrong characters found by what hardly ever stands side by side.

Two characters that never follow each other in laws, official replies and the dictionary are a place to look at. Where
exchanging one of them for a character that sounds or looks like it gives a common word that fits on both sides, or where
four characters are one away from a set phrase of four, that is what was meant. Both must hold, so that new words,
names and terms of a trade are left alone.
"""

import re
from collections.abc import Iterator
from functools import cache

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.persons import shape
from gongkai.privacy.proofreading.characters import same_sound
from gongkai.privacy.proofreading.pairs import common, followers, seen, words_of_two
from gongkai.privacy.tables import rows, word_file

_PLACE = re.compile(r"[省市县区镇乡村屯庄路街巷江河湖山岛寺桥站港湾坝坪沟岭峡社小苑园]")
_NOT_AFTER = re.compile(r"[〔\[·]")


@cache
def _look_alikes() -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(row[1]) for row in rows("alike")}


def _confusable(said: str, meant: str) -> int:
    """Return 2 for the same sound, 1 for a like picture, 0 for neither."""
    if same_sound(said, meant):
        return 2
    return 1 if meant in _look_alikes().get(said, ()) else 0


@cache
def _pairs_by_half() -> dict[tuple[int, str], tuple[str, ...]]:
    """Return the common words of two characters by the half that stays: (place of the change, other character)."""
    found: dict[tuple[int, str], list[str]] = {}
    for word in words_of_two():
        found.setdefault((0, word[1]), []).append(word)
        found.setdefault((1, word[0]), []).append(word)
    return {key: tuple(words) for key, words in found.items()}


@cache
def _wild(name: str) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return words of three or four characters by what is left when one character is taken out."""
    found: dict[tuple[int, str], list[str]] = {}
    for word in word_file(name):
        for place in range(len(word)):
            found.setdefault((place, word[:place] + word[place + 1 :]), []).append(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def unlikely(frame: Frame) -> Iterator[Finding]:
    """Yield wrong characters at places where two characters stand side by side that hardly ever do."""
    text, follows = frame.text, followers()
    last = -1
    for at in range(len(text) - 1):
        first, second = text[at], text[at + 1]
        if not ("\u4e00" <= first <= "\u9fff" and "\u4e00" <= second <= "\u9fff"):
            continue
        if at < last:
            continue
        if second in follows.get(first, ()):
            hit = _at_border(frame, at) or (_of_four(frame, at) if _loose_row(frame, at) else None)
        else:
            hit = _of_four(frame, at) or _of_three(frame, at) or _of_two(frame, at) or _turned(frame, at)
        if hit:
            start, right = hit
            words = text[start : start + len(right)]
            last = start + len(right)
            yield Finding("typo", start, last, frame.source[start:last], f"“{words}”疑为“{right}”之误", right)


def _loose_row(frame: Frame, at: int) -> bool:
    """Return whether four characters in a row stand alone, the place in the middle of them."""
    starts = frame.starts
    return at > 1 and starts[at + 1] == 1 and starts[at] == 1 and starts[at - 1] == 1 and starts[at - 2] == 1


def _of_four(frame: Frame, at: int) -> tuple[int, str] | None:
    for start in range(max(0, at - 2), at + 1):
        words = frame.text[start : start + 4]
        if len(words) < 4 or not shape.known_word(words):
            for place in range(4):
                if start + place not in (at, at + 1) or len(words) < 4:
                    continue
                for right in _wild("words4").get((place, words[:place] + words[place + 1 :]), ()):
                    like = _confusable(words[place], right[place]) or (
                        right in word_file("idioms") and _all_rare(words, place)
                    )
                    if right != words and like and _whole_ends(frame, start, 4):
                        return start, right
    return None


def _all_rare(words: str, place: int) -> bool:
    """Return whether every pair that holds the changed character is unknown."""
    return all(not seen(words[a], words[a + 1]) for a in (place - 1, place) if 0 <= a < 3)


def _whole_ends(frame: Frame, start: int, size: int) -> bool:
    """Return whether no longer word reaches over either end."""
    left = start == 0 or frame.starts[start] > 0
    end = start + size
    return left and (end >= len(frame.text) or frame.starts[end] > 0 or not shape.HAN.match(frame.text[end]))


def _of_three(frame: Frame, at: int) -> tuple[int, str] | None:
    starts, text = frame.starts, frame.text
    for start, place in ((at - 1, 2), (at, 0)):
        if start < 0 or starts[start + place] != 1:
            continue
        kept = start if place == 2 else start + 1
        words = text[start : start + 3]
        if (
            starts[kept] != 2
            or len(words) < 3
            or words[place] in _FREE
            or not _at_odds(frame, start + place, place)
        ):
            continue
        for right in _wild("words3").get((place, words[:place] + words[place + 1 :]), ()):
            if (
                right != words
                and _confusable(words[place], right[place])
                and _fits(frame, start, place, right)
            ):
                return start, right
    return None


def _at_border(frame: Frame, at: int) -> tuple[int, str] | None:
    """Return the word of three that a word of two and a lone character before a mark are meant to be (许可正。)."""
    text, starts = frame.text, frame.starts
    if (
        at == 0
        or starts[at - 1] != 2
        or starts[at + 1] != 1
        or text[at + 1] in _FREE
        or text[at + 1] in _FINAL
    ):
        return None
    if shape.HAN.match(text[at + 2 : at + 3] or " "):
        return None
    words = text[at - 1 : at + 2]
    for right in _wild("words3").get((2, words[:2]), ()):
        if right != words and same_sound(words[2], right[2]):
            return at - 1, right
    return None


#: Characters that end a clause by themselves.
_FINAL = frozenset(
    "健等起来去成到好过完着难早晚止内外间旁处方面份额类型式法学家院校所局部厅站队组会员工金费款税率量度力性化点线网图表册书证单票卡号码"
)


def _at_odds(frame: Frame, at: int, place: int) -> bool:
    """Return whether a character fits its other neighbour no better."""
    other = frame.text[at - 1 : at] if place == 0 else frame.text[at + 1 : at + 2]
    if not other or not shape.HAN.match(other):
        return True
    return not (seen(other, frame.text[at]) if place == 0 else seen(frame.text[at], other))


def _of_two(frame: Frame, at: int) -> tuple[int, str] | None:
    text, starts = frame.text, frame.starts
    first, second = text[at], text[at + 1]
    if not _loose(frame, at) or _named(frame, at):
        return None
    best: tuple[int, int, str] | None = None
    for place in (0, 1):
        said = (first, second)[place]
        for rank, right in enumerate(_pairs_by_half().get((place, (second, first)[place]), ())):
            if (second, first)[place] in _GRAMMAR or (
                said in _FREE
                and (
                    rank > _COMMON
                    or not (
                        _odd_both(frame, at + place, place)
                        or _joins(frame, at, (second, first)[place], place)
                    )
                )
            ):
                break
            like = _confusable(said, right[place])
            if (
                like
                and right != first + second
                and _fits(frame, at, place, right)
                and starts[at + place] == 1
            ):
                found = (-like, rank, right)
                best = min(best, found) if best else found
    return (at, best[2]) if best else None


#: Of so many common words with a character a function character may be a slip.
_COMMON = 25


def _odd_both(frame: Frame, at: int, place: int) -> bool:
    """Return whether a character does not fit its other neighbour either; a border proves nothing."""
    other = frame.text[at - 1 : at] if place == 0 else frame.text[at + 1 : at + 2]
    if not other or not shape.HAN.match(other):
        return False
    return not (seen(other, frame.text[at]) if place == 0 else seen(frame.text[at], other))


def _joins(frame: Frame, at: int, kept: str, place: int) -> bool:
    """Return whether some common word with the half that stays makes a longer word with the character beside it (水 + 资源)."""
    text = frame.text
    said = text[at + place]
    for right in _pairs_by_half().get((place, kept), ())[:_COMMON]:
        if _confusable(said, right[place]) == 2 and (
            shape.known_word(text[at - 1 : at] + right)
            if at
            else False or shape.known_word(right + text[at + 2 : at + 3])
        ):
            return True
    return False


def _turned(frame: Frame, at: int) -> tuple[int, str] | None:
    """Return the word that two single characters make the other way round (道渠)."""
    pair = frame.text[at : at + 2]
    right = pair[::-1]
    if pair[0] in _FREE or pair[1] in _FREE or frame.starts[at] != 1 or frame.starts[at + 1] != 1:
        return None
    if (
        right not in common()
        or _named(frame, at)
        or not _fits(frame, at, 0, right)
        or not _fits(frame, at, 1, right)
    ):
        return None
    return at, right


def _loose(frame: Frame, at: int) -> bool:
    """Return whether the dictionary leaves both characters alone, or has torn the second half of a longer word."""
    starts = frame.starts
    if starts[at] == 1 and starts[at + 1] == 1:
        return True
    torn = starts[at] == 1 and starts[at + 1] == 2 and frame.text[at + 2 : at + 3] in _FUNCTION
    return torn or (starts[at] == 0 and starts[at + 1] == 1 and at > 1 and starts[at - 2] == 3)


#: Characters that stand alone before and after anything: never taken for a slip, nor as the half that proves one.
_FREE = frozenset(
    "一二三四五六七八九十百千万亿两几半的了在依由以可其或对与和及不即亦也又该本此各所有无后前上下中内外时至自但先次非按将被把使令让给从向为于是则且而若如因已未曾再最更很较都就还"
    "原新老旧每另某这那哪何之者们个只件项条款次号级类种批期届章节档区县市省乡镇村组室栋楼户人我你他她它您吗呢吧啊想要能会应须当用做作出入进开看好大小多少高低长短年月日"
)
#: Of these, words of grammar and numbers: the other half of a slip is never one of them.
_GRAMMAR = frozenset(
    "一二三四五六七八九十百千万亿两几半的了在依由以可其或对与和及不即亦也又该本此各所有无时至自但先非按将被把使令让给从向为于是则且而若如因已未曾再最更很较都就还"
    "另某这那哪何之者们个只我你他她它您吗呢吧啊大小多少高低好坏新老旧想看"
)
_FUNCTION = frozenset("有以于的了和与及对为将被把从由在")


def _fits(frame: Frame, start: int, place: int, right: str) -> bool:
    """Return whether the changed character follows, or is followed by, what stands beside the word."""
    text = frame.text
    before, after = (
        text[start - 1 : start] if start else "",
        text[start + len(right) : start + len(right) + 1],
    )
    if place == 0 and shape.HAN.match(before or " ") and not seen(before, right[0]):
        return False
    if place == len(right) - 1 and shape.HAN.match(after or " ") and not seen(right[-1], after):
        return False
    return not _NOT_AFTER.match(after or " ")


def _named(frame: Frame, at: int) -> bool:
    """Return whether the two characters may belong to a name of a person or a place."""
    text = frame.text
    for back in (0, 1, 2):
        place = at - back
        if (
            place >= 0
            and text[place] in shape.USUAL
            and text[place] not in shape.WEAK
            and shape.given_score(text[place + 1 : place + 3]) > 0.5
        ):
            return True
    return bool(_PLACE.match(text[at + 2 : at + 3]) or "·" in text[max(0, at - 1) : at + 3])
