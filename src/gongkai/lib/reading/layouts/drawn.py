"""Lines as a page draws them: signs in front of points and labels, labels behind each other on one line. Pure."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_units
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS, names_between_blanks

#: <责任科室：规划建设办；6月底前>
_ANGLED = re.compile(rf"[<〈＜]\s*(?P<inner>{LABEL_OF_UNITS}\s*[:：][^<>〈〉＜＞]{{2,120}})[>〉＞]")
#: A sign in front of a point.
SIGN = re.compile(
    r"^[ \t\u3000]*(?:[-–][ \u3000](?=[^\d\s])|[※★☆●○▲△■□◆◇•·√✓➤►▪▶\uf06c\uf0d8\uf0fc]+[ \t\u3000]*)(?=\S)"
)
#: A sign that the page could not show, in front of a heading's number.
_TORN_SIGN = re.compile(
    r"^\s*[?？\ufffd][\s?？\ufffd]*(?=[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])"
)
_WORDS = (
    r"(?:(?:工作|具体|公开|任务|主要)?(?:内容|要求|措施|举措|目标)|(?:公开|完成|工作|办理)?(?:时限|时间|期限|方式|渠道|频率)(?:安排|要求)?|(?:责任|任务|职责)?分工|"
    rf"{LABEL_OF_UNITS}|(?:责任|牵头|分管|联系)(?:人|领导)|联系电话)"
)
_WHO_LABEL = re.compile(rf"{LABEL_OF_UNITS}\s*[:：]|分工\s*[:：]")
_LABEL_INSIDE = re.compile(rf"(?<=\S)[ \t\u3000]+(?={_WORDS}\s*[:：])")

#: （一）抓好主动公开 责任单位：县政府办公室
_WHO_BEHIND = re.compile(rf"[{HAN}）][ \t\u3000]+{LABEL_OF_UNITS}\s*[:：]")


#: A line that is drawn between points.
_RULE = re.compile(r"\s*[—–\-=_*~·．.…]{5,}\s*")
#: （二）责任单位：…: the labels of a point, counted.
_NUMBERED_LABEL = re.compile(
    rf"^\s*(?:[（(][一二三四五六七八九十\d]{{1,3}}[）)]|[一二三四五六七八九十\d]{{1,3}}[、．.])\s*(?={_WORDS}\s*[:：])"
)


#: Labels of points, of limits in a word of their own too.
_LABELS = rf"{_WORDS}|(?:完成|整改)?(?:时限|时间)(?:要求|节点|安排)?"
#: 责任单位 市大数据局: a label on a line of its own, parted from what it says by a blank.
_WITHOUT_COLON = re.compile(
    rf"^(?P<before>\s*(?P<label>{_LABELS}))[ \t\u3000]+(?P<said>[^：:\s][^：:\n]{{0,80}}?)\s*$"
)
#: 责任 单位：
_TORN_LABEL = re.compile(
    r"^(?P<before>\s*)(?P<first>责任|牵头|配合|承办|落实|协办|主办|负责|完成)[ \t\u3000]+(?P<body>单位|部门|科室|处室|股室|时限|时间)(?=\s*[:：])"
)


#: 责任单位；市司法局
_SEMICOLON = re.compile(
    rf"(?P<label>{LABEL_OF_UNITS})[；;]\s*(?P<said>[{HAN}（）、]{{3,80}})(?=[；;。）)】]|$)"
)


#: 责 任 单 位：
_SPACED_LABEL = re.compile(
    r"(?:[责牵主配协承落][ \u3000]*[任头办合实][ \u3000]*(?:单[ \u3000]*位|部[ \u3000]*门|[科股][ \u3000]*室)|"
    r"完[ \u3000]*成[ \u3000]*时[ \u3000]*[限间])(?=\s*[:：])"
)
#: — 2 —: a page's number between its lines.
_PAGE_NUMBER = re.compile(
    r"(?m)^[ \t\u3000]*[—－–-]{1,2}[ \u3000]*\d{1,3}[ \u3000]*[—－–-]{1,2}[ \t\u3000]*\r?\n?"
)


#: 2017 年 10 月底前
_SPACED_DAY = re.compile(
    r"(?<=\d)[ \u3000]+(?=[年月日](?![份间]))|(?<=[年月])[ \u3000]+(?=\d{1,2}[ \u3000]*[月日])"
)


def as_one_draws(text: str) -> str:
    """Return the text with units in angled brackets in round ones, labels whole, and without the numbers of its pages."""
    text = _ANGLED.sub(r"（\g<inner>）", _PAGE_NUMBER.sub("", text))
    text = _SPACED_DAY.sub("", text)
    return _SPACED_LABEL.sub(lambda match: re.sub(r"[ \u3000]", "", match[0]), text)


def _colon(match: re.Match[str]) -> str:
    return f"{match['label']}：{match['said']}" if is_units(match["said"]) else match[0]


_WITH_COLON = re.compile(rf"\s*{LABEL_OF_UNITS}\s*[:：]")


def _without_colon(line: str) -> re.Match[str] | None:
    """A label without its colon, in front of one word or of names that blanks part."""
    match = _WITHOUT_COLON.match(line) if len(line) <= 200 else None
    if match is None or len(match["said"].split()) == 1:
        return match
    return match if len(names_between_blanks(match["said"])) > 1 else None


def with_colons(lines: list[str]) -> list[str]:
    """Return the lines with a colon behind labels that have a blank there, where two lines or more name units so, or a semicolon by mistake."""
    lines = [_SEMICOLON.sub(_colon, line) if len(line) <= 2000 else line for line in lines]
    lines = [_TORN_LABEL.sub(r"\g<before>\g<first>\g<body>", line) for line in lines]
    found = [_without_colon(line) for line in lines]
    named = sum(bool(match and re.fullmatch(LABEL_OF_UNITS, match["label"])) for match in found)
    labelled = sum(bool(_WITH_COLON.match(line)) for line in lines) if named == 1 else 0
    if named + (labelled >= 2) < 2:
        return lines
    return [
        f"{match['before']}：{match['said']}" if match else line
        for match, line in zip(found, lines, strict=True)
    ]


#: ——责任部门：…
_DASH_BEFORE = re.compile(rf"^\s*[—–－-]{{1,3}}\s*(?=(?:{_LABELS})\s*[:：])")
#: ——公开……。: a point without a number
_DASHED_POINT = re.compile(rf"^\s*(?:——|－－|--)\s*(?=[{HAN}“《])")
PAGE_MARK = re.compile(
    r"\s*(?:[—–－-]{1,2}\s*\d{1,3}\s*[—–－-]{1,2}|第\s?\d{1,3}\s?页(?:[，,/ ]?共\s?\d{1,3}\s?页)?)\s*"
)


def without_rules(lines: list[str]) -> list[str]:
    """Return the lines without those that only part others (—————), without pages' numbers, without dashes in front of labels."""
    lines = [line for line in lines if not _RULE.fullmatch(line) and not PAGE_MARK.fullmatch(line)]
    points = sum(bool(_DASHED_POINT.match(line)) for line in lines)
    if points >= 3:
        lines = [_DASHED_POINT.sub("", line) for line in lines]
    dashed = sum(bool(_DASH_BEFORE.match(line)) for line in lines)
    return [_DASH_BEFORE.sub("", line) for line in lines] if dashed >= 2 else lines


def drawn_apart(lines: list[str]) -> list[str]:
    """Return the lines without signs and counts in front of labels, and with labels that stand behind each other on lines of their own."""
    lines = [_TORN_SIGN.sub("", line) for line in lines]
    counted = [n for n, line in enumerate(lines) if _NUMBERED_LABEL.match(line)]
    if sum(bool(_WHO_LABEL.search(lines[n])) for n in counted) >= 2:
        lines = [_NUMBERED_LABEL.sub("", line) for line in lines]
    signed = sum(bool(SIGN.match(line)) for line in lines)
    lines = [SIGN.sub("", line) for line in lines] if signed >= 2 else lines
    found = [_LABEL_INSIDE.findall(line) if len(line) <= 2000 else [] for line in lines]
    several = {n for n, labels in enumerate(found) if len(labels) >= 2}
    several = (
        several
        if len(several) >= 2
        else {n for n, line in enumerate(lines) if found[n] and _WHO_BEHIND.search(line)}
    )
    if len(several) < 2:
        return lines
    return [
        part
        for n, line in enumerate(lines)
        for part in (_LABEL_INSIDE.split(line) if n in several else [line])
    ]
