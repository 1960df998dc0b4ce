"""A printed notice is read back unchanged: rows, units, deadlines, paths; as .docx and .xlsx."""

import re
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.enum.text import WD_UNDERLINE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from examples import most
from gongkai.lib.reading import Notice, NoticeRow
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.writing.notice import (
    NoticeLine,
    NoticeToPrint,
    find_vertical_merges,
    render_notice_docx,
    render_notice_xlsx,
)
from gongkai.lib.writing.progress_table import MeasureLine, NoticeProgressTable, UnitTaskLine, render_progress_xlsx

FORMS = {"docx": render_notice_docx, "xlsx": render_notice_xlsx}


def make_notice(rows: list[NoticeLine], **more: object) -> NoticeToPrint:
    facts: dict[str, object] = {
        "title": "青山区2026年政务公开工作要点任务分工",
        "doc_number": "青府办发〔2026〕5号",
        "issuer": "青山区人民政府办公室",
        "addressee": "各镇人民政府、街道办事处，区政府各部门",
        "preamble": "根据《云岭市2026年政务公开工作要点任务分工》（云府办发〔2026〕8号），现将任务分工印发给你们，请认真贯彻落实。",
        "signed_on": date(2026, 5, 7),
        "table_title": "青山区2026年政务公开工作要点任务分工表",
        "rows": rows,
    }
    return NoticeToPrint(**(facts | more))  # type: ignore[arg-type]


def describe_read_rows(rows: tuple[NoticeRow, ...]) -> list[tuple[object, ...]]:
    return [
        (
            r.section,
            r.item,
            r.measure,
            tuple(r.lead),
            tuple(r.responsible),
            limit_text(r.extras.get("完成时限")),
            {head: text for head, text in r.extras.items() if head != "完成时限" and limit_text(text)},
        )
        for r in rows
    ]


def limit_text(limit: str | None) -> str:
    return "" if limit in {None, "—"} else str(limit)


def describe_written_lines(rows: list[NoticeLine]) -> list[tuple[object, ...]]:
    return [
        (
            r.section,
            r.item,
            r.measure,
            tuple(r.lead),
            tuple(r.responsible),
            r.limit,
            {head: text for head, text in r.extras.items() if text},
        )
        for r in rows
    ]


def list_duties(notice: Notice) -> list[list[object]]:
    return [[(one.text, one.paths, one.channels, one.due) for one in row.duties] for row in notice.rows]


SAMPLE = [
    NoticeLine(
        "一、规划信息公开",
        "（一）专项规划",
        "公开专项规划（公开路径：政府网站>规划信息>专项规划）。",
        ["区发展改革委"],
        ["区教育局", "区财政局"],
    ),
    NoticeLine(
        "一、规划信息公开", "（一）专项规划", "1．于2026年6月底前公开历史规划。\n2．动态更新。", ["区发展改革委"], []
    ),
    NoticeLine("一、规划信息公开", "（二）区域规划", "每季度公开一次。", [], ["区政府各部门"]),
    NoticeLine("二、财政信息公开", "（一）预决算", "每年至少开展4次培训。", ["区财政局"], ["各街道办事处"]),
]


@pytest.mark.parametrize("form", FORMS)
def test_sample_is_read_back(form: str) -> None:
    made = read_notice(FORMS[form](make_notice(SAMPLE)))
    assert describe_read_rows(made.rows) == describe_written_lines(SAMPLE)
    assert (made.title, made.doc_number, made.issuer, made.issued_on) == (
        "青山区2026年政务公开工作要点任务分工",
        "青府办发〔2026〕5号",
        "青山区人民政府办公室",
        "2026-05-07",
    )
    first, second = made.rows[0].duties[0], made.rows[1].duties[0]
    assert first.paths == (("政府网站", "规划信息", "专项规划"),)
    assert second.due
    assert second.due.date == "2026-06-30"


@pytest.mark.parametrize("copied", ["", "区委各部门，区法院，区检察院。"])
@pytest.mark.parametrize("day", [date(2026, 5, 7), None])
def test_own_imprint_is_not_reported_as_unread(copied: str, day: date | None) -> None:
    made = read_notice(render_notice_docx(make_notice(SAMPLE, signed_on=day, copied_to=copied)))
    assert [one for one in made.warnings if "未读入" in one.message] == []


def test_spreadsheet_contains_no_formula() -> None:
    given = dict.fromkeys(("title", "doc_number", "issuer"), '=HYPERLINK("http://x.example","点击")')
    rows = [NoticeLine("=1+1", "=1+1", "=1+1", ["=1+1"], ["=1+1"], "=1+1", {})]
    book = load_workbook(BytesIO(render_notice_xlsx(make_notice(rows, **given))))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("form", FORMS)
def test_notice_with_line_breaks_pasted_from_word_is_made(form: str) -> None:
    names = ("title", "doc_number", "issuer", "addressee", "preamble", "table_title", "copied_to")
    rows = [NoticeLine("一\x0b", "二\x0b", "做\x0b事。", ["局\x0b"], ["局\x0b"], "6月\x0b底", {"备\x0b注": "有\x0b"})]
    assert FORMS[form](make_notice(rows, **dict.fromkeys(names, "甲\x0b乙")))


def test_user_text_is_no_formula_in_progress_table() -> None:
    """Sums are values, too, since previews would not compute them; control characters are removed."""
    bad = '=HYPERLINK("http://x.example","点击")\x07'
    measure = MeasureLine(1, bad, bad, bad, bad, 1, None, None, "red", {})
    unit = UnitTaskLine(1, bad, bad, bad, bad, bad, "red", None, None, bad)
    book = load_workbook(BytesIO(render_progress_xlsx(NoticeProgressTable(bad, date(2026, 11, 21), [measure], [unit]))))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert sum("HYPERLINK" in str(cell.value) for cell in cells) == 12
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_notice_cites_its_parent() -> None:
    made = read_notice(render_notice_docx(make_notice(SAMPLE)))
    assert [(one.title, one.doc_number) for one in made.basis] == [
        ("云岭市2026年政务公开工作要点任务分工", "云府办发〔2026〕8号")
    ]


def test_layout_follows_standard() -> None:
    paper = Document(BytesIO(render_notice_docx(make_notice(SAMPLE, signed_on=None))))
    words = [one.text for one in paper.paragraphs if one.text.strip()]
    assert words[:2] == ["青府办发〔2026〕5号", "青山区2026年政务公开工作要点任务分工"]
    assert words[2].endswith("区政府各部门：")
    assert words[-5:] == [
        "青山区人民政府办公室",
        "　　年　　月　　日",
        "附件",
        "青山区2026年政务公开工作要点任务分工表",
        "青山区人民政府办公室\t　　年　　月　　日印发",
    ]
    table = paper.tables[0]
    assert table.cell(1, 0)._tc is table.cell(3, 0)._tc
    assert [one.text for one in table.cell(1, 0).paragraphs] == ["一、规划信息公开"]


def test_imprint_names_recipients_printer_and_date() -> None:
    paper = Document(BytesIO(render_notice_docx(make_notice(SAMPLE, copied_to="区委各部门，区法院，区检察院。"))))
    framed = [one for one in paper.paragraphs if "w:framePr" in one._p.xml]
    assert [one.text for one in framed if one.text.strip()] == [
        "抄送：区委各部门，区法院，区检察院。",
        "青山区人民政府办公室\t2026年5月7日印发",
    ]
    assert [one.runs[0].font.underline for one in framed if not one.text.strip()] == [
        WD_UNDERLINE.THICK,
        True,
        WD_UNDERLINE.THICK,
    ]
    assert framed[-1]._p.getnext() is paper.paragraphs[-1]._p  # the frame hangs on the last paragraph


def test_column_widths_are_set_for_every_program() -> None:
    table = Document(BytesIO(render_notice_docx(make_notice(SAMPLE)))).tables[0]
    assert [column.width for column in table.columns] == [cell.width for cell in table.rows[0].cells]
    assert sum(column.width.mm for column in table.columns) == pytest.approx(156, abs=0.1)
    narrow = min(column.width.pt for column in table.columns)
    assert narrow >= 4 * 12 + 2 * 2.85  # a head of four characters fits


def test_long_title_is_read_back_whole() -> None:
    title = "青溪县人民政府办公室关于印发2026年政务公开工作要点任务分工的通知"
    data = render_notice_docx(make_notice(SAMPLE, title=title, copied_to="县法院"))
    lines = [one.text for one in Document(BytesIO(data)).paragraphs if one.text.strip()][1:3]
    assert lines == ["青溪县人民政府办公室关于印发", "2026年政务公开工作要点任务分工的通知"]
    made = read_notice(data)
    assert (made.title, made.issued_on, describe_read_rows(made.rows)) == (
        title,
        "2026-05-07",
        describe_written_lines(SAMPLE),
    )


def test_lower_level_is_not_merged_beyond_higher_level() -> None:
    rows = [("一", "甲", "x"), ("一", "甲", "x"), ("二", "甲", "x"), ("二", "—", "x"), ("二", "—", "x")]
    assert find_vertical_merges(rows, 2) == [(0, 0, 1), (0, 2, 4), (1, 0, 1)]


PLACES = ["规划", "财政预决算", "行政执法", "公共企事业单位", "疫情防控", "惠民补贴", "政策解读", "义务教育"]
VERBS = ["公开", "归集整理", "集中展示", "动态更新", "解读"]
LIMITS = [
    "",
    "于2026年6月底前",
    "每季度",
    "每年至少开展4次，",
    "自形成之日起20个工作日内",
    "2026年10月15日前",
]
DUES = {
    "于2026年6月底前": ("by_date", "2026-06-30"),
    "每季度": ("recurring", None),
    "每年至少开展4次": ("times", None),
    "20个工作日内": ("working_days", None),
    "2026年10月15日前": ("by_date", "2026-10-15"),
}
UNITS = [
    "区发展改革委",
    "区教育局",
    "区财政局",
    "区卫生健康委",
    "区市场监管局",
    "区政府办公室",
    "各街道办事处",
    "区政府各部门",
]
EXTRAS = {
    "公开路径": ["", "政府网站>规划信息"],
    "备注": ["", "见附表"],
    "工作要求": ["", "各单位按季度报送。", "加强统筹\n做好衔接"],
    "具体抓手": ["", "试点先行"],
}
DAYS = ["", "2026年6月底前", "6月30日前", "每季度", "长期坚持"]
NUMERALS = "一二三四五六七八九十"


@st.composite
def measures(draw: st.DrawFn) -> str:
    parts = draw(st.integers(1, 3))
    made = []
    for number in range(1, parts + 1):
        words = draw(st.sampled_from(LIMITS)) + draw(st.sampled_from(VERBS)) + draw(st.sampled_from(PLACES)) + "信息"
        if draw(st.booleans()):
            path = ">".join(
                [
                    "政府网站",
                    "政府信息公开",
                    *draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=2, unique=True)),
                ]
            )
            words += f"（公开路径：{path}）"
        made.append(f"{f'{number}．' if parts > 1 else ''}{words}。")
    return "\n".join(made)


def paths_in(measure: str) -> list[str]:
    return re.findall("公开路径：([^）]+)）", measure)


def dues_in(measure: str) -> list[tuple[str, str | None]]:
    """Return the deadlines ordered by the generated sentences of a measure."""
    known = [(limit, due) for limit, due in DUES.items() if limit in measure]
    found = [(at.start(), due) for limit, due in known for at in re.finditer(limit, measure)]
    return [due for _, due in sorted(found)]


@st.composite
def notices(draw: st.DrawFn) -> list[NoticeLine]:
    two, limited = draw(st.booleans()), draw(st.booleans())
    heads = draw(st.lists(st.sampled_from(list(EXTRAS)), max_size=2, unique=True))
    rows = []
    for section in range(draw(st.integers(1, 3))):
        head = f"{NUMERALS[section]}、深化{draw(st.sampled_from(PLACES))}信息公开"
        for item in range(draw(st.integers(1, 2)) if two else 1):
            name = f"（{NUMERALS[item]}）做好{draw(st.sampled_from(PLACES))}公开" if two else ""
            for _ in range(draw(st.integers(1, 3))):
                units = st.lists(st.sampled_from(UNITS), max_size=3, unique=True)
                lead, responsible = draw(units), draw(units)
                limit = draw(st.sampled_from(DAYS)) if limited else ""
                extras = {one: draw(st.sampled_from(EXTRAS[one])) for one in heads}
                rows.append(NoticeLine(head, name, draw(measures()), lead, responsible, limit, extras))
    return rows


@settings(max_examples=most(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=notices())
def test_any_notice_is_read_back_from_both_forms(rows: list[NoticeLine]) -> None:
    made_of = make_notice(rows, copied_to="区委办公室，区法院")
    read = {form: read_notice(write(made_of)) for form, write in FORMS.items()}
    for form, made in read.items():
        assert describe_read_rows(made.rows) == describe_written_lines(rows), form
        for row, line in zip(made.rows, rows, strict=True):
            # When reading, a path also applies to the sentences before it: compare as sets.
            paths = {">".join(path) for duty in row.duties for path in duty.paths}
            assert paths - set(line.extras.values()) == set(paths_in(line.measure)), form
            found = {(duty.due.kind, duty.due.date) for duty in row.duties if duty.due}
            assert set(dues_in(line.measure)) <= found, form
    assert list_duties(read["docx"]) == list_duties(read["xlsx"])
