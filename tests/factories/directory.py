"""Catalogues of the invented 云岭市 in the layout of offices: two header rows, merged cells, ticks."""

import io
from collections.abc import Sequence
from typing import Any

from factories.units import actor
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.work.directory import actions
from gongkai.work.directory.models import Catalogue

LIMIT = "信息形成或者变更之日起20个工作日内"
CHANNEL_BOXES = "■政府网站\n□政府公报\n□两微一端\n■公开查阅点\n□其他____"
#: Rows: 一级事项, 二级事项, 内容, 依据, 时限, 主体.
ITEMS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("综合业务", "政策法规文件", "文件名称、文号、正文", "政府信息公开条例", LIMIT, "云岭市住房和城乡建设局"),
    ("综合业务", "监督检查", "救助热线、监督电话", "社会救助暂行办法", LIMIT, "云岭市住房和城乡建设局"),
    (
        "最低生活保障",
        "办事指南",
        "条件、材料、流程",
        "社会救助暂行办法",
        "每年更新",
        "云岭市住房和城乡建设局",
    ),
)
HEADER = ("序号", "公开事项", None, "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体")
HEADER_ROW_1 = (*HEADER, "公开对象", None, "公开方式", None, "公开层级", None)
HEADER_ROW_2 = (None, "一级事项", "二级事项", *[None] * 5, "全社会", "特定群众", "主动", "依申请", "县级", "乡级")


def workbook_of(*pages: tuple[str, str, Sequence[Sequence[Any]]]) -> bytes:
    """Return a workbook of sheets (name, title, rows of `ITEMS`) with merged headers and first items."""
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.active)
    for name, title, items in pages:
        sheet = made.create_sheet(name)
        sheet.append([title])
        sheet.merge_cells("A1:N1")
        sheet.append(list(HEADER_ROW_1))
        sheet.append(list(HEADER_ROW_2))
        for place in (
            "A2:A3",
            "B2:C2",
            "D2:D3",
            "E2:E3",
            "F2:F3",
            "G2:G3",
            "H2:H3",
            "I2:J2",
            "K2:L2",
            "M2:N2",
        ):
            sheet.merge_cells(place)
        start = 4
        for at, (first, *rest) in enumerate(items):
            new = at == 0 or items[at - 1][0] != first
            channel = rest[5] if len(rest) > 5 else CHANNEL_BOXES
            sheet.append([at + 1, first if new else None, *rest[:5], channel, "√", None, "√", None, "√", None])
            if at + 1 == len(items) or items[at + 1][0] != first:
                if at + 4 > start:
                    sheet.merge_cells(start_row=start, end_row=at + 4, start_column=2, end_column=2)
                start = at + 5
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def domain_catalogue(items: Sequence[Sequence[Any]] = ITEMS) -> bytes:
    """Return the catalogue of one domain."""
    return workbook_of(("Sheet1", "云岭市社会救助领域基层政务公开标准目录", items))


def import_all_rows(content: bytes, by: Any = SYSTEM) -> Any:
    """Import all rows of a file."""
    run, plan = spreadsheets.upload_for_dry_run("catalogue", content=content, file_name="目录.xlsx", by=by)
    assert plan.errors == [], plan.errors
    return spreadsheets.apply(run, by=by)


def import_in_force(content: bytes = b"") -> list[Catalogue]:
    """Import a file and publish its drafts."""
    import_all_rows(content or domain_catalogue())
    drafts = list(Catalogue.objects.filter(state="draft"))
    for one in drafts:
        actions.release_catalogue(one, by=actor(Role.CHIEF, one.government))
    return list(Catalogue.objects.filter(state="in_force"))
