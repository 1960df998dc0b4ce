"""Sample data for 基层标准目录: three domains, two in force with gaps, one draft, and a template.

This year's check is drawn and begun. One unit makes its rules after a ministry's act, another cannot yet
for lack of one.
"""

import io
from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Document
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo.people import SampleStaff
from gongkai.work.directory import actions, coverage
from gongkai.work.directory.actions import followups
from gongkai.work.directory.models import Catalogue
from gongkai.work.directory.sheet_rows import ROOT_PATH
from gongkai.work.directory.states import CatalogueState

TWENTY_DAYS_TEXT = "信息形成或者变更之日起20个工作日内"
#: A cell of check boxes for channels.
CHANNEL_BOXES = "■政府网站\n□政府公报\n□两微一端\n■公开查阅点\n■社区公示栏\n□其他"
AID, SCHOOLING, MONEY = "云岭市民政局", "云岭市教育局", "云岭市财政局"
#: Domain → rows: 一级事项, 二级事项, 公开内容, 公开依据, 公开时限, 公开主体.
DOMAIN_ROWS: dict[str, tuple[tuple[str, str, str, str, str, str], ...]] = {
    "社会救助": (
        ("综合业务", "政策文件", "救助政策的名称、文号、全文和解读", "社会救助暂行办法", TWENTY_DAYS_TEXT, AID),
        ("综合业务", "救助电话", "各级救助热线和受理时间", "社会救助暂行办法", "每年更新", AID),
        ("最低生活保障", "申请办理", "条件、材料、流程、受理地点", "社会救助暂行办法", TWENTY_DAYS_TEXT, AID),
        ("最低生活保障", "审核公示", "拟保障家庭的公示（不含个人身份信息）", "社会救助暂行办法", "每月公示", AID),
        ("临时救助", "申请办理", "条件、标准、流程、受理地点", "社会救助暂行办法", TWENTY_DAYS_TEXT, AID),
    ),
    "义务教育": (
        ("政策文件", "招生入学", "招生政策、片区划分和日程", "义务教育法", TWENTY_DAYS_TEXT, SCHOOLING),
        ("学校概况", "学校名录", "校名、地址、办学性质、联系电话", "教育信息公开规定", "每年更新", SCHOOLING),
        ("教育收费", "收费目录", "项目、标准、依据和监督电话", "义务教育法", TWENTY_DAYS_TEXT, SCHOOLING),
        ("学生资助", "资助政策", "项目、对象、标准和申请办法", "义务教育法", TWENTY_DAYS_TEXT, SCHOOLING),
    ),
    "财政预决算": (
        ("政府预算", "政府预算公开", "收支总表和说明", "预算法第十四条", "批准后20日内", MONEY),
        ("部门决算", "部门决算公开", "部门收支总表和“三公”经费", "预算法第十四条", "批复后20日内", MONEY),
        ("政府债务", "债务情况", "限额、余额和偿还安排", "预算法第十四条", "每年公开", MONEY),
    ),
}
FIRST_HEADER_ROW = ["序号", "公开事项", None, "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体"]
FIRST_HEADER_ROW += ["公开对象", None, "公开方式", None, "公开层级", None]
SECOND_HEADER_ROW = [None, "一级事项", "二级事项", *[None] * 5, "全社会", "特定群众", "主动", "依申请", "县级", "乡级"]


def create_catalogues(staff: SampleStaff) -> None:
    """Import the domains, release two with columns mapped, and create a template, a check and follow-ups."""
    run, _ = spreadsheets.upload_for_dry_run(
        "catalogue", content=_make_workbook(), file_name="云岭市基层政务公开标准目录.xlsx", by=staff.chief
    )
    spreadsheets.apply(run, by=staff.chief)
    city = staff.bodies["shi"]
    for domain in ("社会救助", "义务教育"):
        draft = Catalogue.objects.get(government=city, domain=domain, state=CatalogueState.DRAFT)
        _map_items(staff, draft)
        _confirm_matches(staff, actions.release_catalogue(draft, by=staff.chief))
    _create_template(staff, city)
    _judge_yearly_sample(staff, city)
    _create_followups(staff, city)


def _judge_yearly_sample(staff: SampleStaff, city: Body) -> None:
    """Draw this year's sample of ten, and judge those published as good; the others stay open."""
    check = actions.draw_check_sample(
        city, by=staff.chief, year=timezone.localdate().year, size=10, third_party="云岭学院公共管理系"
    )
    seen = check.cells.filter(seen="published").values_list("pk", flat=True)
    actions.judge_cells(check, by=staff.chief, verdicts=dict.fromkeys(seen, ("good", "内容完整，更新及时")))


def _create_followups(staff: SampleStaff, city: Body) -> None:
    """Create follow-ups for two units: one records the ministry's act and drafts its rules, the other stays pending."""
    education, welfare = staff.bodies["jiaoyu"], staff.bodies["minzheng"]
    pairs = [("教育", education), ("社会救助", welfare)]
    first, _ = followups.create_followups(city, by=staff.chief, pairs=pairs, outcome="rules")
    clerk, today = staff.actor(Role.CLERK, education), timezone.localdate()
    title = "教育领域公共企事业单位信息公开规定（示例）"
    entry = followups.record_ministry_act(first, by=clerk, title=title, on=today - timedelta(days=40))
    followups.record_drafting(entry, by=clerk, on=today - timedelta(days=5))


#: 二级事项 → column of the city's site.
COLUMNS_BY_ITEM = {
    "政策文件": "社会救助",
    "救助电话": "社会救助",
    "审核公示": "社会救助",
    "招生入学": "招生信息",
    "学校名录": "义务教育",
    "资助政策": "惠民惠农补贴",
}


def _map_items(staff: SampleStaff, draft: Catalogue) -> None:
    """Map the items of `COLUMNS_BY_ITEM` to the open columns of those names, keeping their units."""
    rows = Column.objects.filter(opened_at__isnull=False, archived_at=None, website__is_default=True)
    for item in draft.items.filter(second__in=COLUMNS_BY_ITEM):
        column = rows.filter(name=COLUMNS_BY_ITEM[item.second]).first()
        if column is not None:
            actions.map_item(item, by=staff.chief, columns=[column], bodies=item.bodies.all())


def _confirm_matches(staff: SampleStaff, catalogue: Catalogue) -> None:
    """Confirm the unsure matches of the item 招生入学; leave those of others open."""
    for cell in coverage.list_cells([catalogue]):
        if cell.body and cell.item.second == "招生入学" and cell.state == "unsure":
            texts = Document.objects.filter(pk__in=[text.document for text in cell.asked])
            actions.record_item_documents(cell.item, by=staff.chief, body=cell.body, documents=texts)


def _create_template(staff: SampleStaff, city: Body) -> None:
    """Create the county template of columns from the domains, and approve it."""
    rows = []
    for domain, items in DOMAIN_ROWS.items():
        rows.append({"path": [*ROOT_PATH[1:], domain], "content": f"公开{domain}领域的信息。", "cycle_days": 31})
        rows += [
            {"path": [*ROOT_PATH[1:], domain, subject], "content": f"公开{subject}的信息。", "cycle_days": 92}
            for subject in dict.fromkeys(row[0] for row in items)
        ]
    template = actions.make_column_template(
        city, by=staff.chief, name="区县基层政务公开栏目", level="county", paths=rows
    )
    actions.approve_column_template(template, by=SYSTEM)


def _make_workbook() -> bytes:
    """Return a workbook with a sheet per domain, two header rows and merged cells."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for domain, items in DOMAIN_ROWS.items():
        sheet = book.create_sheet(domain)
        sheet.append([f"云岭市{domain}领域基层政务公开标准目录"])
        sheet.append(FIRST_HEADER_ROW)
        sheet.append(SECOND_HEADER_ROW)
        for place in ("A1:N1", "B2:C2", "I2:J2", "K2:L2", "M2:N2", *(f"{c}2:{c}3" for c in "ADEFGH")):
            sheet.merge_cells(place)
        firsts = [row[0] for row in items]
        for index, (subject, *other_cells) in enumerate(items):
            shown_subject = subject if index == 0 or firsts[index - 1] != subject else None
            sheet.append([index + 1, shown_subject, *other_cells, CHANNEL_BOXES, "√", None, "√", None, "√", None])
        for subject in dict.fromkeys(firsts):
            start, count = firsts.index(subject) + 4, firsts.count(subject)
            if count > 1:
                sheet.merge_cells(start_row=start, end_row=start + count - 1, start_column=2, end_column=2)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
