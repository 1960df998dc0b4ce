"""Publication paths and channels named by a notice."""

import pytest

from gongkai.lib.reading.words.dues import ReferenceYears
from gongkai.lib.reading.words.duties import ReadingContext, read_duties
from gongkai.lib.reading.words.paths import Path, find_places, read_place_list, survey_paths

PLAN = ("政府网站", "政府信息公开", "法定主动公开内容", "规划信息")
DIRECTORY = ("政府网站", "政务公开", "政府信息公开目录")


def read(text: str, *others: str) -> tuple[list[Path], list[str]]:
    printed = survey_paths([text, *others])
    places = find_places(text, printed)
    return [path for one in places for path in one.paths], [name for one in places for name in one.channels]


@pytest.mark.parametrize(
    ("text", "paths", "channels"),
    [
        ("公开规划（公开路径：" + ">".join(PLAN) + "）。", [PLAN], []),
        ("公开规划（公开路径：1．" + ">".join(PLAN) + "，2．其他渠道）。", [PLAN], ["其他渠道"]),
        ("公开规划〔公开渠道：1.政府网站 >政府信息公开 >规划；2.村（居）务公开栏〕。", [("政府网站", "政府信息公开", "规划")], ["村（居）务公开栏"]),
        ("公开（公开路径：政府网站＞政务公开＞甲/乙/丙）", [("政府网站", "政务公开", x) for x in "甲乙丙"], []),
        ("公开（公开路径：政府网站>履职依据>本区县（本部门）规范性文件）。", [("政府网站", "履职依据", "本区县（本部门）规范性文件")], []),
        ("公开（公开路径：政府网站—>政务公开→“六稳”“六保”>重要政策）", [("政府网站", "政务公开", "“六稳”“六保”", "重要政策")], []),
        ("发布路径：政府网站>政务公开>甲", [("政府网站", "政务公开", "甲")], []),
        ("在政府网站“政务公开>政府信息公开目录”中设置“稳岗就业”栏目", [(*DIRECTORY, "稳岗就业")], []),
        (
            "在政府网站“政务公开>政府信息公开目录>政策解读”中，至少设置“视频、图片”2个子栏目",
            [(*DIRECTORY, "政策解读"), (*DIRECTORY, "政策解读", "视频"), (*DIRECTORY, "政策解读", "图片")],
            [],
        ),
        ("在政府网站“政务公开>政府信息公开目录”中设置“六稳”“六保”等栏目", [(*DIRECTORY, "“六稳”“六保”")], []),
        ("通过政府网站、政务新媒体以及报刊、广播、电视等便于公众知晓的途径公布", [], ["政府网站", "政务新媒体", "报刊", "广播", "电视"]),
        ("建设“政策咨询问答库”，统一口径", [], []),
        ("链接市税务局网站“税费政策”栏目", [], []),
    ],
)  # fmt: skip
def test_paths_and_channels_are_read(text: str, paths: list[Path], channels: list[str]) -> None:
    assert read(text) == (paths, channels)


def test_other_channels_are_replaced_by_their_definition() -> None:
    first = "公开（公开路径：1．政府网站>甲，2．政务新媒体、宣传栏等其他适合的公开渠道（以下简称其他渠道））。"
    assert read(first)[1] == ["政务新媒体", "宣传栏"]
    assert read("公开（公开路径：1．政府网站>乙，2．其他渠道）。", first)[1] == ["政务新媒体", "宣传栏"]


def test_column_without_parents_is_completed_from_other_text() -> None:
    other = "在政府网站“政务公开>政府信息公开目录>政策解读”中发布"
    text = "在政府网站“政策解读”栏目集中展示"
    assert read(text, other)[0] == [(*DIRECTORY, "政策解读")]
    assert find_places(text, survey_paths([text, other]))[0].inferred


@pytest.mark.parametrize(
    ("text", "paths", "channels"),
    [
        ("公开路径：县政府网站—政务公开—财政信息。", [("县政府网站", "政务公开", "财政信息")], []),
        ('在政府网站"政务公开>年报"栏目发布', [("政府网站", "政务公开", "年报")], []),
        (
            "在区政府门户网站>街道频道>财政资金栏目公开预决算。",
            [("区政府门户网站", "街道频道", "财政资金")],
            [],
        ),
        (
            "通过县政府门户网站、“望舒发布”微信公众号等渠道公开。",
            [],
            ["县政府门户网站", "“望舒发布”微信公众号"],
        ),
    ],
)
def test_paths_in_common_spellings_are_read(text: str, paths: list[Path], channels: list[str]) -> None:
    assert read(text) == (paths, channels)


def test_path_running_into_sentence_is_marked() -> None:
    place = find_places("在政府网站>重点领域>征地信息集中展示公告。", survey_paths([]))[0]
    assert place.runs_on


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        (
            "公开专项规划。公开路径：1．政府网站>规划信息>专项规划；2．其他渠道。",
            [("公开专项规划。", ["专项规划"], ["其他渠道"], None)],
        ),
        (
            "公开规划信息。公开路径：政府网站>规划信息，其他渠道，6月底前完成。",
            [("公开规划信息。", ["规划信息"], ["其他渠道"], "2021-06-30")],
        ),
        (
            "公开规划信息 公开路径：政府网站>规划信息 其他渠道",
            [("公开规划信息", ["规划信息"], ["其他渠道"], None)],
        ),
        ("公开路径：政府网站>清单；政务新媒体。公开清单。", [("公开清单。", ["清单"], ["政务新媒体"], None)]),
        (
            "1．公开规划。\n公开路径：政府网站>规划信息；其他渠道\n2．公开清单。\n公开路径：政府网站>清单；其他渠道",
            [
                ("公开规划。", ["规划信息"], ["其他渠道"], None),
                ("公开清单。", ["清单"], ["其他渠道"], None),
            ],
        ),
        (
            "2021年6月底前完成清单编制，12月底前全部公开。公开路径：政府网站>清单；其他渠道。",
            [
                ("2021年6月底前完成清单编制", ["清单"], ["其他渠道"], "2021-06-30"),
                ("12月底前全部公开。", ["清单"], ["其他渠道"], "2021-12-31"),
            ],
        ),
    ],
)
def test_path_without_bracket_is_no_duty_but_keeps_other_channels(
    text: str, duties: list[tuple[str, list[str], list[str], str | None]]
) -> None:
    read = read_duties(text, ReadingContext(ReferenceYears(2021, 5), survey_paths([text])))
    assert [
        (one.text, [path[-1] for path in one.paths], list(one.channels), one.due and one.due.date) for one in read
    ] == duties


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("市政府门户网站“义务教育”专栏", ("市政府门户网站", "义务教育")),
        ("“政策解读”栏目", ("政府网站", "政策解读")),
        ("市政府门户网站首页“惠民补贴”专题", ("市政府门户网站", "惠民补贴")),
    ],
)
def test_path_column_reads_quoted_column_names(cell: str, path: Path) -> None:
    assert read_place_list(cell, survey_paths([])) == ((path,), ())
