"""Rules of comment periods: minimum length, objections and the feedback deadline.

国令第713号第十五条: 公开征求意见的期限一般不少于30日; 因情况紧急等原因需要缩短期限的，公开征求意见时应当予以说明.
The day of publication does not count (民法典第二百零一条). Rules and business regulations have the same length by their own provisions (rule sets
of `law`).
"""

from datetime import date

from gongkai.lib import law
from gongkai.lib.chinese.days import day_in_words


def minimum_period(kind: str, starts_on: date | None = None) -> law.Figure:
    """Return the minimum comment period of a kind of draft published on a day (default: today)."""
    period = law.rules_on(kind, starts_on or law.today(), nearest=True).period
    assert period is not None  # all three kinds have one
    return period


def count_period_days(starts_on: date, ends_on: date) -> int:
    """Return the length of a period in days, without the day of publication."""
    return (ends_on - starts_on).days


def is_shorter_than_required(kind: str, starts_on: date, ends_on: date) -> bool:
    """Return whether a period is shorter than the law requires."""
    rules = law.rules_on(kind, starts_on, nearest=True)
    known = [law.Event(rules.start, starts_on)]
    return bool(law.objections(known, law.Event(rules.close, ends_on), rules, law.default_calendar()))


def find_period_objections(kind: str, starts_on: date, ends_on: date, reason: str) -> list[str]:
    """Return the objections to a period; a short one needs a reason.

    Args:
        kind: the rule set.
        starts_on: the day of publication.
        ends_on: the last day for comments.
        reason: the published reason for a short period.
    """
    if ends_on <= starts_on:
        return [f"截止日期（{day_in_words(ends_on)}）须晚于公布之日（{day_in_words(starts_on)}）。"]
    if reason.strip() or not is_shorter_than_required(kind, starts_on, ends_on):
        return []
    figure, days = minimum_period(kind, starts_on), count_period_days(starts_on, ends_on)
    return [
        f"自{day_in_words(starts_on)}公布起到{day_in_words(ends_on)}只有{days}日，少于{figure.words}（{figure.source}）："
        "请推迟截止日期；因情况紧急等原因需要缩短的，写明理由，理由会写进公告。"
    ]


def get_feedback_deadline(ends_on: date, today: date) -> law.Deadline:
    """Return the deadline for publishing the adoption table, with its explanation."""
    rules = law.rules_on("decision_feedback", ends_on, nearest=True)
    return law.due([law.Event(rules.start, ends_on)], rules, law.default_calendar(), max(today, ends_on))


def find_hearing_objections(published_on: date, held_on: date) -> list[str]:
    """Return the objections to the day of a hearing: materials must arrive in time (国令第713号第十七条)."""
    rules = law.rules_on("decision_hearing", published_on, nearest=True)
    known = [law.Event(rules.start, published_on)]
    if not law.objections(known, law.Event(rules.close, held_on), rules, law.default_calendar()):
        return []
    figure, days = rules.figures[0], max((held_on - published_on).days, 0)
    said = f"听证会材料应当在召开{figure.words}前送达听证参加人（{figure.source}）"
    return [f"{said}，公告到召开只有{days}日，请推迟召开日期。"]
