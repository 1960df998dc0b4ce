"""Sample data for 决策预公开: a catalogue, and decisions at each stage."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import place, submit
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import sign_review
from gongkai.work.participation import actions
from gongkai.work.participation.models import Announcement, Catalogue, Consultation, Decision
from gongkai.work.participation.publication_followers import open_feedback_entries

#: Decisions of the catalogue: title, basis, timetable, ways, days until the planned day.
CATALOGUE_DECISIONS = (
    (
        "云岭市普惠性幼儿园管理办法",
        "学前教育法；云岭市国民经济和社会发展规划",
        "{now}月征求意见，{later}月提请审议",
        ["comment", "meeting"],
        30,
    ),
    ("云岭市中小学课后服务收费标准", "云岭市教育收费管理规定", "7月征求意见，10月提请审议", ["comment", "hearing"], 20),
    (
        "云岭市“十五五”教育专项规划",
        "云岭市国民经济和社会发展第十五个五年规划纲要",
        "上半年征求意见，9月公布",
        ["comment", "survey"],
        -40,
    ),
    ("云岭市校外供餐单位招标办法", "食品安全法实施条例", "{later}月征求意见", ["comment"], 40),
)
CONSULTATION_TERMS = {
    "ways": "在本页点“我要提意见”提交；信函寄云岭市教育局政策法规科，信封注明“征求意见”。",
    "explanation": "<p>一、起草的必要性。现行规定施行多年，家长和学校反映的问题较多。</p><p>二、主要内容。明确适用范围、标准、程序和监督。</p>",
    "intro": "为增强决策的科学性和民主性，现将草案及起草说明公布，征求社会各界意见。",
    "short": "",
}
DRAFT_TEXT = (
    "<p>第一条　为了规范{about}，保护群众合法权益，根据有关法律法规，结合本市实际，制定本办法。</p>"
    "<p>第二条　本市行政区域内的有关活动，适用本办法。</p>"
    "<p>第三条　收费标准按照成本合理分担的原则确定，每年公示一次。</p>"
    "<p>第四条　本办法自2027年1月1日起施行。</p>"
)
#: Comments on the first and second draft; some make the same point in other words.
PUBLIC_COMMENTS = (
    "建议第三条写明收费标准由谁核定，怎样听取家长意见。",
    "建议在第三条写明收费标准由谁核定、怎样听取家长意见，并在学校门口公示。",
    "希望普惠园的名额按片区公布，报名在网上进行，不要再排队。",
    "办法的施行日期能不能提前到秋季学期，让今年入园的孩子也享受。",
)


def create_decisions(staff: SampleStaff) -> None:
    """Publish the catalogue, and create decisions that are open, late, completed and postponed; nothing without a column."""
    body = staff.bodies["jiaoyu"]
    column = find_decisions_column()
    if column is None:
        return
    today = timezone.localdate()
    catalogue, decisions = _create_catalogue(staff, body, column, today)
    _publish_open_draft(staff, body, decisions[0], column, today)
    _create_late_feedback(staff, body, decisions[1], column, today)
    _create_completed_decision(staff, body, decisions[2], column, today)
    with clock.travel_to(clock.office_hour(today - timedelta(days=20), 30)):
        clerk, planned = staff.actor(Role.CLERK, body), decisions[3].planned_on + timedelta(days=60)
        why = "上位规定正在修改，需要衔接"
        actions.alter_decision(decisions[3].entry, by=clerk, planned_on=planned, reason=why)
    assert catalogue.changes.count() == 1


def find_decisions_column() -> Column | None:
    """Return an open column of the city with 决策 in its name, else the first ordinary one, or None."""
    website = Website.objects.get(is_default=True)
    rows = Column.objects.filter(website=website, opened_at__isnull=False, archived_at=None).order_by("path")
    return rows.filter(name__contains="决策").first() or rows.filter(kind="normal").first()


def _create_catalogue(staff: SampleStaff, body: Body, column: Column, today: date) -> tuple[Catalogue, list[Decision]]:
    """Create this year's catalogue of major decisions, with consent, and publish it; return (catalogue, its decisions)."""
    month_before, month_after = ((today + timedelta(days=days)).month for days in (-10, 60))
    with clock.travel_to(clock.office_hour(today - timedelta(days=200), 20)):
        catalogue: Catalogue = actions.open_catalogue(body, by=staff.chief, year=today.year)
        actions.record_committee_consent(catalogue, by=staff.chief, consent="中共云岭市教育局党组第5次会议研究同意")
        decisions = [
            actions.add_decision_to_catalogue(
                catalogue,
                by=staff.chief,
                title=title,
                body=body,
                basis=basis,
                timetable=timetable.format(now=month_before, later=month_after),
                ways=ways,
                planned_on=today + timedelta(days=ahead),
            )
            for title, basis, timetable, ways, ahead in CATALOGUE_DECISIONS
        ]
    _publish_announcement(
        staff, body, catalogue, "catalogue", column, _make_past_office_hour(today - timedelta(days=195), 30)
    )
    return Catalogue.objects.get(pk=catalogue.pk), decisions


def _make_past_office_hour(day: date, minutes: int) -> datetime:
    return min(clock.office_hour(day, minutes), timezone.now() - timedelta(minutes=5))


def _publish_announcement(
    staff: SampleStaff,
    body: Body,
    owner: Decision | Catalogue,
    kind: str,
    column: Column,
    moment: datetime,
    *,
    about: Announcement | None = None,
    **terms: object,
) -> Announcement:
    """Write an announcement in the past, place it in the column, and have it signed and published."""
    clerk = staff.actor(Role.CLERK, body)
    with clock.travel_to(moment):
        announcement: Announcement = actions.start_announcement(owner, by=clerk, what=kind, about=about)
        actions.write_announcement(announcement, by=clerk, terms=terms)
        place(ensure_document(announcement), by=clerk, columns=[column])
        sign_review(staff, submit(announcement, by=clerk), body)
    return announcement


def _register_comment(period: Consultation, text: str, moment: datetime, sender: tuple[str, ...] = ()) -> None:
    """Register a public comment on a draft with its query code, and the name and telephone (`sender`) if given."""
    with clock.travel_to(moment):
        comment = actions.register_comment(Consultation.objects.get(pk=period.pk), by=ANONYMOUS, text=text)
        particulars = SenderParticulars(name=sender[0], phone=sender[1]) if sender else None
        if particulars:
            register_party(None, by=ANONYMOUS, matter=comment.matter, particulars=particulars)
        issue_code(None, by=ANONYMOUS, matter=comment.matter, second=particulars.last_four if particulars else "")


def _announce_draft(
    staff: SampleStaff, body: Body, decision: Decision, column: Column, day: date, ends: date
) -> Consultation:
    """Publish the draft of a decision for comments until `ends`."""
    draft = DRAFT_TEXT.format(about=decision.entry.title.removeprefix("云岭市").removesuffix("管理办法"))
    terms = {**CONSULTATION_TERMS, "draft": draft, "ends_on": ends.isoformat()}
    announced = _publish_announcement(
        staff, body, decision, "draft", column, _make_past_office_hour(day, 25), about=None, **terms
    )
    return Consultation.objects.get(pk=announced.pk)


def _find_published_plan(body: Body) -> Document | None:
    """Return the bureau's published plan with the title of the completed decision, or None."""
    rows = Document.objects.filter(body=body, published_at__isnull=False, kind="plan")
    titles = map_document_titles(rows)
    return next((row for row in rows if titles[row.pk] == CATALOGUE_DECISIONS[2][0]), None)


def _publish_open_draft(staff: SampleStaff, body: Body, decision: Decision, column: Column, today: date) -> None:
    """Publish a draft that is open for comment, with comments."""
    period = _announce_draft(staff, body, decision, column, today - timedelta(days=12), today + timedelta(days=20))
    for place_, text in enumerate(PUBLIC_COMMENTS):
        who = ("秦女士", "13800138041") if place_ == 2 else ()
        _register_comment(period, text, _make_past_office_hour(today - timedelta(days=9 - place_), 40), who)


def _create_late_feedback(staff: SampleStaff, body: Body, decision: Decision, column: Column, today: date) -> None:
    """Publish a draft with one comment, whose feedback is overdue."""
    period = _announce_draft(staff, body, decision, column, today - timedelta(days=85), today - timedelta(days=50))
    _register_comment(period, PUBLIC_COMMENTS[0], _make_past_office_hour(today - timedelta(days=70), 15))
    with clock.travel_to(_make_past_office_hour(today - timedelta(days=49), 5)):
        open_feedback_entries()


def _create_completed_decision(staff: SampleStaff, body: Body, decision: Decision, column: Column, today: date) -> None:
    """Take a decision through draft, feedback, examinations, submission, meeting and result; link its document."""
    period = _announce_draft(staff, body, decision, column, today - timedelta(days=180), today - timedelta(days=140))
    for text in PUBLIC_COMMENTS[:3]:
        _register_comment(period, text, _make_past_office_hour(today - timedelta(days=160), 10))
    clerk, head = staff.actor(Role.CLERK, body), staff.actor(Role.LEAD, body)
    with clock.travel_to(_make_past_office_hour(today - timedelta(days=136), 10)):
        actions.group_comments(period, by=clerk)
        numbers = list(period.comments.order_by("number").values_list("pk", flat=True))
        points = (
            ("写明收费标准由谁核定、怎样听取家长意见。", numbers[:2], "adopted", "已写入第三条。"),
            ("学位按片区公布、网上报名。", numbers[2:], "partly", "按片区公布已写入；报名办法由县区另行规定。"),
        )
        for gist, some, outcome, reason in points:
            point = actions.add_point(period, by=clerk, gist=gist)
            actions.assign_comments_to_point(period, by=clerk, comments=some, point=point)
            actions.answer_point(point, by=clerk, outcome=outcome, reason=reason)
    _publish_announcement(
        staff,
        body,
        decision,
        "adoption",
        column,
        _make_past_office_hour(today - timedelta(days=125), 20),
        about=period.announcement,
        intro="感谢社会各界的参与。",
    )
    with clock.travel_to(_make_past_office_hour(today - timedelta(days=120), 20)):
        for kind, organ in (("experts", "市教育局"), ("risk", "市教育局"), ("legality", "市司法局")):
            step = {"what": kind, "organ": organ, "on": timezone.localdate(), "result": "passed"}
            actions.record_examination(Entry.objects.get(pk=decision.pk), by=SYSTEM, **step)
        opinion = "经审查，草案符合法定权限和程序，内容合法。"
        paper = NamedStoredFile("合法性审查意见书.txt", store(opinion.encode(), "意见书.txt"))
        add_evidence(Entry.objects.get(pk=decision.pk), by=clerk, file=paper)
    with clock.travel_to(_make_past_office_hour(today - timedelta(days=118), 20)):
        actions.submit_draft_decision(Entry.objects.get(pk=decision.pk), by=head, pack=["draft"])
    with clock.travel_to(_make_past_office_hour(today - timedelta(days=112), 20)):
        meeting = "市政府第18次常务会议"
        actions.record_meeting_decision(
            Entry.objects.get(pk=decision.pk), by=SYSTEM, on=timezone.localdate(), meeting=meeting
        )
    _publish_announcement(
        staff,
        body,
        decision,
        "result",
        column,
        _make_past_office_hour(today - timedelta(days=95), 20),
        text=f"<p>《{decision.entry.title}》经市政府第18次常务会议审议通过，现予公布。</p>",
    )
    became = _find_published_plan(body)
    if became:
        actions.link_policy_document(Entry.objects.get(pk=decision.pk), by=SYSTEM, document=became)
