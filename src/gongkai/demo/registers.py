"""名录和公开表 in the sample city: schools with a gap that has to be mended, debt, guides, a reading point not confirmed in time, a negative list."""

from datetime import timedelta

from django.utils import timezone

from gongkai.demo import clock, site
from gongkai.demo.cast import Cast
from gongkai.editions.models import Column, Shelf
from gongkai.tables import actions
from gongkai.tables.models import PublicTable, Record, TableSchema
from gongkai.units.models import Body, Role

#: Name, nature, address, hours, telephone ("" where it is missing).
SCHOOLS = (
    ("云岭市第一小学", "公办", "云岭市建设路18号", "工作日 8:00—17:30", "0799-8103001"),
    ("云岭市实验中学", "公办", "云岭市学府大道6号", "工作日 7:50—18:00", "0799-8103002"),
    ("云岭市东湖幼儿园", "公办", "云岭市东湖路33号", "工作日 7:40—17:00", "0799-8103003"),
    ("云岭市晨光学校", "民办", "云岭市滨江路120号", "", ""),
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
WINDOW = {
    "place": "云岭市政务服务中心二楼综合窗口",
    "hours": "工作日 9:00—12:00，13:30—17:30",
    "phone": "0799-8120001",
    "complaint": "0799-8120002",
}
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
    money = cast.bodies["caizheng"]
    debt = _open(cast, money, "debt", year=timezone.localdate().year)
    facts = ("name", "limit", "balance", "issued", "variety", "term", "rate")
    paid = {"repayment": "按年付息，到期还本", "funds": "一般公共预算和政府性基金预算收入"}
    _fill(cast, debt, [dict(zip(facts, row, strict=True)) | paid for row in DEBT])
    _publish(cast, debt, ("地方政府债务", "财政预决算"))
    hall = cast.bodies["zhengwu"]
    guides = _open(cast, hall, "guide")
    made = _fill(cast, guides, [{**WINDOW, **row} for row in GUIDES])
    _publish(cast, made[0], ("其他法定主动公开内容",))
    with clock.at(timezone.now() - timedelta(days=45)):
        _fill(cast, _open(cast, hall, "reading"), [READING])
    _fill(cast, _open(cast, cast.bodies["sifa"], "negative"), [NEGATIVE])


def _open(cast: Cast, body: Body, key: str, **facts: object) -> PublicTable:
    schema = TableSchema.objects.get(key=key)
    made: PublicTable = actions.open_table(
        body, by=cast.actor(Role.CLERK, body), schema=schema, phone=body.phone, **facts
    )
    return made


def _fill(cast: Cast, table: PublicTable, rows: list[dict[str, str]]) -> list[Record]:
    clerk = cast.actor(Role.CLERK, table.body)
    return [actions.add_record(table, by=clerk, values=row) for row in rows]


def _schools(cast: Cast, body: Body) -> PublicTable:
    """Publish the schools, one of which lacks its hours and its telephone."""
    facts = ("name", "nature", "address", "hours", "phone")
    with clock.at(timezone.now() - timedelta(days=20)):
        table = _open(cast, body, "school")
        _fill(cast, table, [dict(zip(facts, row, strict=True)) for row in SCHOOLS])
        _publish(cast, table, ("公共企事业单位信息公开", "义务教育"))
    return table


def _publish(cast: Cast, source: PublicTable | Record, names: tuple[str, ...]) -> None:
    """Have a table reviewed by its unit's own people, in the first column of these names that is open."""
    rows = Column.objects.filter(opened_at__isnull=False, archived_at=None, website__is_default=True)
    column = next((found for name in names if (found := rows.filter(name=name).first())), None)
    column = column or rows.filter(provisional=True).first()
    if column is None or (Role.SIGNER, source.unit.pk) not in cast.actors:
        return
    clerk = cast.actor(Role.CLERK, source.unit)
    site.sign(cast, actions.send_for_review(source, by=clerk, columns=[column]), source.unit)
    assert Shelf.objects.filter(document__source=source.stream).exists()
