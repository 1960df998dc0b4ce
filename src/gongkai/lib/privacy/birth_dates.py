"""Find birth dates of persons; dates in rules and policies stay."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.digits import find_near_sign, is_valid_date
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons.context import find_role_at_end
from gongkai.lib.privacy.persons.posts import POST_ENDING_PATTERN
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, get_text_after

#: On `SearchText.digits`: Chinese digits are 0-9 there, so 一九五二年 is a year like any other.
_YEAR_PATTERN = r"(?:19|20)[0-9]{2}"
_CHINESE_NUMBER = r"(?:[0-9]?[十拾][0-9]?|[0-9]{1,2}|廿[0-9]?)"
_LUNAR_MONTH = rf"(?:{_CHINESE_NUMBER}|[正冬腊]|闰{_CHINESE_NUMBER})"
_LUNAR_DAY = rf"(?:初?{_CHINESE_NUMBER})"
_DATE_PATTERN = (
    rf"(?:(?:{_YEAR_PATTERN}|(?<![0-9])[3-9][0-9])\s?年\s?(?:农历|阴历)?{_LUNAR_MONTH}\s?月(?:\s?{_CHINESE_NUMBER}\s?[日号](?:\s?[0-9]{{1,2}}[时点:](?:[0-9]{{1,2}}分?)?)?|{_LUNAR_DAY}(?![0-9个天元]))?"
    rf"|民国[0-9十]{{1,4}}年(?:{_LUNAR_MONTH}月(?:{_CHINESE_NUMBER}日|{_LUNAR_DAY}(?![0-9个天元]))?)?"
    rf"|{_YEAR_PATTERN}\s?[\-./]\s?[0-9]{{1,2}}\s?(?:[\-./]\s?[0-9]{{1,2}}(?![0-9]))?|{_YEAR_PATTERN}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?(?![0-9])|{_YEAR_PATTERN}\s?年)"
)
_DATE_BEFORE_BIRTH_WORD_RE = re.compile(
    rf"({_DATE_PATTERN})\s?(?:\((?:农历|阴历|公历)\))?\s?(?:出生|生日|生于|生育?[0-9双]?个?(?:男|女|儿|子|胞)|生(?=[一1][子女男儿])|生(?=[,，。;；、\s)）”’』」]|人|的|$)|[在于][{HAN}]{{2,14}}(?:出生|降生|诞生|生下|(?:顺产|剖[宫腹]产|产下|分娩)(?=[一1双男女])))"
)
_DATE_AFTER_BIRTH_WORD_RE = re.compile(
    rf"(?:出生(?:医学)?证明?[^,，。;；\n]{{0,30}}(?:载明|记载|登记|注明|填写)的?|出生(?:日期[^,，。;\n]{{0,10}}[是为]|日期|年月日|年月|时间|于|在)?|生(?<![先学医新考师]生)于|(?:身份证|户口[本簿页]|户口)上?(?:登记|写|印)?的?[是为写]{{1,2}}|(?:户口[本簿页]|身份证)上[写登]的?|生日|诞生于|生辰|出生年份)(?:[?？]\s?答)?(?:[是为:\s(]){{0,4}}(?:农历|阴历|公历)?({_DATE_PATTERN})"
)
#: A word after every date of `_DATE_BEFORE_BIRTH_WORD_RE`.
_BIRTH_WORD_RE = re.compile("生|产|分娩")
_DATE_AFTER_SEX_RE = re.compile(
    rf"[男女][,，、\s]{{1,2}}(?:[{HAN}]{{1,5}}族[,，、\s]{{1,2}})?({_DATE_PATTERN})(?=[,，、;；。\s)）])"
)
#: A date right behind a private name, a whole one or year and month: （2012/05/19） or a space and a date, （1965年2月、汉族…）.
_DATE_AFTER_NAME_RE = re.compile(
    rf"(?:\s{{0,3}}[(]|[ \t|,，]{{1,4}})(?:(?:[男女]|[{HAN}]{{1,4}}族)[,，、\s]{{0,2}}){{0,2}}"
    rf"({_YEAR_PATTERN}(?:\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?日|(?P<s>[\-./])[0-9]{{1,2}}(?P=s)[0-9]{{1,2}}|\.(?:0[1-9]|1[0-2])|\s?年\s?(?:农历|阴历)?(?:{_LUNAR_MONTH})\s?月{_LUNAR_DAY}))(?=[)\s,，;；。、|]|$)"
)
_YEAR_MONTH = rf"({_YEAR_PATTERN}\s?年\s?[0-9]{{1,2}}\s?月)"
#: Text that may follow a month of birth in a row of facts, and what makes the month one of something that happened.
_NEXT_FACT = rf"(?:[男女][,，、\s]|[{HAN}]{{1,4}}族|小学|初中|高中|中专|大专|专科|本科|大学|硕士|研究生|文盲|籍贯|身份证|住|群众|农民|退休|血型)"
_FURTHER_FACT = (
    r"(?:有|患|身高|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|微信|现住|原住|暂住|户籍|港澳|台湾居民|护照|通行证"
    rf"|[{HAN}0-9]{{3,30}}(?:[村屯寨][{HAN}0-9]{{0,6}}|社区|[组社号室户]|[0-9]{{3,4}})(?=[,，、;；。\s)]))"
)
_EVENT_CHARACTERS = "因在于从到由经被与入任至参患退调向将以购申获受又再其并我他她"
_MONTH_AFTER_NAME_RE = re.compile(
    rf"(?:\s{{0,3}}[(](?:(?:[男女]|[{HAN}]{{1,4}}族)[,，、\s]{{0,2}}){{0,2}}{_YEAR_MONTH}(?=[)、,，;；\s])"
    rf"|[,，、\s]{{1,2}}(?:[男女][,，、\s]{{1,2}})?{_YEAR_MONTH}(?=[,，、\s]{{1,2}}(?:{_NEXT_FACT}|{_FURTHER_FACT})|[,，](?![{_EVENT_CHARACTERS}])[{HAN}]{{2,6}}[,，。;；、]))"
)
#: Year and month with a dash behind a child's or a relative's name in a row of a family (长子罗朝勇 1994-06).
_CHILD_BIRTH_MONTH_RE = re.compile(rf"[\s(]{{1,2}}({_YEAR_PATTERN}-(?:0[1-9]|1[0-2]))(?=[)\s,，;；。、|]|$)")
_OFFICIAL_CAREER_RE = re.compile(
    rf"现任|拟任|历任|任职|党组|{POST_ENDING_PATTERN}|委员|党校|参加工作|入党|大学学历|研究生学历|中共党员"
)
_MASKED_NAME_RE = re.compile(rf"[{HAN}](?:某{{1,2}}|\*{{1,2}}|×{{1,2}})[,，\s(]")
#: Whoever was born before 1920 is of history.
_HISTORICAL_YEAR_PREFIXES = ("190", "191")
#: A whole date right behind the number of a passport or an ID card.
_DATE_AFTER_ID_NUMBER_RE = re.compile(
    rf"(?:护照|身份证|通行证)(?:号码?)?:?[A-Z]{{0,2}}[0-9]{{7,17}}[0-9X]?[,，、\s]{{1,2}}({_YEAR_PATTERN}\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?日)(?=[,，、;；。\s)）]|$)"
)
#: The dates of a correction, in a sentence about births.
_CORRECTED_DATE_RE = re.compile(rf"(?:原登记|登记|更正|变更|改|更改|修改)为?(?P<day>{_DATE_PATTERN})")
#: A later year behind a name is more often a day on which something happened.
_LATEST_BIRTH_YEAR = 2021


def _is_valid_date(text: str) -> bool:
    """Return whether a text of year, month and day is a date; others count as valid."""
    numbers = [int(part) for part in re.findall(r"[0-9]+", text)]
    if len(numbers) == 3:
        return is_valid_date(*numbers)
    return True


def _find_dates_after_names(search_text: SearchText, people: PersonSpans) -> list[tuple[int, int]]:
    """Return (start, end) of dates of birth right after persons' names."""
    dates = [
        match.span(match.lastindex or 1)
        for _, end in people.spans
        for pattern in (_DATE_AFTER_NAME_RE, _MONTH_AFTER_NAME_RE)
        if (match := pattern.match(search_text.digits, end))
    ]
    dates += [
        match.span(1) for start, end in people.spans if (match := _CHILD_BIRTH_MONTH_RE.match(search_text.digits, end))
    ]
    return [span for span in dates if int(search_text.digits[span[0] : span[0] + 4]) <= _LATEST_BIRTH_YEAR]


#: A day and a village in the bracket behind a word: （1990-06-17，黑塔镇…）.
_DATE_BEFORE_VILLAGE_RE = re.compile(
    rf"(?<=[{HAN}][(])({_YEAR_PATTERN}[\-./][0-9]{{1,2}}[\-./][0-9]{{1,2}})(?=[,，]\s?[{HAN}]{{2,8}}(?:[县区镇乡村]|街道)[{HAN}0-9]{{0,20}}[)])"
)


def _find_candidate_dates(search_text: SearchText, people: PersonSpans) -> list[tuple[int, int]]:
    """Return (start, end) of all dates that may be a date of birth, in order, the longest first."""
    return sorted(
        {
            match.span(1)
            for matches in (
                find_near_sign(_DATE_BEFORE_BIRTH_WORD_RE, _BIRTH_WORD_RE, search_text.digits, 48, 8),
                _DATE_AFTER_BIRTH_WORD_RE.finditer(search_text.digits),
                _DATE_AFTER_SEX_RE.finditer(search_text.digits),
                _DATE_AFTER_ID_NUMBER_RE.finditer(search_text.digits),
            )
            for match in matches
        }
        | {
            match.span("day")
            for match in _CORRECTED_DATE_RE.finditer(search_text.digits)
            if "出生日期" in search_text.text[max(0, match.start() - 60) : match.start()]
        }
        | set(_find_dates_after_names(search_text, people))
        | {
            match.span(1)
            for match in _DATE_BEFORE_VILLAGE_RE.finditer(search_text.digits)
            if int(match[1][:4]) <= _LATEST_BIRTH_YEAR
        },
        key=lambda span: (span[0], -span[1]),
    )


def _is_adult_with_masked_name(text_before: str) -> bool:
    """Return whether a text ends with a masked name that no word for a minor precedes or follows."""
    match = _MASKED_NAME_RE.search(text_before, max(0, len(text_before) - 12))
    return match is not None and not any(
        find_role_at_end(text.rstrip("男女,，(（ "))[0] == "minor" or text.endswith("未成年")
        for text in (text_before[: match.start()], text_before)
    )


def find_birth_dates(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield birth dates of persons; the year and month in an official's career stay public."""
    seen = -1
    for start, end in _find_candidate_dates(search_text, people):
        if start < seen or not _is_valid_date(search_text.digits[start:end]):
            continue
        if search_text.digits[start : start + 3] in _HISTORICAL_YEAR_PREFIXES:
            continue
        if _is_adult_with_masked_name(search_text.text[max(0, start - 24) : start]):
            continue
        exact = len(re.findall(r"[0-9]+", search_text.digits[start:end])) != 2 or "日" in search_text.text[start:end]
        private = people.last_end_before(start, start - 14) >= 0
        if not (exact or private) and _OFFICIAL_CAREER_RE.search(get_text_after(search_text, end, 120)):
            continue
        seen = end
        yield Finding("birth", start, end, search_text.source[start:end], "出生日期与本人相连，属于个人信息")
