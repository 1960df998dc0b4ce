"""Office pages of annual reports: overview, tables with source rows, entry with live checks, texts, comparison, files, earlier reports."""

import json
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from factories.annual import city, make_reports, reload_report
from factories.policies import record
from factories.requests import register
from factories.units import signed_in
from gongkai.core.units.models import Role
from gongkai.oversight.annual.form import FIGURE_KEYS
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.papers import render_report_xlsx
from gongkai.oversight.annual.queries.area import (
    TABLE_FOUR_CELLS,
    count_live_figures,
    get_disputes_by_unit,
    list_all_contributions,
)
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.views.rows import make_rows_url
from gongkai.oversight.annual.views.texts import get_current_content
from gongkai.work.requests.models import Dispute

DAY = "2026-01-12 10:00+08:00"


pytestmark = [pytest.mark.django_db, pytest.mark.today(DAY)]


def scene() -> SimpleNamespace:
    town = city()
    town.reports = make_reports(town)
    register(town.housing, date(2025, 12, 1), applicant_kind="business")
    register(town.housing, date(2025, 12, 30))
    facts = {"made_on": date(2025, 5, 1), "effective_on": date(2025, 6, 1), "issuers": town.housing.name}
    record(town.housing, by=town.clerk, **facts)
    town.clients = {"clerk": signed_in(Role.CLERK, town.housing), "chief": signed_in(Role.CHIEF, town.office)}
    return town


@pytest.fixture
def clerk(town: SimpleNamespace) -> Client:
    return town.clients["clerk"]


@pytest.fixture
def chief(town: SimpleNamespace) -> Client:
    return town.clients["chief"]


def report_url(town: SimpleNamespace, body: str = "housing") -> str:
    return f"/admin/annual/{town.reports[getattr(town, body).pk].pk}/"


def own_report(town: SimpleNamespace, body: str = "housing") -> Report:
    return reload_report(town.reports[getattr(town, body).pk])


def page_text(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_overview_shows_missing_reports_and_urges_their_units(
    town: SimpleNamespace, clerk: Client, chief: Client
) -> None:
    page = page_text(chief, "/admin/annual/")
    assert page.count("未报送") == 4
    assert "本级政府汇总报告" in page
    assert "市教育局" not in page_text(clerk, "/admin/annual/").split("gk-body")[-1]
    said = chief.post("/admin/annual/", {"row": [own_report(town).pk, own_report(town, "schools").pk]}, follow=True)
    assert "已催办2个单位" in said.content.decode()
    again = chief.post("/admin/annual/", {"row": [own_report(town).pk]}, follow=True)
    assert "今天已经催办过" in again.content.decode()
    assert chief.get("/admin/annual/?export=1").headers["Content-Type"].endswith("sheet")
    assert "未公布" in page


def test_link_of_each_figure_lists_its_rows(town: SimpleNamespace, clerk: Client) -> None:
    report = own_report(town)
    for key, value in get_values(count_live_figures(report)).items():
        address = make_rows_url(report.body, report, key)
        if not address or not value:
            continue
        answer = clerk.get(address)
        assert answer.context["page"].paginator.count == value, key
    answer = clerk.get(make_rows_url(report.body, report, "table2/normative_documents/issued"))
    assert answer.context["totals"][0] == ("单位", town.housing.name)
    assert "全部" not in dict(answer.context["listing"].filters.form.fields["key"].choices).values()
    page = page_text(clerk, report_url(town))
    assert f'{report_url(town)}rows/?key=table3/1/company">1</a>' in page
    assert "待填报" in page


def test_dispute_is_listed_at_its_unit_though_request_is_elsewhere(town: SimpleNamespace, clerk: Client) -> None:
    moved = register(town.schools, date(2025, 12, 5))
    Dispute.objects.create(
        request=moved.request, body=town.housing, kind="review", organ="云岭市人民政府", accepted_on=date(2025, 12, 20)
    )
    key = "table4/review/pending"
    assert get_values(count_live_figures(own_report(town)))[key] == 1
    assert clerk.get(make_rows_url(town.housing, own_report(town), key)).context["page"].paginator.count == 1


def test_figures_of_area_link_to_units_and_their_rows(town: SimpleNamespace, chief: Client) -> None:
    area = own_report(town, "government")
    figures = get_values(count_live_figures(area))
    every = list_all_contributions(area)
    for key in FIGURE_KEYS:
        parts = [one.values.get(key) for one in every]
        assert figures[key] == (None if None in parts else sum(part or 0 for part in parts)), key
    page = page_text(chief, f"{report_url(town, 'government')}rows/", key="table3/1/total")
    assert "合计" in page
    assert f"{report_url(town)}rows/?key=table3/1/total" in page.replace("%2F", "/")
    assert "没有记录这类事项" in page_text(chief, f"{report_url(town)}rows/", key="table2/licences/value")
    assert chief.get(f"{report_url(town)}rows/?key=nonsense").status_code == 404
    found = get_disputes_by_unit(area)
    assert (found.sums, found.differing) == (tuple(figures[key] or 0 for key in TABLE_FOUR_CELLS), [])
    assert {one.standing for one in found.units} == {"本级政府自身", "未报送，按台账暂列"}
    assert chief.get(f"{report_url(town)}disputes/").status_code == 404


def test_figures_are_checked_while_typed(town: SimpleNamespace, clerk: Client) -> None:
    assert 'name="table3/1/company"' in page_text(clerk, report_url(town), edit="table3")
    typed = {"table": "table3", "table3/1/company": "7", "table3/1/research": "x"}
    said = clerk.post(f"{report_url(town)}judge/", typed).content.decode()
    assert "新收加上年结转为7" in said
    assert "应为不小于0、小于10亿" in said
    assert '<output id="v-table3-1-total" data-hx-swap-oob="true">8</output>' in said
    typed = {
        "table": "table2",
        "table2/licences/value": "12",
        "table2/fees_10k_yuan/value": "3.5",
        "source": "财政系统",
    }
    page = clerk.post(f"{report_url(town)}save/", typed, follow=True).content.decode()
    assert "已填报2项" in page
    assert "财政系统" in page
    old = {"table2/licences/value": "10", "table2/penalties/value": ""}  # of a page that was opened before
    typed = {"table": "table2", "table2/licences/value": "10", "table2/penalties/value": "4", "source": "执法台账"}
    clerk.post(f"{report_url(town)}save/", {**typed, "shown": json.dumps(old)})
    figures = count_live_figures(own_report(town))
    assert [figures[f"table2/{name}/value"].value for name in ("licences", "penalties")] == [12, 4]
    typed["table2/licences/value"] = "11"
    page = clerk.post(f"{report_url(town)}save/", {**typed, "shown": json.dumps(old)}, follow=True).content.decode()
    assert "已由别人改为12，没有改成11" in page
    page = clerk.post(f"{report_url(town)}drop/", {"key": "table2/licences/value"}, follow=True).content.decode()
    assert "已恢复系统数据" in page
    assert clerk.get(f"{report_url(town, 'schools')}").status_code == 404


def test_figures_are_imported_from_file(town: SimpleNamespace, clerk: Client) -> None:
    content = get_current_content(own_report(town))
    for key in FIGURE_KEYS:
        content["figures"][key]["value"] = 0
    content["figures"]["table2/penalties/value"]["value"] = 9
    file = SimpleUploadedFile("年报数据.xlsx", render_report_xlsx(content))
    page = clerk.post(f"{report_url(town)}file/", {"file": file}, follow=True).content.decode()
    assert "来源记为该文件" in page
    assert count_live_figures(own_report(town))["table2/penalties/value"].value == 9
    old = render_report_xlsx(content | {"title": "云岭市住房和城乡建设局2019年政府信息公开工作年度报告"})
    file = SimpleUploadedFile("年报数据.xlsx", old)
    assert "文件标题是2019年度" in clerk.post(f"{report_url(town)}file/", {"file": file}, follow=True).content.decode()
    bad = SimpleUploadedFile("x.docx", b"PK\x03\x04nothing")
    assert clerk.post(f"{report_url(town)}file/", {"file": bad}, follow=True).status_code == 200


def test_refused_text_keeps_typed_values(town: SimpleNamespace, clerk: Client) -> None:
    typed = {"number": "6", "text": "〔请补充〕"}
    page = clerk.post(f"{report_url(town)}texts/write-confirm/", typed, follow=True).content.decode()
    assert "没有补充" in page
    assert "〔请补充〕</textarea>" in page


def test_comparison_contains_only_reports_visible_to_user(town: SimpleNamespace, clerk: Client, chief: Client) -> None:
    assert "您能查看的同级单位没有" in page_text(clerk, f"{report_url(town)}compare/")
    assert "市教育局" in page_text(chief, f"{report_url(town)}compare/")
    for client, others in ((clerk, False), (chief, True)):
        sheet = load_workbook(BytesIO(client.get(f"{report_url(town)}compare/?export=1").getvalue())).worksheets[0]
        names = {row[0] for row in sheet.values}
        assert (town.housing.name in names, town.schools.name in names) == (True, others)


def test_earlier_report_is_imported_shown_and_removed(town: SimpleNamespace, clerk: Client) -> None:
    content = get_current_content(own_report(town)) | {"title": "云岭市住房和城乡建设局2024年政府信息公开工作年度报告"}
    for key in FIGURE_KEYS:
        content["figures"][key]["value"] = 3
    data = render_report_xlsx(content)
    given = {
        "body": own_report(town).body_id,
        "published_on": "2025-01-20",
        "address": "https://www.yunling.example/nb/1.html",
    }
    page = clerk.post("/admin/annual/earlier/", given | {"file": SimpleUploadedFile("2024.xlsx", data)}, follow=True)
    assert "原报告有" in page.content.decode()
    kept = EarlierReport.objects.get()
    assert (kept.year, kept.published_on) == (2024, date(2025, 1, 20))
    assert clerk.get(f"/admin/annual/earlier/{kept.pk}/file/").status_code == 200
    assert "导入的2024年度报告" in page_text(clerk, report_url(town))
    wrong = given | {"year": "2023", "file": SimpleUploadedFile("2024.xlsx", data)}
    assert "文件标题是2024年度" in clerk.post("/admin/annual/earlier/", wrong).content.decode()
    html = SimpleUploadedFile("a.html", "<html><body><p>没有表</p></body></html>".encode())
    assert "没有找到年度报告的表格" in clerk.post("/admin/annual/earlier/", given | {"file": html}).content.decode()
    clerk.post(f"/admin/annual/earlier/{kept.pk}/drop/", {"reason": "导错了"})
    assert not EarlierReport.objects.exists()


def test_reports_of_a_year_are_requested(town: SimpleNamespace, chief: Client, clerk: Client) -> None:
    given = {"government": town.government.pk, "year": "2024"}
    assert "已布置2024年度报告" in chief.post("/admin/annual/open/", given, follow=True).content.decode()
    assert Report.objects.filter(year=2024).count() == 4
    said = clerk.post("/admin/annual/open/", given | {"year": "2023"}, follow=True).content.decode()
    assert "只有本级或者上级政务公开办" in said
