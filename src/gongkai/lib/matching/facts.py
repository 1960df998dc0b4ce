"""Extract hard facts from a text: places, document numbers, years, dates, articles, amounts."""

from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.document_numbers import iterate_typed_numbers
from gongkai.lib.chinese.numerals import NUMERAL_CHARACTERS, to_int
from gongkai.lib.matching.folding import fold

_DATE = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2}) ?(?:年|[-./]) ?(?P<m>1[0-2]|0?[1-9])"
    r"(?: ?月|[-./](?=[0-9]))(?: ?(?P<d>3[01]|[12][0-9]|0?[1-9]) ?日?(?![0-9]))?"
)
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2}) ?(?=年|财年|学年|届)")
_ARTICLE_RE = re.compile(rf"第 ?([0-9]{{1,4}}|[{NUMERAL_CHARACTERS}]{{1,6}}) ?([条款项章批期届])")
_UNITS = (
    "工作日|个工作日|平方米|立方米|公里|公斤|万元|亿元|元|万人|人次|个百分点|%|倍|年内|年|个月|月底|月|季度|周|天|日|小时|"
    "次|个|项|家|户|人|名|件|条|篇|期|场|亩|岁|周岁|孩|级|类|档|台|吨|度|份"
)
_AMOUNT_RE = re.compile(rf"((?<![0-9.])[0-9]{{1,12}}(?:\.[0-9]{{1,6}})?|[{NUMERAL_CHARACTERS}]{{1,6}}) ?({_UNITS})")
_NON_PLACE_SUFFIX_RE = re.compile("路|街|大道|巷|东路|西路|南路|北路|时间|烤鸭|话")


class HardFact(NamedTuple):
    """A fact: kind (place, number, year, date, article, amount) and normalised value."""

    kind: str
    value: str


@cache
def get_place_names() -> dict[str, str]:
    """Return {name as written: short name} of provinces and prefectures."""
    names: dict[str, str] = {}
    table = files("gongkai.lib.matching").joinpath("data", "places.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            for name in line.replace("\t", " ").split():
                short = name.rstrip("*")
                names[short + "市" if name.endswith("*") else short] = short
    return names


@cache
def _make_place_pattern(more: tuple[str, ...]) -> re.Pattern[str]:
    names = sorted({*get_place_names(), *more}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names)))


def find_places(text: str, more: Iterable[str] = ()) -> list[str]:
    """Return the short names of places in a text; `more`: names that an office adds."""
    folded = fold(text)
    places: dict[str, None] = {}
    for hit in _make_place_pattern(tuple(sorted(more))).finditer(folded):
        if not _NON_PLACE_SUFFIX_RE.match(folded, hit.end()):
            places[get_place_names().get(hit[0], hit[0])] = None
    return list(places)


def parse_number(text: str) -> float | None:
    """Return the value of an Arabic or Chinese number (三十五 is 35), or None."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return float(text)
    value = to_int(text)
    return None if value is None else float(value)


def _format_number(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"


def find_facts(text: str, more_places: Iterable[str] = ()) -> list[HardFact]:
    """Return all facts of a text in one spelling, each once, by kind and in order."""
    folded = fold(text)
    facts = [HardFact("place", name) for name in find_places(text, more_places)]
    facts += [HardFact("number", str(each)) for each in iterate_typed_numbers(folded)]
    for date in _DATE.finditer(folded):
        date_parts = [date["y"], f"{int(date['m']):02d}", *([f"{int(date['d']):02d}"] if date["d"] else [])]
        facts.append(HardFact("date", "-".join(date_parts)))
    facts += [HardFact("year", year[1]) for year in _YEAR.finditer(folded)]
    for article in _ARTICLE_RE.finditer(folded):
        value = parse_number(article[1])
        if value is not None:
            facts.append(HardFact("article", f"第{_format_number(value)}{article[2]}"))
    without_dates = _ARTICLE_RE.sub(" ", _YEAR.sub(" ", _DATE.sub(" ", folded)))
    for amount in _AMOUNT_RE.finditer(without_dates):
        value = parse_number(amount[1])
        if value is not None:
            facts.append(HardFact("amount", _format_number(value) + amount[2].removeprefix("个")))
    return list(dict.fromkeys(facts))


_KIND_NAMES = {"place": "地区", "number": "文号", "year": "年份", "article": "条款"}


def find_contradictions(question: str, answer: str, home: Collection[str] = ()) -> list[str]:
    """Return reasons why an answer may be about another place, number, year or article.

    A place of the question that is at `home` (the office's own names) never differs. Amounts are left out:
    people tell their age and income, answers give limits.
    """
    question_facts, answer_facts = find_facts(question, home), find_facts(answer, home)
    reasons = []
    for kind, name in _KIND_NAMES.items():
        asked_values = [fact.value for fact in question_facts if fact.kind == kind]
        offered = [fact.value for fact in answer_facts if fact.kind == kind]
        if kind == "place":
            asked_values = [value for value in asked_values if value not in home]
            differs = bool(asked_values) and not set(asked_values) & set(offered)
        else:
            differs = bool(asked_values) and bool(offered) and not set(asked_values) & set(offered)
        if differs:
            text = f"，答案涉及{'、'.join(offered[:3])}" if offered else "，答案没有提到"
            reasons.append(f"{name}不同：所问为{'、'.join(asked_values[:3])}{text}")
    return reasons
