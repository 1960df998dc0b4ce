"""Pages of tables in the office and on the portal."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pypdfium2 import PdfDocument

from factories.publishing import public, released
from factories.tables import DEBT, GUIDE, SCHOOL, publish_unsigned_source, schema, table
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.checks.models import Fault
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.units.models import Role
from gongkai.work.tables import actions, queries
from gongkai.work.tables import public as public_tables
from gongkai.work.tables.forms import SendForReviewForm
from gongkai.work.tables.models import TableSchema

pytestmark = pytest.mark.django_db


def page_text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_disclosure_office_edits_schemas_on_pages(housing) -> None:
    client = signed_in(Role.CHIEF, housing)
    edit = "/admin/tables/schemas/school/edit/"
    assert "填写说明" in page_text(client.get(edit))
    sent = {
        "label": "学校", "group": "institution", "source": "本市规定", "review_days": "31", "kind": "other",
        "basis": "21", "active": "on", "f-TOTAL_FORMS": "2", "f-INITIAL_FORMS": "0",
        "f-0-key": "name", "f-0-label": "名称", "f-0-kind": "text", "f-0-required": "on",
        "f-1-label": "校长信箱", "f-1-kind": "text",
    }  # fmt: skip
    client.post(edit, sent)
    assert [one.label for one in schema("school").all_fields] == ["名称", "校长信箱"]
    client.post("/admin/tables/schemas/new/", sent)
    assert TableSchema.objects.filter(key="own1").exists()
    assert signed_in(Role.CLERK, housing).get(edit).status_code == 404


def test_public_filters_charts_and_downloads_tables(housing, plans, site, client: Client, monkeypatch) -> None:
    publish_unsigned_source(
        table(housing, "school", SCHOOL, {**SCHOOL, "name": "云岭市第二小学"}, phone="12345"), plans
    )
    publish_unsigned_source(table(housing, "debt", DEBT, year=2025), plans)
    newer = table(housing, "debt", DEBT, year=2026)
    assert SendForReviewForm(source=newer).initial["column"] == plans.pk, "the column of the edition before"
    publish_unsigned_source(newer, plans)
    made = table(housing, "guide")
    record = actions.add_record(made, by=actor(Role.CLERK, housing), values=GUIDE)
    publish_unsigned_source(record, plans)
    index = page_text(client.get("/tables/"))
    assert all(word in index for word in ("教育机构", "地方政府债务", "办事指南"))
    page = page_text(client.get("/tables/school/?q=第二"))
    assert "云岭市第二小学" in page
    assert "云岭市第一小学" not in page
    assert "投诉监督电话" in page
    assert "<svg" in page_text(client.get("/tables/debt/"))
    every = page_text(client.get("/tables/debt/?year=all"))
    assert all(f'data-head="年度">{year}<' in every for year in (2025, 2026)), "rows of two years told apart"
    assert "<svg" not in every
    assert '"2025","' in client.get("/tables/debt/?year=all&table=csv").content.decode()
    assert "第一小学" in page_text(client.get("/tables/school/?page=9")), "beyond the last page is the last page"
    assert "个体工商户" in page_text(client.get("/tables/guide/?page=9"))
    assert "个体工商户" in page_text(client.get("/tables/guide/?q=场所证明")), "guides are found by all they say"
    assert "第一小学" in client.get("/tables/school/?table=csv").content.decode()
    assert client.get("/tables/school/?table=xlsx").content[:2] == b"PK"
    monkeypatch.setattr("gongkai.ui.portal.views.tables.MAX_EXPORTED_ROWS", 1)
    assert client.get("/tables/school/?table=xlsx")["Location"] == "/api/v1/bundles/table-school.csv"
    assert "下载全部" in page_text(client.get("/tables/school/"))
    guides = page_text(client.get("/tables/guide/?mark=online"))
    assert "可网上办" in guides
    assert "个体工商户设立登记" not in page_text(client.get("/tables/guide/?mark=mobile"))
    assert client.get("/tables/water/").status_code == 404
    clerk = signed_in(Role.LEAD, housing)
    clerk.post(f"/admin/publishing/sources/record/{record.pk}/", {"do": "withdraw", "reason": "事项取消"})
    assert client.get("/tables/guide/").status_code == 404


def test_related_sites_are_on_front_page_and_dead_links_are_listed(housing, plans, site, client) -> None:
    rows = [("国务院", "国务院部门网站", "https://www.gov.example"), ("青溪县", "区县政府网站", "https://qx.example")]
    made = table(housing, "links", *({"name": n, "group": g, "address": a} for n, g, a in rows))
    assert "相关网站" not in client.get("/").content.decode()
    publish_unsigned_source(made, plans)
    front = client.get("/").content.decode()
    assert (
        front.index("国务院部门网站（1）") < front.index("https://www.gov.example") < front.index("区县政府网站（1）")
    )
    number = ensure_document(made).pk
    Fault.objects.create(
        document_id=number, body_id=housing.pk, kind="link", target="https://qx.example", reason="没有应答"
    )
    page = page_text(signed_in(Role.CLERK, housing).get(f"/admin/tables/{made.pk}/"))
    assert "最近一次探测打不开的网址" in page
    assert "没有应答" in page


def test_domains_without_yearly_report_are_listed(housing, plans) -> None:
    year = timezone.localdate().year - 1
    made = table(housing, "institution_year", {"name": "教育机构"}, year=year)

    def said() -> str:
        page = signed_in(Role.CLERK, housing).get("/admin/tables/schemas/institution_year/").content.decode()
        return page.split(f"还没有公布{year}年度工作的领域：")[1].split("。")[0]

    assert "教育机构" in said()  # a draft tells nobody
    publish_unsigned_source(made.records.get() if made.schema.by_record else made, plans)
    untold = said()
    assert "教育机构" not in untold
    actions.add_record(made, by=actor(Role.CLERK, housing), values={"name": "供水企业"})
    assert "供水企业" in said(), "the row is not signed"
    assert {"卫生健康机构", "供水企业"} <= set(untold.split("、"))


def test_postings_and_leaflets_are_recorded_with_photos_and_shown(housing, plans, site, client) -> None:
    row = {"name": "耕地地力保护补贴", "basis": "实施方案", "complaint": "12345"}
    made = table(housing, "benefit", row, year=timezone.localdate().year)
    publish_unsigned_source(made, plans)
    clerk = actor(Role.CLERK, housing)
    said = {"table": made, "on": timezone.localdate(), "place": "柳林村公示栏"}
    with pytest.raises(Refused, match="份数"):
        actions.record_posting(housing, by=clerk, kind="leaflet", **said)
    board = actions.record_posting(housing, by=clerk, kind="board", **said)
    slip = actions.record_posting(housing, by=clerk, kind="leaflet", copies=30, **said)
    photo = NamedStoredFile("照片.png", store(b"\x89PNG1", "照片.png", clerk))
    agenda = NamedStoredFile("议程.txt", store("会议议程".encode(), "议程.txt", clerk))
    actions.attach_papers(board, by=clerk, what="agenda", files=[agenda])
    with pytest.raises(Refused, match="不是图片"):
        actions.attach_papers(board, by=clerk, what="photo", files=[agenda])
    with pytest.raises(Refused, match="先上传照片"):
        actions.confirm_posting(board, by=actor(Role.LEAD, housing))
    (paper,) = actions.attach_papers(board, by=clerk, what="photo", files=[photo])
    assert "柳林村公示栏" not in page_text(client.get("/tables/benefit/")), "nobody has confirmed it"
    with pytest.raises(Refused, match="另一人"):
        actions.confirm_posting(board, by=clerk)
    for one in (board, slip):
        actions.confirm_posting(one, by=actor(Role.LEAD, housing))
    page = page_text(client.get("/tables/benefit/"))
    assert "柳林村公示栏" in page
    assert "发放宣传读物30份" in page
    assert "2/6" in " ".join(page.split()), "six slots, two of them filled"
    assert "1行不完整，共4项暂未公开" in page
    assert "本表不完整" in made.frozen(made.latest_revision_id).html
    office = signed_in(Role.CLERK, housing)
    assert office.get(f"/admin/tables/{made.pk}/leaflet.pdf").content[:4] == b"%PDF"
    actions.add_record(made, by=clerk, values={**row, "name": "没有审签的补贴"})
    printed = public_tables.render_leaflet(made, queries.map_shelves([made.stream])[made.stream], timezone.localdate())
    text = PdfDocument(printed)[0].get_textpage().get_text_range()
    assert "耕地地力保护补贴" in text
    assert "没有审签的补贴" not in text, "citizens get what was signed"
    draft = table(housing, "benefit", row, year=timezone.localdate().year - 1)
    assert "还没有公开" in page_text(office.get(f"/admin/tables/{draft.pk}/leaflet.pdf", follow=True))
    assert "柳林村公示栏" in page_text(office.get("/admin/tables/postings/"))
    street, elsewhere = (
        BodyFactory(name=f"云岭市河东{name}", parent=housing.parent) for name in ("街道办事处", "医院")
    )
    other = actions.record_posting(street, by=actor(Role.CHIEF, housing.parent), kind="leaflet", copies=5, **said)
    recorder, stranger = actor(Role.LEAD, street), actor(Role.LEAD, elsewhere)
    assert list(queries.postings_visible_to(recorder)) == [other], "who must confirm it may read it"
    assert other in queries.postings_visible_to(clerk), "the table's unit sees where its table was posted"
    assert not queries.postings_visible_to(stranger).exists()
    actions.remove_posting(other, by=recorder, reason="重复登记")
    assert queries.get_last_hotline_posting(made) is None
    handed = actions.record_posting(housing, by=clerk, kind="hotline", **said)
    assert queries.get_last_hotline_posting(made) == handed
    actions.drop_paper(paper, by=clerk)
    assert "公示栏张贴" not in page_text(client.get("/tables/benefit/"))
    with pytest.raises(Refused, match="先上传照片"):
        actions.confirm_posting(type(board).objects.get(pk=board.pk), by=actor(Role.LEAD, housing))
    actions.remove_posting(slip, by=clerk, reason="重复登记")
    assert "发放宣传读物" not in page_text(client.get("/tables/benefit/"))


def test_expired_rows_are_last_and_can_be_hidden(housing, plans, site, client) -> None:
    soon = (timezone.localdate() + timedelta(days=9)).isoformat()
    course = {"place": "一楼", "policy": "补贴办法", "phone": "0799-8100001"}
    rows = ({"name": "甲班", "starts": "2026-01-05", **course}, {"name": "乙班", "starts": soon, **course})
    publish_unsigned_source(table(housing, "training", *rows), plans)
    page = page_text(client.get("/tables/training/"))
    assert page.index("乙班") < page.index("甲班") < page.index("已开班，停止报名")
    assert "甲班" not in page_text(client.get("/tables/training/?state=current"))
    rows = [{"name": "甲减免", "who": "a", "content": "b", "basis": "c", "how": "免申即享", "phone": "12345"}]
    rows += [{**rows[0], "name": "乙补贴", "industries": "客运"}, {**rows[0], "name": "丙补贴", "industries": "餐饮"}]
    publish_unsigned_source(table(housing, "relief", *rows), plans)
    page = page_text(client.get("/tables/relief/?f-industries=客运"))
    assert "甲减免" in page
    assert "乙补贴" in page
    assert "丙补贴" not in page


def test_units_without_required_table_are_listed(housing, site) -> None:
    table(housing, "plan")
    office = signed_in(Role.CHIEF, housing.parent)
    missing = page_text(office.get("/admin/tables/schemas/plan/?show=missing")).split("还没有登记的单位")[-1]
    assert housing.parent.name in missing
    assert f"body={housing.pk}" not in missing
    address = "/admin/tables/all/?schema=reading&show=missing"
    assert f"body={housing.parent.pk}" in page_text(office.get(address))
    table(housing, "reading")
    assert f"body={housing.parent.pk}" not in page_text(office.get(address)), (
        "one of its units keeps a government's table"
    )


def test_budget_grid_is_green_only_by_units_own_budget_text(site, housing, plans) -> None:
    """A typed date, a link to another text, or a title merely containing 预算 does not suffice."""
    year = timezone.localdate().year
    report = public(housing, [plans], title=f"{year}年政府信息公开工作年度报告")
    link = f"https://elsewhere.example{report.addresses.get().path}"
    row = {"name": housing.label, "what": "预算", "on": f"{year}-01-22", "link": link}
    table(housing, "budget", row, year=year)
    public(housing, [plans], title=f"{year}年部门预算公开培训通知")
    client, page = signed_in(Role.CHIEF, site.body), "/admin/tables/schemas/budget/"
    assert f"待核对（填报为{year}-01-22）" in page_text(client.get(page))
    unsure = queries.map_first_publications([site.body])
    assert {key: day for key, (day, _) in unsure.items()} == {(housing.pk, year, "预算"): None}
    public(housing, [plans], title=f"{housing.name}{year}年部门预算")
    public(housing, [plans], title=f"{site.body.name.removesuffix('人民政府')}{year}年政府预算")
    found = queries.map_first_publications([site.body])
    assert {key for key, (day, _) in found.items() if day} == {(housing.pk, year, "预算"), (site.body.pk, year, "预算")}
    assert "待核对" not in page_text(client.get(page))


def test_renamed_text_counts_as_budget_from_the_new_title(site, housing, plans) -> None:
    today = timezone.localdate()
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        made = public(housing, [plans], title=f"{housing.name}{today.year}年法治政府建设年度报告")
    item = find_document_item(made)
    item.title = f"{housing.name}{today.year}年部门预算"
    item.save_revision()
    released(item)
    assert {day for day, _ in queries.map_first_publications([site.body]).values()} == {today}


def test_topic_page_shows_links_of_its_table(site, housing, plans) -> None:
    """减税降费 links to the tax bureau's pages from the topic itself."""
    row = {"name": "阶段性减免", "who": "小规模纳税人", "content": "免征", "basis": "公告", "how": "免申即享"}
    row |= {"link": "https://tax.example/1", "phone": "12366"}
    assert public_tables.get_topic_links(site.pk, "减税降费") is None
    publish_unsigned_source(table(housing, "relief", row), plans)
    found = public_tables.get_topic_links(site.pk, "减税降费")
    assert found.links == [("阶段性减免", "https://tax.example/1")]
