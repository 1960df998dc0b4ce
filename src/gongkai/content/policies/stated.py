"""What a document's own words say of its number, its first day and the documents it ends, held against what the library knows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.content.policies.formats import number_key
from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.spans import lives_of
from gongkai.content.policies.states import VALID, What, on_day
from gongkai.content.publishing.models import ItemPage
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import read_day
from gongkai.lib.chinese.document_numbers import find_numbers, is_one
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.law.periods import add_months
from gongkai.lib.richtext import plain

_DAY = r"(\d{4}年\d{1,2}月\d{1,2}日)"
#: 本办法自2026年12月1日起施行; what is in force from its publication on names no day.
_BEGINS = re.compile(rf"本[^\s，。；、“”《》（）]{{2,10}}自{_DAY}起(?:正式)?(?:施行|实施|执行|生效)")
#: A term of the document itself: 有效期五年, 本办法有效期至…, 试行期两年, 执行至…
_KINDS = "办法|规定|细则|通知|意见|决定|决议|方案|政策|措施|标准|条例|规则|制度|规程|文件|规划|计划|公告|通告|目录|清单|指引|指南|要点|预案|令"
_OWN = rf"(?:本[^\s，。；、“”《》（）]{{0,6}}?(?:{_KINDS}))?的?(?:自[^，。；]{{2,16}}起(?:正式)?)?"
_DIGITS = r"\d〇零一二三四五六七八九十"
_LAST = rf"(?P<last>[{_DIGITS}]{{4}}年[{_DIGITS}]{{1,2}}月[{_DIGITS}]{{1,3}}[日号])"
_SINCE = r"(?:自[^，。；]{2,16}起(?:计算)?|\d{4}年\d{1,2}月\d{1,2}日)?"
_SPAN = r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})(?P<unit>年|个月)"
#: The clauses that give a document's own end; a clause with one word more (有效期内每2年评估) gives none.
_TERMS = tuple(
    re.compile(form)
    for form in (
        rf"{_OWN}(?:有效期限?|有效|(?:试行|施行|实施|执行)(?:期限?)?)[为是：:]?\s*{_SINCE}(?:{_SPAN}|[至到]{_LAST}(?:为?止)?)",
        rf"现?(?:有效期限?)?延长[至到]{_LAST}(?:为?止)?",
        rf"{_OWN}[至到]{_LAST}为?止",
        rf"{_OWN}于?{_LAST}(?:自行|自动)?(?P<ended>废止|失效)",
    )
)
#: The clause before such a clause is about the document, too.
_ITSELF = re.compile(
    rf"本[^\s，。；、“”《》（）]{{0,6}}?(?:{_KINDS})的?原?有效期.*|.*自[^，。；]{{2,16}}起(?:正式)?(?:施行|实施|执行|生效|试行)"
)
MAX_TERM_MONTHS = 1200
_ENDS = re.compile("同时废止|同时失效|即行废止|予以废止|停止执行")
#: How many lines from the top may be the number.
_HEAD = 4


@dataclass(frozen=True)
class Stated:
    """What a text says: its number (a line of its own near the top), its first day, the numbers of documents that it ends."""

    number: str = ""
    begins: date | None = None
    ends: tuple[str, ...] = ()


def stated(text: str) -> Stated:
    """Read what a document says of itself; days that differ say nothing.

    >>> stated("云教发〔2026〕25号\\n各中小学校：\\n本通知自2026年12月1日起施行。云教发〔2024〕2号同时废止。")
    Stated(number='云教发〔2026〕25号', begins=datetime.date(2026, 12, 1), ends=('云教发〔2024〕2号',))
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    number = next((number_key(line) for line in lines[:_HEAD] if is_one(line)), "")
    days = {read_day(found[1]) for found in _BEGINS.finditer(text)}
    ended = [
        mark
        for clause in re.split(r"[。；\n]", text)
        if (at := _ENDS.search(clause))
        for mark in find_numbers(clause[: at.start()])
    ]
    return Stated(number, days.pop() if len(days) == 1 else None, tuple(dict.fromkeys(ended)))


def last_days(text: str, first_days: Collection[date]) -> set[date]:
    """Return the last days that a text gives for its own validity; empty where it names no term of its own.

    A term of years or months counts from each of the first days, with or without that day (民法典第二百零一条 does not count it, the usual
    table of a library does). Terms of permits, contracts and the like are others'.

    >>> sorted(map(str, last_days("本办法自2026年12月1日起施行，有效期五年。", [date(2026, 12, 1)])))
    ['2031-11-30', '2031-12-01']
    >>> last_days("本办法有效期至2030年12月31日。", []), last_days("许可证有效期五年。本办法自印发之日起施行。", [date(2026, 1, 1)])
    ({datetime.date(2030, 12, 31)}, set())
    """
    found: set[date] = set()
    for sentence in (part.strip(" \t（）()") for part in re.split(r"[。；\n]", text)):
        before: str | None = None
        for clause in map(str.strip, re.split(r"[，,（）()]", sentence)):
            term = next(filter(None, (form.fullmatch(clause) for form in _TERMS)), None)
            about = before is None or clause.startswith("本") or bool(_ITSELF.fullmatch(before))
            before = before if term and about and before else clause
            if term is None or not about:
                continue
            facts = term.groupdict()
            if last := read_day(facts["last"] or ""):
                found |= {last, last - timedelta(days=1)} if facts.get("ended") else {last}
            elif facts.get("count"):
                months = (to_int(facts["count"]) or 0) * (12 if facts["unit"] == "年" else 1)
                ends = [add_months(day, months) for day in first_days] if 0 < months <= MAX_TERM_MONTHS else []
                found |= {day - back for day in ends for back in (timedelta(days=1), timedelta(0))}
    return found


def words_of(item: ItemPage) -> str:
    """Return the words of an item's last draft."""
    page: ItemPage = item.get_latest_revision_as_object() if item.latest_revision_id else item
    return plain(page.imported_html.strip() or page.body)


def against_record(record: PolicyRecord, text: str, today: date) -> Iterator[str]:
    """Yield where a text says something else than the library: a sentence each for whoever writes or signs it."""
    said = stated(text)
    if said.number and said.number != record.number_key:
        yield f"正文写着文号“{said.number}”，库中{_written(record.number)}。"
    if said.begins and said.begins != record.effective_on:
        kept = record.effective_on.isoformat() if record.effective_on else ""
        yield f"正文写明自{said.begins:%Y-%m-%d}起施行，库中的施行日期{_written(kept)}。"
    recorded = Decision.objects.waiting().filter(what__in=(What.REPEAL, What.EXPIRE))
    named = PolicyRecord.objects.filter(number_key__in=said.ends).exclude(pk=record.pk)
    ended = list(named.exclude(decisions__in=recorded).order_by("pk"))
    lives = lives_of(ended)
    since = max(said.begins or record.effective_on or today, today)
    for other in ended:
        if on_day(lives[other.pk], since).state in VALID:
            yield f"正文写明废止{other.number}，库中“{other.title}”还没有记入废止：请签发人、负责人或者政务公开办在它的“效力决定”中记入。"


def _written(value: str) -> str:
    return f"是“{value}”" if value else "没有填写"
