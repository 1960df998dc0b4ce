"""Importing the library and the filing list, originals from files and zips, comparison with a source."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from docx import Document as Docx

from factories import foreign_files
from factories import policies as library
from factories.policies import FACTS, public, record
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column, Shelf
from gongkai.content.policies import actions, source_comparison
from gongkai.content.policies.importing.filed_list import FILED_LIST_SHEET as FILED
from gongkai.content.policies.importing.planner import LIBRARY_SHEET
from gongkai.content.policies.models import (
    ComparisonResult,
    FiledRow,
    KeptText,
    PolicyLevel,
    PolicyRecord,
    Span,
    WaitingFile,
)
from gongkai.content.policies.queries.office import find_filing_differences, list_filed_unpublished, list_public_unfiled
from gongkai.content.policies.queries.side_column import list_source_facts
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused
from gongkai.core.files.losses import find_losses
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.writer import write_csv, write_xlsx
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def sheet(*rows: dict[str, Any]) -> bytes:
    """Return a filled-in spreadsheet."""
    heads = {column.key: column for column in LIBRARY_SHEET.columns}

    class Line:
        def __init__(self, facts: dict[str, Any]) -> None:
            self.facts = facts

    from dataclasses import replace

    columns = tuple(replace(c, write=lambda line, k=key: line.facts.get(k)) for key, c in heads.items())
    return write_xlsx(replace(LIBRARY_SHEET, columns=columns), [Line(row) for row in rows])


def line(housing: Body, **facts: Any) -> dict[str, Any]:
    return {**FACTS, "level": "行政规范性文件", "body": housing.name, **facts}


def docx(*paragraphs: str) -> bytes:
    made = Docx()
    for text in paragraphs:
        made.add_paragraph(text)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


class TestLibrary:
    def test_dry_run_writes_nothing_and_import_is_undone(self, housing: Body, clerk: Actor) -> None:
        content = sheet(line(housing), line(housing, title="第二号办法", number="云府规〔2024〕4号", unified_number=""))
        run, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert (plan.made, plan.errors) == (2, [])
        assert not PolicyRecord.objects.exists()
        spreadsheets.apply(run, by=clerk)
        made = PolicyRecord.objects.get(unified_number="YLGF-2024-003")
        assert (made.ends_on, made.level) == (date(2029, 4, 30), PolicyLevel.NORMATIVE)
        assert Span.objects.filter(record=made).count() == 3
        spreadsheets.undo(run, by=clerk)
        assert not PolicyRecord.objects.exists()
        assert not Span.objects.exists()

    def test_changed_cell_updates_record_and_validity(self, housing: Body, clerk: Actor) -> None:
        made = record(housing, **FACTS)
        content = write_xlsx(LIBRARY_SHEET, PolicyRecord.objects.select_related("body"))
        _, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert (plan.changes, plan.errors, plan.same) == ([], [], 1), "the export read back changes nothing"
        PolicyRecord.objects.update(made_on=None, effective_on=None)
        content = write_xlsx(LIBRARY_SHEET, PolicyRecord.objects.select_related("body"))
        _, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert (plan.errors, plan.same) == ([], 1), "nor where a date is missing"
        PolicyRecord.objects.update(made_on=made.made_on, effective_on=made.effective_on)
        content = sheet(line(housing, ends_on=date(2025, 4, 30)))
        run, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert [[d.head for d in c.differences] for c in plan.changes] == [["有效期至"]]
        spreadsheets.apply(run, by=clerk)
        assert Span.objects.get(record=made, state="expired").since == date(2025, 5, 1)

    def test_errors_name_their_cell(self, housing: Body, city: Body, clerk: Actor) -> None:
        cases: list[tuple[dict[str, Any], str, str]] = [
            ({"number": "云府规[2024]第3号"}, "发文字号", "格式不对"),
            ({"level": "不知道"}, "效力级别", "不在可选范围内"),
            ({"effective_on": "明年"}, "施行日期", "不是日期"),
            ({"ends_on": date(2020, 1, 1)}, "有效期至", "早于施行日期"),
            ({"body": "云岭市没有局"}, "起草单位", "没有“云岭市没有局”这个单位"),
            ({"body": city.name}, "起草单位", "不是您负责的单位"),
            ({"file": "没传过.docx"}, "原文文件名", "没有上传“没传过.docx”"),
            ({"effective_on": None}, "施行日期", "施行日期没有填写"),
        ]
        own = [
            {"title": f"第{n}号办法", "number": f"云府规〔2024〕{n}号", "unified_number": "", **facts}
            for n, (facts, _, _) in enumerate(cases, 2)
        ]
        content = sheet(*(line(housing, **facts) for facts in own))
        _, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        for number, (_, place, what) in enumerate(cases, 2):
            said = [(one.head, one.what) for one in plan.errors if one.row == number]
            assert any(head == place and what in words for head, words in said), (number, said)

    def test_new_document_does_not_overwrite_an_old_one_of_its_title(self, housing: Body, clerk: Actor) -> None:
        old = record(housing, title="物业管理办法", number="云府规〔2018〕6号")
        own = {"title": old.title, "unified_number": ""}
        content = sheet(line(housing, **own, number="云府规〔2026〕6号"))
        run, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert (plan.errors, plan.made) == ([], 1)
        spreadsheets.apply(run, by=clerk)
        assert {*PolicyRecord.objects.values_list("number", flat=True)} == {"云府规〔2018〕6号", "云府规〔2026〕6号"}
        content = sheet(line(housing, **own, number=""))
        _, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert "几份这个名称的文件" in str(plan.errors[0])

    def test_texts_come_from_a_zip(self, housing: Body, clerk: Actor, rules: Column) -> None:
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w") as archive:
            archive.writestr(
                "文件/办法.docx",
                docx("第一条 为了规范管理，制定本办法。", "第二条 本办法自2024年5月1日起施行。"),
            )
            archive.writestr("文件/第二号办法.txt", "第一条　先入库。\n第二条　后公开。".encode("gbk"))
            archive.writestr("文件/说明.exe", b"MZ")
            archive.writestr("文件/加密.txt", b"x")
            archive.getinfo("文件/加密.txt").flag_bits |= 1  # in the directory only
        given = [("原文.zip", bundle.getvalue()), ("坏.docx", b"PK\x03\x04xxxx"), ("程序.exe", b"MZ")]
        left_out = actions.upload_originals(housing, by=clerk, files=given).left_out
        for name, why in (("说明.exe", "不能"), ("加密.txt", "有密码"), ("坏.docx", "已损坏"), ("程序.exe", "不能")):
            assert any(f"“{name}”" in line and why in line for line in left_out), (name, left_out)
        assert set(WaitingFile.objects.values_list("name", flat=True)) == {"办法.docx", "第二号办法.txt"}
        content = sheet(
            line(housing, file="办法.docx"),
            line(housing, title="第二号办法", number="云府规〔2024〕4号", unified_number=""),
        )
        run, plan = spreadsheets.upload_for_dry_run("policies", content=content, file_name="库.xlsx", by=clerk)
        assert plan.errors == []
        spreadsheets.apply(run, by=clerk)
        first = PolicyRecord.objects.get(title=FACTS["title"])
        assert "制定本办法" in first.html
        assert "后公开" in PolicyRecord.objects.get(title="第二号办法").html
        page = actions.draft_item(first, by=clerk, columns=[rules])
        assert page.attachments.get().name == "办法.docx"
        first.refresh_from_db()
        assert (first.html, first.original) == ("", None)

    def test_files_of_one_name_do_not_replace_each_other(self, housing: Body, clerk: Actor) -> None:
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w") as archive:
            for folder, words in (("2023", "第一条　旧文。"), ("2024", "第一条　新文。")):
                archive.writestr(f"{folder}/通知.txt", words.encode())
                archive.writestr(f"{folder}/附则.txt", "第一条　相同。".encode())
        stored = actions.upload_originals(housing, by=clerk, files=[("原文.zip", bundle.getvalue())])
        assert ([file.name for file in stored.kept], len(stored.left_out)) == (["附则.txt"], 1)
        assert "“通知.txt”有几个内容不同的文件" in stored.left_out[0]

    def test_invalid_files_are_refused(self, housing: Body, clerk: Actor) -> None:
        for name, data, words in (
            ("病毒.exe", b"MZ", "不能作为原文"),
            ("坏.zip", b"PK\x03\x04xxxx", "打不开：压缩文件已损坏，"),
            ("坏.zip", b"Rar!\x1a\x07\x00xx", "打不开：不支持的格式（RAR压缩包）"),
            ("坏.docx", b"PK\x03\x04xxxx", "已损坏"),
            ("坏.pdf", b"%PDF-1.4 nothing", "已损坏"),
            ("空.zip", b"PK\x05\x06" + b"\x00" * 18, "没有可用的文件"),
        ):
            with pytest.raises(Refused, match=words):
                actions.upload_originals(housing, by=clerk, files=[(name, data)])

    def test_original_is_discarded_or_its_text_used(self, housing: Body, clerk: Actor, rules: Column) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("gongkai.content.policies.actions.files.READ_TIMEOUT_SECONDS", -1)
            with pytest.raises(Refused, match="分成几批上传"):
                actions.upload_originals(housing, by=clerk, files=[("办法.txt", b"x")])
        text = foreign_files.styled("第一条　先入库。", "") + foreign_files.styled("内部掌握", "<w:vanish/>")
        given = [("办法.docx", foreign_files.word(f"<w:p>{text}</w:p>"))]
        kept = actions.upload_originals(housing, by=clerk, files=given).kept
        made = record(housing)
        actions.attach_text(made, by=clerk, file=kept[0])
        assert "先入库" in PolicyRecord.objects.get().html
        actions.delete_original(kept[0], by=clerk)
        assert not WaitingFile.objects.exists()
        made.refresh_from_db()
        [line] = find_losses(actions.draft_item(made, by=clerk, columns=[rules]).stream).lines
        assert "内部掌握" in line


class TestFiled:
    def read(self, chief: Actor, *rows: tuple[str, str, str]) -> Any:
        lines = [
            FiledRow(title=title, number=number, filed_number=filed, filed_on=date(2024, 5, 8))
            for title, number, filed in rows
        ]
        content = write_csv(FILED, lines)
        run, plan = spreadsheets.upload_for_dry_run("filed", content=content, file_name="备案目录.csv", by=chief)
        assert plan.errors == []
        spreadsheets.apply(run, by=chief)
        return run

    def test_filed_unpublished_and_unfiled_documents_are_listed(
        self, housing: Body, city: Body, chief: Actor, rules: Column
    ) -> None:
        filed = public(housing, [rules], number="云府规〔2024〕1号")
        unfiled = public(housing, [rules], number="云府规〔2024〕2号")
        hidden = record(housing, number="云府规〔2024〕5号")
        run = self.read(
            chief,
            (filed.title, "云府规[2024]1号", "云备〔2024〕1号"),
            (hidden.title, hidden.number, "云备〔2024〕5号"),
            ("库里没有的办法", "云府规〔2019〕9号", "云备〔2019〕9号"),
        )
        assert {row.title for row in list_filed_unpublished(city)} == {hidden.title, "库里没有的办法"}
        assert list(list_public_unfiled(city)) == [unfiled]
        assert len(find_filing_differences(city)) == 2
        filed.refresh_from_db()
        assert filed.filed_number == "云备〔2024〕1号"
        actions.change_record(unfiled, by=chief, filed_number="云备〔2024〕2号")
        actions.excuse_filed(
            FiledRow.objects.get(number_key="云府规〔2019〕9号"), by=chief, reason="早已废止，原文无存"
        )
        actions.link_filed(FiledRow.objects.get(record=hidden), by=chief, record=None)
        actions.drop_filed(FiledRow.objects.get(title=hidden.title), by=chief)
        assert find_filing_differences(city) == []
        assert run.made == 3

    def test_filing_list_import_is_undone(self, housing: Body, chief: Actor, rules: Column) -> None:
        filed = public(housing, [rules], number="云府规〔2024〕1号")
        run = self.read(chief, (filed.title, filed.number, "云备〔2024〕1号"))
        spreadsheets.undo(run, by=chief)
        filed.refresh_from_db()
        assert filed.filed_number == ""
        assert not FiledRow.objects.exists()

    def test_filing_row_matches_a_document_entered_later(
        self, housing: Body, city: Body, chief: Actor, rules: Column
    ) -> None:
        self.read(chief, ("新办法", "云府规〔2024〕6号", "云备〔2024〕6号"))
        assert list_filed_unpublished(city).count() == 1
        public(housing, [rules], title="新办法", number="云府规〔2024〕6号")
        self.read(chief, ("新办法", "云府规〔2024〕6号", "云备〔2024〕6号"))
        assert FiledRow.objects.count() == 1
        assert find_filing_differences(city) == []

    def test_filing_row_does_not_match_an_older_document_of_its_title(self, housing: Body, chief: Actor) -> None:
        old = record(housing, title="物业管理办法", number="云府规〔2018〕6号", filed_number="云备〔2018〕6号")
        self.read(chief, ("物业管理办法", "云府规〔2026〕6号", "云备〔2026〕6号"))
        old.refresh_from_db()
        assert (old.filed_number, FiledRow.objects.get().record) == ("云备〔2018〕6号", None)

    def test_corrected_filing_number_replaces_the_listed_one(self, housing: Body, chief: Actor) -> None:
        filed = record(housing, number="云府规〔2024〕1号")
        self.read(chief, (filed.title, filed.number, "云备〔2024〕1号"))
        run = self.read(chief, (filed.title, filed.number, "云备〔2024〕10号"))
        filed.refresh_from_db()
        assert (filed.filed_number, FiledRow.objects.get().filed_number) == ("云备〔2024〕10号", "云备〔2024〕10号")
        spreadsheets.undo(run, by=chief)
        filed.refresh_from_db()
        assert (filed.filed_number, FiledRow.objects.get().filed_number) == ("云备〔2024〕1号", "云备〔2024〕1号")

    def test_clerk_cannot_import_the_filing_list(self, housing: Body) -> None:
        with pytest.raises(Refused, match="备案目录"):
            spreadsheets.upload_for_dry_run(
                "filed", content=b"\xe6\x96\x87", file_name="x.csv", by=actor(Role.CLERK, housing)
            )


class TestKeptTexts:
    @pytest.fixture
    def kept(self, housing: Body, clerk: Actor) -> KeptText:
        made = record(
            housing, level=PolicyLevel.REGULATION, number="国务院令第711号", title="中华人民共和国某条例", html=""
        )
        made.html = "<p>第一条　为了规范，制定本条例。</p><p>第二条　自公布之日起施行。</p>"
        made.save()
        return actions.add_enforced_text(housing, by=clerk, record=made, source="国家行政法规库")

    def test_comparison_results(self, kept: KeptText, clerk: Actor) -> None:
        assert kept.result == ComparisonResult.NEVER
        same = "第一条 为了规范，制定本条例。\n\n第二条　自公布之日起施行。"
        actions.compare_text(kept, by=clerk, text=same, checked_on=date(2026, 11, 1))
        kept.refresh_from_db()
        assert (kept.result, kept.checked_on) == (ComparisonResult.SAME, date(2026, 11, 1))
        actions.compare_text(kept, by=clerk, text=same.replace("公布之日", "2027年1月1日"), edition="2026年修订")
        kept.refresh_from_db()
        assert (kept.result, kept.edition) == (ComparisonResult.DIFFERENT, "2026年修订")
        lines = source_comparison.compare_texts(source_comparison.get_own_text(kept.record), kept.text)
        assert any(piece.change == "added" and "2027" in piece.text for one in lines for piece in one.pieces)

    def test_source_text_is_taken_over_as_a_draft(
        self, kept: KeptText, clerk: Actor, housing: Body, rules: Column
    ) -> None:
        actions.draft_item(kept.record, by=clerk, columns=[rules])
        kept.record.html = "<p>第一条　旧文。</p>"
        with pytest.raises(Refused, match="没有与来源不同的文字"):
            actions.take_over_source_text(kept, by=clerk)
        kept = KeptText.objects.get()
        PolicyRecord.objects.filter(pk=kept.record_id).update(html="<p>第一条　旧文。</p>", document=None)
        actions.compare_text(kept, by=clerk, text="第一条　新文。")
        actions.take_over_source_text(KeptText.objects.get(), by=clerk)
        assert "新文" in PolicyRecord.objects.get().html

    def test_public_text_is_unchanged_until_the_draft_is_signed(
        self, clerk: Actor, housing: Body, rules: Column
    ) -> None:
        made = public(housing, [rules], level=PolicyLevel.GOVERNMENT_RULE, number="云岭市人民政府令第5号")
        kept = actions.add_enforced_text(housing, by=clerk, record=made)
        actions.compare_text(kept, by=clerk, text="第一条　新文。")
        actions.take_over_source_text(KeptText.objects.get(), by=clerk)
        page = find_document_item(made.document).get_latest_revision_as_object()
        assert "新文" in page.imported_html
        assert "新文" not in made.document.editions.get().content.html

    def test_source_is_marked_dead_or_dropped(self, kept: KeptText, clerk: Actor) -> None:
        actions.mark_dead(kept, by=clerk, words="来源返回错误404")
        kept.refresh_from_db()
        assert (kept.result, kept.checked_on) == (ComparisonResult.DEAD, None)
        actions.drop_text(kept, by=clerk)
        assert not KeptText.objects.exists()
        made = record(kept.body)
        assert list_source_facts(made) == [], "documents of the house have no source"
        with pytest.raises(Refused, match="行政法规"):
            actions.add_enforced_text(kept.body, by=clerk, record=made)

    def test_only_configured_hosts_are_fetched(self, settings: Any) -> None:
        settings.GONGKAI_SOURCES = []
        with pytest.raises(source_comparison.UnreadableSource, match="没有开放"):
            source_comparison.fetch_source("https://www.gov.cn/x")
        settings.GONGKAI_SOURCES = ["www.gov.cn"]
        for address in ("https://evil.example/x", "file:///etc/passwd", "https://www.gov.cn.evil.example/"):
            with pytest.raises(source_comparison.UnreadableSource, match="名单"):
                source_comparison.fetch_source(address)


@pytest.fixture
def order(housing: Body, rules: Column) -> PolicyRecord:
    return library.public(
        housing,
        [rules],
        title="云岭市城市供水管理规定",
        level=PolicyLevel.GOVERNMENT_RULE,
        number="云岭市人民政府令第13号",
    )


def add_enforced_text(body: Body, made: PolicyRecord) -> KeptText:
    kept: KeptText = actions.add_enforced_text(
        body, by=actor(Role.CLERK, body), record=made, source="国家规章库", edition="2024年修订"
    )
    return kept


def compare(kept: KeptText, text: str, day: date) -> None:
    by = actor(Role.CLERK, kept.body)
    actions.compare_text(kept, by=by, text=text, edition="2024年修订", checked_on=day)


def test_public_page_shows_source_edition_and_comparison_date(
    order: PolicyRecord, housing: Body, client: Client
) -> None:
    assert list_source_facts(order) == []
    kept = add_enforced_text(housing, order)
    assert dict(list_source_facts(order))["核对日期"] == "还没有核对"
    compare(kept, "为了规范管理，制定本办法。", date(2026, 11, 1))
    page = client.get(Shelf.objects.get(document=order.document_id, column=None).path).content.decode()
    for free in ({"source": "张三贪污"}, {"edition": "张三贪污"}):
        with pytest.raises(Refused, match="来源"):
            actions.compare_text(kept, by=actor(Role.CLERK, housing), text="第一条", **free)
    for words in ("文字来源", "国家规章库", "2024年修订", "2026-11-01"):
        assert words in page
    assert "正在核实" not in page


def test_public_page_shows_a_difference_from_the_source(order: PolicyRecord, housing: Body) -> None:
    kept, clerk = add_enforced_text(housing, order), signed_in(Role.CLERK, housing)
    page = f"/admin/policies/kept/{kept.pk}/"
    there = {"address": "https://guizhang.example/13"}
    answer = clerk.post(f"{page}compare/", there, follow=True)
    assert "请上传来源文件" in answer.content.decode()
    assert there["address"] in clerk.get(page).content.decode(), "where the source is can be said later, too"
    with pytest.raises(Refused):
        actions.set_source_address(kept, by=actor(Role.CLERK, order.body.parent), address="https://guizhang.example/14")
    by = actor(Role.CLERK, housing)
    actions.compare_text(
        kept, by=by, text="别的文字。", losses=["公式（1处）没有读入正文。"], checked_on=date(2026, 11, 1)
    )
    assert "公式（1处）没有读入正文。" in clerk.get(page).content.decode()
    assert dict(list_source_facts(order))["核对日期"] == "2026-11-01（与来源有差异，正在核实）"


def test_last_comparison_of_several_units_is_shown(order: PolicyRecord, housing: Body, justice: Body) -> None:
    compare(add_enforced_text(housing, order), "为了规范管理，制定本办法。", date(2026, 3, 1))
    compare(add_enforced_text(justice, order), "为了规范管理，制定本办法。", date(2026, 9, 1))
    assert dict(list_source_facts(order))["核对日期"] == "2026-09-01"
