"""Meanings of table heads: corrected on the review page, applied to the rows, learnt for later notices, forgotten, undone."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from factories.clerks import xlsx
from factories.notices import City
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.seal import verify_log
from gongkai.core.files.storage import get_files_storage
from gongkai.core.units.models import BodyKind, BodyLevel, Role
from gongkai.work.notices.actions import (
    assign_heading_meanings,
    correct_cell,
    create_child_draft,
    forget_learnt_heading,
    import_file,
    resolve_unit,
    row_exchange,
    table_heads,
    undo_heading_meanings,
)
from gongkai.work.notices.actions.imports import build_draft_rows
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.importing.table_heads import replace_heads_in_text
from gongkai.work.notices.jobs import finish_interrupted
from gongkai.work.notices.models import AwaitedAct, Duty, HeadName, Measure, MeasureUnit, Notice, Pairing
from gongkai.work.notices.planning.draft_rows import list_remarks

HEADS = ("序号", "工作内容", "具体抓手", "责任单位", "节点安排")
CORRECT_MEANINGS = {"工作内容": "section", "具体抓手": "measure", "节点安排": "limit"}
ROWS = (
    ("1", "一、规划信息", "公开专项规划，做好解读。", "市发展改革委、市规资中心", "2026年6月底前"),
    ("2", "", "公开区域规划。", "市教育局", "—"),
    ("3", "二、财政信息", "国家出台规定后3个月内公开财政收支情况。", "市财政局", "每季度"),
)


def make_word_file(
    heads: tuple[str, ...] = HEADS,
    title: str = "云岭市2026年政务公开工作要点任务分工",
    rows: Sequence[tuple[str, ...]] = ROWS,
) -> bytes:
    paper = Document()
    paper.add_paragraph(title)
    table = paper.add_table(rows=1 + len(rows), cols=len(heads))
    for place, line in enumerate([heads, *rows]):
        for cell, text in zip(table.rows[place].cells, line, strict=True):
            cell.text = text
    stream = BytesIO()
    paper.save(stream)
    return stream.getvalue()


def import_table(town: City, data: bytes | None = None, name: str = "任务.docx") -> Notice:
    source = read_source(data or make_word_file(), name)
    return import_file(source, by=town.chief, government=town.government, issuer=town.office).notice


def section_texts(notice: Notice) -> list[tuple[str, str]]:
    return list(notice.measures.order_by("position").values_list("section", "text"))


def meanings(notice: Notice) -> dict[str, str]:
    return {one["head"]: one["meaning"] for one in Notice.objects.get(pk=notice.pk).heads}


def test_unknown_heads_are_flagged_and_rows_are_read(town: City) -> None:
    notice = import_table(town)
    assert "表头“具体抓手”、“节点安排”不认识，请在“表头”中指明各栏的含义。" in notice.remarks
    assert notice.measures.first().extras["具体抓手"] == "公开专项规划，做好解读。"


def test_table_with_only_unknown_heads_is_refused() -> None:
    for data in (
        make_word_file(heads=("甲", "乙", "丙", "丁", "戊")),
        make_word_file(heads=("甲", "乙"), rows=[("张三", "李四")]),
    ):
        with pytest.raises(Refused, match="没有找到任务表"):
            read_source(data, "任务.docx")


def test_corrected_heads_reread_the_table(town: City) -> None:
    notice = import_table(town)
    assert section_texts(notice)[0] == ("", "一、规划信息")
    assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)
    assert section_texts(notice) == [
        ("一、规划信息", "公开专项规划，做好解读。"),
        ("一、规划信息", "公开区域规划。"),
        ("二、财政信息", "国家出台规定后3个月内公开财政收支情况。"),
    ]
    assert meanings(notice) | CORRECT_MEANINGS == meanings(notice)
    assert {duty.due.get("date") for duty in Duty.objects.filter(measure__notice=notice)} >= {"2026-06-30"}
    assert notice.measures.first().extras["节点安排"] == "2026年6月底前"


def test_rereading_keeps_resolved_units(town: City) -> None:
    notice = import_table(town)
    unit = MeasureUnit.objects.get(measure__notice=notice, printed="市规资中心")
    resolve_unit(notice, by=town.chief, unit=unit.pk, bodies=[town.planning])
    assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)
    again = MeasureUnit.objects.get(measure__notice=notice, printed="市规资中心")
    assert (again.pk != unit.pk, again.resolved) == (True, True)
    assert [member.body for member in again.members.all()] == [town.planning]


def test_next_notice_uses_learnt_heads_and_flags_them(town: City) -> None:
    assign_heading_meanings(import_table(town), by=town.chief, heads=CORRECT_MEANINGS)
    next_one = import_table(town, make_word_file(title="云岭市2027年政务公开工作要点任务分工"))
    assert section_texts(next_one)[0] == ("一、规划信息", "公开专项规划，做好解读。")
    asked = [str(flag["message"]) for flag in next_one.measures.first().unsettled]
    assert any("表头“具体抓手”读作“贯彻举措”" in message for message in asked)
    # Standard heads need no learning and are not mentioned.
    other = import_table(town, make_word_file(heads=("序号", "工作任务", "贯彻举措", "责任单位", "完成时限")))
    assert not [remark for remark in other.remarks if remark.startswith("表头")]


def test_printed_standard_head_has_priority_over_learnt_head(town: City) -> None:
    assign_heading_meanings(import_table(town), by=town.chief, heads=CORRECT_MEANINGS)
    both = import_table(town, make_word_file(heads=("具体抓手", "工作任务", "贯彻举措", "责任单位", "完成时限")))
    assert meanings(both)["具体抓手"] == "other"
    assert section_texts(both)[0] == ("一、规划信息", "公开专项规划，做好解读。")


def test_heads_learnt_by_higher_government_apply_below_not_above(town: City) -> None:
    county = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, level=BodyLevel.COUNTY, parent=town.government)
    first = import_table(town)
    assign_heading_meanings(first, by=town.chief, heads=CORRECT_MEANINGS)
    below = import_file(read_source(make_word_file(), "任务.docx"), by=town.chief, government=county).notice
    assert section_texts(below) == section_texts(first)
    HeadName.objects.update(government=county)
    assert meanings(import_table(town, make_word_file(title="云岭市2028年任务分工")))["具体抓手"] == "other"


def test_replace_heads_changes_only_cells_equal_to_head() -> None:
    text = "具体抓手要实\n任务\t具体抓手\t责任单位\n做好具体抓手\t是\n"
    changed, used = replace_heads_in_text(text, {"具体抓手": "measure"})
    assert changed == "具体抓手要实\n任务\t贯彻举措\t责任单位\n做好具体抓手\t是\n"
    assert used == {"具体抓手": "贯彻举措"}


def test_undo_restores_all_rows(town: City) -> None:
    notice = import_table(town)
    measure = notice.measures.first()
    correct_cell(notice, by=town.chief, measure=measure.pk, field="item", value="（一）自拟")
    Pairing.objects.create(notice=notice, other=notice, own=measure, by="某人")
    Duty.objects.filter(measure=measure).first().guided.add(town.education)
    before = {
        model: list(model.objects.order_by("pk").values())
        for model in (Measure, MeasureUnit, Duty, AwaitedAct, Pairing, HeadName)
    }
    notice = Notice.objects.get(pk=notice.pk)
    front = (notice.heads, notice.parsed, notice.remarks)
    assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)
    assert HeadName.objects.count() == len(CORRECT_MEANINGS) - 1
    undo_heading_meanings(Notice.objects.get(pk=notice.pk), by=town.chief)
    for model, rows in before.items():
        assert list(model.objects.order_by("pk").values()) == rows, model
    notice = Notice.objects.get(pk=notice.pk)
    assert (notice.heads, notice.parsed, notice.remarks) == front
    assert Duty.objects.filter(guided=town.education).count() == 1


def test_killed_correction_leaves_all_rows_and_can_be_repeated(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = import_table(
        town, make_word_file(rows=[*ROWS, *[("9", "四、其他", f"公开第{n}项。", "市财政局", "—") for n in range(7)]])
    )
    monkeypatch.setattr(row_exchange, "MAX_ROWS_IN_ACTION", 1)
    before = section_texts(notice)

    def kill(name: str, call: int, act: Callable[[], object]) -> int:
        """Kill the process before a call; return the number of calls until then."""
        real, calls = getattr(row_exchange, name), []

        def work(*given: object, **facts: object) -> object:
            calls.append(1)
            if len(calls) == call:
                raise KeyboardInterrupt
            return real(*given, **facts)

        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr(row_exchange, name, work)
            act()
        return len(calls)

    def correct() -> None:
        assign_heading_meanings(Notice.objects.get(), by=town.chief, heads=CORRECT_MEANINGS)

    def fail(*_: object) -> None:
        raise Conflict("表头刚刚被更正过。")

    for call in (2, 3):
        assert kill("store_portion", call, correct) == call
        assert (section_texts(notice), Notice.unfinished.count()) == (before, 1)
        with pytest.raises(Refused, match="正在重新读取"):
            correct()
        assert finish_interrupted(timezone.now() + timedelta(minutes=1))["removed"] == 1
        assert Measure.objects.count() == len(before)
    with monkeypatch.context() as patch:
        patch.setattr(table_heads, "exchange_rows_with_hidden_copy", fail)
        with pytest.raises(Conflict):
            correct()
    assert Measure.objects.count() == len(before), "a failed correction leaves nothing and can be repeated at once"
    kill("remove_unfinished", 1, correct)
    after = section_texts(notice)
    assert (after != before, Measure.objects.count()) == (True, len(before) + len(after))
    Notice.unfinished.update(imported_at=timezone.now() - timedelta(minutes=1))
    undo_heading_meanings(Notice.objects.get(), by=town.chief)
    assert (section_texts(notice), Measure.objects.count(), Notice.unfinished.count()) == (before, len(before), 0)
    assert verify_log().ok


def test_two_corrections_are_undone_in_reverse_order(town: City) -> None:
    notice = import_table(town)
    first = section_texts(notice)
    assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)
    second = section_texts(notice)
    assign_heading_meanings(Notice.objects.get(), by=town.chief, heads={"节点安排": "other"})
    for expected in (second, first):
        undo_heading_meanings(Notice.objects.get(), by=town.chief)
        assert section_texts(notice) == expected
    with pytest.raises(Refused, match="没有更正过"):
        undo_heading_meanings(Notice.objects.get(), by=town.chief)


def test_undo_is_refused_after_further_corrections(town: City) -> None:
    notice = import_table(town)
    assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)
    row = notice.measures.first()
    correct_cell(Notice.objects.get(), by=town.chief, measure=row.pk, field="text", value="公开规划。")
    with pytest.raises(Refused, match="不能撤销"):
        undo_heading_meanings(Notice.objects.get(), by=town.chief)


def test_invalid_meanings_are_refused_and_change_nothing(town: City) -> None:
    notice = import_table(town)
    before = section_texts(notice)
    for heads, reason in [
        ({"工作内容": "measure"}, "没有改变"),
        ({"工作内容": "section"}, "请指明哪一栏是“贯彻举措”"),
        ({"具体抓手": "measure"}, "“贯彻举措”只能有一栏"),
        ({"责任单位": "other"}, "牵头单位”或者“责任单位"),
        ({"工作内容": "item", "具体抓手": "measure"}, "工作任务（一级）"),
        ({"工作内容": "nonsense"}, "没有“nonsense”这样的栏"),
    ]:
        with pytest.raises(Refused, match=reason):
            assign_heading_meanings(notice, by=town.chief, heads=heads)
        assert (section_texts(notice), HeadName.objects.count()) == (before, 0)


def test_notice_with_child_draft_is_not_reread(town: City) -> None:
    notice = import_table(town)
    numbers = list(notice.measures.values_list("pk", flat=True))
    create_child_draft(None, by=town.chief, source=notice, government=town.government, measures=numbers)
    with pytest.raises(Refused, match="下发通知草稿"):
        assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)


def test_missing_source_file_is_reported(town: City) -> None:
    notice = import_table(town)
    data = notice.source_file.read()
    get_files_storage().delete(notice.source_file.place)
    with pytest.raises(Refused, match="来源文件已不在"):
        assign_heading_meanings(notice, by=town.chief, heads=CORRECT_MEANINGS)
    get_files_storage().save(notice.source_file.place, ContentFile(data))


def test_heads_with_own_words_are_read_and_cancelled_row_is_no_task() -> None:
    heads = ["序号", "具体内容", "县级牵头", "具体责任", "协办", "时限", "修订说明"]
    rows = [
        ["1", "公开部门预算", "县财政局", "县教育局", "", "6月底前", "改为单列；时间由5月底前改为6月底前"],
        ["（转下页）", *[""] * 6],
        ["2", "公开招生划片图", "县教育局", "县教育局（县公安局配合）", "县民政局", "—", ""],
        ["3", "编印口袋书", "县财政局", "——", "", "——", "取消，转入日常管理"],
    ]
    read = read_source(xlsx([["青溪县2027年任务分解表", *[""] * 6], heads, *rows]), "分解表.xlsx")
    assert {head.printed: head.meaning for head in read.heads}["具体责任"] == "responsible"
    assert not read.learnt
    first, second, third = build_draft_rows(read, {})
    assert [(unit.part, unit.printed) for unit in second.units] == [
        ("lead", "县教育局"),
        ("responsible", "县教育局"),
        ("partner", "县公安局"),
        ("partner", "县民政局"),
    ]
    assert [duty.due["text"] for duty in first.duties] == ["6月底前"], "what was changed is no limit"
    assert any("表头“具体责任”按“责任单位”读取" in str(flag["message"]) for flag in first.flags)
    assert third.dropped
    assert any("取消，转入日常管理" in words for words in list_remarks(read.parsed))


# Pages


def test_review_page_corrects_and_undoes_heads(town: City) -> None:
    client = signed_in(Role.CHIEF, town.office)
    notice = import_table(town)
    page = client.get(reverse("notices_review", args=[notice.pk])).content.decode()
    assert 'name="meaning"' in page
    assert "具体抓手" in page
    where = reverse("notices_heads", args=[notice.pk])
    order = [one["head"] for one in notice.heads]
    wanted = [(meanings(notice) | CORRECT_MEANINGS)[head] for head in order]
    done = client.post(where, {"head": order, "meaning": wanted, "learn": "1"}, follow=True).content.decode()
    assert "已按更正后的表头重新读取" in done
    assert "撤销，恢复更正前的各行" in done
    assert section_texts(notice)[0] == ("一、规划信息", "公开专项规划，做好解读。")
    back = client.post(where, {"do": "undo"}, follow=True).content.decode()
    assert "已恢复更正前的各行" in back
    assert not HeadName.objects.exists()


def test_heads_of_older_import_are_read_from_file_on_request(town: City, chief: Client) -> None:
    notice = import_table(town)
    Notice.objects.update(heads=[])
    address = reverse("notices_review", args=[notice.pk])
    page = chief.get(address).content.decode()
    assert 'name="meaning"' not in page
    assert "读取表头" in page
    assert 'name="meaning"' in chief.get(address, {"heads": "1"}).content.decode()
    assign_heading_meanings(Notice.objects.get(), by=town.chief, heads=CORRECT_MEANINGS)
    assert section_texts(notice)[0][0] == "一、规划信息"


def test_heads_are_not_learnt_unless_ticked(town: City) -> None:
    client = signed_in(Role.CHIEF, town.office)
    notice = import_table(town)
    client.post(
        reverse("notices_heads", args=[notice.pk]),
        {"head": list(CORRECT_MEANINGS), "meaning": list(CORRECT_MEANINGS.values())},
    )
    assert section_texts(notice)[0][0] == "一、规划信息"
    assert not HeadName.objects.exists()


def test_learnt_heads_and_unit_names_are_listed_and_removed(town: City) -> None:
    notice = import_table(town)
    unit = MeasureUnit.objects.get(measure__notice=notice, printed="市规资中心")
    resolve_unit(notice, by=town.chief, unit=unit.pk, bodies=[town.planning], learn=True)
    assign_heading_meanings(Notice.objects.get(), by=town.chief, heads=CORRECT_MEANINGS)
    client = signed_in(Role.CHIEF, town.office)
    page = client.get(reverse("notices_learnt")).content.decode()
    assert "具体抓手" in page
    assert "贯彻举措" in page
    assert "市规资中心" in page
    assert reverse("units:remove_alias", args=[town.planning.aliases.get().pk]) in page
    head = HeadName.objects.get(printed="具体抓手")
    gone = client.post(reverse("notices_learnt_act", args=[head.pk, "forget-head"]), follow=True)
    assert "已不再记住" in gone.content.decode()
    assert not HeadName.objects.filter(printed="具体抓手").exists()
    remarks = import_table(town, make_word_file(title="云岭市2027年任务分工")).remarks
    assert any("“具体抓手”" in remark and "不认识" in remark for remark in remarks)


def test_only_office_of_the_government_forgets_a_head(town: City) -> None:
    assign_heading_meanings(import_table(town), by=town.chief, heads=CORRECT_MEANINGS)
    head = HeadName.objects.first()
    elsewhere = BodyFactory(name="白水市人民政府", kind=BodyKind.GOVERNMENT)
    for stranger in (actor(Role.CHIEF, elsewhere), actor(Role.CLERK, town.education)):
        with pytest.raises(Refused):
            forget_learnt_heading(head, by=stranger)
    clerk = signed_in(Role.CLERK, town.education)
    assert "具体抓手" not in clerk.get(reverse("notices_learnt")).content.decode()
