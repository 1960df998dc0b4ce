"""Sample data for the portal: a topic, a text in two versions, a subscription."""

from django.db.models import Q

from gongkai.content.editions.models import Column, ColumnKind, Document, Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import default_website, shelf_visible_to
from gongkai.content.publishing import actions, columns
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body, Person, Role
from gongkai.ops.demo import site
from gongkai.ops.demo.people import SampleStaff
from gongkai.ui.portal import actions as portal_actions
from gongkai.ui.portal.models import Scope

TOPIC, PART = "老旧小区改造", "改造进展"
TOPIC_INTRODUCTION = "老旧小区改造的政策、解读、办事问答和进展，集中在这里公开。"
#: Words in titles of texts about the topic.
HOUSING_WORDS = ("小区", "住宅", "物业", "电梯", "供水", "城市更新")
#: Texts written for the topic: kind, title, paragraphs.
TOPIC_TEXTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        ItemKind.GUIDE,
        "老旧小区改造怎样申请加装电梯",
        (
            "本单元业主表决同意后，由申请人向街道提交申请，街道在5个工作日内组织现场踏勘。",
            "补助标准为每台15万元，验收合格后一次拨付。",
        ),
    ),
    (
        ItemKind.GUIDE,
        "改造期间停水停电怎样通知居民",
        ("施工单位提前3天在楼道和小区公示栏张贴通知，同时在本网站公布。", "每次停水停电不超过8小时。"),
    ),
    (
        ItemKind.NOTICE,
        "本年度老旧小区改造项目清单公示",
        (
            "本年度计划改造老旧小区36个，涉及居民8412户，现予公示。",
            "公示期内可以向市住房和城乡建设局提出意见。",
        ),
    ),
    (
        ItemKind.NEWS,
        "云岭市首批老旧小区改造项目完工",
        ("首批12个小区的管网、道路和照明改造已经完工，居民代表参加了验收。",),
    ),
)
REVISED_SENTENCE = "补助标准为每台20万元，验收合格后分两次拨付；已按原标准领取的，补足差额。"


def create_portal_topic(staff: SampleStaff, *, small: bool = False) -> None:
    """Create a topic with its texts, of which one is revised, and a subscription; nothing without the bureau."""
    website, body = default_website(), staff.bodies.get("zhujian")
    if website is None or body is None:
        return
    topic, topic_part = open_topic(staff, website, body, TOPIC, TOPIC_INTRODUCTION, PART)
    items = [
        site.publish_new_item(
            staff,
            body,
            [topic_part if kind == ItemKind.NEWS else topic],
            title,
            "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
            kind=kind,
            subject="城乡建设",
        )
        for kind, title, paragraphs in (TOPIC_TEXTS[:1] + TOPIC_TEXTS[-1:] if small else TOPIC_TEXTS)
    ]
    _place_policies(staff, website, topic)
    _publish_second_version(staff, body, items[0])
    subscription = portal_actions.subscribe(
        website, by=ANONYMOUS, email="duzhe@example.cn", scope=Scope.COLUMN, value=str(topic.pk)
    )
    if subscription:
        portal_actions.confirm_subscription(subscription, by=ANONYMOUS)


def open_topic(
    staff: SampleStaff, website: Website, body: Body, topic: str, about: str, part: str
) -> tuple[Column, Column]:
    """Create a topic and its column `part` below 专题专栏, and open all three; return (topic, `part`)."""
    root = ["政府网站", "专题专栏"]
    paths = [root, [*root, topic], [*root, topic, part]]
    made_columns = columns.make_planned_columns(columns.plan_columns(website, paths), by=staff.chief)
    number = staff.actor(Role.CLERK, body).person_id
    assert number is not None
    person = Person.objects.get(pk=number)
    facts = {"owner": body, "person": person, "cycle_days": 31}
    for path in paths:
        column = Column.objects.get(pk=made_columns.columns[tuple(path)].pk)
        topical = path[-1] == topic
        content = about if topical else f"公开{path[-1]}的信息。"
        kind = ColumnKind.TOPIC if topical else column.kind
        actions.change_column(column, by=staff.chief, content=content, kind=kind, **facts)
        if not column.is_open:
            actions.open_column(Column.objects.get(pk=column.pk), by=site.get_second_person(staff))
    found = [Column.objects.get(pk=made_columns.columns[tuple(path)].pk) for path in paths]
    return found[1], found[2]


def _publish_second_version(staff: SampleStaff, body: Body, page: ItemPage) -> None:
    """Publish a second version of a text, which can be compared with the first."""
    clerk = staff.actor(Role.CLERK, body)
    kept = TOPIC_TEXTS[0][2][0]
    actions.save_revision(page, by=clerk, imported_html=f"<p>{kept}</p><p>{REVISED_SENTENCE}</p>")
    site.sign_review(staff, actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk), body)


def _place_policies(staff: SampleStaff, website: Website, topic: Column) -> None:
    """Place up to three published housing texts of each kind (policies, interpretations) in the topic."""
    about = Q()
    for word in HOUSING_WORDS:
        about |= Q(title__contains=word)
    for kind in (ItemKind.POLICY, ItemKind.NORMATIVE, ItemKind.INTERPRETATION):
        rows = shelf_visible_to(ANONYMOUS).filter(website=website, column=None, kind=kind).filter(about)
        for number in rows.order_by("-published_at").values_list("document", flat=True)[:3]:
            document = Document.objects.select_related("body").get(pk=number)
            if (Role.CLERK, document.body_id) in staff.actors:
                actions.place(document, by=staff.actor(Role.CLERK, document.body), columns=[topic])
