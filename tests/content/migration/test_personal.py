"""What a migration makes public was searched, all of it, or somebody looked at it."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from factories.checks import docx_with, pdf_with, xlsx_with
from factories.migration import PNG, looked_at, moved, row, run_of, sheet, zipped
from gongkai.content.editions.models import Column, Document, EditionContent, Website
from gongkai.content.migration import actions, personal
from gongkai.content.migration.models import MoveRow, RowState
from gongkai.content.migration.queries import count_by_state
from gongkai.content.migration.working import work_on_run
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db
NUMBER = "42010619900101001X"
BAD = f"申请人刘志强，身份证号{NUMBER}，电话13812345678。"
FIELDS = {
    "summary": {"summary": BAD},
    "keywords": {"keywords": BAD},
    "source": {"source": BAD},
    "issuer": {"issuer": BAD},
    "link title": {"text": f"<p>见<a href='http://a.cn/' title='{BAD}'>附表</a></p>"},
    "telephone link": {"text": "<p>见<a href='tel:13812345678'>联系人</a></p>"},
    "query": {"text": f"<p>见<a href='http://a.cn/?id={NUMBER}'>附表</a></p>"},
}


@pytest.fixture(autouse=True)
def _all(site: Website, plans: Column, housing: Body) -> None:
    """Every test has the site, its open column and the unit."""


def in_header() -> bytes:
    from docx import Document as Word

    word = Word(io.BytesIO(docx_with("年度计划。")))
    word.sections[0].header.paragraphs[0].text = BAD
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def on_second_sheet(state: str) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(xlsx_with([["项目", "金额"]])))
    second = book.create_sheet("名单")
    second.append([BAD])
    second.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES = {
    "header.docx": in_header,
    "second.xlsx": lambda: on_second_sheet("visible"),
    "hidden.xlsx": lambda: on_second_sheet("hidden"),
    "packed.zip": lambda: zipped({"a.txt": BAD.encode()}),
    "long.txt": ("平安无事。\n" * 9_000 + BAD).encode,
    "pages.pdf": lambda: pdf_with(*["计划"] * 41, f"身份证号{NUMBER}"),
}
UNREAD = {
    "scan.png": (lambda: PNG, "图片"),
    "a.rar": (lambda: b"Rar!\x1a\x07\x00" + b"x" * 60, "RAR压缩包"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "已损坏"),
    "broken.pdf": (lambda: b"%PDF-1.4 x", "PDF"),
}


@pytest.mark.parametrize("what", FIELDS)
def test_every_worded_field_and_link_is_searched_and_masked(what: str, site: Website, chief: Actor) -> None:
    run = moved(run_of(site, chief, sheet=sheet(row(1, **FIELDS[what]), row(2))), chief)
    assert count_by_state(run) == {"held": 1, "moved": 1}
    actions.decide_row(run.rows.get(state=RowState.HELD), by=chief, how="mask")
    assert count_by_state(work_on_run(run)) == {"moved": 2}
    for document in Document.objects.all():
        shown = Client().get(document.addresses.get(current=True).path).content.decode()
        assert not any(word in shown for word in (NUMBER, "13812345678"))
    for content in EditionContent.objects.all():
        assert not any(word in content.html + str(content.facts) for word in (NUMBER, "13812345678"))


@pytest.mark.parametrize("name", FILES)
def test_files_are_searched_to_their_end(name: str, site: Website, chief: Actor, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name]())
    run = run_of(site, chief, sheet=sheet(row(files=[name])), bundle=tmp_path)
    assert count_by_state(run) == {"held": 1}
    assert "身份证件号码" in {one["kind"] for one in run.rows.get().findings}


@pytest.mark.parametrize("name", UNREAD)
def test_what_no_machine_reads_waits_for_somebody(name: str, site: Website, chief: Actor, tmp_path: Path) -> None:
    make, why = UNREAD[name]
    (tmp_path / name).write_bytes(make())
    run = moved(run_of(site, chief, sheet=sheet(row(files=[name]), row(2)), bundle=tmp_path), chief)
    assert count_by_state(run) == {"held": 1, "moved": 1}
    held = run.rows.get(state=RowState.HELD)
    assert held.findings[0]["kind"] == personal.MANUAL_CHECK_KIND
    assert why in held.findings[0]["why"]
    for how in ("mask", "keep"):
        with pytest.raises(Refused, match=f"还没有人查看：附件“{name}”"):
            actions.decide_row(MoveRow.objects.get(pk=held.pk), by=chief, how=how, ground="已查看")
    held = MoveRow.objects.get(pk=held.pk)
    actions.decide_row(held, by=chief, how="keep", looked=looked_at(held, chief))
    assert count_by_state(work_on_run(run)) == {"moved": 2}


def test_a_table_of_text_is_masked_by_its_cells() -> None:
    table = f"姓名,身份证号码,金额\r\n刘志强,{NUMBER},300\r\n".encode("gb18030")
    masked = personal.mask_file(table, "csv")
    assert masked.decode("utf-8-sig").splitlines()[0] == "姓名,身份证号码,金额"
    assert masked.decode("utf-8-sig").splitlines()[1].endswith(",300")
    assert not personal.find_personal_data("附件", personal.read_file_text(masked, "csv"))
    assert NUMBER.encode() not in masked


def test_what_is_too_long_to_be_searched_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "MAX_SEARCHED_CHARACTERS", 10)
    assert [one["kind"] for one in personal.find_personal_data("正文", "平安无事。" * 3)] == [
        personal.MANUAL_CHECK_KIND
    ]
    assert (
        personal.find_in_row("题", "<p>" + "平安无事。" * 3 + "</p>", {}, [])[0]["kind"] == personal.MANUAL_CHECK_KIND
    )


def test_a_name_known_from_the_text_is_hidden_in_every_field() -> None:
    facts: dict[str, Any] = {"summary": "刘志强申请住房补贴", "formed_on": "2018-05-02"}
    title, masked = personal.mask_fields("关于刘志强的答复", f"<p>{BAD}</p>", facts)
    assert "刘志强" not in title + masked["summary"]
    assert masked["formed_on"] == "2018-05-02"


def test_masking_that_leaves_something_is_refused(site: Website, chief: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    run = moved(run_of(site, chief, sheet=sheet(row(1, summary=BAD), row(2))), chief)
    monkeypatch.setattr(personal, "mask_fields", lambda title, html, facts: (title, facts))
    with pytest.raises(Refused, match="没有遮盖干净"):
        actions.decide_row(run.rows.get(state=RowState.HELD), by=chief, how="mask")
    assert Document.objects.count() == 1


def test_the_name_of_a_file_is_masked_where_something_is_found_in_it() -> None:
    found = personal.OldFile("李强身份证110101199003070134", "png", b"", picture=True)
    assert "110101199003070134" not in found.label
    assert found.label.startswith("图片“")
