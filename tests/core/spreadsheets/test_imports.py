"""Imports of units: dry run, all or nothing, undo, errors by cell."""

import io
from collections.abc import Sequence

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.row_coverage import COVERS_FACT
from gongkai.core.acts.seal import verify_log
from gongkai.core.outbox.models import Gateway
from gongkai.core.spreadsheets import actions, portions, read_table, write_xlsx
from gongkai.core.spreadsheets.importers import ImportPlan, describe_empty_plan, get_importer
from gongkai.core.spreadsheets.models import HeadMeaning, RunState
from gongkai.core.spreadsheets.portions import ABANDONED_AFTER
from gongkai.core.spreadsheets.queries import visible_to
from gongkai.core.units.actions import add_alias, add_office, create, edit
from gongkai.core.units.models import Alias, Body, BodyKind, Office, Role
from gongkai.core.units.unit_sheet import BODY_IMPORTER

pytestmark = pytest.mark.django_db
#: Number of rows in the first portion.
FIRST_ROWS = 12
COLUMN_HEADS = ["全称", "简称", "类别", "所属政府", "别名", "处室"]


def make_sheet(*rows: list[str]) -> bytes:
    return make_book(COLUMN_HEADS, *rows)


def make_book(*rows: Sequence[object]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "FIRST_BULK_ROWS", FIRST_ROWS)


@pytest.fixture
def city() -> Body:
    return BodyFactory(government=True)


@pytest.fixture
def chief(city):
    return actor(Role.CHIEF, BodyFactory(name="云岭市人民政府办公室", parent=city, kind=BodyKind.GENERAL_OFFICE))


NEW = (
    ["云岭市统计局", "市统计局", "政府部门", "云岭市人民政府", "统计局、市统计", "综合科"],
    ["青山区教育委员会", "", "政府部门", "青山区人民政府", "", ""],
    ["青山区人民政府", "青山区", "区县政府", "市政府", "", ""],
)


def dry_run(content: bytes, by):
    return actions.upload_for_dry_run("units", content=content, file_name="名录.xlsx", by=by)


def test_dry_run_writes_nothing_and_governments_come_first(chief) -> None:
    run, plan = dry_run(make_sheet(*NEW), chief)
    assert plan.errors == []
    assert (plan.made, len(plan.changes)) == (3, 3)
    assert run.state == RunState.DRAFT
    assert not Body.objects.filter(name="云岭市统计局").exists()
    run, _ = dry_run(make_sheet(*NEW), chief)
    actions.apply(run, by=chief)
    school = Body.objects.get(name="青山区教育委员会")
    assert school.parent.name == "青山区人民政府"
    assert school.path == f"{school.parent.path}{school.pk}/"
    assert set(Alias.objects.values_list("name", flat=True)) == {"统计局", "市统计"}
    assert Office.objects.get().name == "综合科"
    assert Movement.objects.filter(stream=f"body/{school.pk}", action="units.create").exists()


def test_undo_reverts_the_whole_import(chief, city) -> None:
    stays = BodyFactory(name="云岭市审计局", parent=city, short_name="市审计局")
    before = set(Body.objects.values_list("pk", "name", "short_name", "path"))
    run, _ = dry_run(make_sheet(*NEW, ["云岭市审计局", "审计局", "", "", "市审计", ""]), chief)
    actions.apply(run, by=chief)
    stays.refresh_from_db()
    assert stays.short_name == "审计局"
    actions.undo(run, by=chief, reason="选错文件")
    assert set(Body.objects.values_list("pk", "name", "short_name", "path")) == before
    assert not Alias.objects.exists()
    run.refresh_from_db()
    assert run.state == RunState.UNDONE
    assert Movement.objects.filter(stream=f"body/{stays.pk}", action="spreadsheets.undo").exists()
    with pytest.raises(Refused, match="已撤销"):
        actions.undo(run, by=chief)


def test_later_changes_prevent_undo(chief) -> None:
    run, _ = dry_run(make_sheet(*NEW), chief)
    actions.apply(run, by=chief)
    office = Body.objects.get(name="云岭市统计局")
    edit(office, by=chief, phone="12345678")
    add_alias(office, by=chief, name="市统计部门")
    actor(Role.CLERK, Body.objects.get(name="青山区教育委员会"))
    with pytest.raises(Refused) as caught:
        actions.undo(run, by=chief)
    assert set(caught.value.reasons) >= {
        "“云岭市统计局”导入后又修改过：公开电话。",
        "“云岭市统计局”已有1条别名。",
        "“青山区教育委员会”已有1条任职。",
    }
    assert Body.objects.filter(name="青山区人民政府").exists()


def test_reference_without_reverse_name_prevents_undo(chief) -> None:
    run, _ = dry_run(make_sheet(*NEW), chief)
    actions.apply(run, by=chief)
    Gateway.objects.create(kind="sms", name="短信", body=Body.objects.get(name="云岭市统计局"))
    with pytest.raises(Refused, match="“云岭市统计局”已有1条消息渠道"):
        actions.undo(run, by=chief)


def test_export_imports_without_changes(chief, city) -> None:
    run, _ = dry_run(make_sheet(*NEW), chief)
    actions.apply(run, by=chief)
    table = read_table(write_xlsx(BODY_IMPORTER.sheet, BODY_IMPORTER.rows(chief)), BODY_IMPORTER.sheet)
    plan = BODY_IMPORTER.plan(table, by=chief)
    assert (plan.errors, plan.changes) == ([], [])
    assert plan.same == Body.objects.count()


@pytest.mark.parametrize(
    ("row", "place", "word"),
    [
        (["云岭市统计局", "", "政府部门", "云顶市人民政府", "", ""], "第2行 D列（所属政府）", "名录中没有"),
        (["云岭市统计局", "", "局", "市政府", "", ""], "第2行 C列（类别）", "不在可选范围"),
        (["云岭市统计局", "市审计局", "", "市政府", "", ""], "第2行 B列（简称）", "已是“云岭市审计局”"),
        (["云岭市统计局", "", "", "市政府", "统计局、市审计局", ""], "第2行 E列（别名）", "已是“云岭市审计局”"),
        (["", "市统计局", "", "市政府", "", ""], "第2行 A列（全称）", "没有填写"),
    ],
)
def test_errors_name_their_cell(chief, city, row, place, word) -> None:
    BodyFactory(name="云岭市审计局", parent=city, short_name="市审计局")
    run, plan = dry_run(make_sheet(row), chief)
    assert [error.place for error in plan.errors] == [place]
    assert word in plan.errors[0].what
    with pytest.raises(Refused, match=word):
        actions.apply(run, by=chief)


OWN_LAYOUT = (
    ("青禾县机构改革后单位一览表", None, None, None),
    ("序号", "机构", "单位电话", "性质"),
    (1, "云岭市统计局", "0871-1", "工作部门"),
    (2, "云岭市柳溪镇人民政府", "0871-2", None),
)


def test_own_column_heads_are_mapped_and_remembered(chief, city) -> None:
    run, plan = dry_run(make_book(*OWN_LAYOUT), chief)
    assert [(head.words, head.key) for head in plan.heads][1:] == [("机构", ""), ("单位电话", ""), ("性质", "kind")]
    assert [error.head for error in plan.errors] == ["全称"]
    assert not plan.changes
    with pytest.raises(Refused, match="有两列"):
        actions.set_head_meanings(run, by=chief, heads={"机构": "name", "单位电话": "name"})
    actions.set_head_meanings(run, by=chief, heads={"机构": "name", "单位电话": "phone", "序号": ""})
    actions.apply(run, by=chief)
    made = Body.objects.filter(parent=city, phone__startswith="0871")
    assert sorted(made.values_list("kind", flat=True)) == [BodyKind.DEPARTMENT, BodyKind.TOWNSHIP]
    _, again = dry_run(make_book(OWN_LAYOUT[1], (3, "云岭市审计局", "0871-3", None)), chief)
    assert again.errors == []
    assert again.made == 1
    run, _ = dry_run(make_book(*OWN_LAYOUT), chief)
    actions.set_head_meanings(run, by=chief, heads={"单位电话": ""})
    assert set(HeadMeaning.objects.values_list("head", flat=True)) == {"机构"}, "it is no telephone after all"


def test_contact_details_are_checked_as_in_the_form(chief, city) -> None:
    _, plan = dry_run(make_book(["全称", "邮政编码", "电子邮箱"], ["云岭市统计局", "65000", "tj@"]), chief)
    assert [error.head for error in plan.errors] == ["邮政编码", "电子邮箱"]


def test_duplicates_and_cycles_are_errors(chief) -> None:
    _, plan = dry_run(
        make_sheet(
            ["云岭市统计局", "", "", "市政府", "", ""],
            ["云岭市统计局", "", "", "市政府", "", ""],
            ["甲区人民政府", "", "区县政府", "乙区人民政府", "", ""],
            ["乙区人民政府", "", "区县政府", "甲区人民政府", "", ""],
        ),
        chief,
    )
    assert sorted((error.row, error.what) for error in plan.errors) == [
        (3, "与第2行重复"),
        (4, "所属政府有误，无法登记"),
        (5, "所属政府有误，无法登记"),
    ]


def test_import_is_refused_if_its_plan_changed_since_the_dry_run(chief, city) -> None:
    run, _ = dry_run(make_sheet(NEW[0]), chief)
    BodyFactory(name="云岭市统计局", parent=city)
    with pytest.raises(Conflict, match="预览之后"):
        actions.apply(run, by=chief)


def test_all_or_nothing(chief, monkeypatch) -> None:
    run, _ = dry_run(make_sheet(*NEW), chief)
    count = Body.objects.count()
    real = BODY_IMPORTER.carry_out_many

    def fail(changes, *, by, recorder):
        real(changes, by=by, recorder=recorder)
        assert Body.objects.count() > count
        raise RuntimeError

    monkeypatch.setattr(BODY_IMPORTER, "carry_out_many", fail)
    with pytest.raises(RuntimeError):
        actions.apply(run, by=chief)
    assert Body.objects.count() == count
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


def test_refused_portion_reverts_earlier_portions(chief, monkeypatch) -> None:
    before = set(Body.objects.values_list("pk", "name"))
    run, _ = dry_run(make_many_rows(FIRST_ROWS + 5), chief)
    real = BODY_IMPORTER.carry_out_many

    def fail(changes, *, by, recorder):
        if len(changes) == 5:
            assert Body.objects.count() == len(before) + FIRST_ROWS
            raise Refused("第52行不能登记。")
        real(changes, by=by, recorder=recorder)

    monkeypatch.setattr(BODY_IMPORTER, "carry_out_many", fail)
    with pytest.raises(Refused, match="第52行"):
        actions.apply(run, by=chief)
    assert set(Body.objects.values_list("pk", "name")) == before
    run.refresh_from_db()
    assert (run.state, run.touches.count()) == (RunState.DRAFT, 0)
    monkeypatch.undo()
    actions.apply(run, by=chief)
    assert Body.objects.count() == len(before) + FIRST_ROWS + 5
    actions.undo(run, by=chief)
    assert set(Body.objects.values_list("pk", "name")) == before


def test_interrupted_import_is_reverted_and_can_be_repeated(chief, monkeypatch) -> None:
    count = Body.objects.count()
    run, _ = dry_run(make_many_rows(FIRST_ROWS + 5), chief)

    def kill(rows: int) -> None:
        raise KeyboardInterrupt

    with time_machine.travel(timezone.now() - ABANDONED_AFTER, tick=False), pytest.raises(KeyboardInterrupt):
        actions.write_rows(run, by=chief, progress=kill)
    run.refresh_from_db()
    assert (run.state, Body.objects.count()) == (RunState.APPLYING, count + FIRST_ROWS)
    with time_machine.travel(run.applied_at), pytest.raises(Conflict, match="正在写入"):
        actions.apply(run, by=chief)
    with time_machine.travel(run.applied_at), pytest.raises(Refused, match="不能收回"):
        actions.take_back_unfinished(run, by=chief)
    client = signed_in(Role.CHIEF, Body.objects.get(name="云岭市人民政府办公室"))
    page = reverse("spreadsheets:run", args=[run.pk])
    assert "收回已写入的行" in client.get(page).content.decode()
    assert "已收回写入的行" in client.post(f"{page}undo/", follow=True).content.decode()
    assert Body.objects.count() == count
    actions.apply(run, by=chief)
    assert Body.objects.count() == count + FIRST_ROWS + 5


def make_many_rows(rows: int) -> bytes:
    return make_sheet(*[[f"云岭市第{number}局", "", "政府部门", "市政府", "", ""] for number in range(rows)])


def list_records(body: Body) -> list[tuple[object, ...]]:
    kept = Movement.objects.filter(stream=f"body/{body.pk}").select_related("kept_words").order_by("seq")
    return [
        (one.seq, one.action, one.actor, one.kept_words.text.replace(body.name, "甲"), set(one.facts) - {COVERS_FACT})
        for one in kept
    ]


def test_bulk_import_writes_the_same_log_records_as_single_actions(city, chief) -> None:
    run, _ = dry_run(make_sheet(*NEW), chief)
    actions.apply(run, by=chief)
    by_hand = create(city, by=chief, name="云岭市审计局", kind=BodyKind.DEPARTMENT, short_name="市审计局")
    add_alias(by_hand, by=chief, name="统计局甲")
    add_alias(by_hand, by=chief, name="市统计甲")
    add_office(by_hand, by=chief, name="综合科")
    imported = Body.objects.get(name="云岭市统计局")
    assert [row[:3] for row in list_records(imported)] == [row[:3] for row in list_records(by_hand)]
    assert list_records(imported)[0] == list_records(by_hand)[0]
    assert (imported.path, imported.level, imported.version) == (
        f"{city.path}{imported.pk}/",
        by_hand.level,
        by_hand.version,
    )
    under = Body.objects.get(name="青山区教育委员会")
    assert under.path == f"{city.path}{under.parent_id}/{under.pk}/"
    assert not verify_log().broken


def test_import_needs_a_constant_number_of_queries(city, chief) -> None:
    asked = []
    for start, size in ((0, 5), (100, FIRST_ROWS)):
        rows = [
            [f"云岭市第{n}局", f"市{n}局", "政府部门", "市政府", f"第{n}号局", "综合科"]
            for n in range(start, start + size)
        ]
        run, plan = dry_run(make_sheet(*rows), chief)
        assert not plan.errors
        with CaptureQueriesContext(connection) as captured:
            actions.apply(run, by=chief)
        asked.append(len(captured))
    assert asked[1] <= asked[0] + 12  # SQLite takes rows in batches of so many values


def test_only_the_chief_of_a_government_imports_and_sees_the_import(chief, city) -> None:
    other = BodyFactory(name="远山市人民政府", kind=BodyKind.GOVERNMENT)
    _, plan = dry_run(make_sheet(["远山市统计局", "", "", other.name, "", ""]), chief)
    assert "只有本级政府的政务公开办" in plan.errors[0].what
    clerk = actor(Role.CLERK, city)
    with pytest.raises(Refused, match="只有政务公开办"):
        dry_run(make_sheet(*NEW), clerk)
    run, _ = dry_run(make_sheet(*NEW), chief)
    assert list(visible_to(chief)) == [run]
    assert not visible_to(clerk).exists()
    assert not visible_to(actor(Role.CHIEF, city)).exists(), "a trial is its owner's"


def test_planning_needs_a_constant_number_of_queries(chief, django_assert_max_num_queries) -> None:
    rows = [[f"云岭市第{n}局", "", "政府部门", "市政府", "", ""] for n in range(200)]
    table = read_table(make_sheet(*rows), BODY_IMPORTER.sheet)
    with django_assert_max_num_queries(5):
        assert BODY_IMPORTER.plan(table, by=chief).made == 200


def test_empty_plan_claims_equality_only_if_compared() -> None:
    assert "一致" in describe_empty_plan(BODY_IMPORTER, ImportPlan())
    assert "一致" not in describe_empty_plan(BODY_IMPORTER, ImportPlan(notes=["第2行与系统中的不同"]))
    assert "一致" not in describe_empty_plan(get_importer("requests"), ImportPlan()), (
        "what is registered is not compared"
    )
