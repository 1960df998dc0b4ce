"""Cases and promises of the invented 云岭市."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from factories.publishing import sign_all, with_sheet
from factories.units import actor
from gongkai.content.reviewing.models import Review
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.opinion import actions
from gongkai.work.opinion.facts import CaseFacts, PromiseFacts
from gongkai.work.opinion.models import OpinionCase, Promise

PROOF = "https://news.yunling.example/1.html"


def hours_ago(hours: float) -> datetime:
    """A moment so many hours before now."""
    return timezone.now() - timedelta(hours=hours)


def case(collector: Body, **facts: Any) -> OpinionCase:
    """A case, found an hour ago unless said otherwise."""
    given = {
        "title": "网传小区交付后漏水",
        "text": "业主发视频称新交付的小区多户漏水，转发较多。",
        "platform": "短视频平台",
        "address": "https://video.example/1",
        "found_at": hours_ago(1),
        **facts,
    }
    made: OpinionCase = actions.register_case(collector, by=SYSTEM, facts=CaseFacts(**given))
    return made


def fresh(row: Any) -> Entry:
    """The entry of a case or a promise, read again."""
    return Entry.objects.select_related("body").get(pk=row.pk)


def judged(collector: Body, **facts: Any) -> Entry:
    """A case that was consulted and judged: it waits for its answer."""
    made = case(collector, **facts)
    actions.consult_units(fresh(made), by=SYSTEM, held="与街道、开发企业现场核实，共涉及12户。")
    judgement = {"kind": "interest", "level": "general", "words": "反映属实，由住建局回应。"}
    entry: Entry = actions.judge_case(fresh(made), by=SYSTEM, **judgement)
    return entry


def answered(entry: Entry, *, at: datetime | None = None, means: str = "interview", **facts: Any) -> Entry:
    """The answer to a case, recorded as said."""
    said = {
        "means": means,
        "channel": "云岭日报",
        "speaker": "市住建局副局长周明",
        "text": "已责令开发企业七日内维修，费用由企业承担。",
        "url": PROOF,
        **facts,
    }
    entry = fresh(entry)
    record = actions.record_response if entry.state == "judged" else actions.record_further_response
    record(entry, by=SYSTEM, at=at or timezone.now(), **said)
    return fresh(entry)


def evaluated(entry: Entry) -> Entry:
    """A case that was evaluated."""
    made: Entry = actions.evaluate_response(
        fresh(entry),
        by=SYSTEM,
        effect="settled",
        evaluation="评论转为肯定。",
        lessons="交付前应组织分户验收。",
    )
    return made


def promise(body: Body, **facts: Any) -> Promise:
    """A promise, registered by a clerk, not public yet; due in thirty days."""
    given = {
        "title": "更换小区老旧水管",
        "words": "年底前完成城南8个小区老旧供水管网更换。",
        "occasion": "新闻发布会",
        "promised_on": timezone.localdate() - timedelta(days=60),
        "until": timezone.localdate() + timedelta(days=30),
        "address": PROOF,
        **facts,
    }
    made: Promise = actions.register_promise(body, by=actor(Role.CLERK, body), facts=PromiseFacts(**given))
    return made


def publish_pending(row: Any) -> Entry:
    """Hand what is written to the reviews and have it signed: it is public."""
    entry = fresh(row)
    actions.submit_statement(entry, by=actor(Role.CLERK, entry.body))
    review = Review.objects.filter(source=f"promise/{entry.pk}").latest("pk")
    sign_all(with_sheet(review))
    return fresh(row)


def public_promise(body: Body, **facts: Any) -> Entry:
    """A promise whose words are public."""
    return publish_pending(promise(body, **facts))


def day(days: int) -> date:
    """A day so many days from today."""
    return timezone.localdate() + timedelta(days=days)
