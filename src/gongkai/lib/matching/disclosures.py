"""Decide from its title whether a published text discloses a matter that must be made public
(公开事项)."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import Enum

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.matching.folding import fold, unify_brackets

_PUNCTUATION_RE = re.compile(r"[\W_]+")
_HAN_DIGITS = "零〇一二三四五六七八九"
_YEAR_IN_TEXT_RE = re.compile(
    rf"(?<![0-9{_HAN_DIGITS}])(20[0-9]{{2}}|二[零〇][{_HAN_DIGITS}]{{2}})(?![0-9{_HAN_DIGITS}]) ?年?(?:度|份)?"
)
_DOCUMENT_NUMBER_RE = re.compile(r"[\w]{0,12}〔20[0-9]{2}〕第?[0-9]{1,5}号")
#: Words of titles that name no matter and no other act.
_COMMON_TITLE_WORDS_RE = re.compile(
    r"关于|公开|公布|发布|公示|公告|通知|通告|印发|办公室(?=关于)|信息|一览表?|明细表?|汇总表?|现行|最新|全文|文本|试行|修[订正]版|相关|有关"
    r"|第[0-9一二三四五六七八九十]{1,3}[期批]"
    r"|[全本](?:[省市县区]|单位|部门|年)|本级|年度|第?[一二三四1-4]季度?|[上下]半年"
    r"|[0-9一二三四五六七八九十]{1,3}月份?(?:[0-9一二三四五六七八九十]{1,3}[日号])?|[的和与及对表版第年本]"
)
#: (2026年修订) behind a name marks an edition; without brackets it is news of a revision.
_EDITION_IN_BRACKETS_RE = re.compile(r"(?<=修[订正])(?=〕)")
#: An order to publish (关于公开部门预算的通知) is not the publication.
_PUBLICATION_ORDER_RE = re.compile(r"公开.*(?:通知|通告|函)$")
#: A report on the publishing of a matter (部门预算公开情况表) is not the matter.
_PUBLICATION_REPORT_RE = re.compile("(?:公开|公布|公示)(?:年度)?(?:情况|一览|统计|明细|汇总|目录)")
#: A part of the year is not the edition of the year.
_PART_OF_YEAR_RE = re.compile(r"[上下]半年|季度|月份?")
#: A matter that is handled (低保申请办理) is disclosed by its guide.
_SERVICE_MATTER_RE = re.compile(r"(?:办理|办事|申请|申领|受理|服务)$")
_SERVICE_GUIDE_RE = re.compile(r"^(?:指南|须知|流程图?)")
#: A name that only ends in one of these words is the name of the matter itself.
_DISCLOSURE_SUFFIX_RE = re.compile(r"(?<=.{4})(?:公开|公示|信息)$")
_YEARLY_MATTER_RE = re.compile("预算|决算|年报|年度|年末|每年|按年|当年|逐年|招生|总结")
#: Matters of a year that is over: they are made up in the year after it.
_PREVIOUS_YEAR_MATTER_RE = re.compile("决算|年报|年度报告|总结|绩效")
_BUDGET_TITLE_RE = re.compile("预算|决算")
#: Words of titles that publish a budget; 公示, 通知, 一览表 or a part of the year make another text of it.
_BUDGET_WORDS_RE = re.compile("关于|信息公开|公开|公布|情况说明|说明|公告|报?表|年度|[的和与及年]|部门|单位|收支|本级")
_GOVERNMENT_WORDS_RE = re.compile("政府|财政|总|全[省市县区]|[省市县区]?本?级")
_GOVERNMENT_BUDGET_RE = re.compile("政府|财政|总[预决]算|全[省市县区]|[省市县区]本?级")
_UNIT_BUDGET_RE = re.compile("部门|单位")
#: 三公经费 is a part of the budget, and goes out with it (部门预算和“三公”经费预算).
_BUDGET_WITH_PART_RE = re.compile("([预决]算)(?:[和与及含]|以及)三公经费(?:的?[预决]算)?")


class DisclosureMatch(Enum):
    """The relation of a text to a matter."""

    #: The text is the disclosure of the matter.
    IS = "is"
    #: The text names the matter, but no year whose edition is enough.
    OTHER_YEAR = "other_year"
    #: Only a person can decide.
    UNSURE = "unsure"


def make_comparable_text(text: str) -> str:
    """Return a text in one spelling, without blanks and punctuation.

    >>> make_comparable_text("收费（目录）２０２６"), make_comparable_text("/")
    ('收费目录2026', '')
    """
    return _PUNCTUATION_RE.sub("", fold(text))


def extract_matter_name(text: str) -> str:
    """Return the name of a matter for comparison, without year and disclosure words.

    >>> extract_matter_name("2026年度部门预算信息公开"), extract_matter_name("—"), extract_matter_name("财政信息")
    ('部门预算信息', '', '财政信息')
    """
    return _DISCLOSURE_SUFFIX_RE.sub("", make_comparable_text(_YEAR_IN_TEXT_RE.sub("", fold(text))))


def find_years(title: str) -> list[int]:
    """Return the years named in a title in order, without those of document numbers.

    >>> find_years("二〇二六年预算和２０２５ 年度决算（云政办发〔2024〕5号）")
    [2026, 2025]
    """
    text = _DOCUMENT_NUMBER_RE.sub("", unify_brackets(fold(title)))
    return [year for match in _YEAR_IN_TEXT_RE.finditer(text) if (year := to_int(match[1])) is not None]


def is_yearly(*words: str) -> bool:
    """Return true if a name or time limit implies that a matter recurs every year."""
    return any(_YEARLY_MATTER_RE.search(part) for part in words)


#: The last day in a year by which the edition of that year (of accounts and reports: the year before) is owed, by what the name contains. 年报:
#: 条例第五十条; budgets and accounts: 预算法第十四条, twenty days after approval, taken at the latest usual date. The last is our convention.
_DISCLOSURE_DEADLINES = (("年报|年度报告", (1, 31)), ("决算|总结|绩效", (10, 31)), ("预算", (4, 30)), ("", (6, 30)))


def get_sufficient_years(name: str, day: date) -> range:
    """Return the years of which an edition suffices on a day.

    >>> get_sufficient_years("部门预算", date(2027, 1, 5)), get_sufficient_years("年度报告", date(2027, 2, 1))
    (range(2026, 2028), range(2026, 2028))
    """
    return range(get_due_year(name, day.year) - ((day.month, day.day) <= _find_deadline(name)), day.year + 1)


def get_disclosure_deadline(name: str, year: int) -> date:
    """Return the last day for publishing a year's edition; for accounts and reports it is in the next year.

    >>> get_disclosure_deadline("预算", 2026), get_disclosure_deadline("决算", 2025)
    (datetime.date(2026, 4, 30), datetime.date(2026, 10, 31))
    """
    return date(year + (year - get_due_year(name, year)), *_find_deadline(name))


def _find_deadline(name: str) -> tuple[int, int]:
    """Return the last (month, day) for publishing a matter, by what its name contains."""
    return next(last for text, last in _DISCLOSURE_DEADLINES if re.search(text, name))


def get_due_year(name: str, year: int) -> int:
    """Return the year whose edition is due in a calendar year.

    >>> get_due_year("部门预算", 2026), get_due_year("部门决算", 2026)
    (2026, 2025)
    """
    return year - 1 if _PREVIOUS_YEAR_MATTER_RE.search(name) else year


def match_title(
    title: str,
    name: str,
    *,
    years: Collection[int],
    yearly: bool = False,
    allowed_words: Iterable[str] = (),
    contexts: Collection[str] = (),
    column: str = "",
) -> DisclosureMatch:
    """Decide from its title whether a text is the disclosure of a matter.

    Args:
        title: of the text, as it is published.
        name: of the matter, from `extract_matter_name`; an empty one is the name of nothing.
        years: years of which an edition suffices.
        yearly: true if the matter recurs every year, so that a title without a year proves nothing.
        allowed_words: words that may occur beside the name: the unit, its government, the heading above the matter (from `make_comparable_text`).
        contexts: where several matters have this name, one of these must occur in the title or the path of the column (from `make_comparable_text`).
        column: the path of the column that contains the text (from `make_comparable_text`).
    """
    text = _normalise_title(title)
    if len(name) < 2 or name not in text or _PUBLICATION_ORDER_RE.search(text):
        return DisclosureMatch.UNSURE
    if contexts and not any(context in text or context in column for context in contexts if context):
        return DisclosureMatch.UNSURE
    before, _, after = text.partition(name)
    after = _SERVICE_GUIDE_RE.sub("", after) if _SERVICE_MATTER_RE.search(name) else after
    if _remove_known_words(f"{before}\0{after}", [*allowed_words, *contexts]):
        return DisclosureMatch.UNSURE
    if _PUBLICATION_REPORT_RE.search(after) or (yearly and _PART_OF_YEAR_RE.search(f"{before}{after}")):
        return DisclosureMatch.UNSURE
    if title_years := find_years(title):
        return DisclosureMatch.IS if max(title_years) in years else DisclosureMatch.OTHER_YEAR
    return DisclosureMatch.OTHER_YEAR if yearly else DisclosureMatch.IS


def _remove_known_words(text: str, known_words: Iterable[str]) -> str:
    return _COMMON_TITLE_WORDS_RE.sub("", _remove_words(text, known_words)).replace("\0", "")


def list_unit_words(*names: str, government: str = "") -> list[str]:
    """Return the names by which a title may refer to a unit.

    >>> sorted(list_unit_words("云岭市教育局", "市教育局", government="云岭市人民政府"))
    ['云岭市', '云岭市人民政府', '云岭市教育局', '市教育局', '教育局']
    """
    place = make_comparable_text(government).removesuffix("人民政府")
    found = {make_comparable_text(name) for name in names} | {place, make_comparable_text(government)}
    found |= {word.removeprefix(place) for word in found if place}
    found |= {f"{place}{word[1:]}" for word in found if place[-1:] == word[:1]}
    found |= {word[1:] for word in found if word[:1] in ("市", "县", "区", "省") and len(word) > 3}
    return [word for word in found if len(word) > 1 and word != "人民政府"]


def list_author_words(*names: str, government: str) -> list[str]:
    """Return the names by which the title of a unit's own text may name it, without its government's.

    >>> sorted(list_author_words("云岭市教育局", "市教育局", government="云岭市人民政府"))
    ['云岭市', '云岭市教育局', '市教育局', '教育局']
    """
    words, seat = list_unit_words(*names, government=government), make_comparable_text(government)
    if any(make_comparable_text(name).startswith(seat) for name in names):
        return words  # the government itself, or its office, which publishes for it
    return [word for word in words if word != seat]


def find_published_budgets(
    title: str, unit: Iterable[str], government: Iterable[str]
) -> tuple[list[tuple[int, str]], bool]:
    """Return the budgets and accounts (year, 预算 or 决算) that a title publishes.

    The second value is true if they are those of the whole government.

    Args:
        title: of the text.
        unit: words that name the unit (`list_unit_words`); a title that names anything else publishes no budget of this unit.
        government: those among them that name the government. A title with another name of the unit (教育局本级) is about the unit.
    """
    text = _BUDGET_WITH_PART_RE.sub(r"\1", _normalise_title(title))
    kinds, years = _BUDGET_TITLE_RE.findall(text), find_years(title)
    names_unit = any(word in text for word in {*unit} - {*government})
    is_own_budget = names_unit or bool(_UNIT_BUDGET_RE.search(text))
    is_whole_government = bool(_GOVERNMENT_BUDGET_RE.search(text)) and not is_own_budget
    unclear = (
        _PUBLICATION_ORDER_RE.search(text)
        or _PUBLICATION_REPORT_RE.search(text)
        or ("本级" in text and not is_own_budget | is_whole_government)
    )
    text = _remove_words(text, {*unit, "预算", "决算"})
    text = _BUDGET_WORDS_RE.sub("", _GOVERNMENT_WORDS_RE.sub("", text) if is_whole_government else text)
    if not kinds or unclear or text.strip("\0"):
        return [], is_whole_government
    if len(years) == 1 and len(set(kinds)) == 1:
        return [(years[0], kinds[0])], is_whole_government
    return (
        (list(zip(years, kinds, strict=True)), is_whole_government)
        if len(years) == len(kinds)
        else ([], is_whole_government)
    )


def find_mentioned_budgets(title: str) -> list[tuple[int, str]]:
    """Return the years and kinds (预算, 决算) that a title mentions, published or not.

    >>> find_mentioned_budgets("云岭市2025年财政预算执行情况和2026年财政预算草案的报告")
    [(2025, '预算'), (2026, '预算')]
    """
    kinds = dict.fromkeys(_BUDGET_TITLE_RE.findall(_normalise_title(title)))
    return [(year, kind) for year in find_years(title) for kind in kinds]


def _normalise_title(title: str) -> str:
    text = _EDITION_IN_BRACKETS_RE.sub("版", _DOCUMENT_NUMBER_RE.sub("", unify_brackets(fold(title))))
    return make_comparable_text(_YEAR_IN_TEXT_RE.sub("·", text))


def _remove_words(text: str, known_words: Iterable[str]) -> str:
    """Return the text with each of the known words replaced by a mark, the longest first."""
    for word in sorted(set(known_words), key=len, reverse=True):
        if word:
            text = text.replace(word, "\0")
    return text
