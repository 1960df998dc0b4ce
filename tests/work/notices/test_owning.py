"""The unit that leads, or is named first, owns the task; units named as helping are partners (docs/notices.md, Owners)."""

import pytest

from factories import clerks
from factories.notices import City, import_draft, parsed, row, source
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Alias, Body
from gongkai.work.notices.actions import choose_owner, confirm_notice, import_notice, settle_flags
from gongkai.work.notices.entries.expansion import expand_notice
from gongkai.work.notices.importing.flags import FORM_OWNER_FIELD
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.planning.draft_rows import DraftMeasure
from gongkai.work.notices.planning.roles import (
    ALL_OWE,
    FIRST_OWES,
    LEAD_OWES,
    NO_LEAD,
    RESPONSIBLE_OWES,
    SEPARATE_COLUMNS,
    arrange_parts,
)


def drafts(file: bytes, name: str) -> list[DraftMeasure]:
    from gongkai.work.notices.actions.imports import build_draft_rows

    return build_draft_rows(read_source(file, name), {})


def unit_parts(draft: DraftMeasure) -> tuple[str, str, str]:
    """Return the lead, owning and partner units of a row."""
    sides = {
        part: [one.printed for one in draft.units if one.part == part] for part in ("lead", "responsible", "partner")
    }
    owes = sides["responsible"] or sides["lead"]
    if draft.lead_owes:
        owes = [*sides["lead"], *sides["responsible"]]
    return "、".join(sides["lead"]), "、".join(owes), "、".join(sides["partner"])


@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        (
            clerks.PROSE,
            "通知.txt",
            {
                0: ("县教育局", "县教育局", "各乡镇政府"),  # 牵头，配合
                1: ("县财政局", "县财政局、县直各部门", ""),  # 各部门按职责分工负责: all of them
                2: ("", "县民政局、县医保局", ""),
                4: ("", "县生态环境分局", "各乡镇政府"),  # named first, the others help
                5: ("县人社局", "县人社局", "县工信局、县总工会"),  # 负责，参与
            },
        ),
        (
            clerks.LABELLED_LINES,
            "要点.docx",
            {
                0: ("县司法局", "县司法局", "县融媒体中心、各乡镇"),
                1: ("县政务服务局", "县教育局、县卫健局", ""),  # 责任单位 beside 牵头单位
            },
        ),
        (clerks.UNIT_COLUMNS, "分工表.docx", {0: ("市发展改革委", "市教育局、市财政局", "")}),
        (
            clerks.ASSISTING_COLUMN,
            "清单.docx",
            {0: ("区经信局", "区经信局", "区财政局、区税务局"), 1: ("区政务服务局", "区政务服务局", "")},
        ),
        (
            clerks.ROLES_IN_CELLS,
            "任务表.docx",
            {0: ("市住建局", "市住建局", "各县区政府"), 1: ("市医保局", "市医保局", "市卫健委")},
        ),
        (
            clerks.FIRST_LEADS_BY_HEADER,
            "方案.docx",
            {0: ("市发展改革委", "市发展改革委", "市住建局、市交通局"), 1: ("市审计局", "市审计局", "")},
        ),
        (
            clerks.FIRST_LEADS_BY_NOTE,
            "分工.txt",
            {
                0: ("县财政局", "县财政局", "各乡镇（街道）"),
                1: ("县卫健局", "县卫健局", "县医保局"),
                2: ("县审计局", "县审计局", ""),
            },
        ),
        (
            clerks.THREE_UNIT_COLUMNS,
            "分工.xlsx",
            {0: ("市发展改革委", "市教育局", "市财政局"), 1: ("市财政局", "市财政局", "市教育局、市卫生健康委")},
        ),
        (
            clerks.SENTENCES,
            "工作.txt",
            {
                0: ("县教育局", "县教育局", "县市场监管局"),
                1: ("县财政局", "县财政局", "各乡镇"),
                2: ("县应急局", "县应急局", "县自然资源局"),
                3: ("县自然资源局", "县自然资源局、县农业农村局、县林业局", ""),
            },
        ),
    ],
)
def test_owner_of_row_follows_its_words(file: bytes, name: str, rows: dict[int, tuple[str, str, str]]) -> None:
    made = drafts(file, name)
    assert {number: unit_parts(made[number]) for number in rows} == rows


LABELLED = """云岭市文化旅游委2027年政务公开工作要点
一、信息
（一）规范性文件回头看，10月底前公布清理结果。
责任处室：政策法规处；市场管理处配合。
（二）按季公布质保金情况。
责任处室：市场管理处；协助：市图书馆；时限：每季度末月25日前。
（三）公开专项资金申报指南。
责任处室：规划财务处、产业发展处（按职责分工负责）；会同市财政局、市审计局；时限：4月底前。
"""


@pytest.mark.parametrize(
    ("cell", "partners"),
    [
        ("会同市统计局", "市统计局"),
        ("各镇配合", "各镇"),
        ("市农业农村局、市民政局指导", "市农业农村局、市民政局"),
        ("市融媒体中心配合制作", "市融媒体中心"),
        ("全市通报", ""),
        ("请指导各镇做好公示", ""),
    ],
)
def test_partners_are_read_from_column_of_remarks(cell: str, partners: str) -> None:
    rows = [
        ["序号", "工作任务", "责任单位", "完成时限", "备注"],
        ["1", "公开重大建设项目清单", "市发展改革委", "3月20日前", cell],
    ]
    (row,) = drafts(clerks.xlsx(rows), "清单.xlsx")
    assert unit_parts(row) == ("", "市发展改革委", partners)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("市统计局配合", ("市教育局", "市教育局", "市统计局")),
        ("市统计局、市民政局协助", ("市教育局", "市教育局", "市统计局、市民政局")),
        ("市统计局，市民政局配合", ("市教育局", "市统计局", "市民政局")),
        ("市统计局", ("市教育局", "市统计局", "")),
    ],
)
def test_partners_are_read_from_column_of_responsible_units(cell: str, parts: tuple[str, str, str]) -> None:
    rows = [
        ["序号", "工作任务", "牵头单位", "责任单位", "完成时限"],
        ["1", "公开重大建设项目清单", "市教育局", cell, "3月20日前"],
    ]
    assert unit_parts(drafts(clerks.xlsx(rows), "清单.xlsx")[0]) == parts


def test_partners_are_read_from_labels_in_text() -> None:
    assert [unit_parts(row)[1:] for row in drafts(LABELLED.encode(), "要点.txt")] == [
        ("政策法规处", "市场管理处"),
        ("市场管理处", "市图书馆"),
        ("规划财务处、产业发展处", "市财政局、市审计局"),
    ]


@pytest.mark.parametrize(
    ("form", "parts", "choice", "expected"),
    [
        (SEPARATE_COLUMNS, "lrr", LEAD_OWES, ("lpp", False)),
        (SEPARATE_COLUMNS, "lpp", RESPONSIBLE_OWES, ("lrr", False)),  # and back
        (SEPARATE_COLUMNS, "lrh", ALL_OWE, ("lrh", True)),  # 配合 in a column of its own stays
        (SEPARATE_COLUMNS, "lph", RESPONSIBLE_OWES, ("lrh", False)),
        ("helped", "lhh", ALL_OWE, ("lrr", True)),  # somebody says that the words mean all
        (NO_LEAD, "rrr", FIRST_OWES, ("rpp", False)),
        (NO_LEAD, "rpp", ALL_OWE, ("rrr", False)),
    ],
)
def test_arrange_parts_applies_owner_choice(form: str, parts: str, choice: str, expected: tuple[str, bool]) -> None:
    names = {"l": "lead", "r": "responsible", "p": "partner", "h": "partner"}
    made, owes = arrange_parts(form, [(names[one], one == "h") for one in parts], choice)
    assert (made, owes) == ([names[one] for one in expected[0]], expected[1])


def count_tasks(notice: Notice) -> dict[str, int]:
    """Return the number of tasks of each unit."""
    counts: dict[str, int] = {}
    for planned in expand_notice(notice).planned:
        for owned in planned.owned:
            label = Body.objects.get(pk=owned.owner.body_id).label
            counts[label] = counts.get(label, 0) + 1
    return counts


def test_lead_without_tasks_is_flagged_once_and_choice_is_remembered(town: City) -> None:
    rows = [row(f"公开第{n}项信息。", ["市财政局"], ["市教育局"]) for n in range(3)]
    notice = import_draft(town, parsed(rows=rows))
    asked = [flag for one in notice.measures.all() for flag in one.unsettled if flag["field"] == FORM_OWNER_FIELD]
    assert ["有3行的牵头单位" in str(flag["message"]) for flag in asked] == [True]
    settle_flags(notice, by=town.chief, sweep=True)
    with pytest.raises(Refused, match="存疑"):
        confirm_notice(Notice.objects.get(), by=town.chief)
    assert count_tasks(notice) == {"市教育局": 3}
    choose_owner(notice, by=town.chief, form=SEPARATE_COLUMNS, choice=LEAD_OWES)
    assert count_tasks(Notice.objects.get()) == {"市财政局": 3}
    second = Measure.objects.all()[1]
    choose_owner(notice, by=town.chief, form=SEPARATE_COLUMNS, choice=ALL_OWE, measure=second.pk)
    assert count_tasks(Notice.objects.get()) == {"市财政局": 3, "市教育局": 1}
    live = confirm_notice(Notice.objects.get(), by=town.chief)
    assert Assignment.objects.filter(notice=live).count() == 4
    again = import_draft(town, parsed(rows=rows, title="云岭市明年政务公开工作要点任务分工"))
    assert count_tasks(again) == {"市财政局": 3}  # proposed as it was chosen the last time, and asked
    asked = [flag for one in again.measures.all() for flag in one.unsettled if flag["field"] == FORM_OWNER_FIELD]
    assert ["上一份通知选定“牵头单位承担，其余配合”" in str(flag["message"]) for flag in asked] == [True]


def test_learnt_unit_name_is_flagged_once_in_next_notice(town: City) -> None:
    Alias.objects.create(name="市教委", body=town.education, source=Alias.Source.LEARNT)
    Alias.objects.create(name="市财局", body=town.finance, source=Alias.Source.ENTERED)
    notice = import_draft(town, parsed(rows=[row(f"公开第{n}项。", ["市教委"], ["市财局"]) for n in range(3)]))
    asked = [str(flag["message"]) for one in notice.measures.all() for flag in one.unsettled]
    assert [message for message in asked if "“市教委”指“市教育局”" in message] == asked[:1]
    assert not [message for message in asked if "市财局" in message]


def test_owner_choice_unavailable_for_form_is_refused(town: City) -> None:
    notice = import_draft(town)
    with pytest.raises(Refused, match="不能这样选"):
        choose_owner(notice, by=town.chief, form=SEPARATE_COLUMNS, choice=FIRST_OWES)
    with pytest.raises(Refused, match="没有这样写的行"):
        choose_owner(notice, by=town.chief, form=NO_LEAD, choice=FIRST_OWES)


def test_partner_owns_task_if_lead_is_outside(town: City) -> None:
    made = source(parsed(rows=[row("公开。", ["省教育厅"], ["市教育局"])]))
    notice = import_notice(None, by=town.chief, source=made, government=town.government, issuer=town.office)
    measure = notice.measures.get()
    measure.units.filter(part="lead").update(outside=True, state="resolved")
    measure.units.filter(part="responsible").update(part="partner")
    assert count_tasks(notice) == {"市教育局": 1}
