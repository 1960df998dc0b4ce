"""Packages are applied in order, unaltered, from a trusted key, completely or not at all."""

import hashlib
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from factories.networks import (
    apply_packages,
    broken_log_chains,
    forge_package,
    inner,
    make_site,
    package_paths,
    public_pages,
    rewrite_package,
    text_of_packages,
    two_packages,
)
from factories.publishing import public
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.packages import applying, container, documents, exporting
from gongkai.content.packages.container import OpenedPackage
from gongkai.content.packages.models import Package
from gongkai.content.publishing import actions
from gongkai.core.acts import insert_only
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import digest, matches_digest
from gongkai.core.units.actors import SYSTEM
from gongkai.ops.config import env

pytestmark = pytest.mark.django_db


def test_packages_are_applied_in_order_only(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = make_site()
        for title in ("一", "二", "三"):
            public(housing, [plans], title=title)
            exporting.export_packages(SYSTEM)
        files = package_paths()
    folders("outer")
    with pytest.raises(Refused, match="缺少第1号交换包，不能先应用第2号"):
        apply_packages(files[1])
    apply_packages(files[0])
    with pytest.raises(Refused, match="缺少第2号交换包"):
        apply_packages(files[2])
    assert Package.objects.count() == 1
    apply_packages(files[1], files[2])
    assert Document.objects.count() == 3


def _change_manifest(parts: dict[str, bytes]) -> None:
    manifest = json.loads(parts["manifest.json"])
    parts["manifest.json"] = json.dumps({**manifest, "sequence": 1, "by": "别人"}).encode()


def _change_rows(parts: dict[str, bytes]) -> None:
    parts["rows.jsonl"] = parts["rows.jsonl"].replace("规划信息".encode(), "规划假信".encode())


def _append_row(parts: dict[str, bytes]) -> None:
    parts["rows.jsonl"] += b"{}\n"


def _change_file(parts: dict[str, bytes]) -> None:
    name = next(name for name in parts if name.startswith("files/"))
    parts[name] = b"x" * len(parts[name])


def _remove_file(parts: dict[str, bytes]) -> None:
    del parts[next(name for name in parts if name.startswith("files/"))]


@pytest.mark.postgres
def test_altered_package_is_refused_and_changes_nothing(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = make_site()
        public(housing, [plans], attachments=[("清单.pdf", store_publishable_file(b"%PDF-1.4 x", "a.pdf"))])
        exporting.export_packages(SYSTEM)
        files = package_paths()
    folders("outer")
    for change in (_change_manifest, _change_rows, _append_row, _change_file, _remove_file):
        with pytest.raises(Refused) as told:
            apply_packages(rewrite_package(files[0], change))
        assert len(told.value.reasons) == 1, change
        assert not Document.objects.exists(), change
        assert not Package.objects.exists(), change
    apply_packages(files[0])
    assert Document.objects.count() == 1


def test_file_that_is_not_a_package_is_refused(folders: Callable[[str], None], tmp_path: Path) -> None:
    folders("outer")
    other = tmp_path / "x.gkp"
    for data in (b"", b"PK\x03\x04", b"<html>"):
        other.write_bytes(data)
        with pytest.raises(Refused, match="不是交换包"):
            apply_packages(other)


def test_package_signed_by_another_key_is_refused(
    settings: LazySettings, folders: Callable[[str], None], tmp_path: Path
) -> None:
    files = two_packages(settings)
    (tmp_path / "keys" / "package.pub").unlink()
    folders("outer")
    with pytest.raises(Refused, match="还没有指定内网的公钥"):
        apply_packages(files[0])
    (tmp_path / "keys" / "package.pem").unlink()
    from gongkai.content.packages import container

    container.store_trusted_key(container.get_public_key_pem())
    with pytest.raises(Refused, match="签名不符"):
        apply_packages(files[0])
    with pytest.raises(Refused, match="这不是公钥文件"):
        container.store_trusted_key(b"x")


def test_full_package_replaces_a_lost_one(settings: LazySettings, folders: Callable[[str], None]) -> None:
    wanted: dict[str, Any] = {}
    files: list[Path] = []
    with inner(settings):
        _, plans, news, housing = make_site()
        one = public(housing, [plans], title="一")
        two_ = public(housing, [plans], title="二")
        exporting.export_packages(SYSTEM)
        actions.withdraw(two_, by=SYSTEM, reason="有误")
        actions.place(one, by=SYSTEM, columns=[news])
        exporting.export_packages(SYSTEM)
        actions.unplace(one, by=SYSTEM, columns=[plans])
        exporting.export_packages(SYSTEM, whole=True)
        public(housing, [plans], title="三")
        exporting.export_packages(SYSTEM)
        files, wanted = package_paths(), public_pages()
    whole = text_of_packages([files[2]])
    assert '"title": "二"' not in whole
    folders("outer")
    apply_packages(files[0])
    apply_packages(files[2], files[3])
    assert public_pages() == wanted
    assert broken_log_chains() == []
    with pytest.raises(Refused, match="早于已应用的第"):
        apply_packages(files[1])


def test_large_export_is_split_and_shown_only_when_complete(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    files: list[Path] = []
    wanted: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    with inner(settings):
        _, plans, _, housing = make_site()
        shared = store_publishable_file(b"%PDF-1.4 both", "a.pdf")
        for number in range(3):
            public(housing, [plans], title=f"计划{number}", attachments=[("同一份.pdf", shared)])
        assert len(exporting.export_packages(SYSTEM, max_rows=3)) >= 3
        files, wanted = package_paths(), public_pages()
    folders("outer")
    for file in files:
        apply_packages(file)
        shown = public_pages()
        for address, (status, body) in shown.items():
            assert status in {200, 301}, address
            assert "内容已依法删除" not in body.decode("utf-8", "replace")
        for document in Document.objects.all():
            edition = document.editions.get()
            mark = edition.content.files[0]["digest"]
            assert Client().get(f"/files/{document.pk}/{edition.number}/{mark}").status_code == 200
    assert shown == wanted


def test_interrupted_export_is_completed_or_dropped(settings: LazySettings, folders: Callable[[str], None]) -> None:
    with inner(settings):
        _, plans, _, housing = make_site()
        public(housing, [plans])
        (made,) = exporting.export_packages(SYSTEM)
        final = exporting.get_export_folder() / made.file
        part = final.with_name(f".{made.file}.part")
        final.rename(part)
        stale = exporting.get_export_folder() / f".{container.make_package_file_name(9)}.part"
        stale.write_bytes(b"half")
        assert exporting.export_packages(SYSTEM) == []
        assert final.exists()
        assert not part.exists()
        assert not stale.exists()


def test_full_package_needs_memory_for_a_few_texts_only(
    settings: LazySettings, folders: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen texts of 200,000 characters grow the memory by less than 6 MB."""
    with inner(settings):
        _, plans, _, housing = make_site()
        for n in range(15):
            public(housing, [plans], title=f"第{n}号")
        body = "<p>" + "长" * 199_990 + "</p>"
        load = documents._make_loader
        monkeypatch.setattr(
            documents, "_make_loader", lambda pk, document: lambda: {**load(pk, document)(), "html": body}
        )
        tracemalloc.start()
        exporting.export_packages(SYSTEM, whole=True)
        peak = tracemalloc.get_traced_memory()[1]
        (file,) = package_paths()
    assert peak < 6_000_000
    with OpenedPackage(file) as opened:
        assert opened.manifest["counts"]["texts"] == 15
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert sum(len(one.texts) for one in applying._iterate_documents(opened)) == 15
        grown = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
    assert grown < 6_000_000


@pytest.fixture
def package(settings: LazySettings, folders: Callable[[str], None], method: str) -> Path:
    """A package of an inner side that uses the digest method."""
    settings.GONGKAI_DIGEST = method
    with inner(settings):
        _, plans, _, housing = make_site()
        public(housing, [plans])
        exporting.export_packages(SYSTEM)
        (made,) = package_paths()
    folders("outer")
    return made


@pytest.fixture
def without_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a machine whose OpenSSL lacks SM3."""
    made = hashlib.new

    def new(name: str, *rest: Any) -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return made(name, *rest)

    monkeypatch.setattr(hashlib, "new", new)


@pytest.mark.parametrize("method", ["sha256"])
def test_outer_side_with_sm3_reads_sha256_package(settings: LazySettings, package: Path, method: str) -> None:
    settings.GONGKAI_DIGEST = "sm3"
    apply_packages(package)
    assert Document.objects.get().editions.count() == 1
    assert broken_log_chains() == []
    insert_only.drop_triggers()
    EditionContent.objects.update(title="改过的标题")
    assert "内容被改动" in "".join(broken_log_chains())


@pytest.mark.parametrize("method", ["sm3"])
def test_all_digests_of_a_package_use_the_inner_side_method(settings: LazySettings, package: Path, method: str) -> None:
    with OpenedPackage(package) as opened:
        assert opened.method == opened.manifest["digest"] == method
        rows = opened.zip.read("rows.jsonl")
        assert opened.manifest["rows"] == digest(rows, "sm3")
        assert opened.digest == digest(opened.zip.read("manifest.json"), "sm3")
    for other in ("sha256", "md5", 3):
        settings.GONGKAI_DIGEST = "sm3"
        lie = forge_package(package, manifest=lambda facts, other=other: facts.update(digest=other))
        settings.GONGKAI_DIGEST = "sha256"
        with pytest.raises(Refused, match=r"不符|不合规定"):
            apply_packages(lie)
    assert not Package.objects.exists()


@pytest.mark.parametrize("method", ["sm3"])
def test_machine_without_sm3_refuses_sm3_package(
    settings: LazySettings, package: Path, method: str, without_sm3: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GONGKAI_DIGEST = "sha256"
    with pytest.raises(Refused, match="本机的 Python 没有 SM3（OpenSSL 未提供），无法核对，未应用"):
        apply_packages(package)
    assert not Package.objects.exists()
    assert not matches_digest(digest("a") + "x", "a")
    monkeypatch.setenv("GONGKAI_DIGEST", "SM3")
    with pytest.raises(ImproperlyConfigured, match="没有 sm3（OpenSSL 未提供）"):
        env.digest_method("GONGKAI_DIGEST")
