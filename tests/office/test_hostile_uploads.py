"""Files that were made to break whoever reads them, handed to every page that takes one: a line or a result, never an error of the server."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from factories.ledger import EntryFactory
from factories.migration import window
from factories.pages import editor_post, sign_in
from factories.publishing import item, public, submitted
from factories.units import BodyFactory, actor
from gongkai.acts.action import Refused
from gongkai.editions.models import Column, Website
from gongkai.errands.models import Errand
from gongkai.errands.states import OPEN, State
from gongkai.errands.worker import work_off
from gongkai.migration.bundles import Zip
from gongkai.migration.models import MoveRun
from gongkai.migration.personal import OldFile, findings_of
from gongkai.packages.models import Package
from gongkai.policies.actions.files import unpacked
from gongkai.policies.models import WaitingFile
from gongkai.publishing import actions
from gongkai.publishing.checks.media import wrong_picture
from gongkai.publishing.models import Opinion, Signature
from gongkai.publishing.pictures import bare
from gongkai.reading import ReadingError, read_notice
from gongkai.richtext import UnfitText, from_office
from gongkai.spreadsheets.containers import rows_of
from gongkai.spreadsheets.errors import Unreadable
from gongkai.spreadsheets.importers import IMPORTERS
from gongkai.units.models import Body, Role


def word(body: str = "") -> bytes:
    paper = docx.Document()
    paper.add_paragraph("关于印发任务分工的通知")
    table = paper.add_table(2, 3)
    for cell in table._cells:
        cell.text = "格"
    out = io.BytesIO()
    paper.save(out)
    return swapped(out.getvalue(), "word/document.xml", body) if body else out.getvalue()


def sheet() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in range(5):
        page.append(["名称", "=HYPERLINK(1)", row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def swapped(data: bytes, name: str, text: str) -> bytes:
    """Return a package with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
    return out.getvalue()


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """Return a package that says that its parts are encrypted."""
    made = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(sign)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(sign, at + 4)
    return bytes(made)


def hit(data: bytes, seed: int) -> bytes:
    """Return bytes of which a few were hit."""
    dice, made = random.Random(seed), bytearray(data)
    for _ in range(dice.choice([1, 2, 6])):
        made[dice.randrange(len(made))] = dice.randrange(256)
    return bytes(made)


def picture(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says how large it is."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 99 + '">]><a>&b;</a>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
DEEP = "<a>" * 60_000
#: What is read in ways of its own: each page takes these.
SHARP = ("noise", "a sheet cut", "a Word file cut", "a bomb", "a PDF of a head")


@cache
def hostile() -> dict[str, bytes]:
    """Return kind → file; made once, and where it is asked for."""
    return {
        "nothing": b"",
        "blanks": b" \n\t" * 9,
        "noise": random.Random(1).randbytes(5000),
        "zeros": b"\0" * 70_000,
        "half a character": "公开".encode()[:-1],
        "utf-16": "名称,代码\n甲,1".encode("utf-16"),
        "one endless line": b"a," * 400_000,
        "quotes that never close": b'"' + b"x\n" * 90_000,
        "a sheet cut": sheet()[:-500],
        "a sheet locked": locked(sheet()),
        "a sheet that laughs": swapped(sheet(), "xl/workbook.xml", LAUGHS),
        "a sheet that reads files": swapped(sheet(), "xl/worksheets/sheet1.xml", OUTSIDE),
        "a deep sheet": swapped(sheet(), "xl/worksheets/sheet1.xml", DEEP),
        "a Word file cut": word()[:-500],
        "a Word file locked": locked(word()),
        "a Word file that laughs": word(LAUGHS),
        "a Word file that reads files": word(OUTSIDE),
        "a deep Word file": word(DEEP),
        "a bomb": packed(**{"xl/workbook.xml": b"0" * 60_000_000, "word/document.xml": b"0" * 60_000_000}),
        "paths upwards": packed(**{"../../../../tmp/x.docx": word(), "/etc/x.txt": b"x", "C:\\x.txt": b"x"}),
        "a zip in a zip": packed(**{"a.zip": packed(**{"b.zip": packed(**{"c.txt": b"x"})})}),
        "an old Word file that is none": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000,
        "a PDF of a head": b"%PDF-1.7\n",
        "a PDF that turns in circles": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>",
        "a picture of a million lines": picture(1_000_000, 1_000_000),
        "a page with scripts": b"<html><script>alert(1)</script><table><tr><td>" + b"<td>" * 5000,
    }


TAKEN = ("x.xlsx", "x.docx", "x.zip", "../../x.pdf")


@pytest.fixture
def chief(client: Client, site: Website) -> Client:
    sign_in(client, Role.CHIEF, site.body)
    client.raise_request_exception = False
    return client


#: The kinds that a page is handed, by one name each; None: all kinds, the sharp ones by all names.
HANDED = SimpleNamespace(kinds=None)
#: Pages behind which files are read in ways of their own; the others share one door (`files.forms`) and two kinds in turn say whether it holds.
READ = {"test_spreadsheets", "test_a_notice", "test_the_editor"}


def broken(
    post: Callable[[SimpleUploadedFile], Any],
    names: tuple[str, ...] = TAKEN,
    *,
    kinds: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """Return the files at which a page breaks, of those it is handed: by one name each (in turn); kinds alone where they are said."""
    return [
        (kind, name)
        for number, (kind, data) in enumerate(hostile().items())
        if kind in (kinds or HANDED.kinds or hostile())
        for name in (names if kind in SHARP and HANDED.kinds is None else [names[number % len(names)]])
        if post(SimpleUploadedFile(name, data)).status_code >= 500
    ]


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True, params=["some", pytest.param("all", marks=pytest.mark.slow)])
    def _handed(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hand the page the sharp kinds where it reads them, else two of them in turn; all kinds in `make test-all`."""
        name = request.function.__name__
        turn = zlib.crc32(name.encode())
        two = (SHARP[turn % len(SHARP)], SHARP[(turn + 2) % len(SHARP)])
        monkeypatch.setattr(
            HANDED, "kinds", None if request.param == "all" else SHARP if name in READ else two
        )

    def test_spreadsheets(self, chief: Client) -> None:
        open_ = [
            name
            for name in IMPORTERS
            if chief.get(reverse("spreadsheets:start", args=(name,))).status_code == 200
        ]
        assert len(open_) >= 3, open_
        for number, name in enumerate(
            open_
        ):  # they are read in one place: the first one gets all, each other one something sharp
            address, names = reverse("spreadsheets:start", args=(name,)), ("x.xlsx", "x.csv")
            one = SHARP if HANDED.kinds is None else (SHARP[number % len(SHARP)],)
            kinds = one if number else ()
            assert broken(lambda file: chief.post(address, {"file": file}), names, kinds=kinds) == []  # noqa: B023 - called at once

    def test_a_notice(self, chief: Client, site: Website) -> None:
        address = reverse("notices_upload")
        fields = {"government": site.body.pk, "issuer": ""}

        def post(file: SimpleUploadedFile) -> Any:
            answer = chief.post(address, {**fields, "file": file})
            work_off()
            assert not Errand.objects.filter(state__in=[*OPEN, State.DEAD]).exists(), file.name
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

        window(site)
        good = sheet() if field == "sheet" else packed(**{"甲.html": b"<html><title>x</title></html>"})
        assert post(SimpleUploadedFile("x.xlsx" if field == "sheet" else "x.zip", good)).status_code == 200
        assert MoveRun.objects.exists(), "a file that is one is read"
        assert broken(post, ("x.xlsx", "x.zip")) == []

    def test_originals_of_policies(self, client: Client, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("policies:upload")
        good = {"body": housing.pk, "files": SimpleUploadedFile("甲.txt", b"x")}
        client.post(address, good)
        assert WaitingFile.objects.count() == 1
        assert broken(lambda file: client.post(address, {"body": housing.pk, "files": file})) == []

    @pytest.mark.parametrize("field", ["word", "uploads"])
    def test_the_editor(self, field: str, client: Client, plans: Column, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("wagtailadmin_pages:edit", args=(item(housing, [plans]).pk,))
        names = ("x.docx", "x.png", "长" * 120 + ".pdf") if field == "uploads" else ("x.docx",)
        assert broken(lambda file: client.post(address, editor_post(plans, **{field: file})), names) == []

    @pytest.mark.parametrize("name", ["x.gkp", "长" * 120 + ".gkp", "..gkp", "\\..\\x.gkp"])
    def test_the_outer_side(self, name: str, chief: Client, settings: Any, tmp_path: Path) -> None:
        settings.GONGKAI_OUTER, settings.DATA = True, tmp_path
        assert broken(lambda file: chief.post("/admin/packages/", {"file": file}), (name,)) == []
        assert not Package.objects.exists()

    def test_evidence(self, client: Client, site: Website, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        entry = EntryFactory(body=housing)
        address = reverse("ledger_act", args=(entry.pk, "ledger.add_evidence"))
        assert client.get(address).status_code == 200
        names = ("x.pdf", "x.png", "长" * 120 + ".docx", "x.exe", "x")
        assert broken(lambda file: client.post(address, {"file": file, "words": "x"}), names) == []

    def test_proof_of_another_channel(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans])
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("publishing:channel_record", args=(document.item_number,))
        assert client.get(address).status_code == 200
        fields = {
            "channel": "new_media",
            "name": "微信",
            "at": "2026-11-01T08:00",
            "released_at": "2026-11-01 08:00",
        }
        names = ("x.pdf", "x.png", "长" * 120 + ".jpg", "x.exe")
        assert broken(lambda file: client.post(address, {**fields, "proof": file}), names) == []

    def test_a_signature_on_paper_and_a_letter(
        self, client: Client, plans: Column, housing: Body, site: Website
    ) -> None:
        review = submitted(item(housing, [plans]))
        head = actor(Role.REVIEWER, housing)
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        paper = reverse("publishing:record_signature", args=(review.pk,))
        today = f"{timezone.localdate()}"
        fields = {"person": head.person_id, "signed_on": today, "version": review.version}
        names = ("x.pdf", "x.png", "长" * 120 + ".jpg")
        assert broken(lambda file: client.post(paper, {**fields, "scan": file}), names) == []
        water = BodyFactory(name="云岭市水务局", parent=site.body)
        page = item(housing, [plans], title="会商")
        flag = actions.coordinate(
            page, by=actor(Role.CLERK, housing), kind="major", bodies=[water], reason="供水"
        )
        letter = reverse("publishing:opinion", args=(flag.pk,))
        fields = {"body": water.pk, "agrees": "yes", "name": "王某", "letter_on": today}
        assert broken(lambda file: client.post(letter, {**fields, "scan": file}), names) == []
        assert not Signature.objects.exists()
        assert not Opinion.objects.exists()


def photo(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, form)
    return out.getvalue()


def summed(data: bytes) -> bytes:
    """Return a PNG whose checksums hold, so that what is wrong inside is read."""
    made, at = bytearray(data), 8
    while at + 12 <= len(made):
        (length,) = struct.unpack_from(">I", made, at)
        if at + 12 + length > len(made):
            break
        struct.pack_into(">I", made, at + 8 + length, zlib.crc32(bytes(made[at + 4 : at + 8 + length])))
        at += 12 + length
    return bytes(made)


#: How often bytes are hit: some places always, many in `make test-all`.
SOME, MANY = range(60), pytest.param(range(600), marks=pytest.mark.slow, id="many")


@pytest.mark.parametrize("seeds", [SOME, MANY], ids=lambda one: "some")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("read", [wrong_picture, bare], ids=["shown", "attached"])
def test_pictures_hit_anywhere(read: Callable[[bytes], Any], form: str, seeds: range) -> None:
    whole = photo(form)
    for seed in seeds:
        made = hit(whole, seed)
        read(summed(made) if form == "PNG" else made)
        read(whole[: seed % len(whole)])


def readers() -> Iterator[tuple[str, bytes, Callable[[bytes], Any]]]:
    def zipped(data: bytes) -> None:
        bundle = Zip(io.BytesIO(data))
        for name in bundle.names():
            bundle.read(name)

    bundle = packed(**{"甲.txt": "内容".encode() * 200, "a/乙.docx": word()})
    yield "sheet", sheet(), lambda data: list(rows_of(data))
    yield "old site", bundle, zipped
    yield (
        "old file",
        word(),
        lambda data: findings_of("标题", "<p>x</p>", {}, [OldFile("x.docx", "docx", data)]),
    )
    yield "originals", bundle, lambda data: unpacked("x.zip", data)
    yield "word", word(), lambda data: from_office(data, "x.docx", lambda picture, name: "")
    yield "notice", word(), lambda data: read_notice(data, name="x.docx")


@pytest.mark.parametrize(
    "whole", [pytest.param(False, id="in turn"), pytest.param(True, id="all", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", TAKEN)
def test_any_kind_by_any_name(name: str, whole: bool) -> None:
    """The sharp kinds by all names, each other one by one of them."""
    for number, (kind, data) in enumerate(hostile().items()):
        if not whole and kind not in SHARP and (number + TAKEN.index(name)) % len(TAKEN):
            continue
        for read in (
            lambda data: read_notice(data, name=name),
            lambda data: unpacked(name, data),
            lambda data: from_office(data, name, lambda picture, name: ""),
            lambda data: findings_of("标题", "<p>x</p>", {}, [OldFile(name, name[-4:].strip("."), data)]),
        ):
            with suppress(Refused, UnfitText, Unreadable, ReadingError):
                read(data)


@pytest.mark.parametrize(
    ("name", "data", "read"), list(readers()), ids=lambda one: one if isinstance(one, str) else ""
)
@pytest.mark.parametrize("seeds", [SOME[:20], MANY], ids=lambda one: "some")
def test_bytes_hit_anywhere(name: str, data: bytes, read: Callable[[bytes], Any], seeds: range) -> None:
    for seed in seeds[:120]:
        for made in (hit(data, seed), locked(hit(data, seed)) if seed % 10 == 0 else data[: seed * 7]):
            try:
                read(made)
            except (Refused, UnfitText, Unreadable, ReadingError):
                continue
