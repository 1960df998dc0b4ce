"""名录和公开表 in the sample city: schools with a gap to be mended, powers, debt, guides, a reading point not confirmed in time, a negative list."""

import tomllib
from datetime import date, timedelta
from importlib import resources
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from gongkai.content.editions.models import Column, Document, Shelf
from gongkai.content.editions.queries import default_website
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.files.store import Named, store
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import government_over
from gongkai.lib.typed_json import number, records, text, texts
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.cast import Cast
from gongkai.ops.demo.portal import open_topic
from gongkai.work.tables import actions
from gongkai.work.tables.models import PublicTable, Record, TableSchema

#: Name, nature, address, hours, telephone ("" where it is missing).
SCHOOLS = (
    ("云岭市第一小学", "公办", "小学", "云岭市建设路18号", "工作日 8:00—17:30", "0799-8103001"),
    ("云岭市实验中学", "公办", "初中", "云岭市学府大道6号", "工作日 7:50—18:00", "0799-8103002"),
    ("云岭市东湖幼儿园", "公办", "幼儿园", "云岭市东湖路33号", "工作日 7:40—17:00", "0799-8103003"),
    ("云岭市晨光学校", "民办", "小学", "云岭市滨江路120号", "", ""),
    ("云岭学院", "公办", "高等学校", "云岭市学府大道88号", "工作日 8:30—17:30", "0799-8103088"),
)
#: Name, limit, balance, issued, variety, term, rate.
DEBT = (
    ("云岭市本级一般债务", "86.4", "71.2", "6.5", "一般债券", "10年", "2.48"),
    ("云岭市本级专项债务", "142", "128.75", "21.3", "专项债券", "15年", "2.71"),
    ("云岭市本级再融资债券", "30", "18.6", "9.8", "一般债券", "7年", "2.36"),
)
GUIDES: tuple[dict[str, str], ...] = (
    {
        "name": "出具无欠费证明（供水、燃气过户）",
        "category": "公共服务",
        "who": "办理房屋过户的产权人",
        "materials": "不动产权证书；身份证明；水、气户号",
        "steps": "窗口或者网上申请；后台核验；出具证明",
        "days": "1个工作日",
        "fee": "不收费",
        "basis": "云岭市政务服务事项清单",
        "result": "无欠费证明",
        "once": "是",
        "online": "是",
        "link": "https://zwfw.yunling.gov.example/guohu",
        "mobile": "是",
    },
    {
        "name": "老年人优待证办理",
        "category": "公共服务",
        "who": "年满六十周岁、在本市居住的老年人",
        "materials": "身份证明；近期照片",
        "steps": "便民服务中心受理；当场制证",
        "days": "当场办结",
        "fee": "不收费",
        "basis": "云岭市老年人优待办法",
        "result": "老年人优待证",
        "once": "是",
        "online": "否",
        "mobile": "否",
    },
)
#: What people ask most: what a search for “…怎么办” has to lead to. In the order of `ASKED_FACTS`.
ASKED = (
    (
        "居民身份证办理（首次申领、换领、补领）",
        "行政确认",
        "本市居住的中国公民；遗失、损坏或者有效期满的可以补领、换领",
        "居民户口簿；换领的交回原证；未满十六周岁的由监护人陪同，带监护人身份证",
        "到任一派出所户籍窗口或者政务服务中心公安窗口申请；采集相片和指纹；领取",
        "受理之日起60日内发放，急用的可以申领临时居民身份证",
        "首次申领和到期换领不收费；遗失补领、损坏换领每证40元，按国家规定收取",
        "中华人民共和国居民身份证法",
        "居民身份证",
    ),
    (
        "社会保障卡申领、补换和挂失",
        "公共服务",
        "参加社会保险的人员；卡片遗失、损坏的可以补换，遗失的先挂失",
        "身份证；未满十六周岁的带户口簿和监护人身份证",
        "拨打服务热线或者在窗口挂失；窗口或者合作银行网点申领；核对信息；当场领卡",
        "当场办结",
        "不收费",
        "云岭市社会保障卡服务规定",
        "社会保障卡",
    ),
    (
        "小学一年级新生入学登记",
        "公共服务",
        "当年8月31日前年满六周岁、在本市居住的儿童",
        "户口簿；监护人身份证；房屋权属证明或者租赁备案证明；预防接种证查验证明。随迁子女另交居住证",
        "招生登记期间网上或者到学校登记；教育局核对材料；公布录取学校；领取入学通知书",
        "登记结束后10日内公布结果",
        "不收费",
        "中华人民共和国义务教育法；当年义务教育招生工作通知",
        "入学通知书",
    ),
)
ASKED_FACTS = ("name", "category", "who", "materials", "steps", "days", "fee", "basis", "result")
WINDOW = {
    "place": "云岭市政务服务中心二楼综合窗口",
    "hours": "工作日 9:00—12:00，13:30—17:30",
    "phone": "0799-8120001",
    "complaint": "0799-8120002",
}
#: Name, category, basis, duties, liability.
POWERS = (
    (
        "民办学校办学许可",
        "行政许可",
        "中华人民共和国民办教育促进法",
        "公示条件和材料；受理后审查、实地核查；作出决定并公开；对办学情况监督检查",
        "对符合条件的不予许可、对不符合条件的准予许可的，依法追究直接负责的主管人员和其他直接责任人员的责任",
    ),
    (
        "教师资格认定",
        "行政许可",
        "中华人民共和国教师法；教师资格条例",
        "公布认定条件、时间；核验学历、体检和品行；颁发证书",
        "在认定中徇私舞弊、收受财物的，依法给予处分",
    ),
    (
        "对违规举办校外培训机构的处罚",
        "行政处罚",
        "中华人民共和国民办教育促进法；校外培训行政处罚暂行办法",
        "立案调查；告知陈述申辩和听证权利；作出处罚决定并依法公开；督促改正",
        "没有法定依据、违反法定程序处罚的，依法追究责任",
    ),
    (
        "对民办学校的年度检查",
        "行政检查",
        "中华人民共和国民办教育促进法实施条例",
        "制定检查方案；检查办学条件、财务、招生；公布结果；督促整改",
        "不依法检查或者发现问题不处理的，依法追究责任",
    ),
    (
        "学生资助对象确认",
        "行政给付",
        "云岭市学生资助资金管理办法",
        "受理申请；会同民政部门核对；公示（隐去个人信息）；按时发放",
        "截留、挪用资助资金的，依法给予处分",
    ),
)
POWER_FACTS = ("name", "category", "basis", "duty", "liability")
READING = {
    "name": "市政务服务大厅政府信息公开专区",
    "category": "政务服务大厅",
    "address": "云岭市市民路1号一楼",
    "hours": "工作日 9:00—17:30",
    "phone": "0799-8120003",
    "services": "信息查询、依申请公开受理、政策咨询",
    "full_time": "1",
    "part_time": "2",
}
NEGATIVE = {
    "name": "行政执法案卷信息",
    "domain": "行政执法",
    "words": "执法、案卷",
    "reason": "行政执法案卷信息可以不予公开，法律、法规、规章规定应当公开的除外",
    "basis": "政府信息公开条例第十六条",
}


def show(cast: Cast) -> None:
    """Fill in tables, publish three of them, and order one to be mended."""
    schools = _schools(cast, cast.bodies["jiaoyu"])
    with clock.at(timezone.now() - timedelta(days=4)):
        actions.order_mending(schools, by=cast.chief, until=timezone.localdate() + timedelta(days=14))
    _powers(cast, cast.bodies["jiaoyu"])
    money = cast.bodies["caizheng"]
    debt = _open(cast, money, "debt", year=timezone.localdate().year)
    facts = ("name", "limit", "balance", "issued", "variety", "term", "rate")
    paid = {"repayment": "按年付息，到期还本", "funds": "一般公共预算和政府性基金预算收入"}
    _fill(cast, debt, [dict(zip(facts, row, strict=True)) | paid for row in DEBT])
    _publish(cast, debt, ("地方政府债务", "财政预决算"))
    hall = cast.bodies["zhengwu"]
    guides = _open(cast, hall, "guide")
    made = _fill(cast, guides, [{**WINDOW, **row} for row in GUIDES])
    asked = [dict(zip(ASKED_FACTS, row, strict=True)) for row in ASKED]
    given = {"online": "否", "mobile": "否", "once": "是"}
    made += _fill(cast, guides, [{**WINDOW, **given, **row} for row in asked])
    for guide in (made[0], *made[len(GUIDES) :]):
        _publish(cast, guide, ("办事服务", "其他法定主动公开内容"))
    with clock.at(timezone.now() - timedelta(days=45)):
        _fill(cast, _open(cast, hall, "reading"), [READING])
    _fill(cast, _open(cast, cast.bodies["sifa"], "negative"), [NEGATIVE])
    website = default_website()
    if website is not None:
        open_topic(cast, website, money, "减税降费", "减税降费政策、优惠政策指南和办理渠道。", "优惠政策指南")
    for told in _told():
        _show_table(cast, told)


def _told() -> list[dict[str, object]]:
    data = resources.files("gongkai.ops.demo").joinpath("data/tables.toml").read_text(encoding="utf-8")
    return records(tomllib.loads(data), "table")


def _show_table(cast: Cast, told: dict[str, object]) -> None:
    """Fill in one table of `data/tables.toml`, publish it where it names columns, note where it was posted."""
    body, today = cast.bodies[text(told, "body")], timezone.localdate()
    facts = {"year": today.year + number(told, "year")} if "year" in told else {}
    table = _open(cast, body, text(told, "schema"), **facts, phone=text(told, "phone") or body.phone)
    days = {field.key for field in table.schema.all_fields if field.kind == "day"}
    rows = [
        {key: _day(today, str(value)) if key in days else str(value) for key, value in row.items()}
        for row in records(told, "rows")
    ]
    made = [
        actions.add_record(table, by=cast.actor(Role.CLERK, body), values=row, documents=_resting(row)) for row in rows
    ]
    for row, record in zip(records(told, "rows"), made, strict=True):
        if "publicity" in row:
            actions.give_opinion(record, by=cast.chief, words=text(row, "publicity"))
    for source in made if table.schema.by_record else [table]:
        _publish(cast, source, tuple(texts(told, "columns")))
    for posting in records(told, "postings"):
        posted = actions.record_posting(
            body,
            by=cast.actor(Role.CLERK, body),
            table=table,
            kind=text(posting, "kind"),
            on=today + timedelta(days=number(posting, "on")),
            place=text(posting, "place"),
            copies=number(posting, "copies") or None,
        )
        if "photo" in posting:
            photo = Named("公示栏张贴照片.png", store(_photo(), "公示栏张贴照片.png"))
            actions.attach_papers(posted, by=cast.actor(Role.CLERK, body), what="photo", files=[photo])
        actions.confirm_posting(posted, by=cast.chief)


def _day(today: date, said: str) -> str:
    """Return a day of the sample: counted from today (-30, +30), or as it stands."""
    return (today + timedelta(days=int(said))).isoformat() if said[0] in "+-" else said


def _photo() -> bytes:
    """Return a drawing of a board with three sheets on it, in place of a photo."""
    board = Image.new("RGB", (640, 400), "#8a5a2b")
    pen = ImageDraw.Draw(board)
    pen.rectangle((20, 20, 620, 380), fill="#2e6b46")
    for left in (60, 250, 440):
        pen.rectangle((left, 70, left + 140, 330), fill="#ffffff")
        for line in range(110, 320, 20):
            pen.line((left + 12, line, left + 128, line), fill="#777777", width=3)
    board.save(written := BytesIO(), "PNG")
    return written.getvalue()


def _open(cast: Cast, body: Body, key: str, **facts: object) -> PublicTable:
    schema = TableSchema.objects.get(key=key)
    made: PublicTable = actions.open_table(
        body, by=cast.actor(Role.CLERK, body), schema=schema, **{"phone": body.phone, **facts}
    )
    return made


def _resting(row: dict[str, str]) -> list[Document]:
    """Return the policy of the sample that a row names as its basis: it is linked, with what interprets it (P-15)."""
    found = PolicyRecord.objects.filter(title=row.get("basis", ""), document__isnull=False).first()
    return [found.document] if found and found.document else []


def _fill(cast: Cast, table: PublicTable, rows: list[dict[str, str]]) -> list[Record]:
    clerk = cast.actor(Role.CLERK, table.body)
    return [actions.add_record(table, by=clerk, values=row) for row in rows]


def _schools(cast: Cast, body: Body) -> PublicTable:
    """Publish the schools, one of which lacks its hours and its telephone; the list goes to the 12345 hotline (B-02)."""
    facts = ("name", "nature", "stage", "address", "hours", "phone")
    with clock.at(timezone.now() - timedelta(days=20)):
        table = _open(cast, body, "school")
        _fill(cast, table, [dict(zip(facts, row, strict=True)) for row in SCHOOLS])
        _publish(cast, table, ("公共企事业单位信息公开", "义务教育"))
        handed = {"kind": "hotline", "on": timezone.localdate(), "place": "12345政务服务便民热线"}
        actions.record_posting(body, by=cast.actor(Role.CLERK, body), table=table, **handed)
    return table


def _powers(cast: Cast, body: Body) -> None:
    """Publish the powers and duties of a unit."""
    table = _open(cast, body, "power")
    rows = [dict(zip(POWER_FACTS, row, strict=True)) for row in POWERS]
    _fill(cast, table, [{**row, "phone": "0799-8103100"} for row in rows])
    _publish(cast, table, ("权责清单", "其他法定主动公开内容"))


def _publish(cast: Cast, source: PublicTable | Record, names: tuple[str, ...]) -> None:
    """Have a table reviewed by its unit's own people, in the first column of these names that is open on its government's site."""
    rows = Column.objects.filter(opened_at__isnull=False, archived_at=None, website__body=government_over(source.unit))
    column = next((found for name in names if (found := rows.filter(name=name).first())), None)
    column = column or rows.filter(provisional=True).first()
    if column is None or (Role.SIGNER, source.unit.pk) not in cast.actors:
        return
    clerk = cast.actor(Role.CLERK, source.unit)
    site.sign(cast, actions.send_for_review(source, by=clerk, columns=[column]), source.unit)
    assert Shelf.objects.filter(document__source=source.stream).exists()
