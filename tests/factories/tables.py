"""Public tables of the invented 云岭市."""

from typing import Any

from factories.publishing import publish_unsigned, sign_all, with_sheet
from factories.units import actor
from gongkai.content.editions.models import Column
from gongkai.content.publishing.actions import recall
from gongkai.core.units.models import Body, Role
from gongkai.work.tables import actions
from gongkai.work.tables.models import PublicTable, Record, TableSchema

SCHOOL = {
    "name": "云岭市第一小学",
    "nature": "公办",
    "address": "云岭市建设路1号",
    "hours": "工作日 8:00—17:00",
    "phone": "0799-8100001",
}
DEBT = {
    "name": "云岭市",
    "limit": "120.5",
    "balance": "98",
    "issued": "12",
    "variety": "一般债券",
    "term": "10年",
    "rate": "2.85",
    "repayment": "到期还本，按年付息",
    "funds": "一般公共预算收入",
}
GUIDE = {
    "name": "个体工商户设立登记",
    "category": "行政许可",
    "who": "有经营能力的公民",
    "materials": "申请书；身份证明；经营场所证明",
    "steps": "申请、受理、审查、发照",
    "days": "当场办结",
    "fee": "不收费",
    "basis": "促进个体工商户发展条例",
    "result": "营业执照",
    "place": "政务服务中心2楼",
    "hours": "工作日 9:00—17:00",
    "phone": "0799-8200001",
    "complaint": "0799-8200002",
    "online": "是",
    "link": "https://zwfw.yunling.gov.example/",
    "mobile": "否",
    "once": "是",
}


def schema(key: str) -> TableSchema:
    return TableSchema.objects.get(key=key)


def table(body: Body, key: str, *rows: dict[str, Any], year: int | None = None, **facts: Any) -> PublicTable:
    """Return a unit's table with rows that a clerk entered."""
    clerk = actor(Role.CLERK, body)
    TableSchema.objects.filter(key=key).update(keepers="")  # whoever the test has may keep it
    made: PublicTable = actions.open_table(body, by=clerk, schema=schema(key), year=year, **facts)
    for row in rows:
        actions.add_record(made, by=clerk, values=row)
    made.refresh_from_db()
    return made


def publish_signed(source: PublicTable | Record, column: Column) -> None:
    """Submit a source for review and publish it with the signatures of all stages."""
    review = actions.send_for_review(source, by=actor(Role.CLERK, source.unit), columns=[column])
    sign_all(with_sheet(review))
    source.refresh_from_db()


def publish_unsigned_source(source: PublicTable | Record, column: Column) -> None:
    """Publish a source without signatures and recall its review."""
    clerk = actor(Role.CLERK, source.unit)
    review = actions.send_for_review(source, by=clerk, columns=[column])
    source.refresh_from_db()
    publish_unsigned(source)
    recall(review, by=clerk)
