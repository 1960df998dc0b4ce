"""Two networks: what is public is carried one way, signed, in order, whole or not at all; the other side shows the same."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from factories.publishing import column, item, public, signed
from factories.units import BodyFactory, actor
from gongkai.acts.action import Refused
from gongkai.ledger.audit import verify
from gongkai.moving.models import Carried, Package
from gongkai.moving.packages import applying, container, exporting
from gongkai.portal.tree import forget
from gongkai.publishing import actions
from gongkai.publishing.documents import document_of
from gongkai.publishing.files import store
from gongkai.publishing.models import Column, Document, Edition, EditionContent, Website
from gongkai.publishing.models.files import files_storage
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db


class Stop(Exception):
    pass


@contextmanager
def inner(settings: LazySettings) -> Iterator[None]:
    """What happens in here happens on the inner side; behind it the database is empty again."""
    settings.GONGKAI_OUTER = False
    try:
        with transaction.atomic():
            yield
            raise Stop
    except Stop:
        forget()


@pytest.fixture
def folders(settings: LazySettings, tmp_path: Path) -> Callable[[str], None]:
    """Give each side its own folder of files; keys and packages are shared through the inner side's."""
    settings.DATA = tmp_path

    def use(side: str) -> None:
        stored = {
            **settings.STORAGES,
            "files": {
                **settings.STORAGES["files"],
                "OPTIONS": {"location": str(tmp_path / side), "base_url": None},
            },
        }
        settings.STORAGES = stored
        settings.GONGKAI_OUTER = side == "outer"

    use("inner")
    from gongkai.moving.packages import keys

    keys.trust(keys.public_pem())
    return use


def pages() -> dict[str, tuple[int, bytes]]:
    """Everything that the public can read, by address."""
    forget()
    client = Client()
    addresses = ["/", "/feed/", "/sitemap.xml", "/units/", "/search/?q=计划", "/search/?q=住房"]
    addresses += [f"/columns/{pk}/" for pk in Column.objects.values_list("pk", flat=True)]
    addresses += [f"/units/{pk}/" for pk in Body.objects.values_list("pk", flat=True)]
    for document in Document.objects.all():
        addresses += [a.path for a in document.addresses.all()]
        for edition in document.editions.all():
            addresses += [
                f"{a.path}?version={edition.number}" for a in document.addresses.filter(current=True)
            ]
            content = EditionContent.objects.filter(pk=edition.pk).first()
            addresses += [
                f"/files/{document.pk}/{edition.number}/{f['digest']}"
                for f in (content.files if content else [])
            ]
    found = {}
    for address in sorted(set(addresses)):
        answer = client.get(address)
        if answer.status_code != 404:
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[address] = (answer.status_code, _timeless(body))
    return found


def _timeless(body: bytes) -> bytes:
    """A feed without entries says when it was asked for."""
    return body if b"<entry>" in body else re.sub(rb"<updated>[^<]*</updated>", b"", body)


def world() -> tuple[Website, Column, Column, Body]:
    from factories.publishing import website

    site = website()
    plans, news = column(site, "规划信息"), column(site, "工作动态")
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    return site, plans, news, housing


def broken() -> list[str]:
    return [f.verdict.broken for f in verify() if f.verdict.broken]


def apply(*files: Path) -> None:
    for file in files:
        applying.apply(file, SYSTEM)


def paths() -> list[Path]:
    return [exporting.folder() / p.file for p in Package.objects.order_by("sequence")]


def test_the_outer_side_shows_the_same(settings: LazySettings, folders: Callable[[str], None]) -> None:
    seen: list[dict[str, Any]] = []
    with inner(settings):
        _, plans, news, housing = world()
        kept = store(b"%PDF-1.4 x", "a.pdf")
        first = public(housing, [plans], attachments=[("清单.pdf", kept)])
        public(housing, [plans, news], title="住房保障年度计划")
        exporting.export(SYSTEM)
        seen.append(pages())
        actions.revise(item_of(first), by=actor(Role.CLERK, housing), title="改过的计划")
        signed(item_of(first))
        actions.place(first, by=SYSTEM, columns=[news])
        exporting.export(SYSTEM)
        seen.append(pages())
        actions.withdraw(first, by=SYSTEM, reason="有误")
        assert exporting.export(SYSTEM)
        assert exporting.export(SYSTEM) == []
        seen.append(pages())
        files = paths()
        state = Package.objects.first().state  # type: ignore[union-attr]
    folders("outer")
    for file, wanted in zip(files, seen, strict=True):
        apply(file)
        assert pages() == wanted
        assert broken() == []
    assert Package.objects.first().state == state  # type: ignore[union-attr]
    before = Carried.objects.count()
    assert [applying.apply(file, SYSTEM)[1] for file in files] == [False] * 3
    assert (Carried.objects.count(), Package.objects.count()) == (before, 3)


def item_of(document: Document) -> Any:
    from gongkai.publishing.documents import item_of as found

    return found(document)


def test_nothing_leaves_that_is_not_public(settings: LazySettings, folders: Callable[[str], None]) -> None:
    with inner(settings):
        site, plans, _, housing = world()
        closed = column(site, "未开通的栏目", opened=False)
        item(housing, [plans], title="秘密草稿")
        signed(item(housing, [plans], title="秘密排期"), visible_from=timezone.now() + timedelta(days=1))
        limited = {"manner": "limited", "circle": [housing.pk], "manner_reason": "秘密理由"}
        public(housing, [plans], title="秘密限定", **limited)
        gone = public(housing, [plans], title="秘密撤回")
        actions.withdraw(gone, by=SYSTEM, reason="秘密原因")
        public(housing, [plans], title="公开的计划")
        exporting.export(SYSTEM)
        words = everything(paths())
    assert "公开的计划" in words
    assert "秘密" not in words
    assert closed.name not in words
    assert "opinion" not in words


def everything(files: list[Path]) -> str:
    found = []
    for file in files:
        with zipfile.ZipFile(file) as bundle:
            found += [bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist()]
    return "\n".join(found)


def test_what_was_public_and_becomes_limited_is_hidden_outside_without_its_new_text(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    with inner(settings):
        _, plans, _, housing = world()
        document = public(housing, [plans])
        exporting.export(SYSTEM)
        page = item_of(document)
        actions.revise(
            page,
            by=actor(Role.CLERK, housing),
            title="秘密的新稿",
            manner="limited",
            circle=[housing.pk],
            manner_reason="内部",
        )
        signed(page)
        exporting.export(SYSTEM)
        files = paths()
        path = document.addresses.get(current=True).path
        assert Client().get(path).status_code == 404
    assert "秘密的新稿" not in everything(files)
    folders("outer")
    apply(*files)
    assert Client().get(path).status_code == 404
    assert broken() == []


def test_erasure_arrives_text_and_file_are_gone(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    with inner(settings):
        _, plans, _, housing = world()
        kept = store(b"%PDF-1.4 secret", "a.pdf")
        document = public(housing, [plans], attachments=[("清单.pdf", kept)])
        exporting.export(SYSTEM)
        actions.withdraw(document, by=SYSTEM, reason="有误")
        edition = document.editions.order_by("number").first()
        actions.erase(edition, by=actor(Role.CHIEF, plans.website.body), basis="个人信息")
        exporting.export(SYSTEM)
        files = paths()
    folders("outer")
    apply(files[0])
    place = f"published/{kept.pk[:2]}/{kept.pk}"
    assert files_storage().exists(place)
    with transaction.atomic():
        apply(files[1])
    assert not EditionContent.objects.exists()
    assert broken() == []
    assert "个人信息" not in everything(files)


def two(settings: LazySettings) -> list[Path]:
    """Two packages of an inner side."""
    with inner(settings):
        _, plans, _, housing = world()
        public(housing, [plans])
        exporting.export(SYSTEM)
        public(housing, [plans], title="第二份计划")
        exporting.export(SYSTEM)
        return paths()
    return []


def test_packages_are_applied_in_order_only(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = world()
        for title in ("一", "二", "三"):
            public(housing, [plans], title=title)
            exporting.export(SYSTEM)
        files = paths()
    folders("outer")
    with pytest.raises(Refused, match="缺少第1号交换包，不能先应用第2号"):
        apply(files[1])
    apply(files[0])
    with pytest.raises(Refused, match="缺少第2号交换包"):
        apply(files[2])
    assert Package.objects.count() == 1
    apply(files[1], files[2])
    assert Document.objects.count() == 3


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    target = path.with_name(f"changed-{path.name}")
    target.write_bytes(out.getvalue())
    return target


def _manifest(parts: dict[str, bytes]) -> None:
    manifest = json.loads(parts["manifest.json"])
    parts["manifest.json"] = json.dumps({**manifest, "sequence": 1, "by": "别人"}).encode()


def _rows(parts: dict[str, bytes]) -> None:
    parts["rows.jsonl"] = parts["rows.jsonl"].replace("规划信息".encode(), "规划假信".encode())


def _longer(parts: dict[str, bytes]) -> None:
    parts["rows.jsonl"] += b"{}\n"


def _file(parts: dict[str, bytes]) -> None:
    name = next(name for name in parts if name.startswith("files/"))
    parts[name] = b"x" * len(parts[name])


def _no_file(parts: dict[str, bytes]) -> None:
    del parts[next(name for name in parts if name.startswith("files/"))]


@pytest.mark.parametrize("change", [_manifest, _rows, _longer, _file, _no_file])
def test_an_altered_package_is_refused_in_one_line_and_nothing_changes(
    change: Callable[[dict[str, bytes]], None], settings: LazySettings, folders: Callable[[str], None]
) -> None:
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = world()
        public(housing, [plans], attachments=[("清单.pdf", store(b"%PDF-1.4 x", "a.pdf"))])
        exporting.export(SYSTEM)
        files = paths()
    folders("outer")
    with pytest.raises(Refused) as told:
        apply(rewritten(files[0], change))
    assert len(told.value.reasons) == 1
    assert not Document.objects.exists()
    assert not Package.objects.exists()
    apply(files[0])
    assert Document.objects.count() == 1


def test_what_is_no_package_is_refused(folders: Callable[[str], None], tmp_path: Path) -> None:
    folders("outer")
    other = tmp_path / "x.gkp"
    for data in (b"", b"PK\x03\x04", b"<html>"):
        other.write_bytes(data)
        with pytest.raises(Refused, match="不是交换包"):
            apply(other)


def test_another_key_is_not_trusted(
    settings: LazySettings, folders: Callable[[str], None], tmp_path: Path
) -> None:
    files = two(settings)
    (tmp_path / "keys" / "package.pub").unlink()
    folders("outer")
    with pytest.raises(Refused, match="还没有指定内网的公钥"):
        apply(files[0])
    (tmp_path / "keys" / "package.pem").unlink()
    from gongkai.moving.packages import keys

    keys.trust(keys.public_pem())
    with pytest.raises(Refused, match="签名不符"):
        apply(files[0])
    with pytest.raises(Refused, match="这不是公钥文件"):
        keys.trust(b"x")


def test_a_lost_package_is_made_good_by_a_whole_one(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    wanted: dict[str, Any] = {}
    files: list[Path] = []
    with inner(settings):
        _, plans, news, housing = world()
        one = public(housing, [plans], title="一")
        two_ = public(housing, [plans], title="二")
        exporting.export(SYSTEM)
        actions.withdraw(two_, by=SYSTEM, reason="有误")
        actions.place(one, by=SYSTEM, columns=[news])
        exporting.export(SYSTEM)
        actions.unplace(one, by=SYSTEM, columns=[plans])
        exporting.export(SYSTEM, whole=True)
        public(housing, [plans], title="三")
        exporting.export(SYSTEM)
        files, wanted = paths(), pages()
    whole = everything([files[2]])
    assert '"title": "二"' not in whole
    folders("outer")
    apply(files[0])
    apply(files[2], files[3])
    assert pages() == wanted
    assert broken() == []
    with pytest.raises(Refused, match="不是同一个"):
        apply(files[1])


def test_large_exports_are_cut_into_packages_without_showing_half(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    files: list[Path] = []
    wanted: dict[str, Any] = {}
    with inner(settings):
        _, plans, _, housing = world()
        shared = store(b"%PDF-1.4 both", "a.pdf")
        for number in range(4):
            public(housing, [plans], title=f"计划{number}", attachments=[("同一份.pdf", shared)])
        assert len(exporting.export(SYSTEM, most=3)) >= 4
        files, wanted = paths(), pages()
    folders("outer")
    for file in files:
        apply(file)
        for address, (status, body) in pages().items():
            assert status in {200, 301}, address
            assert "内容已依法删除" not in body.decode("utf-8", "replace")
        for document in Document.objects.all():
            edition = document.editions.get()
            mark = edition.content.files[0]["digest"]
            assert Client().get(f"/files/{document.pk}/{edition.number}/{mark}").status_code == 200
    assert pages() == wanted


def test_the_outer_side_refuses_editing(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files = two(settings)
    folders("outer")
    apply(*files)
    document = Document.objects.order_by("pk").first()
    assert document is not None
    for attempt in (
        lambda: actions.withdraw(document, by=SYSTEM, reason="x"),
        lambda: actions.place(document, by=SYSTEM, columns=[]),
        lambda: actions.draft(document.body, by=SYSTEM, title="x"),
        lambda: actions.change_column(Column.objects.all()[0], by=SYSTEM, content="x"),
    ):
        with pytest.raises(Refused, match="本系统是外网端"):
            attempt()
    with pytest.raises(Refused, match="本系统是外网端"):
        exporting.export(SYSTEM)
    settings.GONGKAI_OUTER = False
    with pytest.raises(Refused, match="不是外网端"):
        apply(files[0])


def test_an_installation_with_its_own_items_is_no_outer_side(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    files = two(settings)
    folders("outer")
    settings.GONGKAI_OUTER = False
    _, plans, _, housing = world()
    public(housing, [plans])
    settings.GONGKAI_OUTER = True
    with pytest.raises(Refused, match="已有自己的信息"):
        apply(files[0])


def test_limited_items_go_only_where_both_sides_say_so(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = world()
        public(housing, [plans], manner="limited", circle=[housing.pk], manner_reason="内部")
        exporting.export(SYSTEM, limited=True)
        files = paths()
    folders("outer")
    with pytest.raises(Refused, match="没有开放接收"):
        apply(files[0])
    settings.GONGKAI_OUTER_LIMITED = True
    apply(files[0])
    assert EditionContent.objects.count() == 1
    document = Document.objects.get()
    assert Client().get(document.addresses.get(current=True).path).status_code == 404


def test_two_columns_may_swap_their_names(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files: list[Path] = []
    wanted: dict[str, Any] = {}
    with inner(settings):
        site, plans, news, housing = world()
        public(housing, [plans, news])
        exporting.export(SYSTEM)
        chief = actor(Role.CHIEF, site.body)
        for col, name in ((plans, "临时"), (news, "规划信息"), (plans, "工作动态")):
            actions.change_column(Column.objects.get(pk=col.pk), by=chief, name=name)
        exporting.export(SYSTEM)
        files, wanted = paths(), pages()
    folders("outer")
    apply(*files)
    assert pages() == wanted


def test_an_interrupted_export_is_finished_or_dropped(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    with inner(settings):
        _, plans, _, housing = world()
        public(housing, [plans])
        (made,) = exporting.export(SYSTEM)
        final = exporting.folder() / made.file
        part = final.with_name(f".{made.file}.part")
        final.rename(part)
        stale = exporting.folder() / f".{container.file_name(9)}.part"
        stale.write_bytes(b"half")
        assert exporting.export(SYSTEM) == []
        assert final.exists()
        assert not part.exists()
        assert not stale.exists()


def test_documents_of_and_editions_are_the_same_rows(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    rows: list[Any] = []
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = world()
        page = item(housing, [plans])
        signed(page)
        document = document_of(page)
        actions.set_standing(
            document, by=SYSTEM, standing="repealed", on=timezone.localdate(), note="已由新文替代"
        )
        exporting.export(SYSTEM)
        rows, files = list(Edition.objects.values_list("pk", "digest")), paths()
    folders("outer")
    apply(*files)
    assert list(Edition.objects.values_list("pk", "digest")) == rows
    assert Document.objects.get().standing == "repealed"


def test_the_policy_library_goes_along(settings: LazySettings, folders: Callable[[str], None]) -> None:
    from factories import policies

    files: list[Path] = []
    seen: list[bytes] = []
    with inner(settings):
        _, plans, _, housing = world()
        record = policies.public(housing, [plans])
        policies.record(housing, title="秘密的未公开办法")
        exporting.export(SYSTEM)
        files = paths()
        forget()
        seen = [Client().get("/policies/").content, Client().get(address_of(record.document)).content]
    assert record.title.encode() in seen[0]
    assert "秘密的" not in everything(files)
    folders("outer")
    apply(*files)
    forget()
    document = Document.objects.get()
    assert [Client().get("/policies/").content, Client().get(address_of(document)).content] == seen
    assert broken() == []


def address_of(document: Any) -> str:
    path: str = document.addresses.get(current=True).path
    return path


def test_only_jobs_that_have_work_run_outside(settings: LazySettings) -> None:
    from gongkai.ledger.jobs import JOBS
    from gongkai.moving import outer

    settings.GONGKAI_OUTER = False
    assert not any(outer.rests(job) for job in JOBS.values())
    settings.GONGKAI_OUTER = True
    assert set(JOBS) >= outer.WORK
    assert {"seal", "orphans"} <= {job.name for job in JOBS.values() if not outer.rests(job)}
    assert outer.rests(JOBS["validity"])
