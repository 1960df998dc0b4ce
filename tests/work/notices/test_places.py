"""Where a row is published, as clerks type it: ticks under channels, paths with any sign, columns named in sentences."""

import pytest

from factories import clerks
from factories.notices import City, imported, parsed, row
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, BodyKind
from gongkai.work.notices.actions import confirm_notice, correct_front_page, settle_flags
from gongkai.work.notices.actions.imports import build_draft_rows
from gongkai.work.notices.importing.flags import needs_single_decision
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.importing.unit_names import NameResolver
from gongkai.work.notices.models import MeasureUnit, Notice
from gongkai.work.notices.planning.channels import ChannelColumns, find_channel_columns
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.paths import ExistingColumns, find_unused_heads, split_paths
from gongkai.work.notices.queries.review_lines import scan_rows
from gongkai.work.notices.views.owners import list_groups

KNOWN = ExistingColumns.of(["政府信息公开>规划信息>专项规划", "政府信息公开>地方政府债务", "低保/特困"])


def placed(file: bytes, name: str, known: ExistingColumns = KNOWN) -> list[DraftMeasure]:
    source = read_source(file, name)
    drafts = build_draft_rows(source, {})
    columns = find_channel_columns(drafts, source.text)
    return [split_paths(one, known, columns) for one in drafts]


def paths(draft: DraftMeasure) -> list[str]:
    return [" > ".join(path) for duty in draft.duties for path in duty.paths]


def said(draft: DraftMeasure) -> list[str]:
    return [str(flag["message"]) for flag in draft.flags]


def test_ticked_channels_are_the_rows_channels_and_an_empty_cell_is_empty() -> None:
    rows = placed(clerks.TICKS, "清单.xlsx")
    assert [row.duties[0].channels for row in rows] == [
        ("门户网站", "公示栏"),
        ("门户网站", "政务新媒体"),
        ("门户网站",),
    ]
    assert [paths(row) for row in rows] == [["政府网站 > 财政信息"], [], ["政府网站 > 教育信息"]]
    assert [[unit.printed for unit in row.units] for row in rows] == [["各部门"], ["市教育局"], []]
    assert "“责任单位”栏空白，按没有内容读取，也可能与上一行相同，请核对" in said(rows[2])
    assert not [words for row in rows for words in said(row) if "不认识" in words]


def test_other_columns_of_a_row_name_places_too() -> None:
    channels = ("政务新媒体", "门户网站“财政预决算”栏目及公示栏")
    extras = {
        "公开方式": "政府网站>规划信息、广播",
        "备注": "同步在政务公开专区提供查阅",
        "数量": "通过短信1条",
    }
    draft = DraftMeasure("", 1, "", "公开", (), (DraftDuty("公开", channels=channels),), extras=extras)
    made = split_paths(draft, KNOWN, ChannelColumns())
    assert made.duties[0].channels == ("政务新媒体", "公示栏", "广播", "政务公开专区")
    assert paths(made) == ["政府网站 > 规划信息", "政府网站 > 财政预决算"]
    assert made.duties[0].text == "公开"


def test_columns_of_which_nothing_was_made_are_named() -> None:
    source = read_source(clerks.TICKS, "清单.xlsx")
    heads = [(head.printed, head.meaning) for head in source.heads]
    assert find_unused_heads(
        heads, build_draft_rows(source, {}), find_channel_columns(build_draft_rows(source, {}), source.text)
    ) == ["备注"]


def test_a_path_is_taken_apart_whatever_sign_stands_in_it_and_the_site_decides() -> None:
    rows = placed(clerks.PATHS, "任务表.docx")
    assert [paths(row) for row in rows] == [
        ["政府网站 > 政府信息公开 > 地方政府债务"],
        ["政府网站 > 政府信息公开 > 重点领域 > 义务教育"],
        ["政府网站 > 政府信息公开 > 规划信息 > 专项规划"],
        ["政府网站 > 政府信息公开 > 空气质量"],
        ["政府网站 > 社会保险 > 缴费标准"],
        ["政府网站 > 社会救助 > 低保", "政府网站 > 社会救助 > 特困"],
    ]
    asked = [any("确认后新建" in words for words in said(row)) for row in rows]
    assert asked == [False, True, False, True, True, False]


def test_a_chain_in_one_piece_is_no_column_of_the_site() -> None:
    known = ExistingColumns.of(["政务公开>重点领域>养老服务"])
    assert known.has(("政府网站", "政务公开", "重点领域", "养老服务"))
    assert not known.has(("政府网站", "政务公开＞重点领域＞养老服务"))


def test_columns_in_sentences_are_taken_and_one_that_is_not_is_named() -> None:
    rows = placed(clerks.IN_SENTENCES, "要点.txt")
    assert [paths(row) for row in rows] == [
        ["政府网站 > 政府信息公开 > 地方政府债务"],
        ["政府网站 > 环境保护 > 空气质量"],
        ["政府网站 > 就业创业"],
        [],
    ]
    assert said(rows[3])[-1] == "正文写的栏目“营商环境”没有用上，请补充公开路径，或者标为无误"


@pytest.mark.parametrize(
    ("flag", "plural", "alone"),
    [
        ({"field": "responsible", "message": "像是几个单位"}, True, True),  # a group: many tasks
        ({"field": "responsible", "message": "像是几个单位"}, False, False),
        ({"field": "measure", "message": "没有写完"}, True, False),
        ({"field": "duties", "message": "按2级栏目读取，确认后新建", "alone": True}, False, True),
        ({"field": "issuer", "message": "印发单位"}, False, True),
    ],
)
def test_no_sweep_multiplies_tasks_or_opens_columns(flag: dict[str, object], plural: bool, alone: bool) -> None:
    assert needs_single_decision(flag, plural=plural) is alone


def test_a_sweep_leaves_a_doubt_about_a_group_for_itself(town: City) -> None:
    warnings = [
        {"row": 1, "message": "“各部门”像是几个单位印在一起，没有分开，请核对", "field": "responsible"},
        {"row": 1, "message": "编号不连续", "field": "measure"},
    ]
    notice = imported(town, parsed(rows=[row("公开。", [], ["各部门"])], warnings=warnings))
    unit = MeasureUnit.objects.get()
    unit.plural = True
    unit.save()
    assert [kind for scan in scan_rows(notice) for kind in scan.sweepable] == ["编号不连续"]
    settle_flags(notice, by=town.chief, sweep=True)
    assert not any(scan.sweepable for scan in scan_rows(notice))
    assert [flag["field"] for flag in notice.measures.get().unsettled] == ["responsible"]


def test_without_an_issuer_nothing_is_confirmed_and_it_can_be_entered(town: City) -> None:
    notice = imported(town, parsed(rows=[row("公开。", [], ["市教育局"])]))
    correct_front_page(notice, by=town.chief, values={"issuer": None, "issuer_name": ""})
    with pytest.raises(Refused, match="没有读到印发单位"):
        confirm_notice(Notice.objects.get(), by=town.chief)
    values = {"issuer": town.office, "issuer_name": "云岭市人民政府办公室"}
    correct_front_page(Notice.objects.get(), by=town.chief, values=values)
    assert confirm_notice(Notice.objects.get(), by=town.chief).issuer == town.office


def test_a_unit_in_brackets_behind_another_is_asked(town: City) -> None:
    names = NameResolver(town.government, town.office)
    both = names.meant("市财政局〔市教育局〕")
    assert (both.state, list(both.suggestions)) == ("open", [town.finance, town.education])


def test_two_groups_that_differ_say_by_whom(town: City) -> None:
    rows = [row("公开预算。", [], ["各部门"]), row("公开决算。", [], ["市政府各部门"])]
    notice = imported(town, parsed(rows=rows))
    extra = Body.objects.create(
        name="云岭市统计局", short_name="市统计局", parent=town.government, kind=BodyKind.DEPARTMENT, path="x"
    )
    units = {unit.printed: unit for unit in MeasureUnit.objects.all()}
    for unit in units.values():
        unit.plural = True
        unit.save()
        unit.members.all().delete()
        for body in (town.planning, town.finance):
            unit.members.create(body=body)
    units["市政府各部门"].members.create(body=extra)
    shown = {group.printed: (len(group.names), group.difference) for group in list_groups(notice)}
    assert shown == {"市政府各部门": (3, ""), "各部门": (2, "与“市政府各部门”相比少市统计局")}


def test_a_name_alone_stands_for_a_column_only_where_no_other_is_called_so() -> None:
    known = ExistingColumns.of(["政务公开>财政信息", "历史信息>财政信息", "政务公开>教育"])
    assert known.has(("教育",))
    assert known.has(("历史信息", "财政信息"))
    assert not known.has(("财政信息",))
