"""What a notice orders and no row has is named and taken in by one press; what was read askew is refused with a way out."""

from io import BytesIO

import docx
import pytest
from django.test import Client
from django.urls import reverse

from factories.notices import City, draft, parsed, row
from gongkai.lib.reading import ReadingError
from gongkai.work.notices.importing.notice_parser import parse_notice
from gongkai.work.notices.importing.reading_checks import explain_typed_table
from gongkai.work.notices.models import Measure

LETTER = "各单位于12月5日前报送工作总结。"


def test_a_sentence_that_became_no_row_is_taken_in_or_left_out_by_one_press(town: City, chief: Client) -> None:
    notice = draft(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], ["市教育局"])]))
    notice.source_text = f"公开专项规划。\n{LETTER}\n市财政局要落实所需经费。\n现将方案印发给你们，请认真贯彻执行。"
    notice.save(update_fields=["source_text"])
    page = chief.get(reverse("notices_review", args=[notice.pk]), {"missed": 1}).content.decode()
    assert "这些句子没有成为任务：2 句" in page
    answer = chief.post(reverse("notices_correct", args=[notice.pk]), {"do": "add_row", "text": LETTER})
    assert answer.status_code == 302
    made = Measure.objects.get(notice=notice, text=LETTER)
    assert (made.duties.get().due["date"][5:], made.dropped) == ("12-05", False)
    assert "各单位" in [unit.printed for unit in made.units.all()]
    chief.post(
        reverse("notices_correct", args=[notice.pk]),
        {"do": "add_row", "text": "市财政局要落实所需经费。", "dropped": "1"},
    )
    assert Measure.objects.get(notice=notice, text="市财政局要落实所需经费。").dropped
    address = reverse("notices_review", args=[notice.pk])
    assert "这些句子没有成为任务" not in chief.get(address, {"missed": 1}).content.decode()


def test_words_that_nobody_asked_about_are_copied_from_the_source_and_become_a_row(town: City, chief: Client) -> None:
    notice = draft(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], ["市教育局"])]))
    notice.source_text = "公开专项规划。\n区级和部门预算、\n决算\n区财政局"
    notice.save(update_fields=["source_text"])
    address = reverse("notices_correct", args=[notice.pk])
    assert "原文里还有任务没有读出来" in chief.get(reverse("notices_review", args=[notice.pk])).content.decode()
    asked = {"do": "add_row", "text": "区级和部门预算、决算"}
    assert chief.post(address, asked).status_code == 302
    assert Measure.objects.filter(notice=notice, text=asked["text"], dropped=False).count() == 1
    for refused in (asked["text"], "专项规划", "没有印在通知里的话"):
        chief.post(address, {"do": "add_row", "text": refused})
    assert Measure.objects.filter(notice=notice).count() == 2


def _docx(tables: list[list[list[str]]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("石桥县人民政府办公室关于交办2027年政务公开任务的通知")
    for rows in tables:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for line, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph("")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_cards_with_labels_that_are_not_known_are_refused() -> None:
    cards = [
        [
            ["交办编号", f"2027－0{place}", "任务名称", f"公开第{place}类信息"],
            ["主办单位", "县教育局", "协办单位", "县财政局"],
            ["办结时限", "6月底前", "发布平台", "门户网站"],
        ]
        for place in (1, 2, 3)
    ]
    with pytest.raises(ReadingError, match="表格没有读对。请整理成一张表格"):
        parse_notice(_docx(cards), "a.docx", {})


def test_a_table_typed_with_blanks_is_refused_with_what_to_do() -> None:
    error = explain_typed_table(ReadingError("没有找到任务表"), "序号  工作任务   牵头单位   完成时限\n1  公开预算")
    assert "序号、工作任务、牵头单位、完成时限" in str(error)
    with pytest.raises(ReadingError, match="只是栏名"):
        parse_notice(_docx([[["甲", "乙", "牵头单位"], *([["主办单位", "完成时限", "协办单位"]] * 4)]]), "a.docx", {})
