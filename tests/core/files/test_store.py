"""The private file store: each content stored once, readable by its owner only, deleted when unreferenced."""

import errno
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.content.publishing.models import SourceFile
from gongkai.core.acts.action import Refused
from gongkai.core.files.forms import MAX_FILES_PER_FIELD, FilesField, OneFileField
from gongkai.core.files.integrity import delete_orphans
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import StoreFull, get_files_storage, get_store_path
from gongkai.core.files.store import delete_if_unreferenced, store, store_parsed_content, store_upload
from lib.reading.compound import compound

pytestmark = pytest.mark.django_db


def test_same_bytes_are_stored_once_with_private_permissions():
    one, two = (
        store_upload(SimpleUploadedFile("甲.pdf", b"%PDF-1.4 x")),
        store_upload(SimpleUploadedFile("乙.pdf", b"%PDF-1.4 x")),
    )
    assert one.stored == two.stored
    assert (one.name, two.name) == ("甲.pdf", "乙.pdf")
    assert one.stored.place == get_store_path(one.stored.pk)
    assert one.stored.read() == b"%PDF-1.4 x"
    path = Path(get_files_storage().path(store(b"%PDF-1.4 mine", "a.pdf").place))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("run.exe", b"MZ", "不能上传"),
        ("page.html", b"<p>", "不能上传"),
        ("a", b"x", "不能上传"),
        ("a.pdf", b"", "空文件"),
        ("a.pdf", b"MZ", "与扩展名不符"),
        ("a.xlsx", compound("WordDocument", b"x" * 100), "与扩展名不符"),
        ("a.xlsx", compound("EncryptedPackage", b"x" * 100), "有打开密码"),
        ("a.pdf", b"%PDF-" + b"x" * (1 << 20), "超过 1 MB"),
    ],
)
def test_unsupported_or_too_large_file_is_refused(settings, name, data, said):
    settings.GONGKAI_FILE_LIMIT = 1
    with pytest.raises(Refused, match=said):
        store(data, name)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_stores_nothing_and_leaves_no_partial_file(monkeypatch, number):
    def full(handle):
        raise OSError(number, os.strerror(number))

    kept = store(b"%PDF-1.4 kept", "a.pdf")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull, match="写不进去"):
        store(b"%PDF-1.4 more", "b.pdf")
    monkeypatch.undo()
    assert list(StoredFile.objects.all()) == [kept]
    assert kept.read() == b"%PDF-1.4 kept"
    assert not list(Path(get_files_storage().location).rglob("*.part"))


def test_internal_file_kinds_exceed_the_public_ones():
    assert store(b"{\\rtf1 x}", "a.rtf")
    with pytest.raises(Refused, match="不能上传"):
        store(b"{\\rtf1 x}", "a.rtf", kinds=PUBLIC_FILE_TYPES)


def test_file_of_a_row_that_would_be_deleted_with_it_stays():
    file = store(b"%PDF-1.4 x", "a.pdf")
    row = SourceFile.objects.create(item_id=1, stored=file, name="a.pdf")
    assert not delete_if_unreferenced(file.pk)
    row.delete()
    assert delete_if_unreferenced(file.pk)


def test_parsed_content_gets_its_type_when_stored_as_a_file():
    kept = store_parsed_content(b"%PDF-1.4 x")
    assert kept.type == "application/octet-stream"
    assert store(b"%PDF-1.4 x", "a.pdf").type == "application/pdf"
    assert store_parsed_content(b"%PDF-1.4 x").type == "application/pdf"


def test_bytes_without_a_row_are_deleted_after_a_day():
    kept = store(b"%PDF-1.4 orphan", "a.pdf")
    os.utime(get_files_storage().path(get_store_path(kept.pk)), (time.time(), time.time()))
    StoredFile.objects.all().delete()
    delete_orphans()
    assert get_files_storage().exists(get_store_path(kept.pk))
    assert delete_orphans(age=timedelta(0))["collected"] >= 1
    assert not get_files_storage().exists(get_store_path(kept.pk))


def test_file_fields_refuse_before_reading():
    class Unread(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read")

        chunks = read

    with pytest.raises(Exception, match="不能上传"):
        OneFileField().clean(Unread("a.exe", b"MZ"))
    with pytest.raises(Exception, match="一次最多"):
        FilesField().clean([Unread("a.pdf", b"%PDF-")] * (MAX_FILES_PER_FIELD + 1))
    assert len(FilesField(required=False, content_checked_later=True).clean([Unread("a.pdf", b"%PDF-")])) == 1
    files = FilesField(content_checked_later=True)
    assert len(files.clean([Unread("a.exe", b"MZ"), Unread("a.pdf", b"%PDF-")])) == 1
    assert "不能上传" in files.refused[0]
    with pytest.raises(Exception, match="不能上传"):
        files.clean([Unread("a.exe", b"MZ")])
