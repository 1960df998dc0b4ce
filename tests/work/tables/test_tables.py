"""Tables: filled in, validated, published, rectified."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from factories import publishing
from factories.tables import DEBT, GUIDE, SCHOOL, publish_signed, publish_unsigned_source, schema, table
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor, signed_in
from gongkai.content.checks.report import get_check_report
from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import recall
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.ledger.rectification import confirm, report
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, make_actor_of_person
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.work.tables import actions, public, queries, record_faults, registers
from gongkai.work.tables.budget_duties import map_called_days
from gongkai.work.tables.forms import FieldForms, read_submitted_fields
from gongkai.work.tables.importers import find_importer
from gongkai.work.tables.models import PublicTable, Record, TableSchema
from gongkai.work.tables.panels import find_negative_list_matches, make_faulty_tables_block
from gongkai.work.tables.record_faults import list_faults_by_record

pytestmark = pytest.mark.django_db


def list_faults(made: PublicTable) -> list[str]:
    return [str(one) for _, some in list_faults_by_record(made) for one in some]


def test_missing_field_is_found_ordered_and_rectified(housing) -> None:
    made = table(housing, "school", {key: SCHOOL[key] for key in ("name", "nature", "address", "hours")})
    assert list_faults(made) == ["联系电话没有填写"]
    assert queries.list_table_states([made])[0].light == "red"
    with pytest.raises(Refused, match="政务公开办"):
        actions.order_table_rectification(made, by=actor(Role.CLERK, housing), until=timezone.localdate())
    chief = actor(Role.CHIEF, housing)
    entry = actions.order_table_rectification(made, by=chief, until=timezone.localdate() + timedelta(days=9))
    assert entry.rectification.found == {"云岭市第一小学": "联系电话没有填写"}
    assert queries.map_open_rectifications([made])
    assert "已经下达" in actions.order_table_rectification.why_not(made, by=chief)[0], "said before anybody clicks"
    clerk = actor(Role.CLERK, housing)
    assert make_faulty_tables_block(clerk)["states"][0].mending
    record = made.records.get()
    actions.change_record(record, by=clerk, values=SCHOOL, version=record.version)
    assert not list_faults(made)
    assert make_faulty_tables_block(clerk) is None
    entry = report(entry, by=clerk, text="已补填联系电话并送审")
    assert confirm(entry, by=chief, url="https://www.example.cn/xuexiao/").closed_at
    with pytest.raises(Refused, match="没有缺项"):
        actions.order_table_rectification(made, by=chief, until=timezone.localdate())


def test_table_is_published_with_files_after_reviews(housing, plans, site, client) -> None:
    made = table(housing, "school", SCHOOL, phone="12345")
    publish_signed(made, plans)
    edition = ensure_document(made).editions.get()
    assert [one["name"].rsplit(".")[-1] for one in edition.content.files] == ["xlsx", "csv"]
    assert "<caption>" in edition.content.html
    assert "0799-8100001" in edition.content.html
    [rows] = public.load_all_rows(site.pk, made.schema)
    assert (rows.rows[0]["name"], rows.phone) == ("云岭市第一小学", "12345")
    assert [one.schema.key for one in public.list_schemas_on_site(site.pk)] == ["school"]
    path = ensure_document(made).addresses.get(current=True).path
    assert "云岭市第一小学" in client.get(path).content.decode()
    # Values added later are not public before their review.
    actions.add_record(made, by=actor(Role.CLERK, housing), values={**SCHOOL, "name": "云岭市第二小学"})
    actions.change_table(made, by=actor(Role.CLERK, housing), phone="67890")
    state = queries.list_table_states([made])[0]
    assert (state.words, state.light, len(state.changed.rows)) == ("有改动未公开", "yellow", 1)
    assert make_faulty_tables_block(actor(Role.CLERK, housing))["states"][0].pending
    office = actor(Role.CHIEF, site.body)
    made.schema.refresh_from_db()
    actions.change_schema(made.schema, by=office, label="别的名称", intro="别的说明")
    rows = public.load_all_rows(site.pk, made.schema)[0]
    assert (len(rows.rows), rows.phone) == (1, "12345")
    [offered] = public.list_schemas_on_site(site.pk)
    assert "别的" not in f"{offered.label}{offered.intro}{client.get('/tables/').content.decode()}"
    publish_signed(made, plans)
    assert public.list_schemas_on_site(site.pk)[0].label == "别的名称"
    assert queries.list_table_states([made])[0].words == "完整"
    actions.change_table(made, by=actor(Role.CLERK, housing), phone="67890", note="甲&乙")
    made.refresh_from_db()
    assert queries.list_table_states([made])[0].pending, "words beside the rows are public, too"
    actions.change_table(made, by=actor(Role.CLERK, housing), phone="67890")
    made.refresh_from_db()
    assert not queries.list_table_states([made])[0].pending
    assert "67890" in client.get("/tables/school/").content.decode()


def test_institutions_own_phone_and_address_are_no_privacy_findings(housing, plans) -> None:
    row = {**SCHOOL, "address": "云岭市建设路1号3栋2单元501室", "phone": "0799-8100001、13812345678"}
    made = table(housing, "school", row)
    actions.freeze_table(made, by=actor(Role.CLERK, housing))
    made.refresh_from_db()
    report = get_check_report(made, made.frozen(made.latest_revision_id))
    assert report.open == []
    assert [one.words for one in report.warnings if one.family == "privacy"] == ["13812345678"]


def test_editor_of_table_cannot_sign_it(housing, plans) -> None:
    made = table(housing, "school", SCHOOL)
    chief = actor(Role.CHIEF, housing)
    actions.change_table(made, by=chief, phone="12345")
    review = publishing.with_sheet(actions.send_for_review(made, by=actor(Role.CLERK, housing), columns=[plans]))
    assert chief.person_id in review.author_people
    made.refresh_from_db()
    actions.freeze_table(made, by=actor(Role.CLERK, housing))
    with pytest.raises(Refused, match="初审"):
        publishing.sign(review, by=actor(Role.CLERK, housing))


def test_strict_table_with_missing_value_is_not_published(housing, plans) -> None:
    gap = {key: value for key, value in DEBT.items() if key != "funds"}
    made = table(housing, "debt", DEBT, year=2026)
    row = made.records.get()
    with pytest.raises(Refused, match="请填写：偿债资金来源"):
        actions.change_record(row, by=actor(Role.CLERK, housing), values=gap)
    made.records.update(values=gap)  # as where the schema came to ask for it later
    with pytest.raises(Refused, match="缺少偿债资金来源"):
        actions.send_for_review(made, by=actor(Role.CLERK, housing), columns=[plans])
    assert made.latest_revision_id is None
    housing.level = "county"
    housing.save()
    made = PublicTable.objects.get()
    assert not list_faults(made)


def test_guide_is_published_searched_and_flagged_when_basis_ends(housing, plans, site) -> None:
    policy = publishing.public(housing, [plans])
    made = table(housing, "guide")
    clerk = actor(Role.CLERK, housing)
    record = actions.add_record(made, by=clerk, values=GUIDE, documents=[policy])
    publish_signed(record, plans)
    hits = run_search(ANONYMOUS, site.pk, SearchQuery("个体工商户 登记")).hits
    assert len(hits) == 1
    [rows] = public.load_all_rows(site.pk, made.schema)
    assert rows.marks == ["可网上办", "可一次办"]
    assert not list_faults(made)
    Document.objects.filter(pk=policy.pk).update(standing=ValidityState.REPEALED)
    assert "已废止" in list_faults(made)[0]
    with pytest.raises(Refused, match="正在公开"):
        actions.remove_record(record, by=clerk, reason="重复")
    with pytest.raises(Refused, match="逐条公开"):
        actions.freeze_table(made, by=clerk)


def test_rows_name_the_policies_they_are_based_on(housing, plans, site, client) -> None:
    policy = publishing.public(housing, [plans])
    made = table(housing, "positive")
    values = {"name": "住房保障", "domain": "住房", "content": "分配结果", "basis": "条例", "limit": "20个工作日"}
    actions.add_record(made, by=actor(Role.CLERK, housing), values=values, documents=[policy])
    publish_signed(made, plans)
    [rows] = public.load_all_rows(site.pk, made.schema)
    [[title, path]] = rows.list_bases_of_row(0)
    link = f'<a href="{path}">{title}</a>'
    assert path
    assert link in client.get("/tables/positive/").content.decode()
    assert f'href="{path}"' in client.get(ensure_document(made).addresses.get(current=True).path).content.decode()
    assert f"《{title}》" in client.get("/tables/positive/?table=csv").content.decode()
    assert not queries.list_table_states([made])[0].pending
    actions.change_record(made.records.get(), by=actor(Role.CLERK, housing), values=values, documents=[])
    assert queries.list_table_states([made])[0].pending, "the public still reads the policy"
    assert "政策依据改为没有" in list(read_stream(made.records.get().stream))[-1].words


def test_incomplete_guide_is_not_published(housing, plans) -> None:
    made = table(housing, "guide", {key: value for key, value in GUIDE.items() if key != "materials"})
    with pytest.raises(Refused, match="缺少申请材料"):
        actions.send_for_review(made.records.get(), by=actor(Role.CLERK, housing), columns=[plans])
    other = table(housing, "school", SCHOOL)
    with pytest.raises(Refused, match="整表公开"):
        actions.freeze_record(other.records.get(), by=actor(Role.CLERK, housing))


def test_unit_is_reminded_monthly_until_it_confirms(housing) -> None:
    made = table(housing, "reading", {"name": "市图书馆", "category": "图书馆", "address": "一路", "hours": "全天",
        "phone": "12345", "services": "查询", "full_time": "1"})  # fmt: skip
    made.records.update(confirmed_on=timezone.localdate() - timedelta(days=40))
    assert "没有核对" in list_faults(made)[0]
    assert record_faults.send_fault_reminders() == {"looked": 1, "faulty": 1}
    told = Message.objects.filter(key__startswith="tables.remind").count()
    assert told
    assert record_faults.send_fault_reminders() == {"looked": 0, "faulty": 0}
    PublicTable.objects.update(checked_on=None)
    record_faults.send_fault_reminders()
    assert Message.objects.filter(key__startswith="tables.remind").count() == told
    actions.confirm_records(made, by=actor(Role.CLERK, housing))
    assert not list_faults(made)


def test_incomplete_row_is_not_confirmed_with_the_table(housing) -> None:
    made, clerk = table(housing, "school", SCHOOL), actor(Role.CLERK, housing)
    whole = made.records.get()
    before = timezone.localdate() - timedelta(days=20)
    owed = next(one.key for one in made.schema.all_fields[1:] if one.is_owed_on_level(housing.level))
    bad = made.records.create(
        name="二小",
        values={key: value for key, value in whole.values.items() if key != owed} | {"name": "二小"},
        position=20,
    )
    made.records.update(confirmed_on=before)
    assert "“二小”1行" in actions.confirm_records(made, by=clerk)
    days = dict(made.records.values_list("pk", "confirmed_on"))
    assert days == {whole.pk: timezone.localdate(), bad.pk: before}
    whole.delete()
    with pytest.raises(Refused, match="请先改正"):
        actions.confirm_records(made, by=clerk)


def test_name_is_unique_and_removal_needs_reason(housing) -> None:
    made, clerk = table(housing, "school", SCHOOL), actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="已有"):
        actions.add_record(made, by=clerk, values=SCHOOL)
    with pytest.raises(Refused, match="联系电话"):
        actions.add_record(made, by=clerk, values={**SCHOOL, "name": "二小", "phone": "无"})
    with pytest.raises(Refused, match="理由"):
        actions.remove_record(made.records.get(), by=clerk, reason=" ")
    actions.remove_record(made.records.get(), by=clerk, reason="学校撤并")
    with pytest.raises(Refused, match="还没有内容"):
        actions.confirm_records(made, by=clerk)


def test_record_under_review_is_not_removed(housing, plans) -> None:
    clerk, record = actor(Role.CLERK, housing), table(housing, "guide", GUIDE).records.get()
    review = actions.send_for_review(record, by=clerk, columns=[plans])
    with pytest.raises(Refused, match="先撤回送审"):
        actions.remove_record(record, by=clerk, reason="重复登记")
    recall(review, by=clerk)
    actions.remove_record(record, by=clerk, reason="重复登记")


def test_other_units_neither_see_nor_change_table(housing, site) -> None:
    from factories.units import BodyFactory

    made = table(housing, "school", SCHOOL)
    elsewhere = BodyFactory(parent=site.body)
    other, client = actor(Role.CLERK, elsewhere), signed_in(Role.CLERK, elsewhere)
    for path in (f"/admin/tables/{made.pk}/", f"/admin/tables/records/{made.records.get().pk}/"):
        assert client.get(path).status_code == 404
    assert not queries.visible_to(other).exists()
    assert not queries.visible_to(ANONYMOUS).exists()
    assert not queries.records_visible_to(other).exists()
    assert queries.visible_to(actor(Role.CHIEF, site.body)).get() == made
    with pytest.raises(Refused, match="填报单位"):
        actions.add_record(made, by=other, values={**SCHOOL, "name": "二小"})


def test_only_disclosure_office_edits_and_creates_schemas(housing) -> None:
    found, chief = schema("school"), actor(Role.CHIEF, housing)
    with pytest.raises(Refused, match="政务公开办"):
        actions.change_schema(found, by=actor(Role.CLERK, housing), label="学校")
    made = table(housing, "school", SCHOOL)
    fields = [*found.fields, {"key": "fees", "label": "收费项目", "required": True}]
    actions.change_schema(schema("school"), by=chief, fields=fields)
    assert [str(one) for _, some in list_faults_by_record(PublicTable.objects.get(pk=made.pk)) for one in some] == [
        "收费项目没有填写"
    ]
    with pytest.raises(Refused, match="第一个字段"):
        actions.change_schema(schema("school"), by=chief, fields=fields[::-1])
    as_number = [{**field, "kind": "number"} if field["key"] == "hours" else field for field in fields]
    with pytest.raises(Refused, match="不符合新的类型"):
        actions.change_schema(schema("school"), by=chief, fields=as_number)
    as_lines = [{**field, "kind": "long"} if field["key"] == "hours" else field for field in fields]
    actions.change_schema(schema("school"), by=chief, fields=as_lines)
    own = actions.make_schema(
        None, by=chief, key="ferry", label="轮渡", group="institution", source="本市规定",
        fields=[{"key": "name", "label": "名称", "required": True}],
    )  # fmt: skip
    assert find_importer("table-ferry")
    actions.change_schema(own, by=chief, active=False)
    with pytest.raises(Refused, match="停用"):
        actions.open_table(housing, by=chief, schema=schema("ferry"))


def test_new_field_shows_no_values_of_a_removed_one(housing) -> None:
    chief, fields = actor(Role.CHIEF, housing), schema("school").fields
    for label in ("收费项目", "校车路线"):
        rows = FieldForms(
            {"f-TOTAL_FORMS": 1, "f-INITIAL_FORMS": 0, "f-0-label": label, "f-0-kind": "text"}, prefix="f"
        )
        assert rows.is_valid()
        [added] = read_submitted_fields(rows, schema("school"))
        actions.change_schema(schema("school"), by=chief, fields=[*fields, added])
        if label == "收费项目":
            made = table(housing, "school", {**SCHOOL, added["key"]: "学费"})
            actions.change_schema(schema("school"), by=chief, fields=fields)
    made = PublicTable.objects.get(pk=made.pk)
    assert "学费" not in actions.records.describe_row(made.schema, made.records.get().values)


def test_author_registered_twice_gives_no_opinion(housing, site) -> None:
    office = BodyFactory(name="云岭市委宣传部", parent=site.body)
    author = PersonFactory(name="李晓云", mobile="13800000001")
    again = PersonFactory(name="李晓云", mobile="+86 138 0000 0001")
    AppointmentFactory(role=Role.CLERK, body=housing, person=author)
    AppointmentFactory(role=Role.CLERK, body=office, person=again)
    made = table(housing, "epidemic")
    row = {"name": "接种安排", "category": "防控动态", "theme": "疫苗接种", "on": "2026-03-01", "content": "自愿接种"}
    row |= {"vaccine": "是", "risk": "留观三十分钟"}
    record = actions.add_record(made, by=make_actor_of_person(author), values=row)
    with pytest.raises(Refused, match="由另一人办理"):
        actions.give_opinion(record, by=make_actor_of_person(again), agrees=True, words="同意公开")


def test_title_on_negative_list_is_pointed_out(housing) -> None:
    row = {"name": "执法案卷", "domain": "执法", "reason": "过程性信息", "basis": "条例第十六条"}
    table(housing, "negative", {**row, "words": "案卷、当事人"})
    assert find_negative_list_matches("关于行政处罚案卷当事人信息的公告")
    assert not find_negative_list_matches("执法年度报告")


def dry_run(content: bytes, name: str = "table-school"):
    run, plan = spreadsheets.upload_for_dry_run(name, content=content, file_name="名录.xlsx", by=SYSTEM)
    return run, plan


def test_spreadsheet_adds_and_changes_rows_and_is_undone(housing, site) -> None:
    made = table(housing, "school", SCHOOL)
    sheet = find_importer("table-school").sheet
    rows = [
        {"values": {**SCHOOL, "phone": "0799-8100009"}, "body": housing.name},
        {"values": {"name": "云岭市第二小学", "nature": "公办"}, "body": housing.name},
    ]
    run, plan = dry_run(write_xlsx(sheet, rows))
    assert (plan.made, len(plan.changes), plan.errors) == (1, 2, [])
    assert "缺少办学地址" in plan.notes[0]
    run = spreadsheets.apply(run, by=SYSTEM)
    assert made.records.count() == 2
    assert Record.objects.get(name="云岭市第一小学").values["phone"] == "0799-8100009"
    spreadsheets.undo(run, by=SYSTEM)
    assert made.records.get().values["phone"] == SCHOOL["phone"]


def test_undo_removes_table_created_by_import(housing, site) -> None:
    TableSchema.objects.filter(key="school").update(keepers="")
    rows = [{"values": SCHOOL, "body": housing.name}]
    run, _ = dry_run(write_xlsx(find_importer("table-school").sheet, rows))
    spreadsheets.undo(spreadsheets.apply(run, by=SYSTEM), by=SYSTEM)
    assert not PublicTable.objects.exists()


def test_schema_defines_what_distinguishes_rows_of_same_name(housing, site) -> None:
    values = {"name": housing.name, "income": 10, "expense": 9, "three": 1, "on": "2026-02-15"}
    two = [{"values": {**values, "what": one}, "body": housing.name, "year": 2026} for one in ("预算", "决算")]
    TableSchema.objects.filter(key="budget").update(keepers="")
    sheet = find_importer("table-budget").sheet
    run, plan = dry_run(write_xlsx(sheet, two), "table-budget")
    assert (plan.made, plan.errors) == (2, [])
    spreadsheets.apply(run, by=SYSTEM)
    _, plan = dry_run(write_xlsx(sheet, two), "table-budget")
    assert (plan.changes, plan.same, plan.errors) == ([], 2, [])
    _, plan = dry_run(write_xlsx(sheet, [*two, two[0]]), "table-budget")
    assert f"“{housing.name}（预算）”在表中出现了两次" in plan.errors[0].what
    _, plan = dry_run(
        write_xlsx(sheet, [{**two[0], "values": {**values, "name": "市不存在局", "what": "预算"}}]), "table-budget"
    )
    assert "单位名录中没有“市不存在局”" in plan.errors[0].what


def test_errors_name_cells_and_export_is_reimported_unchanged(housing, site) -> None:
    debt = TableSchema.objects.filter(key="debt")
    debt.update(keepers="")
    sheet = find_importer("table-debt").sheet
    _, plan = dry_run(
        write_xlsx(sheet, [{"values": {**DEBT, "rate": "很低"}, "body": housing.name, "year": 2026}]), "table-debt"
    )
    assert [(one.head, one.row) for one in plan.errors] == [("利率（%）", 2)]
    gap = {key: value for key, value in DEBT.items() if key != "term"}
    _, plan = dry_run(
        write_xlsx(sheet, [{"values": gap, "body": housing.name, "year": 2026}, {"values": DEBT, "body": "无此局", "year": 2026}]),
        "table-debt",
    )  # fmt: skip
    assert [one.what for one in plan.errors] == ["没有填写", "没有这个单位"]
    debt.update(keepers="财政")
    sums = [{**DEBT, "balance": "130"}, {**DEBT, "name": "合 计", "limit": "999"}]
    rows = [{"values": one, "body": housing.name, "year": 2026} for one in sums]
    _, plan = dry_run(write_xlsx(sheet, rows), "table-debt")
    assert [one.what for one in plan.errors] == [f"“地方政府债务”由财政部门填报，{housing.label}不填报这张表"]
    table(housing, "debt", DEBT, year=2026)
    _, plan = dry_run(write_xlsx(sheet, rows), "table-debt")
    assert [one.label for one in plan.changes] == [f"{housing.label}2026年：云岭市"]
    assert "第3行是合计行" in plan.notes[0]
    assert plan.notes[1] == "第2行“云岭市”：余额130大于限额120.5，请核对。"
    out = find_importer("table-debt")
    _, plan = dry_run(write_xlsx(out.sheet, out.rows(SYSTEM)), "table-debt")
    assert (plan.same, plan.changes, plan.errors) == (1, [], [])


def test_unit_has_one_row_per_year_and_kind_and_call_notifies_all(housing, site) -> None:
    """Two spellings of a unit are the same unit; the finance office's date is sent to each department."""
    row = {"name": housing.name, "what": "预算", "income": "1", "expense": "1", "three": "1", "on": "2026-03-01"}
    made = table(housing, "budget", row, year=2026)
    clerk = actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="同一单位只填一行"):
        actions.add_record(made, by=clerk, values={**row, "name": housing.label})
    again = write_xlsx(
        find_importer("table-budget").sheet,
        [{"values": {**row, "name": housing.label}, "body": housing.name, "year": 2026}],
    )
    assert "同一单位只填一行" in dry_run(again, "table-budget")[1].errors[0].what
    names = ({**row, "name": name} for name in (housing.name, housing.label))
    pair = [{"values": one, "body": housing.name, "year": 2025} for one in names]
    (error,) = dry_run(write_xlsx(find_importer("table-budget").sheet, pair), "table-budget")[1].errors
    assert "出现了两次" in error.what
    actions.add_record(made, by=clerk, values={**row, "what": "决算"})
    call = {"name": "云财〔2026〕3号", "what": "部门预算", "on": "2026-02-28"}
    table(housing, "budget_call", call, year=2026)
    assert map_called_days(site.body, published=False) == {(2026, "部门预算"): date(2026, 2, 28)}
    assert map_called_days(site.body, published=True) == {}


def test_institutions_are_listed_by_units_of_their_field(housing, site) -> None:
    school, budget = TableSchema.objects.get(key="school"), TableSchema.objects.get(key="budget")
    education = Body(name="云岭市教育体育局", kind=BodyKind.DEPARTMENT)
    assert school.is_kept_by(education)
    assert school.is_kept_by(site.body)
    assert not school.is_kept_by(housing)
    assert not budget.is_kept_by(education)
    assert not budget.is_kept_by(site.body)


def test_only_publicity_office_enters_its_opinion(housing, site) -> None:
    """A row on vaccination waits for the opinion; other users cannot enter it, and changed words need a new one."""
    row = {"name": "接种安排", "category": "防控动态", "theme": "疫苗接种", "on": "2026-03-01", "content": "自愿接种"}
    row |= {"vaccine": "是", "risk": "留观三十分钟", "publicity": "宣传部同意"}
    made = table(housing, "epidemic", row)
    record = made.records.get()
    assert "publicity" not in record.values
    assert made.publication_blockers(None) == ["“接种安排（2026-03-01）”缺少宣传部门意见。"]
    with pytest.raises(Refused, match="意见由宣传部门"):
        actions.give_opinion(record, by=actor(Role.CLERK, housing), agrees=True, words="同意")
    office = BodyFactory(name="云岭市委宣传部", parent=site.body)
    asked = actor(Role.CLERK, office)
    with pytest.raises(Refused, match="意见由云岭市委宣传部提出"):
        actions.give_opinion(record, by=actor(Role.CHIEF, site.body), agrees=True, words="同意")
    assert record in queries.records_visible_to(asked)
    actions.give_opinion(record, by=asked, agrees=False, words="用语绝对，请改后再报")
    record.refresh_from_db()
    (why,) = made.publication_blockers(None)
    assert "的宣传部门意见是不同意" in why
    actions.give_opinion(record, by=asked, agrees=True, words="同意公开")
    record.refresh_from_db()
    assert "同意公开" in record.values["publicity"]
    assert made.publication_blockers(None) == []
    denied = {**row, "content": "免费接种", "vaccine": "否", "theme": "其他"}
    actions.change_record(record, by=actor(Role.CLERK, housing), values=denied)
    (why,) = made.publication_blockers(None)  # its own words say that it is about vaccination
    assert "请选“是”" in why
    actions.change_record(record, by=actor(Role.CLERK, housing), values={**row, "content": "免费接种"})
    record.refresh_from_db()
    assert "publicity" not in record.values


def test_grid_of_a_due_day_counts_public_rows_only(housing, site, plans) -> None:
    today, clerk = timezone.localdate(), actor(Role.CLERK, housing)
    row = {"name": "防控动态", "category": "防控动态", "theme": "其他", "content": "内容", "vaccine": "否"}
    made = table(housing, "epidemic", {**row, "on": f"{today.year - 1}-03-01"})
    publish_unsigned_source(made, plans)
    actions.add_record(made, by=clerk, values={**row, "on": f"{today}"})

    def light() -> str:
        (grid,) = registers._build_due_grids(schema("epidemic"), actor(Role.CHIEF, site.body))
        [(_, [(_, (cell,))])] = grid.groups
        return cell.light

    assert light() in {"red", "grey"}
    publish_unsigned_source(made, plans)
    assert light() in {"green", "yellow"}


def test_strict_import_finds_the_gaps_that_the_record_would_have(housing, site) -> None:
    row = {"name": "接种安排", "category": "防控动态", "theme": "其他", "on": "2026-03-01", "content": "内容"}
    table(housing, "epidemic", {**row, "vaccine": "否"})
    sheet = find_importer("table-epidemic").sheet
    values = {**row, "on": date(2026, 3, 1), "content": "自愿接种", "vaccine": True}
    whole = write_xlsx(sheet, [{"values": values, "body": housing.name}])
    assert [(one.head, one.what) for one in dry_run(whole, "table-epidemic")[1].errors] == [("风险提示", "没有填写")]
    book = load_workbook(BytesIO(write_xlsx(sheet, [{"values": {**values, "content": ""}, "body": housing.name}])))
    for head in ("主要内容", "涉及疫苗接种"):
        [cell] = [one for cells in book.active.iter_rows() for one in cells if str(one.value or "").startswith(head)]
        book.active.delete_cols(cell.column)
    out = BytesIO()
    book.save(out)
    assert dry_run(out.getvalue(), "table-epidemic")[1].errors == []
