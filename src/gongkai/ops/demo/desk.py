"""Items at the desk that the checks hold back: numbers in an attachment, a wrong word in the text. Invented people."""

import io
from datetime import date

from gongkai.content.editions.frozen import store
from gongkai.content.editions.models import Column
from gongkai.content.editions.vocabulary import Attribute, Basis, ItemKind
from gongkai.content.publishing import actions
from gongkai.core.units.models import Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.blank import blank
from gongkai.ops.demo.cast import Cast

#: Numbers with a right check digit, of days and places of nobody known.
PEOPLE = (
    ("何秀梅", "530999198803120024", "城关镇实验小学", "13800005231"),
    ("赵文博", "530999199107250030", "东河中学", "13900006417"),
    ("龙小云", "530999199509180047", "市特殊教育学校", "13700007856"),
)
TEXT = (
    "<p>根据《云岭市中小学教师公开招聘实施方案》，经笔试、面试、体检和考察，现将{year}年第二批拟聘用人员公示如下（见附件）。</p>"
    "<p>各学校要按照工作布署，做好新聘教师岗前培训。公示期为5个工作日，对公示内容有异议的，可向市教育局人事科反映，监督电话0799-8004321。</p>"
    '<p class="attached">附件：拟聘用人员名单</p><p class="signed">云岭市教育局</p><p class="signed">{day}</p>'
)


def waiting_items(cast: Cast, today: date) -> None:
    """Write an item of the education bureau whose attachment and text have findings; it waits for its clerk."""
    body = cast.bodies["jiaoyu"]
    clerk = cast.actor(Role.CLERK, body)
    columns = list(
        Column.objects.filter(opened_at__isnull=False, website__body=cast.bodies["shi"], name__contains="招考")
    )
    columns = columns or list(Column.objects.filter(opened_at__isnull=False, website__body=cast.bodies["shi"])[:1])
    actions.draft(
        body,
        by=clerk,
        columns=columns[:1],
        attachments=[("拟聘用人员名单.docx", store(_list(today), "拟聘用人员名单.docx", clerk))],
        title=f"云岭市教育局关于{today.year}年第二批公开招聘教师拟聘用人员的公示",
        kind=ItemKind.PERSONNEL,
        imported_html=TEXT.format(year=today.year, day=day_in_words(today)),
        issuer=body.name,
        formed_on=today,
        written_on=today,
        attribute=Attribute.PROACTIVE,
        attribute_basis=Basis.A20_14,
    )


def _list(today: date) -> bytes:
    """The list as a bureau would attach it: with numbers that nobody outside should have."""
    made = blank()
    made.add_heading(f"{today.year}年第二批公开招聘教师拟聘用人员名单", 1)
    table = made.add_table(rows=1, cols=4)
    for cell, words in zip(table.rows[0].cells, ("姓名", "身份证号", "拟聘用单位", "联系电话"), strict=True):
        cell.text = words
    for person in PEOPLE:
        for cell, words in zip(table.add_row().cells, person, strict=True):
            cell.text = words
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()
