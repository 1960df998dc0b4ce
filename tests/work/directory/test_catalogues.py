"""Standard catalogues: import, versions, mapping to columns, coverage, templates, pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from factories import publishing
from factories.directory import ITEMS, LIMIT, domain_catalogue, import_all_rows, import_in_force
from factories.publishing import column, item
from factories.tables import table
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Document, Website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import append_record
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Role
from gongkai.work.directory import actions, coverage, queries
from gongkai.work.directory.catalogue_sheet import CATALOGUE_IMPORTER
from gongkai.work.directory.models import Catalogue, CatalogueItem
from gongkai.work.directory.panels import make_gaps_block
from gongkai.work.directory.registers import StandardCatalogueRegister
from gongkai.work.directory.sheet_rows import ROOT_PATH

pytestmark = pytest.mark.django_db


def public(unit, columns, **fields):
    """Publish a text on the day it was formed, which is in time."""
    return publishing.public(unit, columns, **{"formed_on": timezone.localdate(), **fields})


@pytest.fixture
def chief(site: Website):
    return actor(Role.CHIEF, site.body)


def cell_states(catalogue: Catalogue) -> list[str]:
    found = [cell.state for cell in coverage.list_cells([catalogue])]
    assert coverage.count_unpublished([catalogue]) == found.count("missing"), "the first page says another number"
    return found


def test_file_is_imported_as_draft_and_undone(site, housing) -> None:
    run = import_all_rows(domain_catalogue())
    draft = Catalogue.objects.get()
    assert (draft.domain, draft.state, draft.items.count()) == ("社会救助", "draft", 3)
    assert [body.pk for body in draft.items.first().bodies.all()] == [housing.pk]
    assert not queries.visible_to(ANONYMOUS).exists()
    run, plan = spreadsheets.upload_for_dry_run(
        "catalogue", content=domain_catalogue(), file_name="目录.xlsx", by=SYSTEM
    )
    assert (plan.same, plan.changes) == (3, [])
    applied = type(run).objects.get(state="applied")
    spreadsheets.undo(applied, by=SYSTEM)
    assert not Catalogue.objects.exists()


def test_sheet_without_column_of_second_items_is_read(site) -> None:
    heads = "公开领域,一级事项,公开内容（要素）,公开依据,公开时限,公开主体,公开渠道和载体,全社会,主动,县级"
    content = f"{heads}\n社会救助,最低生活保障,办事指南,条例,{LIMIT},市民政局,■政府网站,√,√,√\n".encode()
    _, plan = spreadsheets.upload_for_dry_run("catalogue", content=content, file_name="目录.csv", by=SYSTEM)
    assert (plan.errors, plan.made) == ([], 1)


def test_duplicate_rows_and_rows_without_ticks_are_cell_errors(site) -> None:
    rows = [
        {
            "number": 1, "domain": "救灾", "first": "一", "second": "", "content": "内容", "basis": "依据", "time_limit": "即时",
            "responsible": "局", "channels": ["政府网站"], "everybody": True, "group": "", "proactive": at < 2, "on_request": False,
            "county": True, "township": False,
        }
        for at in range(3)
    ]  # fmt: skip
    content = write_xlsx(CATALOGUE_IMPORTER.sheet, rows)
    _, plan = spreadsheets.upload_for_dry_run("catalogue", content=content, file_name="a.xlsx", by=SYSTEM)
    assert [(one.row, one.what) for one in plan.errors] == [(3, "与第2行重复"), (4, "公开方式没有勾选")]
    assert plan.notes[-1].startswith("公开主体中没有认出的单位：局（")
    for one in rows:
        one["domain"] = "救灾减灾"
    content = write_xlsx(CATALOGUE_IMPORTER.sheet, rows)
    _, plan = spreadsheets.upload_for_dry_run("catalogue", content=content, file_name="a.xlsx", by=SYSTEM)
    assert "不是26个试点领域之一，相近的有“救灾”" in plan.notes[0]


def test_only_disclosure_office_imports_and_maps(site, housing, plans) -> None:
    clerk = actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="政务公开办"):
        spreadsheets.upload_for_dry_run("catalogue", content=domain_catalogue(), file_name="a.xlsx", by=clerk)
    [made] = import_in_force()
    with pytest.raises(Refused, match="政务公开办"):
        actions.map_item(made.items.first(), by=clerk, columns=[plans], bodies=[housing])


def test_new_version_supersedes_the_old_and_keeps_mapping(site, housing, plans, chief) -> None:
    [old] = import_in_force()
    actions.map_item(old.items.first(), by=chief, columns=[plans], bodies=[housing])
    power = table(housing, "power").records.create(position=1)
    old.items.filter(position=old.items.first().position).update(power=power)
    changed = [ITEMS[0], ("综合业务", "监督检查", "监督电话和地址", *ITEMS[1][3:])]
    _, plan = spreadsheets.upload_for_dry_run(
        "catalogue", content=domain_catalogue(changed), file_name="a.xlsx", by=SYSTEM
    )
    assert "新增1项，减少2项，1项不变" in plan.notes[-1]
    run = import_all_rows(domain_catalogue(changed))
    draft = Catalogue.objects.get(state="draft")
    assert [one.pk for one in draft.items.first().columns.all()] == [plans.pk]
    assert [one.power for one in draft.items.all()] == [power, None]
    actions.map_item(draft.items.last(), by=chief, columns=[plans], bodies=[housing])
    with pytest.raises(Refused, match="人工对应了栏目"):
        spreadsheets.undo(run, by=SYSTEM)
    draft.refresh_from_db()
    new = actions.release_catalogue(draft, by=chief)
    old.refresh_from_db()
    assert (old.state, new.state, new.number) == ("superseded", "in_force", 2)
    with pytest.raises(Refused, match="导入后又修改过"):
        spreadsheets.undo(run, by=SYSTEM)
    with pytest.raises(Refused, match="已被替代"):
        actions.map_item(old.items.first(), by=chief, columns=[], bodies=[])
    with pytest.raises(Refused):
        actions.drop_catalogue_draft(new, by=chief)
    with pytest.raises(Refused):
        actions.supersede_catalogue(old, by=SYSTEM, words="再次替代")
    assert actions.make_catalogue_draft(site.body, by=chief, domain="救灾").number == 1
    empty = Catalogue.objects.get(domain="救灾")
    with pytest.raises(Refused, match="不能“写入事项”"):
        actions.fill_catalogue_draft(new, by=chief, items=[])
    with pytest.raises(Refused, match="还没有事项"):
        actions.release_catalogue(empty, by=chief)
    actions.drop_catalogue_draft(empty, by=chief)


def test_export_is_reimported_unchanged(site, housing) -> None:
    import_in_force()
    content = write_xlsx(CATALOGUE_IMPORTER.sheet, CATALOGUE_IMPORTER.rows(SYSTEM))
    _, plan = spreadsheets.upload_for_dry_run("catalogue", content=content, file_name="a.xlsx", by=SYSTEM)
    assert (plan.errors, len(plan.changes)) == ([], 3)
    assert plan.notes == ["社会救助：与现行版本相比，新增0项，减少0项，3项不变。"]


def test_coverage_distinguishes_public_missing_stale_and_unmapped(site, housing, plans, chief) -> None:
    [made] = import_in_force()
    assert cell_states(made) == ["unmapped"] * 3
    first, second, third = made.items.all()
    for one in (first, third):
        actions.map_item(one, by=chief, columns=[plans], bodies=[housing])
    assert cell_states(made) == ["missing", "unmapped", "missing"]
    assert make_gaps_block(actor(Role.CLERK, housing))["total"] == 2
    assert make_gaps_block(chief)["total"] == 2
    item(housing, [plans])  # a draft counts for nothing
    assert cell_states(made)[0] == "missing"
    public(housing, [plans])
    # A text with another title belongs to neither item, however few items share the column.
    assert cell_states(made) == ["unsure", "unmapped", "unsure"]
    assert coverage.sum_cells(coverage.list_cells([made]))[0].covered == 0
    assert_finding_decides(made, first, by=chief, housing=housing)
    public(housing, [plans], title=f"关于{third.second or third.first}的公告")
    assert cell_states(made) == ["unsure", "unmapped", "published"]
    assert_confirmed_by_click(made, first, housing=housing)
    later = timezone.now() + timedelta(days=400)
    assert [one.state for one in coverage.list_cells([made], later)] == ["published", "unmapped", "stale"]
    other = column(site, "社会救助")
    actions.map_item(second, by=chief, columns=[other], bodies=[housing])
    whole, domains, units = coverage.sum_cells(coverage.list_cells([made]))
    assert (whole.total, whole.covered, whole.gaps, whole.rate) == (3, 2, 1, 67)
    assert (domains["社会救助"].gaps, units[housing.pk][1].gaps) == (1, 1)
    assert make_gaps_block(chief)["total"] == 1
    actions.map_item(second, by=chief, columns=[other], bodies=[housing, site.body])
    assert cell_states(made).count("missing") == 2
    actions.map_item(second, by=chief, columns=[other], bodies=[])
    assert cell_states(made).count("missing") == 1


def assert_finding_decides(made: Catalogue, one: CatalogueItem, *, by, housing) -> None:
    """Check that a person's finding in a shared column holds until newer texts appear or the named text is gone."""
    [text] = Document.objects.filter(placements__column__in=one.columns.all(), published_at__isnull=False)
    with pytest.raises(Refused, match="政务公开办"):
        actions.record_item_documents(one, by=actor(Role.CLERK, housing), body=housing, documents=[text])
    inside = AppointmentFactory(role=Role.CLERK, body=housing, person_id=by.person_id)
    with pytest.raises(Refused, match="上级政务公开办决定"):
        actions.record_item_documents(one, by=by, body=housing, documents=[text])
    inside.delete()
    actions.record_item_documents(one, by=by, body=housing, documents=[])
    assert cell_states(made)[0] == "missing"
    actions.record_item_documents(one, by=by, body=housing, documents=[text])
    assert cell_states(made) == ["published", "unmapped", "unsure"]
    client = signed_in(Role.CHIEF, one.catalogue.government)
    page = f"/admin/directory/items/{one.pk}/{housing.pk}/"
    assert f'value="{text.pk}" checked' in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 302
    assert cell_states(made)[0] == "missing"
    assert client.post(page, {"documents": [text.pk + 1]}).status_code == 200  # none of its own
    assert signed_in(Role.CLERK, housing).get(page).status_code == 302


def assert_confirmed_by_click(made: Catalogue, one: CatalogueItem, *, housing) -> None:
    """Check that one click confirms the one text shown, and that the page names person and time."""
    [asked] = [cell for cell in coverage.list_cells([made]) if cell.item == one]
    client, page = signed_in(Role.CHIEF, one.catalogue.government), "/admin/directory/coverage/?state=unsure"
    assert "确认是本事项" in client.get(page).content.decode()
    address = f"/admin/directory/items/{one.pk}/{housing.pk}/confirm/"
    sent = {"newest": asked.newest_asked.document, "query": "state=unsure"}
    assert signed_in(Role.CLERK, housing).post(address, sent).status_code == 302
    client.post(address, {**sent, "newest": asked.newest_asked.document + 1})
    assert cell_states(made)[0] == "unsure"
    assert client.post(address, sent).url.endswith("?state=unsure")
    assert cell_states(made)[0] == "published"
    assert one.findings.get().found_by in client.get("/admin/directory/coverage/?state=published").content.decode()


def test_only_text_naming_the_item_counts(site, housing, plans, chief) -> None:
    """A name shared by several items needs the first-level item next to it. A text that mentions the item further down is questioned."""
    items = [
        ("最低生活保障", "办事指南", "条件", "依据", LIMIT, housing.name),
        ("特困人员供养", "办事指南", "条件", "依据", LIMIT, housing.name),
        ("综合业务", "/", "电话", "依据", LIMIT, housing.name),
    ]
    [made] = import_in_force(domain_catalogue(items))
    assert made.items.last().second == ""
    for one in made.items.all():
        actions.map_item(one, by=chief, columns=[plans], bodies=[housing])
    both = "<p>最低生活保障办事指南、特困人员供养办事指南、综合业务。</p>"
    public(housing, [plans], title="云岭市基层政务公开标准目录", body=both)
    public(housing, [plans], title="办事指南", body="<p>见窗口。</p>")
    CatalogueItem.objects.filter(pk=made.items.last().pk).update(second="—")  # imported before marks were read as empty
    assert cell_states(made) == ["unsure", "unsure", "unsure"]
    public(housing, [plans], title="特困人员供养办事指南", body="<p>见窗口。</p>")
    assert cell_states(made) == ["unsure", "published", "unsure"]
    # Several texts cannot be confirmed by one click, as nobody would have checked each.
    cell = coverage.list_cells([made])[0]
    client = signed_in(Role.CHIEF, site.body)
    assert "确认是本事项<span" not in client.get("/admin/directory/coverage/?state=unsure").content.decode()
    sent = {"newest": cell.newest_asked.document, "query": ""}
    client.post(f"/admin/directory/items/{cell.item.pk}/{housing.pk}/confirm/", sent)
    assert cell_states(made) == ["unsure", "published", "unsure"]


def test_yearly_item_needs_text_of_the_due_year(site, housing, plans, chief) -> None:
    [made] = import_in_force(domain_catalogue([("财政", "部门决算", "决算", "依据", "批准后20日内", housing.name)]))
    [one] = made.items.all()
    actions.map_item(one, by=chief, columns=[plans], bodies=[housing])
    year = timezone.localdate().year
    public(housing, [plans], title=f"{year - 2}年部门决算")
    assert cell_states(made) == ["unsure"]
    later = timezone.now() + timedelta(days=700)
    assert [cell.state for cell in coverage.list_cells([made], later)] == ["stale"]
    [text] = Document.objects.filter(published_at__isnull=False)
    actions.record_item_documents(one, by=chief, body=housing, documents=[text])
    assert cell_states(made) == ["published"]
    next_year = timezone.now() + timedelta(days=366)
    assert [cell.state for cell in coverage.list_cells([made], next_year)] == ["unsure"]
    public(housing, [plans], title=f"{housing.name}{year - 1}年度部门决算")
    assert cell_states(made) == ["published"]


def test_gaps_are_ordered_to_be_closed(site, housing, plans, chief) -> None:
    [made] = import_in_force()
    actions.map_item(made.items.first(), by=chief, columns=[plans], bodies=[housing])
    until = timezone.localdate() + timedelta(days=9)
    entry = actions.order_publication(made, by=chief, body=housing, until=until)
    assert entry.rectification.found == {"综合业务 › 政策法规文件": "没有公开"}
    public(housing, [plans])
    with pytest.raises(Refused, match="没有缺口"):
        actions.order_publication(made, by=chief, body=housing, until=until)


def test_late_publication_is_shown(site, housing, plans, chief) -> None:
    from gongkai.content.publishing.clock.disclosures import update_disclosure
    from gongkai.content.publishing.models import ItemPage

    [made] = import_in_force()
    actions.map_item(made.items.first(), by=chief, columns=[plans], bodies=[housing])
    formed = timezone.localdate() - timedelta(days=90)
    document = public(housing, [plans], title="政策法规文件", formed_on=formed)
    page = ItemPage.objects.get(pk=document.item_number)
    update_disclosure(page)
    late = Entry.objects.filter(kind="disclosure", closed_at__isnull=False).exists()
    assert cell_states(made)[0] == ("late" if late else "published")


def test_cleared_template_creates_columns_and_maps_items_by_name(site, housing, chief) -> None:
    [made] = import_in_force()
    rows = [
        {"path": [*ROOT_PATH[1:], "社会救助"], "content": "社会救助领域", "cycle_days": 31},
        {"path": [*ROOT_PATH[1:], "社会救助", "综合业务"], "content": "综合业务", "cycle_days": 92},
    ]
    act = next(one for one in StandardCatalogueRegister.acts if one.action is actions.map_items_by_name)
    assert not act.applies(made)
    with pytest.raises(Refused, match="没有找到"):
        actions.map_items_by_name(made, by=chief, website=site)
    template = actions.make_column_template(site.body, by=chief, name="区县模板", level="county", paths=rows)
    with pytest.raises(Refused, match="另一人"):
        actions.approve_column_template(template, by=chief)
    with pytest.raises(Refused, match="尚未审定"):
        actions.apply_column_template(site, by=chief, template=template)
    other = actor(Role.CHIEF, site.body)
    template = actions.approve_column_template(template, by=other)
    created = actions.apply_column_template(site, by=chief, template=template)
    assert {one.name for one in created} >= {"社会救助", "综合业务"}
    assert Column.objects.get(name="综合业务").cycle_days == 92
    with pytest.raises(Refused, match="都已建立"):
        actions.apply_column_template(site, by=chief, template=template)
    assert act.applies(made)
    actions.map_items_by_name(made, by=chief, website=site)
    assert not act.applies(made)
    mapped = [column_.name for one in made.items.all() for column_ in one.columns.all()]
    assert mapped == ["综合业务", "综合业务", "社会救助"]
    template = actions.change_column_template(template, by=chief, paths=rows[:1])
    assert template.state == "draft"


def test_item_links_no_foreign_table_and_page_shows_own_history(site, housing, plans, chief) -> None:
    [made] = import_in_force()
    append_record(f"catalogue/{made.pk}", action="decisions.open_catalogue", by=SYSTEM, words="另一份同号目录")
    client, first = signed_in(Role.CHIEF, site.body), made.items.first()
    assert "另一份同号目录" not in client.get(f"/admin/directory/{made.pk}/").content.decode()
    other = table(BodyFactory(name="云岭市教育局", parent=site.body), "power", {"name": "教师资格认定"}).records.get()
    assert "教师资格认定" not in client.get(f"/admin/directory/items/{first.pk}/map-item/").content.decode()
    sent = client.post(
        f"/admin/directory/items/{first.pk}/map-item/", {"columns": "没有这一栏", "bodies": [housing.pk]}
    )
    assert "没有栏目“没有这一栏”" in sent.content.decode()
    assert not first.columns.exists()
    with pytest.raises(Refused, match="属于云岭市教育局"):
        actions.map_item(first, by=chief, columns=[plans], bodies=[housing], power=other)


def test_public_sees_only_catalogues_in_force(site, housing, plans, chief, client) -> None:
    assert "正在编制" in client.get("/catalogue/").content.decode()
    import_all_rows(domain_catalogue())
    draft = Catalogue.objects.get()
    assert client.get(f"/catalogue/{draft.pk}/").status_code == 404
    actions.release_catalogue(draft, by=chief)
    actions.map_item(draft.items.first(), by=chief, columns=[plans], bodies=[housing])
    assert "社会救助" in client.get("/catalogue/").content.decode()
    page = client.get(f"/catalogue/{draft.pk}/").content.decode()
    table = page.partition("去看已公开的")[2].partition("</table>")[0]
    assert ("规划信息" in table, "还没有信息" in table) == (False, True)
    assert client.get("/catalogue/?table=xlsx").content[:2] == b"PK"


def test_columns_are_linked_for_users_who_see_their_site(site, housing, plans, chief) -> None:
    county = BodyFactory(name="青溪县人民政府", kind="district", parent=site.body)
    Website.objects.create(body=county, host="www.qingxi.example", name="青溪县人民政府网站", is_default=False)
    item = import_in_force()[0].items.first()
    actions.map_item(item, by=chief, columns=[plans], bodies=[housing])
    link = f"/admin/publishing/columns/{plans.pk}/"
    for body, shown in ((site.body, True), (county, False)):
        client = signed_in(Role.CHIEF, body)
        assert (client.get(link).status_code == 200) is shown
        for page in (f"items/{item.pk}/", f"{item.catalogue_id}/", f"coverage/?government={site.body.pk}"):
            text = client.get(f"/admin/directory/{page}").content.decode()
            assert (f'href="{link}"' in text) is shown, page
            assert plans.name in text or not shown
