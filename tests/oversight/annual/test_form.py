"""The annual report form: sums of figures, and the printed layout read back from HTML, .docx, .xlsx and .pdf."""

from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gongkai.content.checks.annual_reports import ReadingError, read_report
from gongkai.lib.law import annual_form as form
from gongkai.lib.law.annual_form import parse_tables
from gongkai.lib.privacy import proofread
from gongkai.lib.richtext import clean_html
from gongkai.lib.richtext.passages import collect_passages
from gongkai.lib.writing.fonts import MissingFont
from gongkai.oversight.annual.checks import find_table_problems
from gongkai.oversight.annual.form import (
    FIGURE_KEYS,
    TABLE_KEYS,
    TYPED_FIGURE_KEYS,
    add_sums,
    from_tables,
    is_sum,
    list_part_keys,
    make_label,
    print_table,
    sum_reports,
    to_tables,
)
from gongkai.oversight.annual.page import render_page
from gongkai.oversight.annual.papers import render_report_docx, render_report_pdf, render_report_xlsx
from gongkai.oversight.annual.stale_facts import find_facts, find_outdated_facts, update_facts

numbers = st.integers(0, 10_000)


@st.composite
def balanced_figures(draw: Any) -> dict[str, Any]:
    """Draw typed figures with a balanced table three: carried over = received − completed."""
    typed: dict[str, Any] = {key: draw(numbers) for key in TYPED_FIGURE_KEYS if not key.startswith("table3/")}
    for column in list(form.TABLE3_COLUMNS)[:-1]:
        results = [draw(st.integers(0, 40)) for _ in form.TABLE3_RESULTS]
        out = draw(st.integers(0, 40))
        carried = draw(st.integers(0, sum(results) + out))
        typed |= {f"table3/{row}/{column}": value for row, value in zip(form.TABLE3_RESULTS, results, strict=True)}
        typed[f"table3/{form.NEW}/{column}"] = sum(results) + out - carried
        typed[f"table3/{form.CARRIED_IN}/{column}"] = carried
        typed[f"table3/{form.CARRIED_OUT}/{column}"] = out
    return typed


@hypothesis_settings(max_examples=15)
@given(balanced_figures())
def test_balanced_figures_have_no_problem_and_one_change_has_one(typed: dict[str, Any]) -> None:
    values = add_sums(typed)
    assert find_table_problems(values, None) == []
    typed["table3/1/company"] += 1
    wrong = find_table_problems(add_sums(typed), None)
    assert {one.mark for one in wrong} == {"balance//company", "balance//total"}
    assert all(one.must and one.open for one in wrong)


def test_sums_add_their_typed_parts() -> None:
    assert list_part_keys("table4/review/total") == tuple(
        f"table4/review/{one}" for one in ("upheld", "corrected", "other", "pending")
    )
    assert len(list_part_keys("table3/3.7/total")) == 21 * 6
    assert not [key for key in TYPED_FIGURE_KEYS if is_sum(key)]
    assert len(FIGURE_KEYS) == 6 + 4 + 25 * 7 + 15


def test_missing_figure_leaves_its_sums_empty() -> None:
    typed: dict[str, Any] = dict.fromkeys(TYPED_FIGURE_KEYS, 0) | {"table3/3.1/company": None}
    values = add_sums(typed)
    assert values["table3/3.1/total"] is None
    marks = {one.mark for one in find_table_problems(values, None)}
    assert marks == {"missing/3.1/company"}
    assert sum_reports([values, dict.fromkeys(FIGURE_KEYS, 1)])["table3/3.1/company"] is None


def test_figures_are_compared_with_last_years_report() -> None:
    now: dict[str, Any] = dict.fromkeys(TYPED_FIGURE_KEYS, 0)
    now |= {"table3/2/company": 2, "table3/3.1/company": 2, "table2/normative_documents/in_force": 9}
    last: dict[str, Any] = dict.fromkeys(TYPED_FIGURE_KEYS, 0) | {"table3/1/company": 3, "table3/4/company": 3}
    last["table2/normative_documents/in_force"] = 8
    found = find_table_problems(add_sums(now), to_tables(add_sums(last)))
    assert [one.mark for one in found] == [
        "carried_over/2/company",
        "carried_over/2/total",
        "in_force/normative_documents/in_force",
    ]
    assert not any(one.must for one in found)


def content(typed: dict[str, Any]) -> dict[str, Any]:
    from gongkai.oversight.annual.snapshot import convert_figure_for_json

    values = add_sums(typed)
    return {
        "title": "云岭市教育局2025年政府信息公开工作年度报告",
        "unit": "云岭市教育局",
        "year": 2025,
        "until": "2025-12-31",
        "figures": {
            key: {"value": convert_figure_for_json(value), "origin": "rows", "source": ""}
            for key, value in values.items()
        },
        "sections": {"1": "（一）主动公开。公开信息12条。\n（二）依申请公开。", "5": "无。", "6": ""},
    }


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    typed: dict[str, Any] = {key: place % 7 for place, key in enumerate(TYPED_FIGURE_KEYS)}
    typed["table2/fees_10k_yuan/value"] = Decimal("12.5")
    return content(typed)


def read_figures(data: bytes) -> dict[str, Any]:
    made = read_report(data)
    assert (made.year, made.lacking) == (2025, [])
    return from_tables(made.tables)


def test_html_page_contains_all_figures_in_layout_of_the_form(sample: dict[str, Any]) -> None:
    html = clean_html(render_page(sample))
    assert html.count("<caption>") == 3
    assert '<th colspan="3" rowspan="3" scope="colgroup">（本列数据的勾稽关系为' in html
    assert '<th rowspan="22" scope="rowgroup">三、本年度办理结果</th>' in html
    assert "一、总体情况" in html
    assert "<h2>六、其他需要报告的事项</h2><p>无。</p>" in html
    made = f"<html><head><title>x</title></head><body><h1>{sample['title']}</h1>{html}</body></html>"
    assert read_figures(made.encode()) == get_sample_figures(sample)
    # Row 四 of table three is not a heading next to the fourth section.
    words = collect_passages(html).text
    assert "四、结转下年度继续办理" in words
    assert proofread(words) == []


def get_sample_figures(sample: dict[str, Any]) -> dict[str, Any]:
    from gongkai.oversight.annual.snapshot import get_figures

    return {key: one.value for key, one in get_figures(sample).items()}


def test_docx_and_xlsx_are_read_back(sample: dict[str, Any]) -> None:
    assert read_figures(render_report_docx(sample)) == get_sample_figures(sample)
    assert read_figures(render_report_xlsx(sample)) == get_sample_figures(sample)


def test_table_three_is_on_one_page_of_pdf_with_its_heading(sample: dict[str, Any]) -> None:
    try:
        document = pypdfium2.PdfDocument(render_report_pdf(sample, in_child=True))
    except MissingFont:
        pytest.skip("no Chinese face on this machine")
    pages = [one.get_textpage().get_text_range() for one in document]
    (page,) = [text for text in pages if "一、本年新收" in text]
    assert page.index("三、收到和处理") < page.index("一、本年新收") < page.index("四、结转下年度")


def test_file_without_tables_is_refused_with_message() -> None:
    with pytest.raises(ReadingError, match="没有找到年度报告的表格"):
        read_report("<html><body><table><tr><td>一</td></tr></table></body></html>".encode())


def test_table_with_missing_row_is_ignored(sample: dict[str, Any]) -> None:
    said = print_table("table3", lambda key: str(sample["figures"][key]["value"]))
    grid = [[cell.text for cell in row] for row in said.rows]
    assert "table3" in parse_tables([grid])
    assert parse_tables([grid[:-1]]) == {}


def test_every_figure_has_a_label() -> None:
    assert make_label("table3/3.1/total") == "表三“予以公开”（总计）"
    assert make_label("table2/licences/value") == "表二“行政许可”"
    assert len({make_label(key) for key in FIGURE_KEYS if not key.startswith("table4")}) == len(FIGURE_KEYS) - 15
    assert [print_table(table, lambda key: key).header_row_count for table in TABLE_KEYS] == [0, 3, 3]


# Facts of a text compared with the current draft, without a database


OLD = "（二）依申请公开。收到政府信息公开申请4件，上年结转0件；超过法定期限办结1件。其中公告3条。"
GONE = ["收到政府信息公开申请 4件 14件", "超过法定期限办结 1件 没有", "工作日内公开 没有 2条"]
NOW = "（二）依申请公开。收到政府信息公开申请14件，上年结转0件；没有超过法定期限的。其中公告3条。自形成之日起20个工作日内公开2条。"


@pytest.mark.parametrize(
    ("text", "basis", "found"),
    [
        (NOW, OLD, []),
        (OLD, OLD, GONE),
        (OLD, "", ["收到政府信息公开申请 4件 14件"]),
        ("全年收到申请四件。", OLD, GONE),
        ("全年收到申请四件，培训9人次，检查3项。", "", []),
        ("收到政府信息公开申请14件。", NOW, []),
    ],
)
def test_changed_fact_is_listed_with_both_numbers(text: str, basis: str, found: list[str]) -> None:
    assert [f"{one.name} {one.was} {one.now}" for one in find_outdated_facts(text, basis, NOW)] == found


def test_missing_and_added_facts_are_described() -> None:
    assert [one.said for one in find_outdated_facts(OLD, OLD, NOW)][1:] == [
        "“超过法定期限办结”文中为1件，现在没有",
        "“工作日内公开”起草时没有，现在是2条",
    ]


def test_numbers_are_updated_and_words_kept() -> None:
    mine = "今年收到不少。收到政府信息公开申请4件，上年结转0件，其中公告1条，检查9项。"
    assert update_facts(mine, NOW) == "今年收到不少。收到政府信息公开申请14件，上年结转0件，其中公告3条，检查9项。"


def test_absence_of_late_requests_is_a_fact() -> None:
    none, two = "结转3件；没有超过法定期限的。", "结转3件；超过法定期限办结或者逾期未办结2件。"
    [one] = find_outdated_facts(none, two, two)
    assert one.said == "“超过法定期限办结或者逾期未办结”文中没有，现在是2件"
    assert (update_facts(none, two), update_facts(two, none)) == (two, none)
    assert not find_facts("〔请补充：申请有没有超过法定期限的〕。")


def test_reporting_period_is_a_fact_updated_with_last_day() -> None:
    was = "数据统计期限为2026年1月1日至2026年12月31日。收到申请3件。"
    now = "数据统计期限为2026年1月1日至2026年11月24日。收到申请3件。"
    [one] = find_outdated_facts(was, was, now)
    assert one.said == "“数据统计期限”文中为2026年1月1日至2026年12月31日，现在是2026年1月1日至2026年11月24日"
    assert update_facts(was, now) == now
