"""Whether a document is in force, as a plain sentence. Pure."""

from dataclasses import dataclass
from datetime import date

from gongkai.chinese.days import day_in_words
from gongkai.editions.models import Standing


@dataclass(frozen=True)
class Sentence:
    """The sentence, and whether it must not be missed (a banner)."""

    text: str = ""
    banner: bool = False


def sentence(
    standing: str,
    since: date | None,
    effective_on: date | None,
    ends_on: date | None,
    today: date,
    note: str = "",
) -> Sentence:
    """Return what a reader must know first: in force or not, and since when.

    >>> sentence("in_force", None, date(2024, 5, 1), None, date(2026, 1, 1)).text
    '现行有效，自2024年5月1日起施行'
    """
    tail = f"（{note}）" if note else ""
    bad = _no_longer(standing, since, ends_on, today) or _not_yet(standing, since, effective_on, today)
    if bad:
        return Sentence(bad + tail, banner=True)
    if standing == Standing.IN_FORCE:
        start = f"，自{day_in_words(effective_on)}起施行" if effective_on else ""
        end = f"，有效期至{day_in_words(ends_on)}" if ends_on else ""
        return Sentence(f"现行有效{start}{end}{tail}")
    return Sentence()


def _no_longer(standing: str, since: date | None, ends_on: date | None, today: date) -> str:
    words = {Standing.REPEALED.value: "已废止", Standing.EXPIRED.value: "已失效"}
    if standing in words:
        return f"{words[standing]}{_since(since)}，仅供查阅"
    return f"有效期已于{day_in_words(ends_on)}届满，仅供查阅" if ends_on and ends_on < today else ""


def _not_yet(standing: str, since: date | None, effective_on: date | None, today: date) -> str:
    if standing and effective_on and effective_on > today:
        return f"尚未施行，自{day_in_words(effective_on)}起施行"
    return f"已被修改{_since(since)}，请以修改后的内容为准" if standing == Standing.AMENDED else ""


def _since(day: date | None) -> str:
    return f"（自{day_in_words(day)}起）" if day else ""
