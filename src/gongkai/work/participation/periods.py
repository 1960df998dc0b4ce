"""Periods of comments as pure rules: how long they must be, what speaks against one, until when the answer is owed.

国令第713号第十五条: 公开征求意见的期限一般不少于30日; 因情况紧急等原因需要缩短期限的，公开征求意见时应当予以说明. The day of publication is not
counted (民法典第二百零一条). Rules and lawful documents for business have the same length by their own provisions (rule sets of `law`).
"""

from datetime import date

from gongkai.lib import law
from gongkai.lib.chinese.days import day_in_words


def least(kind: str) -> law.Figure:
    """Return how long opinions must be asked for, for a kind of draft (`decision_draft`, `rule_draft`, `business_draft`)."""
    period = law.rule_sets()[kind].period
    assert period is not None  # all three have one
    return period


def days_open(starts_on: date, ends_on: date) -> int:
    """Return how many days comments are taken, the day of publication not counted."""
    return (ends_on - starts_on).days


def is_short(kind: str, starts_on: date, ends_on: date) -> bool:
    """Whether closing on a day is sooner than the law has it."""
    rules = law.rule_sets()[kind]
    known = [law.Event(rules.start, starts_on)]
    return bool(law.objections(known, law.Event(rules.close, ends_on), rules, law.default_calendar()))


def speak_against(kind: str, starts_on: date, ends_on: date, reason: str) -> list[str]:
    """Return what speaks against a period; nothing where it is long enough, or says why it is short.

    Args:
        kind: the rule set.
        starts_on: the day on which the draft becomes public.
        ends_on: the last day for comments.
        reason: why the period is shorter, as the announcement says it.
    """
    if ends_on <= starts_on:
        return [f"截止日期（{day_in_words(ends_on)}）须晚于公布之日（{day_in_words(starts_on)}）。"]
    if reason.strip() or not is_short(kind, starts_on, ends_on):
        return []
    figure = least(kind)
    return [
        f"自{day_in_words(starts_on)}公布起到{day_in_words(ends_on)}只有{days_open(starts_on, ends_on)}日，少于{figure.words}（{figure.source}）："
        "请推迟截止日期；因情况紧急等原因需要缩短的，写明理由，理由会写进公告。"
    ]


def feedback_due(ends_on: date, today: date) -> law.Deadline:
    """Return until when the adoption of comments has to be published, with the sentences that say why."""
    rules = law.rule_sets()["decision_feedback"]
    return law.due([law.Event(rules.start, ends_on)], rules, law.default_calendar(), max(today, ends_on))


def hearing_against(published_on: date, held_on: date) -> list[str]:
    """Return what speaks against a hearing on a day: the materials must reach its participants in time (国令第713号第十七条)."""
    rules = law.rule_sets()["decision_hearing"]
    known = [law.Event(rules.start, published_on)]
    if not law.objections(known, law.Event(rules.close, held_on), rules, law.default_calendar()):
        return []
    figure, days = rules.figures[0], max((held_on - published_on).days, 0)
    said = f"听证会材料应当在召开{figure.words}前送达听证参加人（{figure.source}）"
    return [f"{said}，公告到召开只有{days}日，请推迟召开日期。"]
