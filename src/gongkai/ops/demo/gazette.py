"""Sample data for 政府公报: a published issue, a past one, and one in preparation."""

from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.sources import ensure_document
from gongkai.content.gazette import actions
from gongkai.content.gazette.models import Issue
from gongkai.content.gazette.queries import ENDED_STANDINGS, find_warnings, list_choosable_documents
from gongkai.content.publishing.actions import place, submit
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import sign_review

GAZETTE_NAME = "云岭市人民政府公报"
#: Texts that only the gazette prints: section, title, text.
GAZETTE_ONLY_TEXTS = (
    (
        "人事任免",
        "云岭市人民政府关于周明远等同志职务任免的通知",
        "市政府决定：周明远任云岭市人民政府办公室副主任，免去其云岭市教育局副局长职务。",
    ),
    (
        "大事记",
        "云岭市人民政府大事记",
        "3日，市政府召开常务会议，审议老旧小区改造年度计划。\n12日，全市营商环境大会召开。",
    ),
)
PAST_ISSUE_TITLES = ("关于进一步做好防汛抗旱工作的通知", "关于公布市级重点工程名单的通知", "关于规范停车收费的通知")


def create_gazettes(staff: SampleStaff) -> None:
    """Publish a past and the last issue, and leave one in preparation; nothing without an open column."""
    body = staff.bodies["shiban"]
    website = Website.objects.get(is_default=True)
    rows = Column.objects.filter(website=website, opened_at__isnull=False, archived_at=None).order_by("path")
    column = rows.filter(name__contains="公报").first() or rows.filter(kind="normal").first()
    if column is None:
        return
    _publish_past_issue(staff, body, column)
    _publish_issue(staff, body, column)
    _open_next_issue(staff, body)


def _publish_past_issue(staff: SampleStaff, body: Body, column: Column) -> None:
    """Enter an issue of two years ago with its articles, and publish it."""
    today = timezone.localdate()
    with clock.travel_to(clock.office_hour(today - timedelta(days=16), 10)):
        past = actions.open_issue(
            body,
            by=staff.chief,
            name=GAZETTE_NAME,
            year=today.year - 2,
            number=6,
            total=102,
            issued_on=today.replace(year=today.year - 2, month=6, day=28),
            past=True,
        )
        for number, title in enumerate(PAST_ISSUE_TITLES, 1):
            text = (
                "各区县人民政府，市政府各部门：\n现将有关事项通知如下。\n一、提高认识。\n二、落实责任。\n三、加强检查。"
            )
            facts = {
                "section": "市政府文件",
                "number": f"云府发〔{today.year - 2}〕{number + 20}号",
                "page": number * 4 - 3,
            }
            actions.add_article(past, by=staff.chief, title=title, text=text, **facts)
    _compose_and_sign(staff, body, past, column)


def _publish_issue(staff: SampleStaff, body: Body, column: Column) -> None:
    """Create the last issue from documents (in spite of warnings) and texts of its own, and publish it."""
    today = timezone.localdate()
    with clock.travel_to(clock.office_hour(today - timedelta(days=8), 10)):
        issue = actions.open_issue(
            body,
            by=staff.chief,
            name=GAZETTE_NAME,
            year=today.year,
            number=10,
            total=130,
            issued_on=today - timedelta(days=8),
            foreword="本期刊登近期公布的规章和规范性文件。",
        )
        actions.add_documents(issue, by=staff.chief, documents=_list_documents(issue), anyway=True)
        for section, title, text in GAZETTE_ONLY_TEXTS:
            actions.add_article(issue, by=staff.chief, section=section, title=title, text=text)
    _compose_and_sign(staff, body, issue, column)


def _open_next_issue(staff: SampleStaff, body: Body) -> None:
    """Open the next issue with up to two documents against which there are no warnings."""
    today = timezone.localdate()
    with clock.travel_to(clock.office_hour(today - timedelta(days=1), 10)):
        coming = actions.open_issue(
            body,
            by=staff.chief,
            name=GAZETTE_NAME,
            year=today.year,
            number=11,
            total=131,
            issued_on=today + timedelta(days=9),
        )
        offered = list(list_choosable_documents(coming)[:20])
        against = find_warnings(coming, offered)
        chosen = [shelf.document_id for shelf in offered if shelf.document_id not in against][:2]
        if chosen:
            actions.add_documents(coming, by=staff.chief, documents=chosen)


def _list_documents(issue: Issue) -> list[int]:
    """Return the ids of up to four policy documents in force of the issue's government, then of one that has ended."""
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, kind__in=POLICY_KINDS)
    rows = rows.filter(document__body__path__startswith=find_government(issue.body).path)
    numbers = set(rows.values_list("document", flat=True))
    documents = list(Document.objects.filter(pk__in=numbers).order_by("-published_at", "pk"))
    ended = [document.pk for document in documents if document.standing in ENDED_STANDINGS][:1]
    others = [document.pk for document in documents if document.standing not in ENDED_STANDINGS][:4]
    return [*others, *ended]


def _compose_and_sign(staff: SampleStaff, body: Body, issue: Issue, column: Column) -> None:
    """Compose an issue dated seven days ago, place it in a column, and have it signed."""
    clerk = staff.actor(Role.CLERK, body)
    with clock.travel_to(clock.office_hour(timezone.localdate() - timedelta(days=7), 20)):
        actions.compose_issue(issue, by=clerk)
        place(ensure_document(issue), by=clerk, columns=[column])
        sign_review(staff, submit(issue, by=clerk), body)
