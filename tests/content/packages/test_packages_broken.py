"""Damaged or manipulated packages are refused in one line, and nothing is changed."""

import os
import random
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings

from factories.networks import apply_packages, inner, make_site, package_paths
from factories.publishing import public
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Document
from gongkai.content.packages import applying, exporting
from gongkai.content.packages.container import OpenedPackage
from gongkai.content.packages.models import Package
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM

pytestmark = pytest.mark.django_db


def export_package_with_file() -> None:
    """Export a package with a file."""
    _, plans, _, housing = make_site()
    pdf = store_publishable_file(b"%PDF-1.4 " + random.Random(1).randbytes(3000), "清单.pdf")
    public(housing, [plans], title="一", attachments=[("清单.pdf", pdf)])
    exporting.export_packages(SYSTEM)


@pytest.fixture
def package(carried: Callable[[Callable[[], None]], list[Path]]) -> Path:
    (path,) = carried(export_package_with_file)
    return path


#: Number of damaged copies tried; GONGKAI_SOAK raises it.
DAMAGE_ROUNDS = 1500 if os.environ.get("GONGKAI_SOAK") else 400


def read_package(path: Path) -> None:
    """Read all of a package without applying it."""
    with OpenedPackage(path) as opened:
        applying.require_next_package(opened)
        opened.check_rows()
        for mark in opened.files:
            opened.file(mark)
        for _ in opened.rows():
            pass


def test_package_with_damaged_bytes_is_refused(package: Path, tmp_path: Path) -> None:
    whole, dice, other = package.read_bytes(), random.Random(20261120), tmp_path / "x.gkp"
    read_package(package)
    for _ in range(DAMAGE_ROUNDS):
        data = bytearray(whole)
        for _ in range(dice.choice([1, 1, 2, 8])):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del data[dice.randrange(len(data)) :]
        other.write_bytes(data)
        try:
            read_package(other)  # what was hit may say nothing: a date, a name in the directory
        except Refused:
            continue
    assert not Package.objects.exists()


def test_package_with_encrypted_entries_is_refused(package: Path, tmp_path: Path) -> None:
    other = tmp_path / "x.gkp"
    for flag in (0x1, 0x41):
        data = bytearray(package.read_bytes())
        for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(sign)
            while at >= 0:
                (flags,) = struct.unpack_from("<H", data, at + place)
                struct.pack_into("<H", data, at + place, flags | flag)
                at = data.find(sign, at + 4)
        other.write_bytes(data)
        with pytest.raises(Refused):
            apply_packages(other)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_accepted_and_its_damage_refused(method: int, package: Path, tmp_path: Path) -> None:
    """The content is signed, not its compression."""
    made = BytesIO()
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(made, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    other, dice, whole = tmp_path / "x.gkp", random.Random(7), made.getvalue()
    other.write_bytes(whole)
    read_package(other)
    for _ in range(DAMAGE_ROUNDS // 5):
        data = bytearray(whole)
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        other.write_bytes(data)
        try:
            read_package(other)
        except Refused:
            continue


def test_package_with_duplicate_entries_is_refused(package: Path, tmp_path: Path) -> None:
    other = tmp_path / "x.gkp"
    for name in ("rows.jsonl", "manifest.json", "signature"):
        other.write_bytes(package.read_bytes())
        with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(other, "a") as bundle:
            bundle.writestr(name, b"{}")
        with pytest.raises(Refused):
            apply_packages(other)
        assert not Document.objects.exists()


def test_replayed_packages_are_refused(settings: LazySettings, folders: Callable[[str], None]) -> None:
    """Old packages, also full ones, never restore a withdrawn document."""
    from gongkai.content.publishing import actions

    with inner(settings):
        _, plans, _, housing = make_site()
        one = public(housing, [plans], title="一")
        exporting.export_packages(SYSTEM)
        exporting.export_packages(SYSTEM, whole=True)
        actions.withdraw(one, by=SYSTEM, reason="有误")
        exporting.export_packages(SYSTEM)
        public(housing, [plans], title="二")
        exporting.export_packages(SYSTEM, whole=True)
        files = package_paths()
    folders("outer")
    apply_packages(*files)
    dice = random.Random(3)
    for _ in range(12):
        path = dice.choice(files)
        before = Package.objects.count()
        assert applying.apply_package_file(path, SYSTEM)[1] is False
        assert Package.objects.count() == before
    late = Package.objects.order_by("sequence").last()
    assert late
    for name, sequence in (("1", 1), ("2", 2)):
        Package.objects.filter(sequence=sequence).delete()  # an outer side that lost the rows of its packages
        with pytest.raises(Refused, match="早于已应用的第"):
            applying.apply_package_file(files[int(name) - 1], SYSTEM)
