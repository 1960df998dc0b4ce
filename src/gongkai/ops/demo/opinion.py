"""Sample data for 舆情 and 承诺: cases and promises in every state."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns
from gongkai.content.reviewing.models import Review
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Person, Role
from gongkai.lib.typed_json import Record, read_number, read_records, read_text, read_texts
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleContext, SampleStaff, read_objects, read_rows, read_toml
from gongkai.ops.demo.responses import RESPONSES_PATH
from gongkai.ops.demo.site import get_second_person, sign_review
from gongkai.work.opinion import actions
from gongkai.work.opinion.actions import LeadFeedEntry
from gongkai.work.opinion.facts import CaseFacts, PromiseFacts
from gongkai.work.opinion.models import GravityLevel, OpinionCase, Promise, PromiseTopic, WatchField

NEWSPAPER_URL = "https://news.yunling.example/2026/"


def _get_time_ago(days: float, hours: float = 0) -> datetime:
    return timezone.now() - timedelta(days=days, hours=hours)


def _reload_entry(row: OpinionCase | Promise | Entry) -> Entry:
    return Entry.objects.select_related("body").get(pk=row.pk)


def create_opinion_cases(context: SampleContext) -> None:
    """Create the registers, then cases and promises in every state; the small city lacks the postponed promise."""
    staff = context.staff
    _create_register_rows(staff)
    toml = read_toml("opinion")
    for case in read_records(toml, "cases"):
        _create_case(staff, case)
    _open_column(staff, Website.objects.get(is_default=True))
    for one in read_objects(toml, "promises", _SamplePromise):
        if one.body in staff.bodies and not (context.small and one.report.get("act") == "moved"):
            _create_promise(staff, one)


def _create_register_rows(staff: SampleStaff) -> None:
    """Create a spokesperson, the responsibilities for fields, and a feed with two leads."""
    city, office = staff.bodies["shi"], staff.bodies["shiban"]
    person = Person.objects.get(pk=staff.actor(Role.LEAD, office).person_id or 0)
    with clock.travel_to(_get_time_ago(240)):
        actions.appoint_spokesperson(
            city, by=staff.chief, person=person, title="市政府办公室主任", phone="0799-8000000"
        )
        for row in read_rows("owners"):
            watched = WatchField.objects.get(name=row["领域"])
            key = next(key for key in row["责任单位"].split(",") if key in staff.bodies)
            actions.add_watched_field(
                city,
                by=staff.chief,
                name=watched.name,
                bodies=[staff.bodies[key]],
                words=watched.words,
                source="云岭府办发〔2026〕27号",
            )
        feed = actions.add_feed(
            office, by=staff.chief, name="本地论坛监测", address="https://feeds.yunling.example/local.xml"
        )
    with clock.travel_to(_get_time_ago(0, 3)):
        leads = [
            LeadFeedEntry("lead-1", "云岭论坛：城南公交线路调整没有提前告知", "多名市民称站牌没有贴通知。"),
            LeadFeedEntry("lead-2", "某楼盘周末看房活动", "开发企业的广告。"),
        ]
        actions.store_feed_entries(feed, by=SYSTEM, found=leads)


def _create_case(staff: SampleStaff, record: Record) -> None:
    """Create a case of `data/opinion.toml`, and run its steps, none later than now."""
    found, body = _get_time_ago(0, float(read_text(record, "found"))), staff.bodies[read_text(record, "body")]
    facts = CaseFacts(
        title=read_text(record, "title"),
        text=read_text(record, "text"),
        platform=read_text(record, "platform"),
        address=read_text(record, "address"),
        field=WatchField.objects.filter(name=read_text(record, "field")).first(),
        kind=read_text(record, "kind"),
        level=read_text(record, "level") or GravityLevel.GENERAL,
        occurred_at=_get_time_ago(0, float(read_text(record, "occurred"))) if "occurred" in record else None,
        found_at=found,
        body=body,
        why="谁主管谁负责",
    )
    with clock.travel_to(found):
        case: OpinionCase = actions.register_case(staff.bodies["shiban"], by=staff.chief, facts=facts)
    for step in read_records(record, "steps"):
        moment = min(found + timedelta(hours=float(read_text(step, "hours"))), timezone.now())
        with clock.travel_to(moment):
            _take_step(staff, _reload_entry(case), step)


def _take_step(staff: SampleStaff, entry: Entry, step: Record) -> None:
    """Run one step of a public opinion case, as its `act` says, by the person in charge of it."""
    body, today = entry.body, timezone.localdate()
    clerk, lead = staff.actor(Role.CLERK, body), staff.actor(Role.LEAD, body)
    facts = {key: value for key, value in step.items() if key not in {"hours", "act", "body", "bodies"}}
    match step["act"]:
        case "consult":
            actions.consult_units(
                entry, by=clerk, bodies=[staff.bodies[key] for key in read_texts(step, "bodies")], **facts
            )
        case "contribute":
            actions.submit_consulted_opinion(
                entry, by=staff.actor(Role.CLERK, staff.bodies[read_text(step, "body")]), **facts
            )
        case "judge":
            actions.judge_case(entry, by=lead, **{"kind": "interest", "level": "general", **facts})
        case "draft":
            actions.draft_response(entry, by=clerk, **facts)
            actions.submit_response(_reload_entry(entry), by=clerk)
        case "sign":
            sign_review(staff, Review.objects.filter(source__startswith="opinion_response/").latest("pk"), body)
        case "respond":
            usual = {
                "means": "interview",
                "channel": "云岭日报",
                "speaker": "副局长",
                "url": f"{NEWSPAPER_URL}{entry.pk}.html",
            }
            record = actions.record_response if entry.state == "judged" else actions.record_further_response
            record(entry, by=staff.actor(Role.LEAD, staff.bodies["shiban"]), at=timezone.now(), **(usual | facts))
        case "consult_further":
            actions.consult_further_units(entry, by=clerk, **facts)
        case "order_measure":
            actions.order_measure(entry, by=clerk, body=body, until=today + timedelta(days=20), **facts)
        case "talk":
            actions.record_accountability_talk(entry, by=staff.chief, body=body, sort="talk", on=today, **facts)
        case "evaluate":
            actions.evaluate_response(entry, by=lead, **facts)


def _open_column(staff: SampleStaff, website: Website) -> None:
    """Create the column 公开承诺 next to the column of responses, and open it."""
    path = [*RESPONSES_PATH[:-1], "公开承诺"]
    made_columns = columns.make_planned_columns(columns.plan_columns(website, [path]), by=staff.chief)
    column = Column.objects.get(pk=made_columns.columns[tuple(path)].pk)
    office = staff.bodies["shiban"]
    person = Person.objects.get(pk=staff.actor(Role.CLERK, office).person_id or 0)
    facts = {"owner": office, "person": person, "cycle_days": 92, "content": "公开承诺和兑现情况。"}
    publishing.change_column(column, by=staff.chief, **facts)
    publishing.open_column(Column.objects.get(pk=column.pk), by=get_second_person(staff))


@dataclass(frozen=True)
class _SamplePromise:
    """A promise of `data/opinion.toml`; `ago` and `left` are days since it was made and until it is due."""

    body: str
    title: str
    words: str
    ago: int
    left: int
    topic: str
    registered: bool = False  # it stays registered, unpublished
    report: Record = field(default_factory=dict)


def _create_promise(staff: SampleStaff, promised: _SamplePromise) -> None:
    """Register a promise, publish it (unless `registered`), and report it kept, broken or moved if the data say so."""
    body = staff.bodies[promised.body]
    clerk, today = staff.actor(Role.CLERK, body), timezone.localdate()
    with clock.travel_to(_get_time_ago(promised.ago - 1)):
        facts = PromiseFacts(
            title=promised.title,
            words=promised.words,
            occasion="市政府新闻发布会",
            promised_on=today - timedelta(days=promised.ago),
            until=today + timedelta(days=promised.left),
            promised_by=f"{body.label}局长",
            address=f"{NEWSPAPER_URL}promise-{promised.ago}.html",
            topic=PromiseTopic.objects.filter(name=promised.topic).first(),
        )
        promise: Promise = actions.register_promise(body, by=clerk, facts=facts)
    if promised.registered:
        return
    _publish_promise(staff, promise, _get_time_ago(promised.ago - 2))
    if not promised.report:
        return
    ago, text = read_number(promised.report, "ago"), read_text(promised.report, "text")
    with clock.travel_to(_get_time_ago(ago)):
        match promised.report["act"]:
            case "kept":
                on, proof = today - timedelta(days=75), f"{NEWSPAPER_URL}kindergartens.html"
                actions.report_promise_kept(_reload_entry(promise), by=clerk, text=text, on=on, url=proof)
            case "broken":
                actions.report_promise_broken(_reload_entry(promise), by=clerk, reason=text)
            case "moved":
                actions.propose_promise_date(
                    _reload_entry(promise), by=clerk, until=today + timedelta(days=55), reason=text
                )
    _publish_promise(staff, promise, _get_time_ago(ago - 1))


def _publish_promise(staff: SampleStaff, promise: Promise, when: datetime) -> None:
    """Submit a promise's statement for review at a moment, and have it signed."""
    body = promise.entry.body
    with clock.travel_to(when):
        actions.submit_statement(_reload_entry(promise), by=staff.actor(Role.CLERK, body))
        sign_review(staff, Review.objects.filter(source=promise.stream).latest("pk"), body)
