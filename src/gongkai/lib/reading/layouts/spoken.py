"""Units that a text names in its sentences and not behind labels: put into the brackets that running text is read by.

`——市财政局` at the end of points, `，责任科室为A、B` in them, `1.县财政局。` in front of them, `请市财政局于……` in letters. Each way is taken
where the text uses it more than once, a dash also where a verb behind it says who leads.
"""

from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_limit, is_units
from gongkai.lib.reading.layouts.orders import are_names
from gongkai.lib.reading.layouts.restore import inside_brackets
from gongkai.lib.reading.words.clauses import says_who
from gongkai.lib.reading.words.numbering import number_of
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS, is_group

_NAMES = rf"[{HAN}（）、]{{2,120}}"
#: `，责任科室为镇财政所、镇社会事务办`, and the limit behind it.
_SAID_IN_TEXT = re.compile(
    rf"[，,；;。]\s*(?P<label>{LABEL_OF_UNITS})(?:均|都)?(?:为|是|(?P<colon>[：:]))(?P<names>{_NAMES}?)(?P<limit>[，,](?:(?:完成)?(?:时间|时限)[：:][^，,。；;]{{1,16}}|[^，,。；;]{{3,16}}(?:前|底|完成|内)))?(?=[；;。，,]|$)"
)
#: A label of units in the same sentence: `牵头科室：法规科，配合科室：…` is a list of labels.
_LABEL_BEFORE = re.compile(rf"{LABEL_OF_UNITS}\s*[:：][^。；;]*$")
_AS_ROUND = str.maketrans("【】[]〔〕", "（）（）（）")
_TIME = re.compile(r"^(?:完成)?(?:时间|时限)[：:]")
#: Between brackets that were put here and stand beside each other: they are one.
_MADE = "\x00"
_AFTER_DASH = re.compile(
    r"^(?P<text>.{4,}?)[。；]?\s*(?:—{1,4}|－{2}|--)\s*(?P<who>[^—－\-。；]{3,160}?)(?:\s*(?:—{1,4}|－{2}|--)\s*(?P<limit>[^—－\-。；]{2,20}))?[。；]?$"
)
#: ——办公室、人事科，6月14日前；
_LIMIT_LAST = re.compile(r"(?<=[^，,。；])[，,](?P<limit>[^，,。；;—－]{2,20})[；;。]?\s*$")
#: -- 县政府办、县人社局 【3月底前】
_BRACKET_LAST = re.compile(r"\s*[【\[（(](?P<limit>[^【】\[\]（）()]{2,20})[】\]）)][；;。]?\s*$")
_ALONE = re.compile(r"^(?P<who>[^：:。；]{3,60})[：:]$")
_WITH_STOP = re.compile(
    r"^(?P<number>\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．.])\s*)"
    r"(?P<who>[^。：:；]{3,60})[。\u3000 ]\s*(?=\S)"
)
#: 【市政府办公室】【6月30日】: units and limit in brackets of their own at the end.
_BESIDE = re.compile(
    r"[【（(\[](?P<who>[^【】（）()\[\]]{3,80})[】）)\]]\s*[【（(\[](?P<limit>[^【】（）()\[\]]{2,20})[】）)\]](?=[。；]?\s*$)"
)


def _as_one(match: re.Match[str]) -> str:
    names = re.split(r"[\s\u3000]+", match["who"].strip())
    who = "、".join(names) if all(is_units(name) for name in names) else match["who"]
    limit = match["limit"]
    return f"（责任单位：{who}；完成时限：{limit}）" if is_units(who) and is_limit(limit) else match[0]


def with_units_in_brackets(lines: list[str]) -> list[str]:
    """Return the paragraphs with the units that they name in their own words put into brackets (责任单位：…)."""
    beside = [_BESIDE.search(line) if len(line) <= 2000 else None for line in lines]
    if sum(bool(match and is_limit(match["limit"])) for match in beside) >= 2:
        lines = [_BESIDE.sub(_as_one, line) for line in lines]
    lines = (
        [_with_brackets(line) for line in lines]
        if sum(len(_SAID_IN_TEXT.findall(x)) for x in lines) >= 2
        else lines
    )
    ends = [match for line in lines if (match := _ends_in_units(line))]
    if len(ends) >= 2 or any(says_who(match["who"]) for match in ends):
        lines = [_from_dash(line) for line in lines]
    return _with_colons(_behind_units(_from_headings(_from_blanks(_from_front(lines)))))


#: 1.（市教育局）公开中小学招生方案
_IN_FRONT = re.compile(
    r"^(?P<number>\s*+(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．.])\s*)"
    r"[（(【](?P<who>[^（）()【】]{3,80})[）)】]\s*(?P<text>[^（(【\s].{3,})$"
)


def _from_front(lines: list[str]) -> list[str]:
    """Return the points that begin with a bracket of units, two or more, with that bracket behind them."""
    found = [_IN_FRONT.match(line) for line in lines]
    named = [match if match and are_names(match["who"]) else None for match in found]
    if sum(map(bool, named)) < 2:
        return lines
    return [
        f"{match['number']}{match['text'].rstrip()}（责任单位：{match['who']}）" if match else line
        for line, match in zip(lines, named, strict=True)
    ]


#: 办公室  统筹公开工作；……
_BEFORE_BLANKS = re.compile(
    rf"^\s*+(?P<who>[{HAN}（）、]{{3,40}})(?:[ ]{{2,}}|\u3000+|\t)\s*(?P<text>[^\s（(].{{5,}})$"
)


def _from_blanks(lines: list[str]) -> list[str]:
    """Return the lines that begin with units and a wide blank, three or more, with the units in a bracket behind them."""
    found = [_BEFORE_BLANKS.match(line) for line in lines]
    named = [match if match and _are_single(match["who"]) else None for match in found]
    if sum(map(bool, named)) < 3:
        return lines
    return [
        f"{match['text'].rstrip()}（责任单位：{match['who']}）" if match else line
        for line, match in zip(lines, named, strict=True)
    ]


#: 一、公开规划信息（市发展改革委）。集中公开……
_IN_HEADING = re.compile(
    r"^(?P<heading>\s*+(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．.])[^（）()。，；：]{3,30})"
    r"[（(【](?P<who>[^（）()【】。]{3,120})[）)】](?P<stop>[。：:])(?P<text>.{6,})$"
)


def _from_headings(lines: list[str]) -> list[str]:
    """Return the points that name their units in the heading that they begin with, two or more, with that bracket behind them."""
    found = [_IN_HEADING.match(line) for line in lines]
    named = [
        match if match and _says_units(match["who"]) and not _leads_deeper(lines, n) else None
        for n, match in enumerate(found)
    ]
    if sum(map(bool, named)) < 2:
        return lines
    return [
        f"{match['heading']}。{match['text'].rstrip()}（{'' if says_who(match['who']) else '责任单位：'}{match['who']}）"
        if match
        else line
        for line, match in zip(lines, named, strict=True)
    ]


def _says_units(who: str) -> bool:
    return is_units(who) or says_who(who)


def _leads_deeper(lines: list[str], place: int) -> bool:
    """True where points of a deeper list stand below: the bracket is for all of them."""
    own = number_of(lines[place])
    below = next((number for line in lines[place + 1 : place + 3] if (number := number_of(line))), None)
    return bool(own and below and below.depth > own.depth)


def _behind_units(lines: list[str]) -> list[str]:
    """`县教育局：` on a line of its own, two times or more: what stands below is for these units, as far as the longest of the others."""
    lines = (
        [line for line in lines if line.strip()]
        if any(_begins_list(lines, n) for n in range(len(lines)))
        else lines
    )
    alone = [
        n
        for n, line in enumerate(lines)
        if ((match := _ALONE.match(line.strip())) and _are_single(match["who"])) or _begins_list(lines, n)
    ]
    listed = sum(_begins_list(lines, n) for n in alone) == len(alone)
    if len(alone) < 2 or any(
        not listed and "。" not in "".join(lines[a + 1 : b]) for a, b in pairwise(alone)
    ):
        return lines
    longest = max(sum(bool(x.strip()) for x in lines[a + 1 : b]) for a, b in pairwise(alone))
    out = lines[: alone[0]]
    for place, end in pairwise([*alone, len(lines)]):
        below = [line.strip() for line in lines[place + 1 : end] if line.strip()]
        kept = below if end != len(lines) else below[:longest]
        units = lines[place].strip().rstrip("：:")
        if kept and listed:
            out.extend(f"{text}（责任单位：{units}）" for text in kept)
        elif kept:
            out.append("\n".join(kept) + f"（责任单位：{units}）")
        out.extend(below[len(kept) :])
    return out


def _begins_list(lines: list[str], place: int) -> bool:
    """True for a line of units above a list that counts from 1."""
    below = next((line for line in lines[place + 1 : place + 3] if line.strip()), "")
    number = number_of(below) if is_units(lines[place].strip().rstrip("：:")) else None
    return number is not None and number.value == 1 and number.depth >= 3


def _are_single(who: str) -> bool:
    """Units and none of those many that a letter is written to."""
    return is_units(who) and "各" not in who and not any(is_group(name) for name in re.split("[、，,]", who))


def _with_colons(lines: list[str]) -> list[str]:
    """`1.县财政局。8月底前……`, where nearly all points of that depth begin so: 培育中介机构。 is a heading among others."""
    opening = {number.depth for line in lines if (number := number_of(line)) and _opens_with_units(line)}
    for depth in opening:
        points = [line for line in lines if (number := number_of(line)) and number.depth == depth]
        so = sum(bool(_opens_with_units(line)) for line in points)
        if so >= 2 and so * 4 >= len(points) * 3:
            return [_with_colon(line) for line in lines]
    return lines


def _with_brackets(line: str) -> str:
    inside = inside_brackets(line.translate(_AS_ROUND))

    def bracket(match: re.Match[str]) -> str:
        if not is_units(match["names"]) or match["names"].count("（") != match["names"].count("）"):
            return match[0]
        labelled = match["colon"] and (
            match[0][0] not in "，," or _LABEL_BEFORE.search(line, 0, match.start())
        )
        if inside[match.start()] or labelled:
            return match[0]  # in a bracket of units already, or a label as others have it
        limit = f"；完成时限：{_TIME.sub('', match['limit'].strip('，, '))}" if match["limit"] else ""
        return f"{_MADE}（{match['label']}：{match['names']}{limit}）{_MADE}"

    return _SAID_IN_TEXT.sub(bracket, line).replace(f"）{_MADE}{_MADE}（", "；").replace(_MADE, "")


def _ends_in_units(line: str) -> re.Match[str] | None:
    if (behind := _BRACKET_LAST.search(line)) and is_limit(behind["limit"].rpartition("，")[2]):
        line = f"{line[: behind.start()]}——{behind['limit'].rpartition('，')[2]}"
    elif (last := _LIMIT_LAST.search(line)) and is_limit(last["limit"]):
        line = f"{line[: last.start()]}——{last['limit']}"
    match = (
        _AFTER_DASH.match(line.strip())
        if len(line) <= 2000 and ("—" in line or "--" in line or "－" in line)
        else None
    )
    if match is None or not (is_units(match["who"]) or says_who(match["who"])):
        return None
    return match if not match["limit"] or is_limit(match["limit"]) else None


def _from_dash(line: str) -> str:
    match = _ends_in_units(line)
    if match is None:
        return line
    label = "" if says_who(match["who"]) and not is_units(match["who"]) else "责任单位："
    limit = f"；完成时限：{match['limit']}" if match["limit"] else ""
    return f"{match['text']}。（{label}{match['who']}{limit}）"


def _opens_with_units(line: str) -> re.Match[str] | None:
    match = _WITH_STOP.match(line)
    return (
        match
        if match and is_units(match["who"]) and all(len(x) >= 3 for x in re.split("[、，,]", match["who"]))
        else None
    )


def _with_colon(line: str) -> str:
    match = _opens_with_units(line)
    return f"{match['number']}{match['who']}：{line[match.end() :]}" if match else line
