"""Lines that say who does the points above them, and lines that begin with who does them: put into the brackets that running text is read by.

`以上三项由市财政局负责，9月底前完成。`, `由市大数据局负责，12月底前完成。`, `1、市财政局——公开预决算（4月底前）`. Pure.
"""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.layouts.align import is_limit, is_units
from gongkai.lib.reading.words.numbering import number_of

_NAMES = rf"[{HAN}（）、]{{3,120}}?"
_WHO = (
    rf"由(?P<who>{_NAMES})(?P<verb>负责|落实|承办|牵头)(?:落实|办理|实施)?"
    rf"(?:[，,、](?P<others>{_NAMES})(?:配合|协助|参与))?"
)
_LIMIT = r"(?:[，,；;](?P<limit>[^，,。；;]{2,20}))?[。；;]?"
#: 以上三项由……, 上述任务由……
_ABOVE = re.compile(
    rf"^[（(]?(?:以上|上述)(?:(?P<many>[两二三四五六七八九十\d]{{1,3}})[项条个点件]|各?项?)(?:任务|工作|内容|事项|公开事项)?(?:均|都)?{_WHO}{_LIMIT}[）)]?$"
)
_ALONE = re.compile(rf"^{_WHO}{_LIMIT}$")
_BEFORE = re.compile(
    rf"^(?P<number>\s*(?:[（(]?\d{{1,2}}[）)]|\d{{1,2}}[、．.])?\s*)(?P<who>[{HAN}（）、]{{3,60}}?)\s*(?:—{{1,2}}|－{{1,2}}|--|→|：：)\s*(?P<text>[^—－\-].{{5,}})$"
)
_ENDS_IN_LIMIT = re.compile(r"[（(](?P<limit>[^（）()]{2,16})[）)][。；;]?$")
_MOST = 30


def with_shared_units(lines: list[str]) -> list[str]:
    """Return the paragraphs with the units of such lines behind the points that they are about."""
    out: list[str] = []
    for line in lines:
        above = _ABOVE.match(line.strip()) or (_ALONE.match(line.strip()) if out else None)
        places = _about(out, above) if above else []
        if above is None or not places:
            out.append(line)
            continue
        for place in places:
            out[place] = f"{out[place].rstrip()}{_bracket(above)}"
    return _units_first(out)


def _about(lines: list[str], match: re.Match[str]) -> list[int]:
    """The points that a line is about: as many as it says, all of their list, or the one above it; none where these are not there."""
    if not is_units(match["who"]) or (match["others"] and not is_units(match["others"])):
        return []
    said = match.groupdict()
    points: list[int] = []
    for place in range(len(lines) - 1, -1, -1):
        text = lines[place].strip()
        number = number_of(text)
        if not text:
            continue
        if number is None or number.depth < 3 or text.endswith(_MADE) or len(points) >= _MOST:
            break
        points.append(place)
        if number.value == 1 and "many" in said and not said["many"]:
            break
    if "many" not in said:
        return points[:1]
    many = to_int((said["many"] or "").replace("两", "二")) if said["many"] else len(points)
    return points[:many] if many and len(points) >= many else []


#: Ends what was put behind a point here.
_MADE = "）"


def _bracket(match: re.Match[str]) -> str:
    others = f"，{match['others']}配合" if match["others"] else ""
    limit = f"；{match['limit']}" if match["limit"] else ""
    return f"（{match['who']}{match['verb']}{others}{limit}）"


def _units_first(lines: list[str]) -> list[str]:
    """`1、市财政局——……（4月底前）`, two times or more."""
    found = [_BEFORE.match(line) if len(line) <= 500 else None for line in lines]
    named = [match if match and is_units(match["who"]) else None for match in found]
    if sum(match is not None for match in named) < 2:
        return lines
    return [_turned(match) if match else line for match, line in zip(named, lines, strict=True)]


def _turned(match: re.Match[str]) -> str:
    text = match["text"].strip()
    end = _ENDS_IN_LIMIT.search(text)
    limit = end["limit"].removesuffix("完成") if end and is_limit(end["limit"].removesuffix("完成")) else ""
    said = f"；完成时限：{limit}" if limit else ""
    text = text[: end.start()] if end and limit else text
    return f"{match['number']}{text}（责任单位：{match['who']}{said}）"
