"""Files in an S3-compatible bucket: storing, serving, moving between stores, kills, backups."""

import io
import os
import signal
import socket
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import RequestFactory

from gongkai.core.acts.backups import archive
from gongkai.core.acts.backups.archive import find_outside_store, map_outside_members
from gongkai.core.files import bucket, store_transfer
from gongkai.core.files.integrity import delete_orphans, list_damaged_digests
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import RANGE_META_KEY, redirect_to_bucket, serve_stored
from gongkai.core.files.storage import (
    CreatableStore,
    FileStore,
    StoreUnavailable,
    get_files_storage,
    get_storage,
    get_store_path,
    list_folder,
)
from gongkai.core.files.store import delete_stored, store, write_content
from gongkai.ops.config import stores

pytestmark = pytest.mark.django_db


#: Address of another S3 server to test; its key and secret are in GONGKAI_TEST_S3_KEY and _SECRET (docs/testing.md).
OTHER = os.environ.get("GONGKAI_TEST_S3", "")
KEY, SECRET = os.environ.get("GONGKAI_TEST_S3_KEY", "k"), os.environ.get("GONGKAI_TEST_S3_SECRET", "s")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server on this machine, for this module."""
    if OTHER:
        yield OTHER
        return
    from moto.server import ThreadedMotoServer

    one = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    one.start()
    host, port = one.get_host_and_port()
    yield f"http://{host}:{port}"
    one.stop()


@pytest.fixture
def use_store(server: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that selects a folder or bucket of this test."""
    from gongkai.core.files.bucket import BucketStorage

    name = sha256(str(tmp_path).encode()).hexdigest()[:20]
    said = {"GONGKAI_BUCKET": name, "GONGKAI_BUCKET_ENDPOINT": server, "GONGKAI_BUCKET_PREFIX": "县/"}
    for key, value in {**said, "GONGKAI_BUCKET_KEY": KEY, "GONGKAI_BUCKET_SECRET": SECRET}.items():
        monkeypatch.setenv(key, value)
    options = stores.read_bucket_options()
    settings.DATA, settings.GONGKAI_BUCKET = tmp_path, options
    BucketStorage(**options).create()

    def choose(word: str, **more: Any) -> None:
        settings.GONGKAI_FILES = word
        settings.STORAGES = stores.storages_setting(str(tmp_path / "files"), word, options | more)

    return choose


def test_bucket_stores_files_like_the_folder(use_store: Any, django_capture_on_commit_callbacks: Any) -> None:
    use_store("bucket")
    kept = store(b"%PDF-1.4 far", "a.pdf")
    assert store(b"%PDF-1.4 far", "b.pdf") == kept
    assert (kept.read(), list_folder("stored"), list_folder("nowhere")) == (
        b"%PDF-1.4 far",
        ([kept.pk[:2]], []),
        ([], []),
    )
    answer = serve_stored(kept, "甲.pdf")
    assert (b"".join(answer), answer.headers["Content-Length"]) == (b"%PDF-1.4 far", "12")
    with pytest.raises(ValueError, match="address"):
        get_files_storage().url(kept.place)
    assert list_damaged_digests() == store_transfer.list_missing_digests(cast("FileStore", get_files_storage())) == []
    StoredFile.objects.filter(pk=kept.pk).update(size=13)
    assert store_transfer.list_missing_digests(cast("FileStore", get_files_storage())) == [kept.pk]
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_stored(kept.pk)
    assert not kept.exists()
    with pytest.raises(Http404):
        serve_stored(kept)


def test_public_file_is_served_by_a_short_lived_link(use_store: Any, settings: Any, server: str) -> None:
    public = server.replace("127.0.0.1", "localhost")
    use_store("bucket", public_url=public)
    kept = store(b"%PDF-1.4 far", "a.pdf")
    ask = RequestFactory()
    assert redirect_to_bucket(ask.get("/f"), kept, "甲.pdf") is None, "off until somebody wants it"
    settings.GONGKAI_BUCKET_LINKS = 60
    answer = redirect_to_bucket(ask.get("/f"), kept, "甲 1.pdf")
    assert answer is not None
    assert answer.headers["Cache-Control"] == "private, no-store"
    asked = urlsplit(answer.url)
    assert (f"{asked.scheme}://{asked.netloc}", asked.path.split("/")[2:3]) == (public, ["%E5%8E%BF"])
    assert parse_qs(asked.query)["X-Amz-Expires"] == ["60"]
    with urlopen(answer.url) as got:
        assert got.read() == b"%PDF-1.4 far"
        assert got.headers["Content-Type"] == "application/pdf"
        assert got.headers["Content-Disposition"].startswith("attachment")
    staff = ask.get("/f", HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=x")
    bytes_asked: Any = {RANGE_META_KEY: True}
    for other in (staff, ask.head("/f"), ask.get("/f", **bytes_asked)):
        assert redirect_to_bucket(other, kept, "甲.pdf") is None
    use_store("folder")
    assert redirect_to_bucket(ask.get("/f"), kept, "甲.pdf") is None


@pytest.mark.skipif(bool(OTHER), reason="a store may know no such rule")
def test_created_bucket_allows_cross_origin_requests(use_store: Any) -> None:
    use_store("bucket")
    connection: Any = cast("Any", get_files_storage()).connection
    client = connection.meta.client
    (rule,) = client.get_bucket_cors(Bucket=os.environ["GONGKAI_BUCKET"])["CORSRules"]
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["GET"], ["*"])


def test_too_long_link_lifetime_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, seconds in (("", 0), ("300", 300)):
        monkeypatch.setenv("GONGKAI_BUCKET_LINKS", said)
        assert stores.read_signed_link_seconds() == seconds
    monkeypatch.setenv("GONGKAI_BUCKET_LINKS", "301")
    with pytest.raises(ImproperlyConfigured, match="最多300秒"):
        stores.read_signed_link_seconds()


def test_missing_bucket_is_reported_and_created(use_store: Any) -> None:
    use_store("bucket", bucket_name=sha256(os.urandom(8)).hexdigest()[:20])
    store_there = get_storage("bucket")
    with pytest.raises(StoreUnavailable, match="--create"):
        dict(store_there.everything())
    assert isinstance(store_there, CreatableStore)
    assert (store_there.create(), store_there.create()) == (True, False)
    assert dict(store_there.everything()) == {}


def test_orphans_are_deleted_from_a_bucket(use_store: Any) -> None:
    use_store("bucket")
    kept, mark = store(b"%PDF-1.4 kept", "a.pdf"), write_content(io.BytesIO(b"nobody's"))
    assert delete_orphans() == {"collected": 0}
    assert delete_orphans(age=timedelta(seconds=-5)) == {"collected": 1}
    assert (kept.exists(), get_files_storage().exists(get_store_path(mark))) == (True, False)


@pytest.mark.parametrize("listens", [False, True])
def test_unreachable_store_is_reported(use_store: Any, monkeypatch: pytest.MonkeyPatch, *, listens: bool) -> None:
    assert bucket.MAX_ATTEMPTS * (bucket.CONNECT_TIMEOUT_SECONDS + bucket.READ_TIMEOUT_SECONDS) < 60
    monkeypatch.setattr(bucket, "READ_TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_store("bucket", endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1] if listens else 9}")
        with pytest.raises(StoreUnavailable, match="连接不上"):
            store(b"%PDF-1.4 x", "a.pdf")


def store_files(count: int) -> dict[str, bytes]:
    files = {f"%PDF-1.4 {n}".encode(): f"{n}.pdf" for n in range(count)}
    made = {store(data, name).place: data for data, name in files.items()}
    for place in ("intake/1", "prints/aa/bb/x.pdf"):
        get_files_storage().save(place, ContentFile(b"sealed"))
        made[place] = b"sealed"
    return made


def read_all(name: str) -> dict[str, bytes]:
    storage = get_storage(name)
    return {place: storage.open(place).read() for place, _ in storage.everything()}


def kill_transfer_at(step: int, before: bool) -> int:
    """Kill a transfer in a child before or after copying a file, before it is recorded."""
    child = os.fork()
    if child == 0:
        carry, calls = store_transfer._copy_file, iter(range(1, 99))

        def carried(
            source: FileStore, target: FileStore, name: str, there: bool
        ) -> store_transfer.TransferredFile | None:
            now = next(calls) == step
            if now and before:
                os.kill(os.getpid(), signal.SIGKILL)
            found = carry(source, target, name, there)
            if now:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        store_transfer._copy_file, store_transfer._iterate_rows_without_file = carried, lambda there: iter(())
        store_transfer.transfer_files("bucket")
        os._exit(0)
    return os.waitpid(child, 0)[1]


def test_killed_transfer_resumes_and_completes(use_store: Any, tmp_path: Path) -> None:
    use_store("folder")
    made = store_files(4)
    for before in (True, False):
        assert kill_transfer_at(2, before) == signal.SIGKILL
        assert read_all("folder") == made, "nothing was changed where it stood"
    with store_transfer.get_journal_path("bucket").open("a") as journal:
        journal.write('["stored/cut of')
    get_storage("bucket").save("prints/aa/bb/erased.pdf", ContentFile(b"of an earlier run"))
    report = store_transfer.transfer_files("bucket")
    assert (report.whole, read_all("bucket")) == (True, made)
    assert 0 < report.copied < len(made), "what was written down was not done again"
    again = store_transfer.transfer_files("bucket")
    assert (again.copied, again.there) == (0, len(made))


def test_file_erased_during_transfer_does_not_come_back(use_store: Any) -> None:
    use_store("folder")
    made = store_files(2)
    assert store_transfer.transfer_files("bucket").whole
    get_files_storage().delete("intake/1")  # the folder is still in use
    assert store_transfer.transfer_files("bucket").whole
    assert "intake/1" not in read_all("bucket")
    use_store("bucket")
    get_files_storage().delete("prints/aa/bb/x.pdf")  # law erases where files stand now
    late = get_storage("folder").save("intake/late", get_storage("folder").open(next(iter(made))))
    assert store_transfer.transfer_files("bucket").copied == 1
    assert set(read_all("bucket")) == {*(place for place in made if place.startswith("stored")), late}
    assert store_transfer.delete_source_files("bucket") == 4
    assert read_all("folder") == {}
    assert store_transfer.transfer_files("folder").whole, "and back"
    assert read_all("folder") == read_all("bucket")


def test_broken_or_missing_files_prevent_deleting_the_source(use_store: Any, tmp_path: Path) -> None:
    use_store("folder")
    made = store_files(2)
    first, second = (place for place in made if place.startswith("stored"))
    (tmp_path / "files" / first).write_bytes(b"other bytes!")
    (tmp_path / "files" / second).unlink()
    report = store_transfer.transfer_files("bucket")
    assert (report.whole, report.broken) == (False, [first])
    assert sorted(report.missing) == sorted(place.split("/")[-1] for place in (first, second))
    with pytest.raises(store_transfer.IncompleteTransfer, match="GONGKAI_FILES=bucket"):
        store_transfer.delete_source_files("bucket")
    use_store("bucket")
    with pytest.raises(store_transfer.IncompleteTransfer, match="没有搬完整"):
        store_transfer.delete_source_files("bucket")
    assert first in read_all("folder")


def test_backup_and_restore_of_a_bucket(use_store: Any, tmp_path: Path) -> None:
    use_store("folder")
    assert find_outside_store() is None
    assert map_outside_members("files") == {}
    use_store("bucket")
    made = store_files(2)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|") as tar:
        for name, one in map_outside_members("files").items():
            digest = archive._compute_file_digest(one)
            assert digest == sha256(made[name.removeprefix("files/")]).hexdigest()
            archive._add_member(tar, name, one, digest)
    for place in made:
        get_files_storage().delete(place)
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        tar.extractall(tmp_path / "out")  # ours; Debian 12 has no `filter` yet
    (tmp_path / "out/files/inspection").mkdir()
    (tmp_path / "out/files/inspection/1").write_bytes(b"stays on this machine")
    find_outside_store().take(tmp_path / "out/files")  # type: ignore[union-attr]
    assert read_all("bucket") == made
    assert [p.name for p in (tmp_path / "out/files").rglob("*") if p.is_file()] == ["1"]
