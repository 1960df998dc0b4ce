"""Sample data for 关切回应: a column, one published response, one draft."""

import random
from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.policies import actions
from gongkai.content.policies.models import Asked, PolicyRecord, Use
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.models import Person, Role
from gongkai.lib import law
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.policies import QUESTIONED_TITLES
from gongkai.ops.demo.site import get_second_person, sign_review

RESPONSES_PATH = ["政府网站", "政务公开", "互动交流", "回应关切"]
#: Responses: title of the document, question, answer.
ANSWERED_CONCERNS = (
    (
        QUESTIONED_TITLES[0],
        "租房居住的随迁子女能不能就近入学",
        (
            "近期，不少家长在留言中询问，租房居住的随迁子女怎样入学。现作如下回应。",
            "持有本市居住证的，可以在居住地报名，与本地户籍适龄儿童使用同一报名平台，不需要另交证明材料。",
            "居住地学校学位不足的，由教育行政部门在相邻片区统筹安排，开学前十五日告知家长。",
        ),
    ),
    (QUESTIONED_TITLES[1], "免申即享的资金多久到账", ()),
)

#: Days of views and months of searches in the statistics of the library.
VIEW_DAYS, SEARCH_MONTHS = 180, 6
#: Searches: words, number in a month, true if the library has results.
SEARCH_TERMS = (
    ("加装电梯", 64, True),
    ("义务教育招生", 58, True),
    ("低保", 41, True),
    ("公租房", 37, True),
    ("停车收费", 29, True),
    ("购房补贴", 22, False),
    ("生育津贴", 17, False),
    ("以旧换新", 14, False),
)


def create_responses(staff: SampleStaff) -> None:
    """Open the column, draft a response for each concern whose document exists, and write counts of use."""
    _open_column(staff, Website.objects.get(is_default=True))
    with clock.travel_to(clock.office_hour(timezone.localdate() - timedelta(days=9), 33)):
        for title, concern, paragraphs in ANSWERED_CONCERNS:
            record = PolicyRecord.objects.select_related("body").filter(title=title).first()
            if record and record.document_id:
                _create_response(staff, record, concern, paragraphs)
    _create_usage_counts()


def _open_column(staff: SampleStaff, website: Website) -> None:
    """Create the column 回应关切 with its parents, and open those that are closed."""
    office = staff.bodies["shiban"]
    person = Person.objects.get(pk=staff.actor(Role.CLERK, office).person_id or 0)
    paths = [RESPONSES_PATH[:length] for length in range(2, len(RESPONSES_PATH) + 1)]
    made_columns = columns.make_planned_columns(columns.plan_columns(website, paths), by=staff.chief)
    for path in paths:
        column = Column.objects.get(pk=made_columns.columns[tuple(path)].pk)
        if not column.is_open:
            content = f"公开{column.name}的信息。"
            facts = {"owner": office, "person": person, "cycle_days": 31, "content": content}
            publishing.change_column(column, by=staff.chief, **facts)
            publishing.open_column(Column.objects.get(pk=column.pk), by=get_second_person(staff))


def _create_response(staff: SampleStaff, record: PolicyRecord, concern: str, paragraphs: tuple[str, ...]) -> None:
    """Draft a response to a concern about a document; publish it if it has paragraphs."""
    clerk = staff.actor(Role.CLERK, record.body)
    page: ItemPage = actions.draft_response(record, by=clerk, concern=concern)
    if paragraphs:
        publishing.save_revision(page, by=clerk, body="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
        sign_review(staff, publishing.submit(ItemPage.objects.get(pk=page.pk), by=clerk), record.body)


def _create_usage_counts() -> None:
    """Write counts of views (180 days) and searches (six months) of the policy library."""
    chance = random.Random(9)  # noqa: S311 - sample data
    today = timezone.localdate()
    numbers = list(PolicyRecord.objects.exclude(document=None).order_by("-pk").values_list("pk", flat=True))
    Use.objects.bulk_create(
        Use(record_id=number, day=today - timedelta(days=days_back), views=chance.randint(1, 4 + 40 // (place + 1)))
        for place, number in enumerate(numbers)
        for days_back in range(VIEW_DAYS)
        if chance.random() < 0.4
    )
    first_of_month = today.replace(day=1)
    rows = []
    for months_back in range(SEARCH_MONTHS):
        for text, times, was_found in SEARCH_TERMS:
            count = times + chance.randint(-9, 9)
            month = law.add_months(first_of_month, -months_back)
            rows.append(Asked(words=text, month=month, times=count, misses=0 if was_found else count))
    Asked.objects.bulk_create(rows)
