"""Sample data: interpretation plans, interpretations, press events and specialists."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.aspects import ASPECT_WORDS
from gongkai.content.interpretation.models import Interpretation, PolicyField, PressEvent
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.ops.demo.people import SampleStaff

#: Parts of titles of policy documents that are interpreted in the sample; the others state a reason.
INTERPRETED_TITLES = ("评审专家库", "政务服务管理局关于做好")
#: Word in a title → field in which its interpretation is counted.
FIELDS_BY_WORD = (
    ("就业", PolicyField.JOBS),
    ("免申即享", PolicyField.RELIEF),
    ("投资", PolicyField.APPROVAL),
    ("改造", PolicyField.INFRASTRUCTURE),
)
#: Interpretation of a document: heading → text.
INTERPRETATION_TEXT = {
    "出台背景": "不少群众反映原来的规定看不太懂，也不知道自己够不够条件。起草单位走访了三个县和十二个社区，把大家问得最多的问题写进了新文件。",
    "核心举措": "简单说就是三件事：能网上办的不跑腿，能合并的材料不重复交，办到哪一步随时可以查。",
    "适用对象": "在云岭市居住、经营的个人和单位都可以申请，不限户籍。",
    "执行标准": "各县、各街道按同一张清单办理，超过承诺时间的，由主管部门主动说明原因。",
    "新旧文件差异": "与原来相比，少交四份材料，办理时间缩短一半。",
}
JOBS_INTERPRETATION_TEXT = {
    "核心举措": "社会保险补贴最多能领3年；养老护理、电工、家政服务的免费技能培训，每月1日至10日报名。",
    "适用对象": "高校毕业生、就业困难人员都可以申请，不限户籍。",
    "执行标准": "带身份证、就业创业证，到政务服务大厅或者街道便民服务中心都能办，超过承诺时间的，由主管部门主动说明原因。",
}


def _write_explanation(page: ItemPage) -> str:
    """Return the five sections of an interpretation as HTML; those on employment have own texts."""
    texts_by_heading = INTERPRETATION_TEXT | (JOBS_INTERPRETATION_TEXT if "就业" in page.title else {})
    sections = zip("一二三四五", texts_by_heading.items(), strict=True)
    return "".join(f"<h2>{place}、{heading}</h2><p>{text}</p>" for place, (heading, text) in sections)


def prepare_interpretation(page: ItemPage, staff: SampleStaff, body: Body) -> None:
    """Create a policy item's approved plan, and its interpretation unless the plan exempts it; other kinds get none."""
    if page.kind not in POLICY_KINDS:
        return
    clerk, head = staff.actor(Role.CLERK, body), staff.actor(Role.LEAD, body)
    needed = any(interpreted_title in page.title for interpreted_title in INTERPRETED_TITLES)
    reason = "" if needed else "转发上级文件并提出落实要求，上级已作解读"
    plan = actions.save_plan(
        page, by=clerk, needed=needed, exempt_reason=reason, **(_make_plan_fields(page) if needed else {})
    )
    actions.approve_plan(plan, by=head)
    if not needed:
        return
    drafted = actions.draft_interpretation(ensure_document(page), by=clerk, body=_write_explanation(page))
    aspects = {key: {"text": "", "none": "本文件不涉及"} for key in ("keywords", "terms")}
    aspects |= {key: {"text": "见正文小标题", "none": ""} for key in ASPECT_WORDS if key not in aspects}
    actions.answer_aspects(drafted, by=clerk, aspects=aspects)


def _make_plan_fields(page: ItemPage) -> dict[str, object]:
    """Return the plan's fields: forms, field, outline, channels, and the phases before and after issue."""
    written = page.written_on or page.formed_on or timezone.localdate()
    return {
        "forms": ["text"],
        "field": next((field for word, field in FIELDS_BY_WORD if word in page.title), ""),
        "outline": "说明为什么出台、谁能享受、怎么办理、与原来有什么不同。",
        "channels": "政府网站、“云岭发布”公众号",
        "before_on": written - timedelta(days=20),
        "before_how": "公开征求意见时同步说明",
        "during_on": written + timedelta(days=180),
        "during_how": "根据执行情况和群众反映再次解读",
    }


def list_item_drafts(page: ItemPage) -> list[ItemPage]:
    """Return the draft pages of the interpretations of an item's document."""
    links = Interpretation.objects.filter(document__item_number=page.pk).values_list("item_id", flat=True)
    return list(ItemPage.objects.filter(pk__in=list(links)))


def create_press_registers(staff: SampleStaff) -> None:
    """Set targets of four events for four units, which have 4, 3, 2 and 1; add specialists, rules, plans and an order."""
    today = timezone.localdate()
    chief = staff.chief
    source = f"云岭府办发〔{today.year}〕27号"
    for place, key in enumerate(("jiaoyu", "caizheng", "weijian", "renshe")):
        body = staff.bodies.get(key)
        if body is None:
            continue
        clerk = staff.actor(Role.CLERK, body)
        actions.set_target(body, by=chief, year=today.year, least=4, led=2, source=source)
        assert clerk.person_id is not None
        person = Person.objects.get(pk=clerk.person_id)
        field = f"{body.label.removeprefix('市').removesuffix('局')}政策"
        actions.appoint_specialist(body, by=clerk, person=person, field=field, phone=person.phone)
        if place < 2:
            actions.add_specialist_rule(body, by=clerk, dated=today - timedelta(days=200), **_make_rule(body))
        events = _create_events(body, clerk, count=4 - place)
        _plan_events(body, clerk)
        _hand_over_results(body, clerk, events, received=place % 2 == 0)
    _order_interpretations(chief)


def _make_rule(body: Body) -> dict[str, str]:
    """Return the title and text of a unit's rule for its specialists."""
    text = (
        f"一、{body.label}按业务领域确定政策解读专员，报市政府办公室备案，变动的五日内更新。\n"
        "二、专员负责本领域政策的解读提纲、解读材料和政策咨询的答复口径，参加政策文件起草。\n"
        "三、收到政策咨询的，五个工作日内提出答复；需要会办的，负责协调。\n"
        "四、每年至少参加一次培训，答复质量纳入考核。"
    )
    return {"title": f"{body.label}政策解读专员制度", "text": text}


def _plan_events(body: Body, clerk: Actor) -> None:
    """Plan two press events, one until the end of this month and one until the end of this year."""
    today = timezone.localdate()
    month = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    for until, kind, topic in (
        (month, "talk", f"{body.label}热点问题线上答问"),
        (date(today.year, 12, 31), "conference", f"{body.label}年度工作发布会"),
    ):
        actions.plan_release(
            body, by=clerk, kind=kind, until=until, topic=topic, policy="年度惠民政策措施", rank="leader"
        )


def _hand_over_results(body: Body, clerk: Actor, events: list[PressEvent], *, received: bool) -> None:
    """Hand over the results of the first press event without an address; the unit receives them if `received`."""
    unseen = [press_event for press_event in events if not press_event.address]
    if not unseen:
        return
    entry = actions.hand_over(
        unseen[0],
        by=clerk,
        body=body,
        until=timezone.localdate() + timedelta(days=7),
        materials=["video", "transcript"],
        place="内网共享“新闻发布”文件夹",
        sender="宣传科",
    )
    if received:
        actions.receive_results(entry, by=clerk)


def _order_interpretations(chief: Actor) -> None:
    """Order a text and a video for the newest published document with an interpretation, if there is one."""
    newest = Interpretation.objects.exclude(document__published_at=None).order_by("-document__published_at").first()
    page = ItemPage.objects.filter(pk=newest.document.item_number).first() if newest else None
    if page:
        actions.order_forms(page, by=chief, forms=["text", "video"])


def _create_events(body: Body, clerk: Actor, *, count: int) -> list[PressEvent]:
    """Record this many press events of a unit, five weeks apart, and return them; the second has no address."""
    today, events = timezone.localdate(), []
    kinds = ("conference", "interview", "talk", "briefing")
    documents = list(Document.objects.filter(body=body, kind__in=POLICY_KINDS).exclude(published_at=None)[:1])
    for number in range(count):
        event = actions.record_event(
            body,
            by=clerk,
            kind=kinds[number % 4],
            on=today - timedelta(days=35 * number + 6),
            topic=f"{body.label}{('惠民政策', '年度重点工作', '群众关心的问题', '新办法')[number % 4]}",
            documents=documents,
            policy="" if documents else "年度惠民政策措施",
            speaker=clerk.name if number % 2 else "周明远",
            rank="spokesperson" if number % 2 else "leader",
            medium="云岭日报、云岭广播电视台",
            address="" if number == 1 else "https://www.yunling.gov.example/press",
        )
        events.append(event)
    return events
