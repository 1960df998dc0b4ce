"""A migration run from reading to undo: reported errors, published rows, repeated runs."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from factories.migration import PDF, approve_and_process, page, read_run, row, save_pages, sheet, view_row, view_run
from factories.publishing import public
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Address, Column, ColumnUse, Document, Edition, EditionContent, Website
from gongkai.content.migration import actions, source_rows
from gongkai.content.migration.models import MoveRow, MoveRun, RowState, RunState
from gongkai.content.migration.queries import count_by_state, list_column_mappings, make_run_report
from gongkai.content.migration.row_matching import ARCHIVED_COLUMN_NOTE
from gongkai.content.migration.run_steps import work_on_all_runs, work_on_run
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Signature
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.audit import run_audit
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.tree import reload_next_time

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(site: Website, plans: Column, housing: Body) -> None:
    """Use the site, its open column and the unit in every test."""


def list_broken_verdicts() -> list[str]:
    return [f.verdict.broken for f in run_audit() if f.verdict.broken]


def test_spreadsheet_is_read_ordered_and_published(site: Website, chief: Actor, tmp_path: Path) -> None:
    (tmp_path / "清单.pdf").write_bytes(PDF)
    run = read_run(site, chief, sheet=sheet(row(1, files=["清单.pdf"]), row(2)), bundle=tmp_path)
    assert (run.state, count_by_state(run)) == (RunState.PLANNED, {"ready": 2})
    assert not Edition.objects.exists()
    run = approve_and_process(run, chief)
    assert (run.state, count_by_state(run)) == (RunState.DONE, {"moved": 2})
    document = Document.objects.order_by("pk").first()
    assert document is not None
    assert document.published_at is not None
    assert timezone.localtime(document.published_at).isoformat() == "2018-05-02T10:00:00+08:00"
    answer = Client().get("/view.asp?id=1")
    assert (answer.status_code, answer["Location"]) == (301, document.addresses.get(current=True).path)
    shown = Client().get(answer["Location"]).content.decode()
    assert "清单.pdf" in shown
    assert not Signature.objects.exists()
    assert list_broken_verdicts() == []


def test_saved_pages_are_published_with_pictures_files_and_old_urls(
    site: Website, chief: Actor, tmp_path: Path, settings: LazySettings
) -> None:
    """Uses SM3 for log digests, which leaves file names in the storage unchanged."""
    settings.GONGKAI_DIGEST = "sm3"
    (tmp_path / "没有链接.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    run = read_run(site, chief, bundle=save_pages(tmp_path, 2))
    assert [note.partition("。")[0] for note in run.notes] == ["来源中有1个文件没有随任何一条信息带来：没有链接.doc"]
    assert [r["what"] for r in list_column_mappings(run)] == ["new"]
    assert count_by_state(run) == {"held": 2}
    assert make_run_report(run)["rows"][0]["words"] == "图片“位置图”有须人工查看的内容"
    targets = {"政务公开 > 通知公告": "政务公开 > 公告"}
    mapper = actor(Role.CHIEF, site.body)
    actions.set_column_mapping(run, by=mapper, targets=targets, open_columns=True)
    run.refresh_from_db()
    with pytest.raises(Refused, match="另一个人批准"):
        actions.order_run(run, by=mapper)
    run = approve_and_process(run, chief)
    for one in run.rows.filter(state=RowState.HELD):
        actions.decide_row(one, by=chief, how="keep", looked=view_row(one, chief))
    assert count_by_state(work_on_run(run)) == {"moved": 2}
    column = Column.objects.get(name="公告")
    assert column.is_open
    edition = Edition.objects.order_by("pk").first()
    assert edition is not None
    content = edition.content
    assert [(f["name"], f["picture"]) for f in content.files] == [
        ("关于做好2019年防汛工作的通知（之1）清单.pdf", False),
        ("", True),
    ]
    assert content.facts["source"] == "云岭市住房和城乡建设局"
    assert "分享到微信" not in content.html
    paths = set(edition.document.addresses.filter(current=False).values_list("path", flat=True))
    assert "//www.old.yunling.gov.cn/art/2019/art_1.html" in paths
    answer = Client(headers={"host": "www.old.yunling.gov.cn"}).get("/art/2019/art_1.html")
    assert answer.status_code in {301, 400}  # the host must be one that answers


def test_run_is_ordered_only_by_the_office(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row()))
    for by in (actor(Role.CLERK, site.body), actor(Role.LEAD, site.body), SYSTEM):
        with pytest.raises(Refused, match="只有政务公开办可以批准"):
            actions.order_run(run, by=by)
    work_on_run(run)
    assert not Edition.objects.exists()


def test_errors_are_reported_by_row_and_affect_only_their_row(site: Website, chief: Actor) -> None:
    run = read_run(
        site,
        chief,
        sheet=sheet(
            row(1),
            row(2, published="去年"),
            row(3, unit="云岭市不存在局"),
            row(4, text=""),
            row(5, files=["没有的.pdf"]),
            row(6, published="2098-01-01"),
            row(7, column=""),
        ),
    )
    said = {r["place"]: r["words"] for r in make_run_report(run)["rows"]}
    assert said == {
        "第3行": "D列（发布时间）：“去年”不是日期。请按“2019-03-05 09:20”或“2019-03-05”的样式填写",
        "第4行": "名录中没有“云岭市不存在局”，或有几个单位叫这个名称：请在“单位对应”中选定",
        "第5行": "正文为空，也没有附件",
        "第6行": "附件“没有的.pdf”不在文件夹中，请放入文件，或者改正文件名",
        "第7行": "发布时间晚于现在",
        "第8行": "没有认出栏目，请在“栏目对应”中选定",
    }
    assert count_by_state(approve_and_process(run, chief)) == {"moved": 1, "bad": 6}


def test_usual_headings_of_an_old_platform_are_read_and_others_named(site: Website, chief: Actor) -> None:
    book = load_workbook(BytesIO(sheet(row(1))))
    page = book.worksheets[0]
    for cell in page[1]:
        cell.value = {"正文": "内容", "标题": "文章标题", "原网址": "链接地址", "索引号": "文章ID"}.get(
            cell.value, cell.value
        )
    out = BytesIO()
    book.save(out)
    run = read_run(site, chief, sheet=out.getvalue())
    assert "bad" not in count_by_state(run)
    assert ["列“文章ID”不是本表的列，没有读取。" in note for note in run.notes] == [True]


@pytest.mark.postgres
def test_duplicate_rows_are_reported(site: Website, chief: Actor, housing: Body, plans: Column) -> None:
    public(housing, [plans], title="已有的一条")
    today = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    run = read_run(
        site,
        chief,
        sheet=sheet(
            row(1),
            row(1, title="同一个网址"),
            row(2, title="同名", published="2018-01-01", old=""),
            row(3, title="同名", published="2018-01-01", text="为加强房屋安全管理，制定本计划。"),
            row(4, title="已有的一条", published=today),
        ),
    )
    doubled = {r.number: r.words for r in run.rows.filter(state=RowState.DOUBLE)}
    assert doubled == {
        2: "与第1条是同一个网址或同一条信息",
        4: "与第3条的标题、单位、日期相同",
        5: "网站上已有标题、单位、日期相同的信息",
    }
    actions.include_duplicate(run.rows.get(number=4), by=chief)
    with pytest.raises(Refused, match="网址相同的只能迁移一条"):
        actions.include_duplicate(run.rows.get(number=2), by=chief)
    assert count_by_state(approve_and_process(run, chief)) == {"moved": 3, "double": 2}


def test_rows_with_personal_data_are_held_until_decided(site: Website, chief: Actor) -> None:
    secret = "补助对象身份证号110101199003078515，金额500元。"
    run = read_run(site, chief, sheet=sheet(row(1, text=secret), row(2, text=secret), row(3, text=secret), row(4)))
    assert count_by_state(run) == {"held": 3, "ready": 1}
    run = approve_and_process(run, chief)
    assert Document.objects.count() == 1
    keep, mask, drop = run.rows.filter(state=RowState.HELD)
    with pytest.raises(Refused, match="请写明依据"):
        actions.decide_row(keep, by=chief, how="keep")
    with pytest.raises(Refused, match="只有政务公开办"):
        actions.decide_row(keep, by=actor(Role.CLERK, site.body), how="keep", ground="x")
    actions.decide_row(keep, by=chief, how="keep", ground="行政处罚公示，条例第二十条第六项")
    actions.decide_row(mask, by=chief, how="mask")
    actions.decide_row(drop, by=chief, how="drop")
    run = work_on_run(run)
    assert count_by_state(run) == {"moved": 2, "drafted": 1, "ignored": 1}
    texts = [c.html for c in EditionContent.objects.order_by("pk")]
    assert not [text for text in texts if "110101199003078515" in text]
    assert list_broken_verdicts() == []


@pytest.mark.postgres
def test_undo_erases_rows_and_frees_urls_but_keeps_edited_rows(
    site: Website, chief: Actor, housing: Body, plans: Column
) -> None:
    run = approve_and_process(read_run(site, chief, sheet=sheet(row(1), row(2), row(3))), chief)
    touched = MoveRow.objects.get(run=run, number=2)
    document = Document.objects.get(pk=touched.document_id)
    publishing.save_revision(ItemPage.objects.get(pk=document.item_number), by=actor(Role.CLERK, housing), summary="新")
    actions.undo_run(run, by=chief, reason="来源有误")
    run = work_on_run(run)
    assert (run.state, count_by_state(run)) == (RunState.UNDONE, {"back": 2, "kept": 1})
    plans.refresh_from_db()
    assert (plans.is_open, plans.archived_at) == (True, None), "it was there before"
    assert Client().get("/view.asp?id=1").status_code == 404
    assert Client().get("/view.asp?id=2").status_code == 301
    assert EditionContent.objects.count() == 1
    assert set(Address.objects.values_list("document", flat=True)) == {document.pk}
    assert list_broken_verdicts() == []
    again = read_run(site, chief, sheet=sheet(row(1), row(2), row(3)))
    assert count_by_state(again) == {"ready": 2, "same": 1}
    assert count_by_state(approve_and_process(again, chief)) == {"moved": 2, "same": 1}


@pytest.mark.postgres
def test_interrupted_run_resumes(site: Website, chief: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai.content.migration import run_steps, source_rows

    monkeypatch.setattr(source_rows, "READING_BATCH_SIZE", 2)
    monkeypatch.setattr(run_steps, "MAX_TRANSACTION_SECONDS", 60)  # a busy machine takes no smaller portions here
    run = read_run(site, chief, sheet=sheet(*(row(n) for n in range(1, 6))))
    actions.order_run(run, by=chief)
    states = []
    while True:
        run = work_on_run(run, seconds=0)
        states.append(count_by_state(run).get("moved", 0))
        if run.state == RunState.DONE:
            break
    assert states == [2, 4, 5, 5]


def test_run_that_fails_stops_no_other(site: Website, chief: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (
        actions.start_run(MoveRun(kind="sheet", website=site, name="甲", sheet=sheet(row(number))), by=chief)
        for number in (1, 2)
    )
    read_batch = source_rows.read_batch

    def fail_first(run: MoveRun, source: source_rows.OpenedRunSource) -> int:
        if run.pk == first.pk:
            raise MemoryError
        return read_batch(run, source)

    monkeypatch.setattr(source_rows, "read_batch", fail_first)
    with pytest.raises(MemoryError):
        work_on_all_runs()
    second.refresh_from_db()
    assert second.state == RunState.PLANNED


def test_row_is_not_migrated_if_its_file_changed(site: Website, chief: Actor, tmp_path: Path) -> None:
    (tmp_path / "清单.pdf").write_bytes(PDF)
    run = read_run(site, chief, sheet=sheet(row(1, files=["清单.pdf"])), bundle=tmp_path)
    (tmp_path / "清单.pdf").write_bytes(PDF + b"x")
    run = approve_and_process(run, chief)
    assert make_run_report(run)["rows"][0]["words"].startswith("“清单.pdf”在读取之后有改动")
    assert not Edition.objects.exists()


def test_run_whose_files_are_gone_ends(site: Website, chief: Actor, tmp_path: Path) -> None:
    run = view_run(read_run(site, chief, sheet=sheet(row())), chief)
    actions.order_run(run, by=chief)
    MoveRun.objects.filter(pk=run.pk).update(bundle=str(tmp_path / "gone"))
    run = work_on_run(run)
    assert (run.state, count_by_state(run), run.finished_at is not None) == (RunState.DONE, {"failed": 1}, True)
    assert Movement.objects.filter(stream=run.stream, action="publishing.finish_migration").exists()


def test_items_for_a_closed_column_wait_in_the_provisional_one(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1, column="政务公开 > 老栏目")))
    approve_and_process(run, chief)
    placement = Document.objects.get().placements.get()
    assert placement.column.provisional
    assert placement.intended == Column.objects.get(name="老栏目")


def test_run_without_an_order_is_reread_or_discarded(site: Website, chief: Actor, tmp_path: Path) -> None:
    folder = save_pages(tmp_path, 1)
    run = read_run(site, chief, bundle=folder)
    (folder / "b.html").write_bytes(page("另一份通知"))
    actions.reread_source(run, by=chief)
    run = work_on_run(run)
    assert run.total == 2
    actions.discard_run(run, by=chief)
    assert not MoveRow.objects.exists()


def test_former_unit_is_mapped_to_successor_and_another_person_orders(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1, unit="云岭市物价局"), row(2)))
    assert count_by_state(run) == {"bad": 1, "ready": 1}
    heir = BodyFactory(name="云岭市发展和改革委员会", parent=site.body)
    mapper = actor(Role.CHIEF, site.body)
    with pytest.raises(Refused, match="不是云岭市"):
        actions.set_column_mapping(run, by=mapper, targets={}, units={"云岭市物价局": BodyFactory(name="省物价局")})
    client = signed_in(Role.CHIEF, site.body)
    page = client.get(f"/admin/migration/{run.pk}/").content.decode()
    assert "云岭市物价局" in page
    client.post(f"/admin/migration/{run.pk}/columns/", {"old_unit": "云岭市物价局", "unit0": heir.pk})
    run.refresh_from_db()
    assert count_by_state(run) == {"ready": 2}
    actions.set_column_mapping(run, by=mapper, targets={}, units={"云岭市物价局": heir})
    with pytest.raises(Refused, match="另一个人批准"):
        actions.order_run(run, by=mapper)
    assert count_by_state(approve_and_process(run, chief)) == {"moved": 2}
    assert set(run.rows.values_list("body__name", flat=True)) >= {heir.name}


def test_rows_without_a_column_are_mapped_or_left_out(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1, column=""), row(2)))
    assert count_by_state(run) == {"bad": 1, "ready": 1}
    actions.set_column_mapping(run, by=chief, targets={"": ""})
    assert count_by_state(run) == {"ignored": 1, "ready": 1}
    run.refresh_from_db()
    actions.set_column_mapping(run, by=chief, targets={"": "规划信息"})
    assert count_by_state(run) == {"ready": 2}


COLUMN_PATH = "历史公告 > 征收公告"


def make_run_with_opened_columns(site: Website, chief: Actor) -> MoveRun:
    """Make a run that created and opened two columns, one below the other."""
    run = read_run(site, chief, sheet=sheet(row(1, column=COLUMN_PATH), row(2, column=COLUMN_PATH)))
    actions.set_column_mapping(run, by=actor(Role.ADMINISTRATOR, site.body), targets={}, open_columns=True)
    run = approve_and_process(MoveRun.objects.get(pk=run.pk), chief)
    assert {c.name for c in Column.objects.filter(pk__in=run.made_columns) if c.is_open} == {
        "历史公告",
        "征收公告",
    }
    return run


def undo(run: MoveRun, chief: Actor) -> MoveRun:
    actions.undo_run(run, by=chief, reason="来源有误")
    run = work_on_run(MoveRun.objects.get(pk=run.pk))
    assert run.state == RunState.UNDONE
    reload_next_time()
    return run


def test_undo_keeps_a_column_that_is_used_otherwise(site: Website, chief: Actor, housing: Body) -> None:
    run = make_run_with_opened_columns(site, chief)
    low = Column.objects.get(name="征收公告")
    document = public(housing, [low], title="后来发布的公告")
    run = undo(run, chief)
    assert not Column.objects.filter(pk__in=run.made_columns, archived_at__isnull=False).exists()
    assert "另有内容，保留" in run.notes[0]
    assert Client().get(f"/columns/{low.pk}/{document.pk}.html").status_code == 200


def test_undo_archives_empty_columns_and_next_run_reopens_them(site: Website, chief: Actor) -> None:
    run = undo(make_run_with_opened_columns(site, chief), chief)
    columns = Column.objects.filter(pk__in=run.made_columns)
    assert {column.archive_note for column in columns} == {ARCHIVED_COLUMN_NOTE}
    assert "征收公告已归档" in run.notes[0].replace("、历史公告", "")
    assert "历史公告" not in Client().get("/").content.decode()
    shown = Client().get(f"/columns/{columns.get(name='征收公告').pk}/").content.decode()
    assert "已归档" in shown
    assert ARCHIVED_COLUMN_NOTE in shown

    again = read_run(site, chief, sheet=sheet(row(1, column=COLUMN_PATH), row(2, column=COLUMN_PATH)))
    assert count_by_state(again) == {"ready": 2}
    assert [one["what"] for one in list_column_mappings(again)] == ["shelved"]
    again = approve_and_process(again, chief)
    assert count_by_state(again) == {"moved": 2}
    assert not Column.objects.filter(archived_at__isnull=False).exists()
    undo(again, chief)
    assert columns.filter(archive_note=ARCHIVED_COLUMN_NOTE).count() == 2

    low = columns.get(name="征收公告")
    publishing.restore_column(low, by=chief)
    publishing.archive_column(Column.objects.get(pk=low.pk), by=chief, note="不再更新")
    third = read_run(site, chief, sheet=sheet(row(1, column=COLUMN_PATH)))
    assert count_by_state(third) == {"bad": 1}, "what a person archived is not taken out"


def test_rows_for_a_column_reserved_for_other_units_are_bad(site: Website, chief: Actor, plans: Column) -> None:
    publishing.set_publishers(plans, by=chief, admits=ColumnUse.NAMED)
    run = read_run(site, chief, sheet=sheet(row(1, column=plans.title), row(2, column=COLUMN_PATH)))
    others, free = run.rows.order_by("number")
    assert others.state == RowState.BAD
    assert "不能放入" in others.words
    assert free.state != RowState.BAD
