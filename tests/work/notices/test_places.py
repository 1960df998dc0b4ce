"""Publication channels and column paths of a row as clerks type them: ticks, paths with any separator, columns named in sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import clerks
from factories.notices import City, import_draft, parsed, row
from gongkai.content.publishing.channel_names import CHANNEL_WORDS, find_mentions, get_channels
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, BodyKind
from gongkai.work.notices.actions import confirm_notice, correct_front_page, settle_flags
from gongkai.work.notices.actions.imports import build_draft_rows
from gongkai.work.notices.importing.flags import needs_single_decision
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.importing.unit_names import NameResolver
from gongkai.work.notices.models import MeasureUnit, Notice
from gongkai.work.notices.planning.channels import ChannelColumns, find_channel_columns
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.mentioned_channels import find_channels, find_mentioned_columns
from gongkai.work.notices.planning.paths import SiteColumnPaths, find_unused_heads, split_paths
from gongkai.work.notices.queries.review_lines import scan_rows
from gongkai.work.notices.views.owners import list_groups

KNOWN = SiteColumnPaths.of(["政府信息公开>规划信息>专项规划", "政府信息公开>地方政府债务", "低保/特困"])


def read_rows(file: bytes, name: str, known: SiteColumnPaths = KNOWN) -> list[DraftMeasure]:
    source = read_source(file, name)
    drafts = build_draft_rows(source, {})
    columns = find_channel_columns(drafts, source.text)
    return [split_paths(one, known, columns) for one in drafts]


def paths(draft: DraftMeasure) -> list[str]:
    return [" > ".join(path) for duty in draft.duties for path in duty.paths]


def flag_messages(draft: DraftMeasure) -> list[str]:
    return [str(flag["message"]) for flag in draft.flags]


def test_ticked_channels_are_read_and_empty_cells_stay_empty() -> None:
    rows = read_rows(clerks.CHANNEL_TICKS, "清单.xlsx")
    assert [row.duties[0].channels for row in rows] == [
        ("门户网站", "公示栏"),
        ("门户网站", "政务新媒体"),
        ("门户网站",),
    ]
    assert [paths(row) for row in rows] == [["政府网站 > 财政信息"], [], ["政府网站 > 教育信息"]]
    assert [[unit.printed for unit in row.units] for row in rows] == [["各部门"], ["市教育局"], []]
    assert "“责任单位”栏空白，按没有内容读取，也可能与上一行相同，请核对" in flag_messages(rows[2])
    assert not [words for row in rows for words in flag_messages(row) if "不认识" in words]


def test_channels_are_read_from_other_columns_too() -> None:
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


def test_unused_heads_are_listed() -> None:
    source = read_source(clerks.CHANNEL_TICKS, "清单.xlsx")
    heads = [(head.printed, head.meaning) for head in source.heads]
    assert find_unused_heads(
        heads, build_draft_rows(source, {}), find_channel_columns(build_draft_rows(source, {}), source.text)
    ) == ["备注"]


def test_paths_are_split_at_any_separator_according_to_the_site() -> None:
    rows = read_rows(clerks.COLUMN_PATHS, "任务表.docx")
    assert [paths(row) for row in rows] == [
        ["政府网站 > 政府信息公开 > 地方政府债务"],
        ["政府网站 > 政府信息公开 > 重点领域 > 义务教育"],
        ["政府网站 > 政府信息公开 > 规划信息 > 专项规划"],
        ["政府网站 > 政府信息公开 > 空气质量"],
        ["政府网站 > 社会保险 > 缴费标准"],
        ["政府网站 > 社会救助 > 低保", "政府网站 > 社会救助 > 特困"],
    ]
    asked = [any("确认后新建" in words for words in flag_messages(row)) for row in rows]
    assert asked == [False, True, False, True, True, False]


@pytest.mark.parametrize("cell", ["政府网站：——", "政府网站（--）", "政府网站“《》”"])
def test_site_followed_by_a_dash_is_a_channel(cell: str) -> None:
    row = DraftMeasure("一", 1, "", "公开预算。", (), (DraftDuty("公开预算。"),), extras={"公开路径": cell})
    made = split_paths(row, KNOWN, ChannelColumns())
    assert (paths(made), made.duties[0].channels) == ([], ("政府网站",))


def test_unsplit_path_is_no_column_of_the_site() -> None:
    known = SiteColumnPaths.of(["政务公开>重点领域>养老服务"])
    assert known.has(("政府网站", "政务公开", "重点领域", "养老服务"))
    assert not known.has(("政府网站", "政务公开＞重点领域＞养老服务"))


def test_columns_in_sentences_are_read_and_unused_ones_are_flagged() -> None:
    rows = read_rows(clerks.COLUMNS_IN_SENTENCES, "要点.txt")
    assert [paths(row) for row in rows] == [
        ["政府网站 > 政府信息公开 > 地方政府债务"],
        ["政府网站 > 环境保护 > 空气质量"],
        ["政府网站 > 就业创业"],
        [],
    ]
    assert flag_messages(rows[3])[-1] == "正文写的栏目“营商环境”没有用上，请补充公开路径，或者标为无误"


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
def test_flags_that_add_tasks_or_columns_need_single_decisions(
    flag: dict[str, object], plural: bool, alone: bool
) -> None:
    assert needs_single_decision(flag, plural=plural) is alone


def test_sweep_leaves_flag_about_group_unsettled(town: City) -> None:
    warnings = [
        {"row": 1, "message": "“各部门”像是几个单位印在一起，没有分开，请核对", "field": "responsible"},
        {"row": 1, "message": "编号不连续", "field": "measure"},
    ]
    notice = import_draft(town, parsed(rows=[row("公开。", [], ["各部门"])], warnings=warnings))
    unit = MeasureUnit.objects.get()
    unit.plural = True
    unit.save()
    assert [kind for scan in scan_rows(notice) for kind in scan.sweepable] == ["编号不连续"]
    settle_flags(notice, by=town.chief, sweep=True)
    assert not any(scan.sweepable for scan in scan_rows(notice))
    assert [flag["field"] for flag in notice.measures.get().unsettled] == ["responsible"]


def test_missing_issuer_blocks_confirmation_and_can_be_entered(town: City) -> None:
    notice = import_draft(town, parsed(rows=[row("公开。", [], ["市教育局"])]))
    correct_front_page(notice, by=town.chief, values={"issuer": None, "issuer_name": ""})
    with pytest.raises(Refused, match="没有读到印发单位"):
        confirm_notice(Notice.objects.get(), by=town.chief)
    values = {"issuer": town.office, "issuer_name": "云岭市人民政府办公室"}
    correct_front_page(Notice.objects.get(), by=town.chief, values=values)
    assert confirm_notice(Notice.objects.get(), by=town.chief).issuer == town.office


def test_unit_in_brackets_after_another_stays_open_with_suggestions(town: City) -> None:
    names = NameResolver(town.government, town.office)
    both = names.resolve("市财政局〔市教育局〕")
    assert (both.state, list(both.suggestions)) == ("open", [town.finance, town.education])


def test_two_differing_groups_show_who_set_them(town: City) -> None:
    rows = [row("公开预算。", [], ["各部门"]), row("公开决算。", [], ["市政府各部门"])]
    notice = import_draft(town, parsed(rows=rows))
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


def test_column_name_alone_matches_only_if_unique() -> None:
    known = SiteColumnPaths.of(["政务公开>财政信息", "历史信息>财政信息", "政务公开>教育"])
    assert known.has(("教育",))
    assert known.has(("历史信息", "财政信息"))
    assert not known.has(("财政信息",))


# Channels and columns named in the text of a task


#: The text, the channels of the task, the names that are flagged.
CHANNELS = (
    ("公开招生范围，并由学校在公示栏同步张贴。", ["公示栏"], []),
    ("编制口袋书，通过政务新媒体、政府公报同步推送", ["政务新媒体", "政府公报"], []),
    ("每半年至少召开1次新闻发布会，会后在政务新媒体发布实录", ["新闻发布会", "政务新媒体"], []),
    ("办好《云岭市人民政府公报》，全年编发4期", ["政府公报"], ["政府公报"]),
    ("在村（居）务公开栏和便民服务中心公示发放名单", ["村（居）务公开栏", "便民服务中心"], []),
    ("重要信息通过广播、电视、短信发布", ["广播", "电视", "短信"], []),
    ("通过“云岭发布”微信公众号,市融媒体中心转发", ["“云岭发布”微信公众号"], []),
    ("在市图书馆、政务公开专区设置取阅点", [], ["市图书馆", "政务公开专区"]),
    ("加强政务新媒体监管，清理僵尸账号", [], ["政务新媒体"]),
    ("完成政务公开专区标准化改造", [], ["政务公开专区"]),
    ("规范村务公开栏设置", [], ["村务公开栏"]),
    ("更新政务公开栏目，公开电视问政整改情况", [], []),
    ("完善“政务新媒体”专栏", [], []),
    ("市档案馆配合", [], []),
    ("《云岭市人民政府公报》编印后5个工作日内上网", [], ["政府公报"]),
)


@pytest.mark.parametrize(("words", "used", "asked"), CHANNELS, ids=[words[:12] for words, *_ in CHANNELS])
def test_channels_named_in_words_are_found(words: str, used: list[str], asked: list[str]) -> None:
    found = find_channels(words)
    assert (found.used, list(found.asked)) == (used, asked)


@given(
    st.lists(
        st.sampled_from(["公示栏", "政务新媒体", "政府公报", "新闻发布会", "政务公开专区"]),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_every_channel_of_a_list_is_used_or_flagged(names: list[str]) -> None:
    for words in (f"通过{'、'.join(names)}发布", f"{'、'.join(names)}统筹谋划"):
        found = find_channels(words)
        assert {*found.used, *found.asked} == set(names)


def test_channel_words_have_a_source_and_map_to_their_channel() -> None:
    names = [
        "政务新媒体",
        "政府公报",
        "政务公开专区",
        "市图书馆",
        "公示栏",
        "宣传栏",
        "电视",
        "主流媒体",
        "新闻发布会",
        "手机短信",
    ]
    for word, name in zip(CHANNEL_WORDS, names, strict=True):
        assert word.source
        assert [one.name for one in find_mentions(f"在{name}发布")] == [name]
        assert get_channels(name) == {word.channel.value}


COLUMNS = (
    ("在政府信息公开—统计信息栏目发布", [("政府信息公开—统计信息", True)]),
    ("在市政府门户网站财政预决算栏目集中公开", [("财政预决算", True)]),
    ("在“政府信息公开 > 财政预决算”集中发布", [("政府信息公开 > 财政预决算", True)]),
    ("在《规划信息》专栏公开", [("规划信息", True)]),
    ("维护专栏（石桥镇→政府信息公开→机构职能）。", [("石桥镇→政府信息公开→机构职能", True)]),
    ("目录发布于:政府信息公开>政策>规范性文件", [("政府信息公开>政策>规范性文件", True)]),
    ("清单发布在政府信息公开>政策>规范性文件栏目中", [("政府信息公开>政策>规范性文件", True)]),
    ("更新职能（栏目路径：政府信息公开>机构职能）", [("政府信息公开>机构职能", True)]),
    ("公布预算，网站位置：财政资金/预算公开。", [("财政资金/预算公开", True)]),
    ("落实“谁起草—谁解读”要求", []),
    ("印发《政务公开工作要点》，在相关栏目公开", []),
)


@pytest.mark.parametrize(
    ("words", "used"),
    [
        ("在门户网站和政务服务大厅同步提供", ["门户网站", "政务服务大厅"]),
        ("通过局网站、公示栏公布", ["局网站", "公示栏"]),
        ("在市政府网站公开", ["市政府网站"]),
        ("升级改造县政府门户网站", []),
        ("在县政府门户网站设置专栏", []),
    ],
)
def test_site_is_found_next_to_other_channels(words: str, used: list[str]) -> None:
    found = find_channels(words)
    assert (found.used, found.asked) == (used, {})


@pytest.mark.parametrize(("words", "named"), COLUMNS, ids=[words[:12] for words, _ in COLUMNS])
def test_columns_named_in_words_are_found(words: str, named: list[tuple[str, bool]]) -> None:
    assert [(one.path, one.sure) for one in find_mentioned_columns(words)] == named
