"""Public-opinion cases and promises of the invented 云岭市."""

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
    """Return the time `hours` hours ago."""
    return timezone.now() - timedelta(hours=hours)


def case(collector: Body, **facts: Any) -> OpinionCase:
    """Return a case, found an hour ago by default."""
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


def reload_entry(row: Any) -> Entry:
    """Reload the entry of a case or a promise."""
    return Entry.objects.select_related("body").get(pk=row.pk)


def judged_case(collector: Body, **facts: Any) -> Entry:
    """Return a case that was consulted on and judged, and that waits for its answer."""
    made = case(collector, **facts)
    actions.consult_units(reload_entry(made), by=SYSTEM, held="与街道、开发企业现场核实，共涉及12户。")
    judgement = {"kind": "interest", "level": "general", "words": "反映属实，由住建局回应。"}
    entry: Entry = actions.judge_case(reload_entry(made), by=SYSTEM, **judgement)
    return entry


def answer_case(entry: Entry, *, at: datetime | None = None, means: str = "interview", **facts: Any) -> Entry:
    """Record the answer to a case."""
    said = {
        "means": means,
        "channel": "云岭日报",
        "speaker": "市住建局副局长周明",
        "text": "已责令开发企业七日内维修，费用由企业承担。",
        "url": PROOF,
        **facts,
    }
    entry = reload_entry(entry)
    record = actions.record_response if entry.state == "judged" else actions.record_further_response
    record(entry, by=SYSTEM, at=at or timezone.now(), **said)
    return reload_entry(entry)


def evaluate_case(entry: Entry) -> Entry:
    """Evaluate an answered case."""
    made: Entry = actions.evaluate_response(
        reload_entry(entry),
        by=SYSTEM,
        effect="settled",
        evaluation="评论转为肯定。",
        lessons="交付前应组织分户验收。",
    )
    return made


def promise(body: Body, **facts: Any) -> Promise:
    """Register a promise that is due in thirty days and not public yet."""
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
    """Submit a pending text to review and sign it, so that it is public."""
    entry = reload_entry(row)
    actions.submit_statement(entry, by=actor(Role.CLERK, entry.body))
    review = Review.objects.filter(source=f"promise/{entry.pk}").latest("pk")
    sign_all(with_sheet(review))
    return reload_entry(row)


def public_promise(body: Body, **facts: Any) -> Entry:
    """Return a promise with a public text."""
    return publish_pending(promise(body, **facts))


def in_days(days: int) -> date:
    """Return the day `days` days from today."""
    return timezone.localdate() + timedelta(days=days)
