"""Malicious files on every page with an upload: refused in one line or processed, never a server error."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from factories.hostile import (
    DISTINCT_KINDS,
    UPLOAD_NAMES,
    corrupt_bytes,
    hostile_files,
    marked_as_encrypted,
    packed,
    sheet,
    word,
)
from factories.ledger import EntryFactory
from factories.migration import open_move_window
from factories.pages import editor_post, sign_in
from factories.publishing import item
from gongkai.content.checks.faults import find_picture_error
from gongkai.content.editions.models import Column, Website
from gongkai.content.migration.bundles import ZipSource
from gongkai.content.migration.models import MoveRun
from gongkai.content.migration.personal_data import OldFile, find_personal_data_in_row
from gongkai.content.policies.actions.files import unpack_upload
from gongkai.content.publishing.freezing import strip_metadata
from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import OPEN_STATES, JobState
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
from gongkai.core.units.models import Body, Role
from gongkai.lib.fileformats.workbooks.rows import read_workbook
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.richtext import UnfitText, convert_office_text


@pytest.fixture
def chief(client: Client, site: Website) -> Client:
    sign_in(client, Role.CHIEF, site.body)
    client.raise_request_exception = False
    return client


def broken(
    post: Callable[[SimpleUploadedFile], Any],
    names: tuple[str, ...] = UPLOAD_NAMES,
    *,
    kinds: tuple[str, ...] = DISTINCT_KINDS,
) -> list[tuple[str, str]]:
    """Return the malicious files at which a page fails; each is posted under one of the names in turn."""
    return [
        (kind, name)
        for number, (kind, data) in enumerate(hostile_files().items())
        if kind in kinds
        for name in [names[number % len(names)]]
        if post(SimpleUploadedFile(name, data)).status_code >= 500
    ]


@pytest.mark.django_db
class TestPages:
    def test_spreadsheets(self, chief: Client) -> None:
        """All importers share one reader: the first gets every malicious file, a few others one each."""
        addresses = (reverse("spreadsheets:start", args=(name,)) for name in IMPORTERS_BY_NAME)
        taken = list(
            islice((address for address in addresses if chief.get(address).status_code == 200), len(DISTINCT_KINDS))
        )
        assert len(taken) == len(DISTINCT_KINDS)
        for number, address in enumerate(taken):
            kinds = (DISTINCT_KINDS[number % len(DISTINCT_KINDS)],) if number else DISTINCT_KINDS
            assert broken(lambda file: chief.post(address, {"file": file}), ("x.xlsx", "x.csv"), kinds=kinds) == []  # noqa: B023 - called at once

    def test_a_notice(self, chief: Client, site: Website) -> None:
        address = reverse("notices_upload")
        fields = {"government": site.body.pk, "issuer": ""}

        def post(file: SimpleUploadedFile) -> Any:
            answer = chief.post(address, {**fields, "file": file})
            process_due_jobs()
            assert not Errand.objects.filter(state__in=[*OPEN_STATES, JobState.DEAD]).exists(), file.name
            return chief.get(answer["Location"]) if answer.status_code == 302 else answer

        answer = post(SimpleUploadedFile("x.docx", word()))
        assert "没有找到任务表" in answer.content.decode(), "a file that is one is read"
        assert broken(post) == []

    @pytest.mark.parametrize("field", ["sheet", "bundle"])
    def test_an_old_site(self, field: str, chief: Client, site: Website, housing: Body) -> None:
        def post(file: SimpleUploadedFile) -> Any:
            kind = "sheet" if field == "sheet" else "pages"
            fields = {"website": site.pk, "body": housing.pk, "name": "旧网站", "base": "", field: file}
            answer = chief.post(reverse("migration:new", args=(kind,)), fields)
            if answer.status_code != 302:
                return answer
            number = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
            step = chief.post(reverse("migration:step", args=(number,)))
            return step if step.status_code >= 500 else chief.get(answer["Location"])

        open_move_window(site)
        good = sheet() if field == "sheet" else packed(**{"甲.html": b"<html><title>x</title></html>"})
        assert post(SimpleUploadedFile("x.xlsx" if field == "sheet" else "x.zip", good)).status_code == 200
        assert MoveRun.objects.exists(), "a file that is one is read"
        assert broken(post, ("x.xlsx", "x.zip"), kinds=DISTINCT_KINDS[1:3]) == []

    @pytest.mark.parametrize("field", ["word", "uploads"])
    def test_the_editor(self, field: str, client: Client, plans: Column, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("wagtailadmin_pages:edit", args=(item(housing, [plans]).pk,))
        names = ("x.docx", "x.png", "长" * 120 + ".pdf") if field == "uploads" else ("x.docx",)
        assert broken(lambda file: client.post(address, editor_post(plans, **{field: file})), names) == []

    def test_evidence(self, client: Client, site: Website, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        entry = EntryFactory(body=housing)
        address = reverse("ledger_act", args=(entry.pk, "ledger.add_evidence"))
        assert client.get(address).status_code == 200
        names = ("x.pdf", "x.png", "长" * 120 + ".docx", "x.exe", "x")
        kinds = DISTINCT_KINDS[:2]  # read nowhere: kept by the door that all forms share (`files.forms`)
        assert broken(lambda file: client.post(address, {"file": file, "words": "x"}), names, kinds=kinds) == []


def make_picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, form)
    return out.getvalue()


def fix_checksums(data: bytes) -> bytes:
    """Return a PNG with correct checksums, so that damaged content is read."""
    made, at = bytearray(data), 8
    while at + 12 <= len(made):
        (length,) = struct.unpack_from(">I", made, at)
        if at + 12 + length > len(made):
            break
        struct.pack_into(">I", made, at + 8 + length, zlib.crc32(bytes(made[at + 4 : at + 8 + length])))
        at += 12 + length
    return bytes(made)


#: Seeds of damaged bytes: a few always, many in `make test-all`.
SOME, MANY = range(10), pytest.param(range(600), marks=pytest.mark.slow, id="many")


@pytest.mark.parametrize("seeds", [SOME, MANY], ids=lambda one: "some")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("read", [find_picture_error, strip_metadata], ids=["shown", "attached"])
def test_damaged_pictures_are_read_or_refused(read: Callable[[bytes], Any], form: str, seeds: range) -> None:
    whole = make_picture(form)
    for seed in seeds:
        made = corrupt_bytes(whole, seed)
        for data in (fix_checksums(made) if form == "PNG" else made, whole[: seed % len(whole)]):
            with suppress(Refused):  # a picture whose head was hit may claim a billion pixels
                read(data)


def list_readers() -> Iterator[tuple[str, bytes, Callable[[bytes], Any]]]:
    def zipped(data: bytes) -> None:
        bundle = ZipSource(io.BytesIO(data))
        for name in bundle.names():
            bundle.read(name)

    bundle = packed(**{"甲.txt": "内容".encode() * 200, "a/乙.docx": word()})
    yield "sheet", sheet(), read_workbook
    yield "old site", bundle, zipped
    yield (
        "old file",
        word(),
        lambda data: find_personal_data_in_row("标题", "<p>x</p>", {}, [OldFile("x.docx", "docx", data)]),
    )
    yield "originals", bundle, lambda data: unpack_upload("x.zip", data)
    yield "word", word(), lambda data: convert_office_text(data, "x.docx", lambda picture, name: "")
    yield "notice", word(), read_notice


@pytest.mark.parametrize(
    "whole", [pytest.param(False, id="sharp"), pytest.param(True, id="all", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", UPLOAD_NAMES)
def test_any_kind_under_any_name_is_read_or_refused(name: str, whole: bool) -> None:
    """Two readers get the malicious kinds under all names; each reader's own tests cover all kinds."""
    readers: tuple[Callable[[bytes], Any], ...] = (
        read_notice,
        lambda data: unpack_upload(name, data),
        lambda data: convert_office_text(data, name, lambda picture, name: ""),
        lambda data: find_personal_data_in_row("标题", "<p>x</p>", {}, [OldFile(name, name[-4:].strip("."), data)]),
    )
    kinds = [(kind, data) for kind, data in hostile_files().items() if whole or kind in DISTINCT_KINDS]
    for number, (_, data) in enumerate(kinds):
        for read in readers if whole else readers[number % 2 :: 2]:
            with suppress(Refused, UnfitText, UnreadableFile, ReadingError):
                read(data)


@pytest.mark.parametrize(
    ("name", "data", "read"), list(list_readers()), ids=lambda one: one if isinstance(one, str) else ""
)
@pytest.mark.parametrize("seeds", [SOME[:8], MANY], ids=lambda one: "some")
def test_damaged_bytes_are_read_or_refused(name: str, data: bytes, read: Callable[[bytes], Any], seeds: range) -> None:
    for seed in seeds[:120]:
        for made in (
            corrupt_bytes(data, seed),
            marked_as_encrypted(corrupt_bytes(data, seed)) if seed % 10 == 0 else data[: seed * 7],
        ):
            try:
                read(made)
            except (Refused, UnfitText, UnreadableFile, ReadingError):
                continue
