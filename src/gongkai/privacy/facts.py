"""Birth dates: found where a person is meant, not in rules and policies."""

import re
from collections.abc import Iterator

from gongkai.privacy.checks import is_date
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, after, line_of

#: On `Frame.digits`: Chinese digits are 0-9 there, so 一九五二年 is a year like any other.
_Y = r"(?:19|20)[0-9]{2}"
_CN_TENS = r"(?:[0-9]?十[0-9]?|[0-9]{1,2}|廿[0-9]?)"
_MOON = rf"(?:{_CN_TENS}|[正冬腊]|闰{_CN_TENS})"
_SUN = rf"(?:初?{_CN_TENS})"
_DAY = (
    rf"(?:(?:{_Y}|(?<![0-9])[3-9][0-9])\s?年\s?(?:农历|阴历)?{_MOON}\s?月(?:\s?{_CN_TENS}\s?[日号](?:\s?[0-9]{{1,2}}[时点:](?:[0-9]{{1,2}}分?)?)?|{_SUN}(?![0-9个天元]))?"
    rf"|民国[0-9十]{{1,4}}年(?:{_MOON}月(?:{_CN_TENS}日|{_SUN}(?![0-9个天元]))?)?"
    rf"|{_Y}\s?[\-./]\s?[0-9]{{1,2}}\s?(?:[\-./]\s?[0-9]{{1,2}}(?![0-9]))?|{_Y}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?(?![0-9])|{_Y}\s?年)"
)
_AFTER = re.compile(
    rf"({_DAY})\s?(?:\((?:农历|阴历|公历)\))?\s?(?:出生|生于|生育?[0-9双]?个?(?:男|女|儿|子|胞)|生(?=[一1][子女男儿])|生(?=[,，。;；、\s)）]|人|的|$))"
)
_BEFORE = re.compile(
    rf"(?:出生(?:日期[^,，。;\n]{{0,10}}[是为]|日期|年月日|年月|时间|于|在)?|生于|身份证上[是为写]{{1,2}}|生日|诞生于|生辰|出生年份)(?:[?？]\s?答)?(?:[是为:\s(]){{0,4}}(?:农历|阴历|公历)?({_DAY})"
)
_SEX = re.compile(
    rf"[男女][,，、\s]{{1,2}}(?:[\u4e00-\u9fff]{{1,5}}族[,，、\s]{{1,2}})?({_DAY})(?=[,，、;；。\s)）])"
)
#: A whole date right behind a private name: （2012/05/19） or a space and a date.
_BEHIND_NAME = re.compile(
    rf"(?:\s{{0,3}}[(]|[ \t|,，]{{1,4}})(?:[男女][,，、\s]{{0,2}})?"
    rf"({_Y}(?:\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?日|(?P<s>[\-./])[0-9]{{1,2}}(?P=s)[0-9]{{1,2}}|\.(?:0[1-9]|1[0-2])))(?=[)\s,，;；|]|$)"
)
_OFFICIAL_LIFE = re.compile(
    r"现任|拟任|历任|任职|党组|书记|局长|县长|市长|区长|镇长|乡长|主任|科长|处长|部长|委员|党校|参加工作|入党|大学学历|研究生学历|中共党员"
)
_NOT_PERSONS = re.compile(
    r"以后出生|之后出生|以前出生|之前出生|及以后|及以前|期间出生|(?:日|月|年)(?:以|之)?[前后]|\(?含\)?|出生人口|至"
)
_MASKED = re.compile(r"[\u4e00-\u9fff](?:某{1,2}|\*{1,2}|×{1,2})[,，\s(]")
#: Whoever was born before 1920 is of history.
_DEAD_BY_NOW = ("190", "191")
_EXAMPLE = re.compile(r"如(?:某人)?(?:出生)?(?:日期|年月)?[为是]?$")
#: A whole date right behind the number of a passport or an ID card.
_BEHIND_PAPER = re.compile(
    rf"(?:护照|身份证|通行证)(?:号码?)?:?[A-Z]{{0,2}}[0-9]{{7,17}}[0-9X]?[,，、\s]{{1,2}}({_Y}\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?日)(?=[,，、;；。\s)）]|$)"
)
#: The dates of a correction, in a sentence about births.
_CORRECTED = re.compile(rf"(?:原登记|登记|更正|变更|改|更改|修改)为?(?P<day>{_DAY})")
#: A later year behind a name is more often a day on which something happened.
_LATEST = 2021
_HISTORIC = ("故居", "烈士", "诞辰", "纪念馆", "著名", "革命")


def _valid(text: str) -> bool:
    numbers = [int(part) for part in re.findall(r"[0-9]+", text)]
    if len(numbers) == 1 and len(str(numbers[0])) == 8:
        whole = str(numbers[0])
        numbers = [int(whole[:4]), int(whole[4:6]), int(whole[6:])]
    if len(numbers) == 3:
        return is_date(*numbers)
    return True


def births(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield birth dates of persons; the year and month in an official's curriculum vitae are public."""
    seen = -1
    behind = [_BEHIND_NAME.match(frame.digits, end) for _, end in people.spans]
    spans = sorted(
        {
            found.span(1)
            for pattern in (_AFTER, _BEFORE, _SEX, _BEHIND_PAPER)
            for found in pattern.finditer(frame.digits)
        }
        | {
            found.span("day")
            for found in _CORRECTED.finditer(frame.digits)
            if "出生日期" in frame.text[max(0, found.start() - 60) : found.start()]
        }
        | {found.span(1) for found in behind if found and int(found[1][:4]) <= _LATEST},
        key=lambda span: (span[0], -span[1]),
    )
    for start, end in spans:
        if start < seen or not _valid(frame.digits[start:end]):
            continue
        if frame.digits[start : start + 3] in _DEAD_BY_NOW:
            continue
        tail = frame.text[end : end + 12]
        if _EXAMPLE.search(frame.text[max(0, start - 9) : start]):
            continue  # an example in a guide
        if _MASKED.search(frame.text[max(0, start - 12) : start]):
            continue
        if _NOT_PERSONS.match(tail) or any(word in line_of(frame, start, 60) for word in _HISTORIC):
            continue
        exact = len(re.findall(r"[0-9]+", frame.digits[start:end])) != 2 or "日" in frame.text[start:end]
        if not exact and _OFFICIAL_LIFE.search(after(frame, end, 120)):
            continue
        seen = end
        yield Finding("birth", start, end, frame.source[start:end], "出生日期与本人相连，属于个人信息")
