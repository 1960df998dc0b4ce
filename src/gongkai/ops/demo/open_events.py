"""Sample data for 政府开放日 and 会议开放, and for online surveys (网上调研)."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import place, submit
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.intake.actions import issue_code
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.typed_json import Record, read_number, read_record, read_records, read_text
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.decisions import find_decisions_column
from gongkai.ops.demo.people import SampleStaff, read_toml
from gongkai.ops.demo.site import sign_review
from gongkai.work.participation import actions
from gongkai.work.participation.models import Announcement, Opening, Survey


def create_surveys(staff: SampleStaff) -> None:
    """Create the surveys of `data/surveys.toml` with replies and findings; nothing without a column."""
    body, column = staff.bodies["jiaoyu"], find_decisions_column()
    if column is None:
        return
    toml = read_toml("surveys")
    for record in read_records(toml, "surveys"):
        survey = _create_survey(staff, body, column, record)
        _submit_replies(survey, read_records(record, "replies"), _read_relative_day(record, "replied"))
        if "found" in record:
            _publish_findings(
                staff, body, column, survey, _read_relative_day(record, "found"), read_record(toml, "findings")
            )


def _read_relative_day(record: Record, name: str) -> date:
    return timezone.localdate() + timedelta(days=read_number(record, name))


def _create_survey(staff: SampleStaff, body: Body, column: Column, record: Record) -> Survey:
    """Create a questionnaire, and have its announcement published on its first day."""
    clerk = staff.actor(Role.CLERK, body)
    ends = _read_relative_day(record, "end")
    with clock.travel_to(clock.office_hour(_read_relative_day(record, "begin"), 15)):
        survey: Survey = actions.register_survey(
            body, by=clerk, title=read_text(record, "title"), policy=read_text(record, "policy")
        )
        for facts in read_records(record, "questions"):
            actions.add_question(survey, by=clerk, **{"options": "", "most": 0, **facts})
        announcement = actions.announce_survey(survey, by=clerk)
        intro = "为了解政策执行效果，改进工作，现开展网上调研，请您参加。"
        actions.write_announcement(announcement, by=clerk, terms={"intro": intro, "ends_on": ends.isoformat()})
        _publish_announcement(staff, body, announcement, column, clerk)
    return Survey.objects.get(pk=survey.pk)


def _publish_findings(
    staff: SampleStaff, body: Body, column: Column, survey: Survey, day: date, findings: Record
) -> None:
    """Publish the findings of a survey on a day."""
    clerk = staff.actor(Role.CLERK, body)
    with clock.travel_to(clock.office_hour(day, 20)):
        announcement = actions.draft_findings(Survey.objects.get(pk=survey.pk), by=clerk)
        actions.write_announcement(announcement, by=clerk, terms=findings)
        _publish_announcement(staff, body, announcement, column, clerk)


def _publish_announcement(staff: SampleStaff, body: Body, text: Announcement, column: Column, clerk: Actor) -> None:
    """Place an announcement in a column, submit it and have it signed."""
    place(ensure_document(text), by=clerk, columns=[column])
    sign_review(staff, submit(text, by=clerk), body)


def _submit_replies(survey: Survey, replies: list[dict[str, object]], day: date) -> None:
    """Submit anonymous replies on a day, 20 minutes apart, each with its query code."""
    question_numbers = [question["number"] for question in survey.asked]
    for minutes, reply in enumerate(replies):
        with clock.travel_to(clock.office_hour(day, minutes * 20)):
            picked = {
                question_numbers[int(place_) - 1]: options for place_, options in read_record(reply, "chosen").items()
            }
            written = {question_numbers[-1]: read_text(reply, "words")} if "words" in reply else {}
            filed_reply = actions.reply_survey(survey, by=ANONYMOUS, chosen=picked, words=written)
            issue_code(None, by=ANONYMOUS, matter=filed_reply.matter, second="")


#: Sample openings: unit, kind, days from today, place, theme, audience, visitors, account.
SAMPLE_OPEN_EVENTS = (
    (
        "jiaoyu",
        "open_day",
        -75,
        "云岭市第三小学",
        "走进课后服务：教育局开放日",
        "学生家长、社区代表",
        46,
        "参观课后服务课堂和食堂，座谈收到建议9条，已转有关科室办理。",
    ),
    (
        "shiban",
        "meeting",
        -40,
        "市政府一号会议室",
        "市政府常务会议：老旧小区改造年度计划",
        "利益相关方、专家、媒体",
        6,
        "列席代表发言3人次，意见1条被采纳。",
    ),
    ("caizheng", "open_day", -12, "市财政局办事大厅", "预算看得懂：财政开放日", "市民代表", None, ""),
)
OPEN_DAY_PROGRAMME = "09:00 签到；09:20 参观课后服务课堂；10:00 参观食堂；10:30 座谈答疑。"


def create_open_events(staff: SampleStaff) -> None:
    """Register the sample open days and meetings, attach the first one's programme, and announce a future one."""
    today = timezone.localdate()
    rows = [_register_open_event(staff, today, *row) for row in SAMPLE_OPEN_EVENTS]
    paper = NamedStoredFile("开放日活动方案.txt", store(OPEN_DAY_PROGRAMME.encode(), "开放日活动方案.txt"))
    clerk = staff.actor(Role.CLERK, staff.bodies["jiaoyu"])
    actions.attach_open_event_papers(rows[0], by=clerk, what="agenda", files=[paper])
    _announce_open_day(staff, today)


def _register_open_event(
    staff: SampleStaff,
    today: date,
    key: str,
    kind: str,
    ahead: int,
    place: str,
    theme: str,
    invited: str,
    guests: int | None,
    account: str,
) -> Opening:
    """Register an event of a unit, `ahead` days from today (negative: past), not before this year."""
    body = staff.bodies[key]
    opening: Opening = actions.register_open_event(
        body,
        by=staff.actor(Role.CLERK, body),
        on=max(today + timedelta(days=ahead), date(today.year, 1, 1)),
        kind=kind,
        place=place,
        theme=theme,
        invited=invited,
        guests=guests,
        account=account,
        address="",
    )
    return opening


def _announce_open_day(staff: SampleStaff, today: date) -> None:
    """Register an open day in 20 days, and publish its announcement if there is a column."""
    body, column = staff.bodies["jiaoyu"], find_decisions_column()
    clerk = staff.actor(Role.CLERK, body)
    theme, whom = "职业学校实训基地开放日", "初三学生和家长、企业代表"
    opening = _register_open_event(staff, today, "jiaoyu", "open_day", 20, "云岭市职业技术学校", theme, whom, None, "")
    if column is None:
        return
    with clock.travel_to(clock.office_hour(today - timedelta(days=3), 30)):
        item = actions.announce_open_event(opening, by=clerk)
        place(ensure_document(item), by=clerk, columns=[column])
        site.sign_review(staff, submit(item, by=clerk), body)
