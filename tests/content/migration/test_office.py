"""Migration pages of the office: access, and a migration from upload to undo."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from factories.migration import (
    PDF,
    PNG,
    approve_and_process,
    read_run,
    row,
    save_pages,
    sheet,
    with_saved_pages,
    zipped,
)
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.migration import actions, row_samples
from gongkai.content.migration.models import MoveRow, MoveRun, MoveWindow, RunState
from gongkai.content.migration.queries import count_by_state
from gongkai.content.migration.run_steps import work_on_run
from gongkai.core.acts.models import Shown
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief_client(site: Website) -> Client:
    return signed_in(Role.CHIEF, site.body)


def test_migration_pages_are_closed_to_other_roles(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row()))
    row_ = f"rows/{run.rows.get().pk}/"
    places = (row_, f"{row_}saved/", f"{row_}saved/file/", f"{row_}files/0/")
    client = signed_in(Role.LEAD, site.body)
    for page in ("", "new/sheet/", f"{run.pk}/", *places, "template.xlsx"):
        assert client.get(f"/admin/migration/{page}").status_code in {302, 403}, page
    assert client.post(f"/admin/migration/{run.pk}/do/", {"what": "order"}).status_code in {302, 403}
    county = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=site.body)
    assert signed_in(Role.CHIEF, county).get(f"/admin/migration/{run.pk}/").status_code == 404
    run.refresh_from_db()
    assert run.state == RunState.PLANNED


def test_migration_pages_from_upload_to_undo(chief_client: Client, site: Website, plans: Column, housing: Body) -> None:
    given = with_saved_pages({"sheet": sheet(row(1, files=["清单.pdf"]), row(2, column="老栏目"))})
    pages = {f"原网页/{one.name}": one.read_bytes() for one in given["bundle"].rglob("*.html")}
    files = zipped({"清单.pdf": PDF, **pages})
    data = {
        "website": site.pk,
        "name": "旧网站",
        "base": "http://www.old.gov.cn/",
        "sheet": SimpleUploadedFile("旧.xlsx", given["sheet"]),
        "bundle": SimpleUploadedFile("附件.zip", files),
    }
    answer = chief_client.post("/admin/migration/new/sheet/", data)
    run = MoveRun.objects.get()
    assert answer["Location"] == f"/admin/migration/{run.pk}/"
    assert "正在读取" in chief_client.get(answer["Location"]).content.decode()
    while run.running:
        chief_client.post(f"/admin/migration/{run.pk}/step/")
        run.refresh_from_db()
    shown = chief_client.get(f"/admin/migration/{run.pk}/").content.decode()
    assert "批准迁移 2 条" not in shown, "who read it does not approve it"
    assert "将新建" in shown
    assert "清单.pdf" in chief_client.get(f"/admin/migration/rows/{run.rows.get(number=1).pk}/").content.decode()
    post = {"path0": "老栏目", "path1": "规划信息", "target0": "", "ignore0": "on", "target1": "规划信息"}
    chief_client.post(f"/admin/migration/{run.pk}/columns/", post)
    run.refresh_from_db()
    assert count_by_state(run) == {"ready": 1, "ignored": 1}
    another = signed_in(Role.CHIEF, site.body)
    shown = chief_client.get(f"/admin/migration/{run.pk}/").content.decode()
    assert "不能自己批准" in shown
    assert "可以批准的：" in shown
    chief_client.post(f"/admin/migration/{run.pk}/do/", {"what": "order"})
    run.refresh_from_db()
    assert run.state == RunState.PLANNED
    shown = another.get(f"/admin/migration/{run.pk}/").content.decode()
    assert ("批准迁移 1 条" in shown, "不能自己批准" in shown) == (True, False)
    another.post(f"/admin/migration/{run.pk}/do/", {"what": "order"})
    shown = another.get(f"/admin/migration/{run.pk}/").content.decode()
    assert "还有1条没有看全，如第1条的正文、原网页、附件“清单.pdf”" in shown
    run.refresh_from_db()
    assert run.state == RunState.PLANNED, "nothing was opened"
    _open_samples(another, run)
    another.post(f"/admin/migration/{run.pk}/do/", {"what": "order"})
    work_on_run(run)
    answer = chief_client.post(f"/admin/migration/{run.pk}/step/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert "看公开页" in chief_client.get(f"/admin/migration/rows/?run={run.pk}&state=moved").content.decode()
    item = Document.objects.get().item_number
    assert "由原网站迁移" in chief_client.get(f"/admin/publishing/items/{item}/").content.decode()
    chief_client.post(f"/admin/migration/{run.pk}/do/", {"what": "undo", "reason": "有误"})
    assert count_by_state(work_on_run(run)) == {"back": 1, "ignored": 1}
    MoveRun.objects.filter(pk=run.pk).update(bundle="")  # as when a text of the run was erased by law
    shown = chief_client.get(f"/admin/migration/rows/{run.rows.get(number=1).pk}/").content.decode()
    assert "原网页已随" in shown
    assert not re.search(r'href="[^"]*/(saved|files/0)/"', shown)


def _open_samples(another: Client, run: MoveRun) -> None:
    """Open text, old page and file of each sampled row as the approver; only then is a row counted as seen."""
    picked = f"/admin/migration/rows/{run.rows.get(number=1).pk}/"
    assert "为改善居民居住条件" in another.get(picked).content.decode()
    compared = another.get(f"{picked}saved/").content.decode()
    assert "<mark>为改善居民居住条件" in compared
    kept = another.get(f"{picked}saved/file/")
    assert kept["Content-Disposition"].startswith("attachment"), "nothing of it runs here"
    assert "还有1条" in another.get(f"/admin/migration/{run.pk}/").content.decode()
    assert b"".join(another.get(f"{picked}files/0/")) == PDF  # type: ignore[call-overload]
    assert another.get(f"{picked}files/1/").status_code == 404
    assert "已看过" in another.get(f"/admin/migration/{run.pk}/").content.decode()
    assert "佐证较弱　1 条" in another.get(f"/admin/migration/{run.pk}/").content.decode()
    weak = another.get(f"/admin/migration/rows/?run={run.pk}&state=ready&how=weak").content.decode()
    assert run.rows.get(number=1).title in weak
    assert "共 1 条" in weak


def test_held_rows_are_decided_in_bulk(
    chief_client: Client, site: Website, plans: Column, housing: Body, chief: Actor
) -> None:
    secret = "补助对象身份证号110101199003078515。"
    run = approve_and_process(read_run(site, chief, sheet=sheet(row(1, text=secret), row(2, text=secret))), chief)
    shown = chief_client.get(f"/admin/migration/rows/?run={run.pk}&state=held").content.decode()
    assert "身份证件号码" in shown
    assert "110101199003078515" not in shown
    assert "110101199003078515" not in chief_client.get("/").content.decode()
    rows = list(run.rows.values_list("pk", flat=True))
    chief_client.post(f"/admin/migration/rows/?run={run.pk}", {"row": rows, "how": "mask"})
    assert count_by_state(work_on_run(run)) == {"moved": 2}
    shown = chief_client.get(Document.objects.all()[0].addresses.get(current=True).path).content.decode()
    assert "由原网站迁移" in shown
    assert "110101199003078515" not in shown


def test_saved_pages_are_uploaded_as_zip(chief_client: Client, site: Website, housing: Body, tmp_path: Path) -> None:
    folder = save_pages(tmp_path, 2)
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    data = {"website": site.pk, "name": "旧", "bundle": SimpleUploadedFile("页.zip", zipped(files))}
    chief_client.post("/admin/migration/new/pages/", data)
    kept = Path(MoveRun.objects.get().files_at)
    MoveRun.objects.update(bundle=f"/a/folder/before/it/was/restored/{kept.name}")
    run = work_on_run(MoveRun.objects.get(), seconds=60)
    assert count_by_state(run) == {"held": 2}  # each has a picture, which somebody must look at
    assert (kept.suffix, kept.exists()) == (".zip", True)
    chief_client.post(f"/admin/migration/{run.pk}/do/", {"what": "discard"})
    assert not MoveRun.objects.exists()


def test_refused_upload_is_not_stored(
    chief_client: Client, site: Website, settings, tmp_path: Path, django_capture_on_commit_callbacks
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    MoveWindow.objects.all().delete()
    files = SimpleUploadedFile("a.zip", zipped({"a.html": b"x"}))
    given = {"website": site.pk, "name": "旧网页", "bundle": files}
    with django_capture_on_commit_callbacks(execute=True):
        assert "没有开通迁移期" in chief_client.post("/admin/migration/new/pages/", given).content.decode()
    assert list(tmp_path.glob("migration/*")) == []


def test_upload_that_is_not_a_zip_is_reported(chief_client: Client, site: Website) -> None:
    data = {"website": site.pk, "name": "旧", "bundle": SimpleUploadedFile("页.zip", b"Rar!\x1a\x07\x00")}
    chief_client.post("/admin/migration/new/pages/", data)
    run = work_on_run(MoveRun.objects.get())
    assert "不支持的格式（RAR压缩包" in chief_client.get(f"/admin/migration/{run.pk}/").content.decode()


def test_mht_page_is_a_row_with_a_reason(chief_client: Client, site: Website) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.html", "<title>一</title><p>正文</p>")
        archive.writestr("6.mht", "MIME-Version: 1.0")
    data = {"website": site.pk, "name": "旧", "bundle": SimpleUploadedFile("页.zip", packed.getvalue())}
    chief_client.post("/admin/migration/new/pages/", data)
    run = work_on_run(MoveRun.objects.get(), seconds=60)
    assert "另存为 .html" in MoveRow.objects.get(run=run, place="6.mht").notes[0]


def test_administrator_prepares_a_migration_without_reading_texts(
    chief_client: Client, site: Website, chief: Actor, housing: Body, plans: Column
) -> None:
    run = read_run(site, chief, sheet=sheet(row(1)))
    one = run.rows.get()
    technical = signed_in(Role.ADMINISTRATOR, site.body)
    shown = technical.get(f"/admin/migration/{run.pk}/").content.decode()
    assert one.title not in shown
    assert "读到1条" in shown
    for page in ("", "saved/", "saved/file/", "files/0/"):
        assert technical.get(f"/admin/migration/rows/{one.pk}/{page}").status_code == 404, page
    assert chief_client.get(f"/admin/migration/rows/{one.pk}/").status_code == 200


def test_held_picture_must_be_opened_and_confirmed(
    chief_client: Client, site: Website, plans: Column, housing: Body, chief: Actor, tmp_path: Path
) -> None:
    secret = "补助对象身份证号110101199003078515。"
    for number in (1, 2):
        (tmp_path / f"{number}.png").write_bytes(PNG + bytes([number]))
    rows = [row(n, text=f'<p>{secret}</p><p><img src="/{n}.png"></p>') for n in (1, 2)]
    run = approve_and_process(read_run(site, chief, sheet=sheet(*rows), bundle=tmp_path), chief)
    first, second = (f"/admin/migration/rows/{one.pk}/" for one in run.rows.order_by("number"))
    ticked = {"row": list(run.rows.values_list("pk", flat=True)), "how": "mask", "ground": "已查看"}
    said = chief_client.post(f"/admin/migration/rows/?run={run.pk}", ticked, follow=True).content.decode()
    assert said.count("还没有人查看：图片1") == 2
    picture = run.rows.get(number=1).data["pictures"][0]["digest"]
    given = {"how": "mask", "ground": "批量", "looked": picture}
    refused = chief_client.post(first, given).content.decode()
    assert "还没有人查看：图片1" in refused, "it was ticked and never opened"
    assert 'value="批量"' in refused
    assert f'src="{first}files/0/"' in refused
    chief_client.get(f"{first}files/0/").getvalue()
    assert chief_client.post(first, given)["Location"] == second
    row_ = run.rows.get(number=1)
    assert (row_.state, "1处已由本人逐个查看" in row_.words) == ("ready", True)
    chief_client.post(f"/admin/migration/rows/?run={run.pk}", ticked)
    assert run.rows.get(number=2).state == "held", "looking at one picture is no word on another"
    chief_client.post(second, {"how": "drop"})
    assert count_by_state(work_on_run(run)) == {"moved": 1, "ignored": 1}


def row_numbers(given: list[row_samples.SampledRow]) -> list[int]:
    return [one.row.number for one in given]


@pytest.mark.postgres
def test_sample_has_ten_rows_half_of_them_weak_and_is_stable(
    site: Website, chief: Actor, housing: Body, plans: Column
) -> None:
    run = read_run(site, chief, sheet=sheet(*(row(number) for number in range(1, 27))))
    strong = MoveRow.objects.filter(run=run, number__gt=6)
    for one in strong:
        one.source["how"] = "sheet"
    MoveRow.objects.bulk_update(strong, ["source"])
    other = actor(Role.CHIEF, site.body)
    first = row_samples.list_sampled_rows(run, other)
    assert len(first) == row_samples.MAX_SAMPLE_ROWS
    assert sum(number <= 6 for number in row_numbers(first)) >= row_samples.MAX_SAMPLE_ROWS // 2
    assert row_numbers(row_samples.list_sampled_rows(run, other)) == row_numbers(first)
    assert row_numbers(row_samples.list_sampled_rows(run, chief)) != row_numbers(first)
    assert {one["how"]: one["count"] for one in row_samples.count_rows_by_proof(run)} == {"sheet": 20, "weak": 6}
    assert "还有10条没有看全" in actions.order_run.why_not(run, by=other)[0]
    for one in first[:9]:
        for part, digest in row_samples.map_row_parts(one.row):
            row_samples.record_opened_part(one.row, other, part, digest)
    assert f"还有1条没有看全，如第{first[9].row.number}条的正文、原网页" in actions.order_run.why_not(run, by=other)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        Shown.objects.update(digest="0" * 64)
