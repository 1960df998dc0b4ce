"""舆情和承诺 in the sample city: a case run to its evaluation, a grave one, one closed late, one late, one waiting; promises in every state."""

from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns
from gongkai.content.reviewing.models import Review
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Person, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.cast import Cast, read_rows
from gongkai.ops.demo.registry import Stage
from gongkai.ops.demo.responses import PATH
from gongkai.ops.demo.site import opener, sign
from gongkai.work.opinion import actions
from gongkai.work.opinion.actions import Found
from gongkai.work.opinion.facts import CaseFacts, PromiseFacts
from gongkai.work.opinion.models import OpinionCase, Promise, PromiseTopic, WatchField

PAPER = "https://news.yunling.example/2026/"
#: Key, title, words, days since it was promised, days until it is due, topic, what became of it.
PROMISES: tuple[tuple[str, str, str, int, int, str, str], ...] = (
    (
        "jiaoyu",
        "新增公办幼儿园学位1000个",
        "今年新建、改扩建公办幼儿园4所，秋季学期新增学位1000个。",
        200,
        20,
        "教育",
        "kept",
    ),
    (
        "jiaoyu",
        "全部中小学体育场地周末向市民开放",
        "年内市属中小学体育场地周末全部向市民开放。",
        160,
        -12,
        "教育",
        "broken",
    ),
    (
        "zhujian",
        "完成城南8个小区老旧供水管网更换",
        "10月底前完成城南8个小区老旧供水管网更换，解决水黄、水压低的问题。",
        120,
        -14,
        "住房",
        "running",
    ),
    (
        "minzheng",
        "新建社区老年食堂12个",
        "年底前在主城区新建社区老年食堂12个。",
        60,
        25,
        "社会保障",
        "moved",
    ),
    (
        "jiaoyu",
        "课后服务收费标准逐校公示",
        "一个月内逐校公示课后服务收费标准，并在局网站集中公开。",
        3,
        27,
        "教育",
        "registered",
    ),
)


def _ago(days: float, hours: float = 0) -> datetime:
    return timezone.now() - timedelta(days=days, hours=hours)


def _fresh(row: OpinionCase | Promise) -> Entry:
    return Entry.objects.select_related("body").get(pk=row.pk)


def show(stage: Stage) -> None:
    """Name speakers and owners, then let cases and promises run."""
    cast = stage.cast
    _registers(cast)
    _evaluated(cast)
    _closed_late(cast)
    _grave(cast)
    _late(cast)
    _waiting(cast)
    _column(cast, Website.objects.get(is_default=True))
    topics = {promise_topic.name: promise_topic for promise_topic in PromiseTopic.objects.all()}
    for key, title, words, ago, left, topic, fate in PROMISES:
        if stage.small and fate == "moved":
            continue
        body = cast.bodies.get(key)
        if body is not None:
            _promise(cast, body, topics.get(topic), (title, words, ago, left), fate)


def _registers(cast: Cast) -> None:
    """The city's spokesperson, who answers for which field, a feed with two leads."""
    city, office = cast.bodies["shi"], cast.bodies["shiban"]
    person = Person.objects.get(pk=cast.actor(Role.LEAD, office).person_id or 0)
    with clock.at(_ago(240)):
        actions.appoint_spokesperson(city, by=cast.chief, person=person, title="市政府办公室主任", phone="0799-8000000")
        for row in read_rows("owners"):
            field = WatchField.objects.get(name=row["领域"])
            key = next(key for key in row["责任单位"].split(",") if key in cast.bodies)
            actions.set_field(
                city,
                by=cast.chief,
                name=field.name,
                bodies=[cast.bodies[key]],
                words=field.words,
                source="云岭府办发〔2026〕27号",
            )
        feed = actions.add_feed(
            office, by=cast.chief, name="本地论坛监测", address="https://feeds.yunling.example/local.xml"
        )
    with clock.at(_ago(0, 3)):
        leads = [
            Found("lead-1", "云岭论坛：城南公交线路调整没有提前告知", "多名市民称站牌没有贴通知。"),
            Found("lead-2", "某楼盘周末看房活动", "开发企业的广告。"),
        ]
        actions.take_in(feed, by=SYSTEM, found=leads)


class Seen(TypedDict):
    """What somebody said of a unit, and where."""

    title: str
    text: str
    platform: str
    address: NotRequired[str]
    field: NotRequired[WatchField]
    kind: NotRequired[str]
    level: NotRequired[str]
    occurred_at: NotRequired[datetime]


def _found(cast: Cast, key: str, when: datetime, **facts: Unpack[Seen]) -> OpinionCase:
    """Collect a case at a moment, by the 政务公开 office, for a unit."""
    with clock.at(when):
        made: OpinionCase = actions.collect(
            cast.bodies["shiban"],
            by=cast.chief,
            facts=CaseFacts(found_at=when, body=cast.bodies[key], why="谁主管谁负责", **facts),
        )
    return made


def _judged(cast: Cast, made: OpinionCase, when: datetime, *, kind: str = "interest", held: str, words: str) -> None:
    body = made.entry.body
    with clock.at(when):
        actions.consult(_fresh(made), by=cast.actor(Role.CLERK, body), held=held)
    with clock.at(when + timedelta(hours=1)):
        lead = cast.actor(Role.LEAD, body)
        actions.judge(_fresh(made), by=lead, kind=kind, level="general", words=words)


def _spoken(cast: Cast, made: OpinionCase, when: datetime, **facts: object) -> None:
    said = {"means": "interview", "channel": "云岭日报", "speaker": "副局长", "url": f"{PAPER}{made.pk}.html"}
    with clock.at(when):
        speaker = cast.actor(Role.LEAD, cast.bodies["shiban"])
        entry = _fresh(made)
        record = actions.record_response if entry.state == "judged" else actions.record_further
        record(entry, by=speaker, at=when, **(said | facts))


def _evaluated(cast: Cast) -> None:
    """Found, consulted with another unit, judged, answered on the website and by an interview, evaluated."""
    education, other = cast.bodies["jiaoyu"], cast.bodies["weijian"]
    clerk, lead = cast.actor(Role.CLERK, education), cast.actor(Role.LEAD, education)
    begun = _ago(21)
    made = _found(
        cast,
        "jiaoyu",
        begun,
        title="网传城南小学食堂使用变质食材",
        text="家长群流传食堂食材照片，称发霉土豆被端上餐桌，短视频转发三千余次，家长要求公布检测结果。",
        platform="短视频平台",
        address="https://video.yunling.example/88123",
        field=WatchField.objects.get(name="教育"),
    )
    with clock.at(begun + timedelta(hours=2)):
        actions.consult(_fresh(made), by=clerk, bodies=[other], asked="食材抽检结果和有无学生就诊情况")
    with clock.at(begun + timedelta(hours=6)):
        actions.contribute(
            _fresh(made),
            by=cast.actor(Role.CLERK, other),
            text="当日留样抽检合格，未接到学生就诊报告。照片中的土豆为退货批次，未进入加工。",
        )
    with clock.at(begun + timedelta(hours=8)):
        actions.judge(
            _fresh(made),
            by=lead,
            kind="interest",
            level="general",
            words="涉及学生饮食安全，关注度高；事实已查清，由市教育局公布抽检结果和退货记录，邀请家长代表进后厨。",
        )
    with clock.at(begun + timedelta(hours=20)):
        text = (
            "经核实，网传照片中的土豆为供应商11月初送达后被学校验收退回的批次，没有进入加工环节。\n"
            "市卫生健康部门对当日留样和在库食材进行抽检，结果全部合格，没有学生因此就诊。\n"
            "我局已约谈供应商，自本周起各校食堂每日在公示栏公布食材来源，家长代表每周可以进入后厨查看。"
        )
        title = "关于城南小学食堂食材情况的回应"
        actions.draft_response(_fresh(made), by=clerk, title=title, text=text, speaker="云岭市教育局")
        actions.submit_response(_fresh(made), by=clerk)
    with clock.at(begun + timedelta(hours=26)):
        sign(cast, Review.objects.filter(source__startswith="opinion_response/").latest("pk"), education)
    with clock.at(begun + timedelta(days=5)):
        actions.evaluate(
            _fresh(made),
            by=lead,
            effect="settled",
            evaluation="回应发布后转发量明显下降，评论由质疑转为建议公开食材来源，家长代表两次进入后厨并发布见闻。",
            lessons="发现和会商用时较短；今后食材退货应当场留存照片并在家长群说明，避免只言片语被误解。",
        )


def _closed_late(cast: Cast) -> None:
    """Answered after 48 hours: closed late, however good the answer."""
    begun = _ago(33)
    made = _found(
        cast,
        "zhujian",
        begun,
        title="网传公租房选房顺序不透明",
        text="有申请人发帖称选房顺序号被调整，没有公示。",
        platform="论坛贴吧",
    )
    held = "与保障中心核对摇号录像和顺序号，未发现调整。"
    words = "属于误解，公布摇号过程和结果查询方式。"
    _judged(cast, made, begun + timedelta(hours=40), kind="misread", held=held, words=words)
    _spoken(
        cast,
        made,
        begun + timedelta(hours=62),
        text="摇号全程录像，顺序号可以在局网站按申请编号查询，没有调整。",
    )
    with clock.at(begun + timedelta(days=6)):
        actions.evaluate(
            _fresh(made),
            by=cast.actor(Role.LEAD, cast.bodies["zhujian"]),
            effect="eased",
            evaluation="解释清楚后质疑减少，但前两天没有声音，帖子已被多家转载。",
            lessons="周末没有人看监测信息，会商晚了一天半；已安排周末值守。",
        )


def _grave(cast: Cast) -> None:
    """A grave emergency: authoritative information within five hours, a press conference within a day; it waits for its evaluation."""
    happened = _ago(12)
    made = _found(
        cast,
        "zhujian",
        happened + timedelta(minutes=30),
        title="城东在建工地塔吊倒塌",
        text="现场视频在多个平台传播，有2人受伤送医。",
        platform="微博",
        kind="emergency",
        level="major",
        occurred_at=happened,
    )
    with clock.at(happened + timedelta(hours=1)):
        lead = cast.actor(Role.LEAD, cast.bodies["zhujian"])
        actions.judge(
            _fresh(made),
            by=lead,
            kind="emergency",
            level="major",
            words="重大突发事件，边处置边会商，先发布伤亡和救治情况。",
        )
    said = {"means": "account", "channel": "云岭发布", "speaker": "市政府新闻办公室"}
    text = "今日下午城东一在建工地塔吊倒塌，2人受伤，已送医救治，无生命危险，现场已封闭，事故原因正在调查。"
    _spoken(cast, made, happened + timedelta(hours=3), text=text, **said)
    said = {"means": "conference", "channel": "市政府新闻发布厅", "speaker": "市政府新闻发言人"}
    text = "通报救援、救治和初步调查情况，全市在建工地起重设备停工检查。"
    _spoken(cast, made, happened + timedelta(hours=19), text=text, **said)
    with clock.at(happened + timedelta(days=1)):
        clerk = cast.actor(Role.CLERK, cast.bodies["zhujian"])
        actions.consult_further(_fresh(made), by=clerk, held="与应急、卫健、公安部门会商善后和后续发布。")
        what = "全市在建工地起重设备安全检查，结果向社会公布"
        actions.order_measure(
            _fresh(made),
            by=clerk,
            body=cast.bodies["zhujian"],
            what=what,
            until=timezone.localdate() + timedelta(days=20),
        )


def _late(cast: Cast) -> None:
    """Judged, and not answered for days: red."""
    begun = _ago(5)
    made = _found(
        cast,
        "zhujian",
        begun,
        title="某小区交付后多户漏水",
        text="业主发视频称新交付的小区多户漏水，物业和开发企业互相推诿。",
        platform="短视频平台",
        field=WatchField.objects.get(name="房地产金融"),
    )
    held = "与街道、开发企业到场核实，共涉及12户。"
    words = "反映属实，由住建局回应维修安排和责任认定。"
    _judged(cast, made, begun + timedelta(hours=30), held=held, words=words)
    words = "超过四十八小时没有回应，今日下班前作出回应，三日内报送整改情况。"
    called = {"body": cast.bodies["zhujian"], "sort": "talk", "on": timezone.localdate(), "words": words}
    actions.talk(_fresh(made), by=cast.chief, **called)


def _waiting(cast: Cast) -> None:
    """Found two hours ago."""
    _found(
        cast,
        "jiaoyu",
        _ago(0, 2),
        title="家长质疑课后服务收费标准不一",
        text="本地论坛有家长列出三所学校的课后服务费，问为什么相差一倍。",
        platform="论坛贴吧",
        field=WatchField.objects.get(name="教育"),
    )


def _column(cast: Cast, website: Website) -> None:
    """Make and open the column of promises beside that of responses."""
    path = [*PATH[:-1], "公开承诺"]
    made = columns.make(columns.plan(website, [path]), by=cast.chief)
    column = Column.objects.get(pk=made.columns[tuple(path)].pk)
    office = cast.bodies["shiban"]
    person = Person.objects.get(pk=cast.actor(Role.CLERK, office).person_id or 0)
    facts = {
        "owner": office,
        "person": person,
        "cycle_days": 92,
        "content": "公开承诺和兑现情况。",
    }
    publishing.change_column(column, by=cast.chief, **facts)
    publishing.open_column(Column.objects.get(pk=column.pk), by=opener(cast))


def _promise(cast: Cast, body: Body, topic: PromiseTopic | None, what: tuple[str, str, int, int], fate: str) -> None:
    title, words, ago, left = what
    clerk, today = cast.actor(Role.CLERK, body), timezone.localdate()
    promised: date = today - timedelta(days=ago)
    with clock.at(_ago(ago - 1)):
        facts = PromiseFacts(
            title=title,
            words=words,
            occasion="市政府新闻发布会",
            promised_on=promised,
            until=today + timedelta(days=left),
            promised_by=f"{body.label}局长",
            address=f"{PAPER}promise-{ago}.html",
            topic=topic,
        )
        made: Promise = actions.register(body, by=clerk, facts=facts)
    if fate == "registered":
        return
    _publish(cast, made, _ago(ago - 2))
    if fate == "kept":
        text = "4所幼儿园已全部建成开园，秋季学期新增公办学位1040个。"
        proof = f"{PAPER}kindergartens.html"
        with clock.at(_ago(70)):
            on = today - timedelta(days=75)
            actions.report_kept(_fresh(made), by=clerk, text=text, on=on, url=proof)
        _publish(cast, made, _ago(69))
    elif fate == "broken":
        text = (
            "全市36所市属中小学已有29所开放。其余7所校区与教学楼共用出入口，隔离改造资金没有落实，年内不能开放。"
            "明年预算已列入改造经费，改造一所开放一所，进展每季度公布。"
        )
        with clock.at(_ago(13)):
            actions.report_broken(_fresh(made), by=clerk, reason=text)
        _publish(cast, made, _ago(12))
    elif fate == "moved":
        with clock.at(_ago(6)):
            until = today + timedelta(days=55)
            reason = "其中3个点位消防验收未通过，需要整改后再开业。"
            actions.change_date(_fresh(made), by=clerk, until=until, reason=reason)
        _publish(cast, made, _ago(5))


def _publish(cast: Cast, made: Promise, when: datetime) -> None:
    """Hand what is written to the reviews, and have it signed a little later."""
    body = made.entry.body
    with clock.at(when):
        actions.submit(_fresh(made), by=cast.actor(Role.CLERK, body))
        sign(cast, Review.objects.filter(source=made.stream).latest("pk"), body)
