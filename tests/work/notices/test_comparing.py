"""Rules of comparing two notices: text differences, stricter deadlines, pairing of rows; without a database."""

import json
from pathlib import Path

import pytest

from gongkai.lib.reading.notice import read_notice
from gongkai.work.notices.alignment.comparison import (
    ADDED,
    CHANGED,
    DROPPED,
    PASSED,
    ComparedLine,
    ComparedMeasure,
    PairingDecision,
    compare_measures,
)
from gongkai.work.notices.alignment.deadlines import ComparedDuty, compare_deadlines, replace_deadline
from gongkai.work.notices.alignment.similarity import split_paragraphs
from gongkai.work.notices.alignment.text_differences import find_place_names, mark_differences, normalize_unit

SHARED = Path(__file__).parents[4] / "shared" / "notices"
NAMES = find_place_names("云岭市人民政府", "青山区人民政府办公室")


def mark_text(upper: str, own: str) -> str:
    signs = {"del": "[-{}-]", "ins": "[+{}+]", "same": "{}"}
    return "".join(signs[one.kind].format(one.text) for one in mark_differences(upper, own, NAMES).segments)


# Texts


def test_place_names_come_from_governments_issuers_and_titles() -> None:
    assert find_place_names("云岭市人民政府") == ("云岭市", "云岭")
    assert find_place_names("云岭市青山区人民政府办公室") == ("云岭市青山区", "云岭市青山", "青山区", "青山")
    assert find_place_names("关于做好政务公开工作的通知") == ()


@pytest.mark.parametrize(
    ("upper", "own"),
    [
        ("公开我市重点专项规划。", "公开我区重点专项规划。"),
        ("公开云岭市重点专项规划。", "公开青山区重点专项规划。"),
        ("公开本区县专项规划", "公开青山区专项规划；"),
        ("市、区县政府门户网站归集规划信息。", "区政府门户网站归集规划信息。"),
        ("按照市财政局要求公开。", "按照区财政局要求公开。"),
        ("2．公开规划。", "公开规划。"),
        ("1．公开规划（草案）。", "１．公开规划(草案)。"),
        ("二○三五年远景目标", "二〇三五年远景目标"),
        ("规划（公开路径：1．政府网站，2．其他渠道）", "规划（公开路径：政府网站；2.其他渠道）"),
    ],
)
def test_adaptations_to_lower_level_are_no_difference(upper: str, own: str) -> None:
    assert not mark_differences(upper, own, NAMES).differs


@pytest.mark.parametrize(
    ("upper", "own", "wanted"),
    [
        ("每年至少开展4次培训。", "每年至少开展2次培训。", "每年至少开展[-4-][+2+]次培训。"),
        ("于5月31日前报送。", "于6月30日前报送。", "于[-5月31-][+6月30+]日前报送。"),
        ("公开市场监管信息。", "公开市场监管和执法信息。", "公开市场监管[+和执法+]信息。"),
        ("公开规划和计划。", "公开规划。", "公开规划[-和计划-]。"),
    ],
)
def test_differences_are_marked(upper: str, own: str, wanted: str) -> None:
    assert mark_text(upper, own) == wanted


def test_marked_segments_restore_both_texts() -> None:
    upper, own = "1．公开规划。\n2．每年培训4次。", "1．公开规划和计划。\n2．每年培训2次。\n3．建立台账。"
    made = mark_differences(upper, own)
    assert "".join(one.text for one in made.segments if one.kind != "del") == own
    assert made.added == ("3．建立台账。",)
    assert made.removed == ()
    assert made.figures


def test_split_paragraphs_divides_measure_by_its_parts() -> None:
    upper = "1．加强政府网站建设管理。\n2．办好政务新媒体账号。"
    assert split_paragraphs(upper, ["加强政府网站建设管理。", "办好政务新媒体账号。"]) == upper.split("\n")


def test_split_paragraphs_handles_similar_and_equal_sentences() -> None:
    lines = [f"密切关注涉及{what}方面的舆情，在网信部门指导下及时作出回应。" for what in ("疫情", "教育")]
    assert split_paragraphs("\n".join(lines), lines) == lines
    assert split_paragraphs(lines[0], [lines[0], lines[0]]) == [lines[0], lines[0]]


@pytest.mark.parametrize(
    ("upper", "own"),
    [
        ("市财政局", "区财政局"),
        ("云岭市财政局", "青山区财政局"),
        ("市政府办公厅", "区政府办公室"),
        ("市网信办", "区委网信办"),
        ("市卫生健康委", "区卫生健康委员会"),
    ],
)
def test_same_unit_on_another_level_normalizes_equally(upper: str, own: str) -> None:
    assert normalize_unit(upper, NAMES) == normalize_unit(own, NAMES) != ""


@pytest.mark.parametrize("group", ["各区县政府", "有关部门", "市政府有关部门", "各街道办事处"])
def test_group_of_units_normalizes_to_empty_name(group: str) -> None:
    assert normalize_unit(group, NAMES) == ""


# Deadlines


def due_by(day: str) -> dict[str, object]:
    return {"kind": "by_date", "date": day, "text": day}


TIMES = {"kind": "times", "period": "year", "least": True}


@pytest.mark.parametrize(
    ("upper", "own", "wanted"),
    [
        (due_by("2026-01-15"), due_by("2026-01-20"), "upper"),
        (due_by("2026-01-15"), due_by("2026-01-10"), "own"),
        (due_by("2026-01-15"), due_by("2026-01-15"), None),
        (due_by("2026-01-15"), {}, "missing"),
        ({"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}, due_by("2027-01-31"), None),
        ({"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}, due_by("2027-02-10"), "upper"),
        (TIMES | {"count": 4}, TIMES | {"count": 2}, "upper"),
        (TIMES | {"count": 4}, TIMES | {"count": 6}, "own"),
        ({"kind": "working_days", "count": 5}, {"kind": "working_days", "count": 10}, "upper"),
        (
            {"kind": "calendar_days", "count": 30, "least": True},
            {"kind": "calendar_days", "count": 20, "least": True},
            "upper",
        ),
        ({"kind": "recurring", "period": "quarter"}, {"kind": "recurring", "period": "year"}, "upper"),
        ({"kind": "ongoing", "mode": "及时"}, {}, None),
    ],
)
def test_stricter_deadline_is_found(upper: dict, own: dict, wanted: str | None) -> None:
    text = "任务完成情况报送市政府办公厅。"
    found = compare_deadlines([ComparedDuty(1, text, upper)], [ComparedDuty(2, text, own)], 2026)
    assert [one.kind for one in found] == ([wanted] if wanted else [])
    assert all(one.own_duty == 2 for one in found)


def test_deadline_is_compared_only_with_matching_duty() -> None:
    upper = [
        ComparedDuty(1, "形成任务清单，报送市政府办公厅备案。", due_by("2021-05-31")),
        ComparedDuty(2, "将完成情况报市政府办公厅，并纳入年度报告。", due_by("2022-01-15")),
    ]
    own = [ComparedDuty(3, "将完成情况报县政府办公室，并纳入年度报告。", due_by("2022-01-20"))]
    assert [(one.kind, one.upper_duty) for one in compare_deadlines(upper, own, 2021)] == [("upper", 2)]


@pytest.mark.parametrize(
    ("text", "own", "upper", "wanted"),
    [
        ("9月底前公开规划。", "9月底前", "6月底前", "6月底前公开规划。"),
        ("公开规划。", "", "6月底前", "6月底前公开规划。"),
        ("1．公开规划。", "", "6月底前", "1．6月底前公开规划。"),
        ("（二）公开规划。", "", "每季度", "（二）每季度公开规划。"),
        ("10．5公里内公开。", "", "6月底前", "6月底前10．5公里内公开。"),
        ("公开规划。", "不在其中", "6月底前", "6月底前公开规划。"),
    ],
)
def test_replacement_words_of_deadline_are_proposed(text: str, own: str, upper: str, wanted: str) -> None:
    assert replace_deadline(text, own, upper) == wanted


def test_seen_mark_of_line_changes_with_either_side() -> None:
    above, mine = make_side(1, "公开。"), make_side(2, "公开。")
    seen = ComparedLine(CHANGED, above, mine).seen
    assert ComparedLine(CHANGED, above, make_side(2, "不公开。")).seen != seen
    assert (
        ComparedLine(
            CHANGED, make_side(1, "公开。", duties=(ComparedDuty(3, "公开。", due_by("2026-06-30")),)), mine
        ).seen
        != seen
    )
    assert ComparedLine(PASSED, above, mine).seen == seen


# Rows


def make_side(pk: int, text: str, **more: object) -> ComparedMeasure:
    return ComparedMeasure(pk, pk, "一、规划", "", text, **more)  # type: ignore[arg-type]


UPPER = [
    make_side(1, "公开国民经济和社会发展规划纲要。"),
    make_side(2, "公开反垄断与反不正当竞争的政策措施和执法结果信息。"),
    make_side(3, "每年至少开展4次新闻发布会，及时回应社会关切。", leads=("市政府新闻办",)),
]
OWN = [
    make_side(11, "公开国民经济和社会发展规划纲要。"),
    make_side(13, "每年至少开展2次新闻发布会，及时回应社会关切。", leads=("区融媒体中心",)),
    make_side(14, "为老年人提供线下公开查阅点。"),
]


def compare(**more: object) -> list[tuple[str, int | None, int | None]]:
    lines = compare_measures(UPPER, OWN, names=NAMES, year=2026, **more)  # type: ignore[arg-type]
    return [(one.kind, one.upper and one.upper.pk, one.own and one.own.pk) for one in lines]


def test_every_measure_of_both_sides_is_in_one_line() -> None:
    assert compare() == [(PASSED, 1, 11), (DROPPED, 2, None), (CHANGED, 3, 13), (ADDED, None, 14)]
    changed = compare_measures(UPPER, OWN, names=NAMES, year=2026)[2]
    assert changed.differs == ("数量：上级为4次，本级为2次",)
    assert changed.units == ("牵头单位：少了市政府新闻办；多了区融媒体中心",)


def test_manual_pairing_decisions_have_priority() -> None:
    assert compare(decided=[PairingDecision(2, 14, "张三")])[1] == (CHANGED, 2, 14)
    ours = compare(decided=[PairingDecision(None, 13, "张三")])
    assert (DROPPED, 3, None) in ours
    assert (ADDED, None, 13) in ours
    assert (DROPPED, 1, None) in compare(decided=[PairingDecision(1, None, "张三")])


def test_measure_merged_into_another_is_passed_on() -> None:
    parts = [
        f"公开{what}方面的政策措施、标准依据和办理结果，接受社会监督。" for what in ("教育资助", "农房改造", "环境执法")
    ]
    whole = make_side(1, "\n".join(f"{n}．{one}" for n, one in enumerate(parts, 1)))
    pieces = [make_side(11 + n, one) for n, one in enumerate(parts)]
    assert [one.kind for one in compare_measures([whole], pieces, names=NAMES, year=2026)] == [PASSED] * 3
    assert [one.kind for one in compare_measures(pieces, [whole], names=NAMES, year=2026)] == [PASSED] * 3


def test_units_of_merged_measures_are_compared_together() -> None:
    above = [
        make_side(1, "密切关注教育方面的舆情并及时作出回应。", responsible=("市教委",)),
        make_side(2, "密切关注民政方面的舆情并及时作出回应。", responsible=("市民政局",)),
    ]
    merged = make_side(11, f"{above[0].text}\n{above[1].text}", responsible=("区教委", "区民政局"))
    said = [PairingDecision(1, 11, "张三"), PairingDecision(2, 11, "张三")]
    assert [one.units for one in compare_measures(above, [merged], names=NAMES, year=2026, decided=said)] == [
        (),
        (),
    ]


def test_row_quoting_parent_is_compared_with_the_quotation() -> None:
    quoted = make_side(11, UPPER[0].text, extras=(("工作要求", "6月底前公开本局专项规划"),))
    line = compare_measures(UPPER, [quoted], names=NAMES, year=2026)[0]
    assert line.is_quoting
    assert not line.marked.differs


def test_tongliang_against_the_municipal_notice() -> None:
    """N-13: the dropped row on unfair competition and the added item 7 on interpretation are reported."""
    if not (SHARED / "2021-tongliang.txt").exists():
        pytest.skip("no shared notices here")

    fields = ("section", "item", "measure", "lead", "responsible")
    gold = json.loads((SHARED.parent / "gold" / "003.json").read_text())  # as it is read (lib/reading/test_gold.py)
    rows = [[getattr(one, name) for name in fields] for one in read_notice(SHARED / "2021-municipal.txt").rows]
    below = [ComparedMeasure(place, place, *(one[name] for name in fields)) for place, one in enumerate(gold, start=1)]
    above = [ComparedMeasure(place, place, *row) for place, row in enumerate(rows, start=1)]
    lines = compare_measures(above, below, names=find_place_names("重庆市人民政府", "铜梁区人民政府"), year=2021)
    dropped = [one.upper.text for one in lines if one.kind == DROPPED and one.upper]
    assert any("反垄断与反不正当竞争" in text for text in dropped)
    added = [text for one in lines for text in one.marked.added]
    assert any(text.startswith("7．") and "解读" in text for text in added)
    seen_up = {one.upper.pk for one in lines if one.upper}
    seen_own = {one.own.pk for one in lines if one.own}
    assert (len(seen_up), len(seen_own)) == (len(above), len(below))


def _make_short(pk: int, text: str, lead: str, cited: str = "") -> ComparedMeasure:
    return ComparedMeasure(pk, pk % 100, "", "", text, (lead,), extras=(("对应市任务", cited),) if cited else ())


UPPERS = (
    _make_short(1, "1.公布养老机构的床位、收费和护理等级，方便老人选择。", "市民政局"),
    _make_short(2, "2.公开统计数据。月度数据每月20日前在网站发布，遇假日顺延。", "市统计局"),
    _make_short(3, "3.组织政策宣讲进企业、进社区，解答社保和医保问题。", "市政府办公室"),
)


def test_reworded_measures_are_paired_by_lead_and_shared_words() -> None:
    owns = (
        _make_short(101, "1.列出各敬老院还有多少床位、怎样收费。", "区民政局"),
        _make_short(102, "2.发布主要指标月度数据和说明。", "区统计局"),
        _make_short(103, "3.张贴公厕位置示意图。", "区城市管理局"),
    )
    lines = compare_measures(UPPERS, owns, names=NAMES, year=2026)
    assert [(line.upper and line.upper.pk, line.own and line.own.pk) for line in lines] == [
        (1, 101),
        (2, 102),
        (3, None),
        (None, 103),
    ]


def test_wrong_printed_number_yields_to_words_and_is_flagged() -> None:
    owns = (
        _make_short(101, "1.公布养老机构床位、收费。", "区民政局", "第2项"),
        _make_short(102, "2.发布月度数据，在网站公开统计数据。", "区统计局", "第2项"),
        _make_short(103, "3.组织政策宣讲进企业、进社区。", "区政府办公室", "第7项"),
    )
    lines = compare_measures(UPPERS, owns, names=NAMES, year=2026)
    assert [(line.upper and line.upper.pk, line.own and line.own.pk) for line in lines] == [
        (1, 101),
        (2, 102),
        (3, 103),
    ]
    asked = [[words for words in line.differs if "印的是" in words] for line in lines]
    assert [bool(words) for words in asked] == [True, False, True]
