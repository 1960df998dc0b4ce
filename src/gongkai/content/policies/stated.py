"""What a document's own words say of its number, its first day and the documents it ends, held against what the library knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.content.policies.formats import number_key
from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.spans import lives_of
from gongkai.content.policies.states import VALID, What, on_day
from gongkai.content.publishing.models import ItemPage
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import read_day
from gongkai.lib.chinese.document_numbers import find_numbers, is_one
from gongkai.lib.richtext import plain

_DAY = r"(\d{4}年\d{1,2}月\d{1,2}日)"
#: 本办法自2026年12月1日起施行; what is in force from its publication on names no day.
_BEGINS = re.compile(rf"本[^\s，。；、“”《》（）]{{2,10}}自{_DAY}起(?:正式)?(?:施行|实施|执行|生效)")
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
