"""A notice beside its parent and beside last year's: what is found, what persons correct, what the page shows."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from factories.notices import YEAR, City, draft, duty, live, parsed, row
from factories.units import BodyFactory, signed_in
from gongkai.acts.action import Refused
from gongkai.notices.actions import align_measures, choose_parent
from gongkai.notices.alignment.comparing import ADDED, CHANGED, DROPPED, PASSED, Decided, Side, compare
from gongkai.notices.alignment.limits import DutySide, compare_limits
from gongkai.notices.alignment.loading import align_notices, candidates
from gongkai.notices.alignment.marking import mark
from gongkai.notices.alignment.neutral import names_of, unit_core
from gongkai.notices.alignment.sharing import shares
from gongkai.notices.models import Duty, Measure, Notice, Pairing
from gongkai.reading import read_notice
from gongkai.units.models import Role

SHARED = Path(__file__).parents[3] / "shared" / "notices"
NAMES = names_of("云岭市人民政府", "青山区人民政府办公室")


def shown(upper: str, own: str) -> str:
    signs = {"del": "[-{}-]", "ins": "[+{}+]", "same": "{}"}
    return "".join(signs[one.kind].format(one.text) for one in mark(upper, own, NAMES).segments)


# Words


def test_places_are_known_from_governments_issuers_and_titles() -> None:
    assert names_of("云岭市人民政府") == ("云岭市", "云岭")
    assert names_of("云岭市青山区人民政府办公室") == ("云岭市青山区", "云岭市青山", "青山区", "青山")
    assert names_of("关于做好政务公开工作的通知") == ()


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
def test_what_passing_down_changes_by_nature_is_no_change(upper: str, own: str) -> None:
    assert not mark(upper, own, NAMES).differs


@pytest.mark.parametrize(
    ("upper", "own", "wanted"),
    [
        ("每年至少开展4次培训。", "每年至少开展2次培训。", "每年至少开展[-4-][+2+]次培训。"),
        ("于5月31日前报送。", "于6月30日前报送。", "于[-5月31-][+6月30+]日前报送。"),
        ("公开市场监管信息。", "公开市场监管和执法信息。", "公开市场监管[+和执法+]信息。"),
        ("公开规划和计划。", "公开规划。", "公开规划[-和计划-]。"),
    ],
)
def test_what_differs_is_marked(upper: str, own: str, wanted: str) -> None:
    assert shown(upper, own) == wanted


def test_a_marked_text_gives_both_texts_back() -> None:
    upper, own = "1．公开规划。\n2．每年培训4次。", "1．公开规划和计划。\n2．每年培训2次。\n3．建立台账。"
    made = mark(upper, own)
    assert "".join(one.text for one in made.segments if one.kind != "del") == own
    assert made.added == ("3．建立台账。",)
    assert made.removed == ()
    assert made.figures


def test_a_measure_split_in_two_is_compared_with_each_half() -> None:
    upper = "1．加强政府网站建设管理。\n2．办好政务新媒体账号。"
    assert shares(upper, ["加强政府网站建设管理。", "办好政务新媒体账号。"]) == upper.split("\n")


def test_sentences_that_differ_in_a_word_have_one_place_and_the_same_ones_have_all() -> None:
    lines = [f"密切关注涉及{what}方面的舆情，在网信部门指导下及时作出回应。" for what in ("疫情", "教育")]
    assert shares("\n".join(lines), lines) == lines
    assert shares(lines[0], [lines[0], lines[0]]) == [lines[0], lines[0]]


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
def test_the_same_unit_on_another_level_is_no_difference(upper: str, own: str) -> None:
    assert unit_core(upper, NAMES) == unit_core(own, NAMES) != ""


@pytest.mark.parametrize("group", ["各区县政府", "有关部门", "市政府有关部门", "各街道办事处"])
def test_a_group_is_not_compared(group: str) -> None:
    assert unit_core(group, NAMES) == ""


# Limits


def by(day: str) -> dict[str, object]:
    return {"kind": "by_date", "date": day, "text": day}


TIMES = {"kind": "times", "period": "year", "least": True}


@pytest.mark.parametrize(
    ("upper", "own", "wanted"),
    [
        (by("2026-01-15"), by("2026-01-20"), "upper"),
        (by("2026-01-15"), by("2026-01-10"), "own"),
        (by("2026-01-15"), by("2026-01-15"), None),
        (by("2026-01-15"), {}, "missing"),
        ({"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}, by("2027-01-31"), None),
        ({"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}, by("2027-02-10"), "upper"),
        (TIMES | {"count": 4}, TIMES | {"count": 2}, "upper"),
        (TIMES | {"count": 4}, TIMES | {"count": 6}, "own"),
        (
            {"kind": "working_days", "count": 5},
            {"kind": "working_days", "count": 10},
            "upper",
        ),
        (
            {"kind": "calendar_days", "count": 30, "least": True},
            {"kind": "calendar_days", "count": 20, "least": True},
            "upper",
        ),
        ({"kind": "recurring", "period": "quarter"}, {"kind": "recurring", "period": "year"}, "upper"),
        ({"kind": "ongoing", "mode": "及时"}, {}, None),
    ],
)
def test_the_stricter_limit_is_found(upper: dict, own: dict, wanted: str | None) -> None:
    text = "任务完成情况报送市政府办公厅。"
    found = compare_limits([DutySide(1, text, upper)], [DutySide(2, text, own)], 2026)
    assert [one.kind for one in found] == ([wanted] if wanted else [])
    assert all(one.own_duty == 2 for one in found)


def test_a_limit_stands_against_the_duty_it_is_about_only() -> None:
    upper = [
        DutySide(1, "形成任务清单，报送市政府办公厅备案。", by("2021-05-31")),
        DutySide(2, "将完成情况报市政府办公厅，并纳入年度报告。", by("2022-01-15")),
    ]
    own = [DutySide(3, "将完成情况报县政府办公室，并纳入年度报告。", by("2022-01-20"))]
    assert [(one.kind, one.upper_duty) for one in compare_limits(upper, own, 2021)] == [("upper", 2)]


# Rows


def side(pk: int, text: str, **more: object) -> Side:
    return Side(pk, pk, "一、规划", "", text, **more)  # type: ignore[arg-type]


UPPER = [
    side(1, "公开国民经济和社会发展规划纲要。"),
    side(2, "公开反垄断与反不正当竞争的政策措施和执法结果信息。"),
    side(3, "每年至少开展4次新闻发布会，及时回应社会关切。", leads=("市政府新闻办",)),
]
OWN = [
    side(11, "公开国民经济和社会发展规划纲要。"),
    side(13, "每年至少开展2次新闻发布会，及时回应社会关切。", leads=("区融媒体中心",)),
    side(14, "为老年人提供线下公开查阅点。"),
]


def found(**more: object) -> list[tuple[str, int | None, int | None]]:
    lines = compare(UPPER, OWN, names=NAMES, year=2026, **more)  # type: ignore[arg-type]
    return [(one.kind, one.upper and one.upper.pk, one.own and one.own.pk) for one in lines]


def test_every_measure_of_both_sides_stands_in_a_line() -> None:
    assert found() == [(PASSED, 1, 11), (DROPPED, 2, None), (CHANGED, 3, 13), (ADDED, None, 14)]
    changed = compare(UPPER, OWN, names=NAMES, year=2026)[2]
    assert changed.differs == ("数量：上级为4次，本级为2次",)
    assert changed.units == ("牵头单位：少了市政府新闻办；多了区融媒体中心",)


def test_what_a_person_says_holds() -> None:
    assert found(decided=[Decided(2, 14, "张三")])[1] == (CHANGED, 2, 14)
    ours = found(decided=[Decided(None, 13, "张三")])
    assert (DROPPED, 3, None) in ours
    assert (ADDED, None, 13) in ours
    assert (DROPPED, 1, None) in found(decided=[Decided(1, None, "张三")])


def test_a_measure_that_became_a_paragraph_of_another_is_neither_dropped_nor_added() -> None:
    parts = [
        f"公开{what}方面的政策措施、标准依据和办理结果，接受社会监督。"
        for what in ("教育资助", "农房改造", "环境执法")
    ]
    whole = side(1, "\n".join(f"{n}．{one}" for n, one in enumerate(parts, 1)))
    pieces = [side(11 + n, one) for n, one in enumerate(parts)]
    assert [one.kind for one in compare([whole], pieces, names=NAMES, year=2026)] == [PASSED] * 3
    assert [one.kind for one in compare(pieces, [whole], names=NAMES, year=2026)] == [PASSED] * 3


def test_units_of_merged_measures_are_compared_together() -> None:
    above = [
        side(1, "密切关注教育方面的舆情并及时作出回应。", responsible=("市教委",)),
        side(2, "密切关注民政方面的舆情并及时作出回应。", responsible=("市民政局",)),
    ]
    merged = side(11, f"{above[0].text}\n{above[1].text}", responsible=("区教委", "区民政局"))
    said = [Decided(1, 11, "张三"), Decided(2, 11, "张三")]
    assert [one.units for one in compare(above, [merged], names=NAMES, year=2026, decided=said)] == [(), ()]


def test_a_row_that_quotes_its_parent_says_whether_the_quote_is_right() -> None:
    quoted = side(11, UPPER[0].text, extras=(("工作要求", "6月底前公开本局专项规划"),))
    line = compare(UPPER, [quoted], names=NAMES, year=2026)[0]
    assert line.quotes
    assert not line.marked.differs


def test_tongliang_against_the_municipal_notice() -> None:
    """N-13: the dropped row on unfair competition and the added item 7 on interpretation are reported."""
    if not (SHARED / "2021-tongliang.txt").exists():
        pytest.skip("no shared notices here")

    def sides(name: str) -> list[Side]:
        rows = read_notice(SHARED / name).rows
        return [
            Side(place, place, one.section, one.item, one.measure, one.lead, one.responsible)
            for place, one in enumerate(rows, start=1)
        ]

    above, below = sides("2021-municipal.txt"), sides("2021-tongliang.txt")
    lines = compare(above, below, names=names_of("重庆市人民政府", "铜梁区人民政府"), year=2021)
    dropped = [one.upper.text for one in lines if one.kind == DROPPED and one.upper]
    assert any("反垄断与反不正当竞争" in text for text in dropped)
    added = [text for one in lines for text in one.marked.added]
    assert any(text.startswith("7．") and "解读" in text for text in added)
    seen_up = {one.upper.pk for one in lines if one.upper}
    seen_own = {one.own.pk for one in lines if one.own}
    assert (len(seen_up), len(seen_own)) == (len(above), len(below))


# Stored notices


@pytest.fixture
def pair(town: City) -> tuple[Notice, Notice]:
    """The province's notice, imported for reference, and the city's own."""
    province = parsed(
        title=f"云川省{YEAR}年政务公开工作要点任务分工",
        doc_number=f"云川府办〔{YEAR}〕3号",
        rows=[
            row("公开专项规划。", ["省发展改革委"], ["各市政府"]),
            row("公开反不正当竞争政策。", ["省市场监管局"], ["省市场监管局"]),
            row(
                "每年举办4次发布会，回应关切。",
                ["省政府新闻办"],
                ["各市政府"],
                duties=[duty("每年举办4次发布会，回应关切。", due=by(f"{YEAR}-11-30"))],
            ),
        ],
    )
    own = parsed(
        basis=[{"title": "要点任务分工", "doc_number": f"云川府办〔{YEAR}〕3号"}],
        rows=[
            row("公开专项规划。", ["市发展改革委"], ["市教育局"]),
            row(
                "每年举办2次发布会，回应关切。",
                ["市财政局"],
                [],
                duties=[duty("每年举办2次发布会，回应关切。", due=by(f"{YEAR}-12-10"))],
            ),
            row("为老年人设立线下查阅点。", ["市卫生健康委"], []),
        ],
    )
    return draft(town, province), draft(town, own)


def kinds(made: Notice, other: Notice) -> list[str]:
    return [one.kind for one in align_notices(made, other).lines]


def test_the_parent_is_proposed_from_the_document_number_that_is_cited(
    town: City, pair: tuple[Notice, Notice]
) -> None:
    upper, own = pair
    Notice.objects.filter(pk=own.pk).update(parent=None)
    own.refresh_from_db()
    assert candidates(own, town.chief)[0] == (upper, "依据文号一致")


def test_a_person_links_unlinks_and_forgets(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    rival, third = upper.measures.all()[1], own.measures.all()[2]
    assert kinds(own, upper) == [PASSED, DROPPED, CHANGED, ADDED]
    align_measures(own, by=town.chief, other=upper, own=third.pk, uppers=[rival.pk])
    third.refresh_from_db()
    assert third.parent == rival
    assert kinds(own, upper) == [PASSED, CHANGED, CHANGED]
    align_measures(own, by=town.chief, other=upper, own=third.pk)
    third.refresh_from_db()
    assert third.parent is None
    align_measures(own, by=town.chief, other=upper, uppers=[rival.pk], words="由省级部门办理")
    line = align_notices(own, upper).lines[1]
    assert line.kind == DROPPED
    assert line.decided
    assert line.decided.words == "由省级部门办理"
    align_measures(own, by=town.chief, other=upper, uppers=[rival.pk], forget=True)
    align_measures(own, by=town.chief, other=upper, own=third.pk, forget=True)
    assert not Pairing.objects.exists()


def test_not_taking_over_breaks_the_pair(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    first, mine = upper.measures.all()[0], own.measures.all()[0]
    align_measures(own, by=town.chief, other=upper, own=mine.pk, uppers=[first.pk])
    align_measures(own, by=town.chief, other=upper, uppers=[first.pk])
    mine.refresh_from_db()
    assert mine.parent is None
    assert kinds(own, upper) == [DROPPED, DROPPED, CHANGED, ADDED, ADDED]


def test_measures_of_a_third_notice_are_refused(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    with pytest.raises(Refused, match="不存在"):
        align_measures(own, by=town.chief, other=upper, own=upper.measures.first().pk)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="不存在"):
        align_measures(own, by=town.chief, other=upper)


def test_the_parent_is_chosen_and_never_in_a_circle(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    choose_parent(own, by=town.chief, parent=None)
    choose_parent(own, by=town.chief, parent=upper)
    own.refresh_from_db()
    assert own.parent == upper
    for wrong in (own, upper):
        with pytest.raises(Refused):
            choose_parent(upper, by=town.chief, parent=own if wrong is own else upper)


def test_last_year_is_told_from_a_parent(town: City) -> None:
    before = parsed(title=f"云岭市{YEAR - 1}年政务公开工作要点任务分工", doc_number="旧1号")
    old, new = live(town, before), draft(town)
    made = align_notices(new, old)
    assert made.mode == "year"
    assert {made.label(one) for one in made.lines} == {"继续执行"}
    assert made.counts[0] == (CHANGED, "有变化", 0)
    assert (old, "本级上年通知") in candidates(new, town.chief)


def test_against_last_year_nobody_speaks_of_levels(town: City) -> None:
    def of(year: int, count: int, day: str) -> dict[str, object]:
        text = f"{year}年6月底前举办{count}次发布会，回应关切。"
        rows = [row(text, ["市财政局"], [], duties=[duty(text, due=by(day))])]
        return parsed(title=f"云岭市{year}年政务公开工作要点任务分工", doc_number=f"{year}号", rows=rows)

    old = draft(town, of(YEAR - 1, 4, f"{YEAR - 1}-06-30"))
    new = draft(town, of(YEAR, 2, f"{YEAR}-06-30"))
    line = align_notices(new, old).lines[0]
    assert line.differs == ("数量：上年为4次，今年为2次",)
    assert not line.limits
    assert not any(one.text.startswith("20") for one in line.marked.segments if one.kind != "same")


# Pages


@pytest.fixture
def chief(town: City) -> Client:
    return signed_in(Role.CHIEF, town.office)


def test_the_page_marks_what_differs(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    page = chief.get(reverse("notices_alignment", args=[own.pk])).content.decode()
    assert upper.title in page
    assert '<del class="al-figure">4</del>' in page
    assert "上级时限更严" in page
    for show in ("changed", "dropped", "added", "figures", "limits", "units", "nonsense"):
        assert chief.get(reverse("notices_alignment", args=[own.pk]), {"show": show}).status_code == 200


def test_the_page_asks_a_constant_number_of_queries(town: City, chief: Client) -> None:
    asked = []
    for size in (3, 40):
        rows = [row(f"公开第{n}类规划信息和计划。", ["市财政局"], ["市教育局"]) for n in range(size)]
        upper = draft(town, parsed(title="云川省任务分工", doc_number=f"{size}号", rows=rows))
        own = draft(town, parsed(rows=rows, doc_number=f"本{size}号"))
        with CaptureQueriesContext(connection) as captured:
            assert (
                chief.get(reverse("notices_alignment", args=[own.pk]), {"with": upper.pk}).status_code == 200
            )
        asked.append(len(captured))
    assert asked[1] <= asked[0]  # the first one fills the caches of the process
    assert asked[1] < 40


def test_too_many_measures_get_a_sentence(
    pair: tuple[Notice, Notice], chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upper, own = pair
    monkeypatch.setattr("gongkai.matching.alignment.MOST", 1)
    page = chief.get(reverse("notices_alignment", args=[own.pk]), {"with": upper.pk})
    assert "举措过多" in page.content.decode()
    export = chief.get(reverse("notices_alignment_export", args=[own.pk]), {"with": upper.pk})
    assert export.status_code == 302


def test_a_stricter_limit_is_taken_over_by_a_person_only(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    mine = Duty.objects.get(measure__notice=own, text__startswith="每年举办2次")
    theirs = Duty.objects.get(measure__notice=upper, text__startswith="每年举办4次")
    chief.get(reverse("notices_alignment", args=[own.pk]))
    mine.refresh_from_db()
    assert mine.due["date"] == f"{YEAR}-12-10"
    chief.post(
        reverse("notices_alignment_correct", args=[own.pk]),
        {"do": "limit", "with": upper.pk, "duty": mine.pk, "from": theirs.pk},
    )
    mine.refresh_from_db()
    assert mine.due["date"] == date(YEAR, 11, 30).isoformat()


def test_pairs_are_corrected_by_the_numbers_that_the_page_shows(
    pair: tuple[Notice, Notice], chief: Client
) -> None:
    upper, own = pair
    third = own.measures.all()[2]
    address = reverse("notices_alignment_correct", args=[own.pk])
    facts = {"with": upper.pk, "own": third.pk, "show": "added", "at": "4"}
    answer = chief.post(address, facts | {"do": "link", "numbers": "1、2"})
    assert answer["Location"] == f"/admin/notices/{own.pk}/alignment/?with={upper.pk}&show=added#line4"
    assert set(Pairing.objects.values_list("upper", flat=True)) == set(
        upper.measures.values_list("pk", flat=True)[:2]
    )
    chief.post(address, facts | {"do": "link", "numbers": "99"})
    assert Pairing.objects.count() == 2
    chief.post(address, facts | {"do": "ours"})
    assert Pairing.objects.get().upper is None
    chief.post(address, facts | {"do": "forget"})
    chief.post(
        address, {"with": upper.pk, "do": "dropped", "upper": upper.measures.all()[1].pk, "words": "省级事项"}
    )
    assert Pairing.objects.get().words == "省级事项"
    chief.post(
        address, {"with": upper.pk, "do": "link", "upper": upper.measures.all()[1].pk, "own_number": "3"}
    )
    assert Measure.objects.get(pk=third.pk).parent == upper.measures.all()[1]


def test_the_spreadsheet_has_every_line(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    answer = chief.get(reverse("notices_alignment_export", args=[own.pk]), {"with": upper.pk})
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [[str(cell or "") for cell in line] for line in sheet.iter_rows(values_only=True)]
    assert [line[0] for line in rows if line[0] in {"照原文下达", "未下达", "有改动", "本级增加"}] == [
        "照原文下达",
        "未下达",
        "有改动",
        "本级增加",
    ]
    assert any("【删：4】【增：2】" in cell for line in rows for cell in line)


def test_others_see_no_draft_and_correct_nothing(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    clerk = signed_in(Role.CLERK, town.education)
    assert clerk.get(reverse("notices_alignment", args=[own.pk])).status_code == 404
    issued = live(town)
    elsewhere = signed_in(Role.CHIEF, BodyFactory(name="白水市人民政府", government=True))
    assert elsewhere.get(reverse("notices_alignment", args=[issued.pk])).status_code == 404
    page = clerk.get(reverse("notices_alignment", args=[issued.pk]))
    assert page.status_code == 200
    assert upper.title not in page.content.decode()
    facts = {"with": issued.pk, "do": "ours", "own": issued.measures.first().pk}  # type: ignore[union-attr]
    clerk.post(reverse("notices_alignment_correct", args=[issued.pk]), facts)
    assert not Pairing.objects.exists()
