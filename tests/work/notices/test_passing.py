"""Drafting a child notice for a lower government: initial content, edits by its office, the printed file read back."""

from datetime import date

import pytest
from django.urls import reverse

from factories.notices import YEAR, City, draft, live, parsed, row, start_child_draft
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import ACTIONS_BY_NAME, Conflict, Refused
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Role
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.writing.notice import render_notice_docx, render_notice_xlsx
from gongkai.work.notices.actions import (
    create_child_draft,
    find_undo_obstacles,
    issue_child_draft,
    merge_rows,
    revoke_notice,
    save_child_draft,
    supersede_notice,
)
from gongkai.work.notices.models import ChildDraft, Notice
from gongkai.work.notices.passing_down import draft_text
from gongkai.work.notices.passing_down.draft_text import PlacePair
from gongkai.work.notices.passing_down.drafts import to_printable

PLACE = PlacePair("云岭市", "青山区")


@pytest.mark.parametrize(
    ("upper", "own"),
    [
        ("公开云岭市专项规划。", "公开青山区专项规划。"),
        ("公开我市、全市和本市的规划。", "公开我市、全区和本区的规划。"),
        ("公开我市规划。", "公开我区规划。"),
        ("公开本区县专项规划。", "公开本区专项规划。"),
        ("市、区县政府门户网站归集规划。", "区政府门户网站归集规划。"),
        ("于5月31日前报送市政府办公厅。", "于5月31日前报送市政府办公厅。"),
        ("报送云岭市人民政府办公厅。", "报送云岭市人民政府办公厅。"),
        ("落实《云岭市政务公开办法》和我市要求。", "落实《云岭市政务公开办法》和我区要求。"),
        ("按照市财政局统一要求公开。", "按照市财政局统一要求公开。"),
        ("公开本行业领域市级重点专项规划。", "公开本行业领域区级重点专项规划。"),
        ("公开市本级预算和市级部门决算。", "公开区本级预算和区级部门决算。"),
        ("市直部门公开机构职能。", "区直部门公开机构职能。"),
        ("按照市级统一要求公开。", "按照市级统一要求公开。"),
        ("根据市级部署，公开市级清单。", "根据市级部署，公开区级清单。"),
        ("汇总后报市级主管部门。", "汇总后报市级主管部门。"),
        ("公开省级、市级示范点名单。", "公开省级、市级示范点名单。"),
        ("公开市级以上奖励。", "公开市级以上奖励。"),
        ("公开市级和县级标准。", "公开市级和县级标准。"),
        ("参照地市级标准和城市级标准。", "参照地市级标准和城市级标准。"),
        ("落实《市级预算办法》。", "落实《市级预算办法》。"),
    ],
)
def test_place_names_are_replaced_by_own(upper: str, own: str) -> None:
    assert draft_text.adapt_text(upper, PLACE) == own


def test_units_get_own_level_and_groups_of_lower_governments_are_omitted() -> None:
    names = ["市财政局", "云岭市教育局", "各区县政府", "有关部门", "市财政局"]
    assert draft_text.adapt_units(names, PLACE) == ["区财政局", "区教育局", "有关部门"]
    groups = ["各市（州）政府", "各县（市、区）人民政府", "各市、县人民政府", "各区县", "各乡镇（街道）"]
    assert draft_text.adapt_units([*groups, "和平区政府"], PlacePair("云岭市", "青溪县")) == ["和平区政府"]
    assert draft_text.adapt_units(["市财政局"], PlacePair("云岭市", "云岭市")) == ["市财政局"]


def test_preamble_cites_title_and_number_of_parent() -> None:
    words = draft_text.build_preamble("关于印发《任务分工》的通知", "云府办发〔2026〕8号", "青山区", 2026)
    assert words.startswith("根据《关于印发〈任务分工〉的通知》（云府办发〔2026〕8号）要求，结合我区实际")


# Actions


@pytest.fixture
def source(town: City) -> Notice:
    rows = [
        row("公开云岭市专项规划（公开路径：政府网站>规划信息）。", ["市发展改革委"], ["市教育局"]),
        row("每季度公开我市财政信息。", ["市财政局"], ["青山区政府"], section="二、财政信息", item=""),
        row(
            "2026年6月底前开展1次培训。",
            ["市政府办公室"],
            [],
            section="二、财政信息",
            item="",
            extras={"完成时限": "6月30日前"},
        ),
    ]
    return live(town, parsed(rows=rows))


FRONT = {"signed_on": date(YEAR, 6, 1), "doc_number": f"青府办发〔{YEAR}〕5号"}


def test_child_draft_contains_chosen_measures(town: City, source: Notice) -> None:
    chosen = source.measures.all()[:2]
    made = create_child_draft(
        None, by=town.chief, source=source, government=town.district, measures=[one.pk for one in chosen]
    )
    assert [one["measure"] for one in made.rows] == [one.pk for one in chosen]
    assert made.rows[0]["text"] == "公开青山区专项规划（公开路径：政府网站>规划信息）。"
    assert made.rows[0]["lead"] == ["区发展改革委"]
    assert [one["limit"] for one in start_child_draft(town, source).rows] == ["", "", "6月30日前"]
    assert made.title == f"青山区人民政府办公室关于印发青山区{YEAR}年政务公开工作要点任务分工的通知"
    assert source.doc_number in made.preamble
    assert not Notice.objects.exclude(pk=source.pk).exists()


def test_empty_choice_and_superseded_notice_are_refused(town: City, source: Notice) -> None:
    with pytest.raises(Refused, match="至少选择一条"):
        create_child_draft(None, by=town.chief, source=source, government=town.district, measures=[])
    newer = live(town, parsed(doc_number="新1号", title=f"云岭市{YEAR}年新任务分工"))
    supersede_notice(source, by=town.chief, newer=newer, reason="调整")
    with pytest.raises(Refused, match="已被取代"):
        start_child_draft(town, Notice.objects.get(pk=source.pk))
    newer = revoke_notice(newer, by=town.chief, reason="印发有误")
    with pytest.raises(Refused, match="已作废"):
        start_child_draft(town, newer)


def test_draft_is_issued_after_a_source_row_was_merged(town: City) -> None:
    rows = [row("公开规划。", ["市发展改革委"], []), row("公开预算。", ["市财政局"], [])]
    source = draft(town, parsed(rows=rows))
    made = start_child_draft(town, source)
    merge_rows(source, by=town.chief, measure=made.rows[1]["measure"])
    child = ChildDraft.objects.get(pk=made.pk)
    lines = [one | {"lead": "区教育局", "responsible": ""} for one in child.rows]
    save_child_draft(child, by=town.chief, front=FRONT, rows=lines)
    notice = issue_child_draft(ChildDraft.objects.get(pk=made.pk), by=town.chief)
    assert [one.parent_id for one in notice.measures.filter(preamble=False)] == [made.rows[0]["measure"], None]


def test_saved_words_are_kept_and_validated(town: City, source: Notice) -> None:
    made = start_child_draft(town, source)
    own = {
        "section": "三、本级任务",
        "item": "",
        "text": "设立查阅点。",
        "lead": "区政务服务办、—",
        "responsible": "",
    }
    rows = [made.rows[0] | {"lead": "区发展改革委", "responsible": "区教育局；区财政局"}, own]
    save_child_draft(made, by=town.chief, version=1, front=FRONT, rows=rows)
    made.refresh_from_db()
    assert made.version == 2
    assert made.rows[0]["responsible"] == ["区教育局", "区财政局"]
    assert (made.rows[1]["measure"], made.rows[1]["lead"]) == (None, ["区政务服务办"])
    with pytest.raises(Conflict):
        save_child_draft(made, by=town.chief, version=1, front={}, rows=rows)
    for wrong, words in (
        ([own | {"text": ""}], "请填写贯彻举措"),
        ([own | {"lead": "—"}], "牵头单位或者责任单位"),
        ([own | {"section": ""}], "请填写工作任务"),
        ([], "至少保留一条"),
    ):
        with pytest.raises(Refused, match=words):
            save_child_draft(made, by=town.chief, front={}, rows=wrong)
    with pytest.raises(Refused, match="请填写标题"):
        save_child_draft(made, by=town.chief, front={"title": " "}, rows=rows)
    made.refresh_from_db()
    assert made.title


def test_row_cannot_reference_measure_of_another_notice(town: City, source: Notice) -> None:
    made = start_child_draft(town, source)
    save_child_draft(made, by=town.chief, front={}, rows=[made.rows[0] | {"measure": 99999, "lead": "区教育局"}])
    made.refresh_from_db()
    assert made.rows[0]["measure"] is None


def test_import_with_child_draft_cannot_be_undone(town: City, source: Notice) -> None:
    start_child_draft(town, source)
    assert "有1份下发通知草稿由它起草。" in find_undo_obstacles(source)


@pytest.mark.parametrize("name", ["passing.save", "passing.discard"])
def test_only_the_office_edits_child_drafts(town: City, source: Notice, name: str) -> None:
    made = start_child_draft(town, source)
    elsewhere = BodyFactory(name="白水市人民政府", government=True)
    people = {
        "chief": town.chief,
        "district": actor(Role.CHIEF, town.district),
        "elsewhere": actor(Role.CHIEF, elsewhere),
        "auditor": actor(Role.AUDITOR, town.office),
        "clerk": actor(Role.CLERK, town.education),
        "public": ANONYMOUS,
        "system": SYSTEM,
    }
    may = {who for who, by in people.items() if not ACTIONS_BY_NAME[name].rule(by, made)}
    assert may == {"chief", "district", "system"}
    for who in ("elsewhere", "clerk"):
        with pytest.raises(Refused):
            start_child_draft(town, source, people[who])


@pytest.mark.parametrize(("form", "write"), [("docx", render_notice_docx), ("xlsx", render_notice_xlsx)])
def test_printed_notice_is_read_back(town: City, source: Notice, form: str, write: object) -> None:
    made = start_child_draft(town, source)
    rows = [one | {"responsible": one["responsible"] or ["区政府各部门"]} for one in made.rows]
    save_child_draft(
        made,
        by=town.chief,
        front=FRONT,
        rows=[one | {"lead": "、".join(one["lead"]), "responsible": "、".join(one["responsible"])} for one in rows],
    )
    made.refresh_from_db()
    read = read_notice(write(to_printable(made)))  # type: ignore[operator]
    assert (read.title, read.doc_number, read.issued_on) == (
        made.title,
        FRONT["doc_number"],
        f"{YEAR}-06-01",
    )
    assert [(one.measure, list(one.lead), list(one.responsible)) for one in read.rows] == [
        (one["text"], one["lead"], one["responsible"]) for one in made.rows
    ]
    assert read.rows[2].extras == {"完成时限": "6月30日前"}
    assert read.rows[0].duties[0].paths == (("政府网站", "规划信息"),)
    if form == "docx":
        assert source.doc_number in {one.doc_number for one in read.basis}


# Other columns of the source


COLUMNS = {"序号": "1", "公开渠道": "我市网站", "备注": "市级示范点", "具体抓手": "试点", "进度安排表": "—"}


@pytest.fixture
def source_with_extras(town: City) -> Notice:
    rows = [
        row("公开专项规划。", ["市发展改革委"], [], extras=COLUMNS),
        row("公开财政信息。", ["市财政局"], [], extras={"公开渠道": "—", "备注": "", "具体抓手": "清单"}),
    ]
    return live(town, parsed(rows=rows))


def save(made: ChildDraft, town: City, rows: list[dict[str, object]], **front: object) -> ChildDraft:
    plain = [
        one | {name: "、".join(one[name]) for name in ("lead", "responsible")}  # type: ignore[arg-type]
        for one in rows
    ]
    save_child_draft(made, by=town.chief, front=FRONT | front, rows=plain)
    made.refresh_from_db()
    return made


def test_other_columns_are_adapted_and_numbering_is_dropped(town: City, source_with_extras: Notice) -> None:
    made = start_child_draft(town, source_with_extras)
    assert [one["extras"] for one in made.rows] == [
        {"公开渠道": "我区网站", "备注": "区级示范点", "具体抓手": "试点"},
        {"具体抓手": "清单"},
    ]


def test_other_columns_are_printed_and_read_back(town: City, source_with_extras: Notice) -> None:
    made = save(
        start_child_draft(town, source_with_extras),
        town,
        start_child_draft(town, source_with_extras).rows,
        copied_to="区法院",
    )
    read = read_notice(render_notice_docx(to_printable(made)))
    assert [{head: text for head, text in one.extras.items() if text not in {"", "—"}} for one in read.rows] == [
        {head: text for head, text in one["extras"].items() if text} for one in made.rows
    ]
    assert [one.measure for one in read.rows] == [one["text"] for one in made.rows]


def test_empty_columns_are_dropped_and_unknown_ones_ignored(town: City, source_with_extras: Notice) -> None:
    made = start_child_draft(town, source_with_extras)
    rows = [one | {"extras": {"备注": "自有", "具体抓手": "", "外来": "x"}} for one in made.rows]
    assert [one["extras"] for one in save(made, town, rows).rows] == [{"备注": "自有"}, {"备注": "自有"}]
    with pytest.raises(Refused, match="备注不能超过"):
        save(made, town, [made.rows[0] | {"extras": {"备注": "长" * 2001}}])


def test_columns_that_do_not_fit_on_paper_are_reported(town: City) -> None:
    many = {f"抓手{place}": "有" for place in "甲乙丙"} | {"公开范围": "社会", "备注": "有", "说明": "有"}
    notice = live(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], [], extras=many)]))
    assert list(start_child_draft(town, notice).rows[0]["extras"]) == ["抓手甲", "抓手乙", "公开范围", "备注"]
    page = signed_in(Role.CHIEF, town.office).get(reverse("notices_passing", args=[notice.pk]))
    assert "来源表的“抓手丙”、“说明”栏版面放不下" in page.content.decode()


def test_form_keeps_other_columns_and_removes_one(town: City, source_with_extras: Notice) -> None:
    chief = signed_in(Role.CHIEF, town.office)
    made = start_child_draft(town, source_with_extras)
    address = reverse("notices_passing_draft", args=[made.pk])
    assert "不要“具体抓手”栏" in chief.get(address).content.decode()
    fields: dict[str, object] = {
        "version": "1",
        "count": "2",
        "title": made.title,
        "issuer_name": made.issuer_name,
        "addressee": made.addressee,
        "preamble": made.preamble,
        "copied_to": "区法院",
        "head": ["公开渠道", "备注", "具体抓手"],
        "drop-head": ["具体抓手"],
    }
    for at, one in enumerate(made.rows, start=1):
        fields |= {f"measure-{at}": str(one["measure"]), f"section-{at}": one["section"]}
        fields |= {f"text-{at}": one["text"], f"lead-{at}": "区财政局", f"extra-{at}-1": f"备注{at}"}
    chief.post(address, fields)
    made.refresh_from_db()
    assert ([one["extras"] for one in made.rows], made.copied_to) == (
        [{"备注": "备注1"}, {"备注": "备注2"}],
        "区法院",
    )


# Pages


def test_child_notice_from_choice_to_file(town: City, source: Notice) -> None:
    chief = signed_in(Role.CHIEF, town.office)
    choose = reverse("notices_passing", args=[source.pk])
    assert "公开云岭市专项规划" in chief.get(choose).content.decode()
    assert "请选择由哪个政府下发" in chief.post(choose, {}).content.decode()
    numbers = list(source.measures.values_list("pk", flat=True))
    answer = chief.post(choose, {"government": town.district.pk, "measure": numbers})
    made = ChildDraft.objects.get()
    assert answer["Location"] == reverse("notices_passing_draft", args=[made.pk])
    page = chief.get(answer["Location"]).content.decode()
    assert "公开青山区专项规划" in page
    for form in ("docx", "xlsx"):
        assert chief.get(answer["Location"], {"as": form}).content[:2] == b"PK"
    fields = {
        "version": "1",
        "count": "5",
        "title": made.title,
        "issuer_name": made.issuer_name,
        "addressee": made.addressee,
        "preamble": made.preamble,
        "signed_on": f"{YEAR}-06-01",
    }
    for at, one in enumerate(made.rows, start=1):
        fields |= {
            f"measure-{at}": str(one["measure"]),
            f"section-{at}": one["section"],
            f"text-{at}": one["text"],
        }
        fields |= {f"lead-{at}": "区财政局", f"order-{at}": str(at)}
    fields |= {
        "remove-2": "1",
        "section-4": "三、本级",
        "text-4": "设立查阅点。",
        "lead-4": "区教育局",
        "order-4": "0.5",
    }
    chief.post(answer["Location"], fields)
    made.refresh_from_db()
    assert [one["measure"] for one in made.rows] == [None, numbers[0], numbers[2]]
    refused = chief.post(answer["Location"], fields | {"version": "2", "text-4": "", "title": "新标题"})
    assert refused.status_code == 422
    assert "请填写贯彻举措" in refused.content.decode()
    assert "新标题" in refused.content.decode()
    chief.post(answer["Location"], {"do": "discard"})
    assert not ChildDraft.objects.exists()
