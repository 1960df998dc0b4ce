"""Where a task's running words say that something is published: channels that count, those that are asked about, columns of the site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.publishing.channel_names import CHANNEL_WORDS, channels_named, find_mentions
from gongkai.work.notices.planning.mentioned_channels import find_channels, find_columns

#: What the words say, the channels of the task, the names that a person is asked about.
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
def test_channels_that_words_name(words: str, used: list[str], asked: list[str]) -> None:
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
def test_no_channel_of_a_list_is_dropped_without_a_word(names: list[str]) -> None:
    for words in (f"通过{'、'.join(names)}发布", f"{'、'.join(names)}统筹谋划"):
        found = find_channels(words)
        assert {*found.used, *found.asked} == set(names)


def test_each_row_of_the_table_has_a_source_and_its_names_mean_its_channel() -> None:
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
    for row, name in zip(CHANNEL_WORDS, names, strict=True):
        assert row.source
        assert [one.name for one in find_mentions(f"在{name}发布")] == [name]
        assert channels_named(name) == {row.channel.value}


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
def test_the_site_is_named_beside_other_channels(words: str, used: list[str]) -> None:
    found = find_channels(words)
    assert (found.used, found.asked) == (used, {})


@pytest.mark.parametrize(("words", "named"), COLUMNS, ids=[words[:12] for words, _ in COLUMNS])
def test_columns_that_words_name(words: str, named: list[tuple[str, bool]]) -> None:
    assert [(one.path, one.sure) for one in find_columns(words)] == named
