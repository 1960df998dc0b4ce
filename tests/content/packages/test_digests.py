"""An inner and an outer side that digest by different methods, and a machine that has one of them only. (SM3 inside: test_packages.py.)"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from factories.networks import apply, broken, forged, inner, paths, world
from factories.publishing import public
from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.packages import exporting
from gongkai.content.packages.container import OpenedPackage
from gongkai.content.packages.models import Package
from gongkai.core.acts import guards
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import digest, matches_digest
from gongkai.core.units.actors import SYSTEM
from gongkai.ops.config import env

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(settings: LazySettings, folders: Callable[[str], None], method: str) -> Path:
    """A package of an inner side that digests by a method."""
    settings.GONGKAI_DIGEST = method
    with inner(settings):
        _, plans, _, housing = world()
        public(housing, [plans])
        exporting.export(SYSTEM)
        (made,) = paths()
    folders("outer")
    return made


@pytest.fixture
def without_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose OpenSSL refuses SM3."""
    made = hashlib.new

    def new(name: str, *rest: Any) -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return made(name, *rest)

    monkeypatch.setattr(hashlib, "new", new)


@pytest.mark.parametrize("method", ["sha256"])
def test_sm3_outside_reads_sha256_from_inside(settings: LazySettings, package: Path, method: str) -> None:
    settings.GONGKAI_DIGEST = "sm3"
    apply(package)
    assert Document.objects.get().editions.count() == 1
    assert broken() == []
    guards.drop_triggers()
    EditionContent.objects.update(title="改过的标题")
    assert "内容被改动" in "".join(broken())


@pytest.mark.parametrize("method", ["sm3"])
def test_every_digest_of_a_package_is_of_the_inner_sides_method(
    settings: LazySettings, package: Path, method: str
) -> None:
    with OpenedPackage(package) as opened:
        assert opened.method == opened.manifest["digest"] == method
        rows = opened.zip.read("rows.jsonl")
        assert opened.manifest["rows"] == digest(rows, "sm3")
        assert opened.digest == digest(opened.zip.read("manifest.json"), "sm3")
    for other in ("sha256", "md5", 3):
        settings.GONGKAI_DIGEST = "sm3"
        lie = forged(package, manifest=lambda facts, other=other: facts.update(digest=other))
        settings.GONGKAI_DIGEST = "sha256"
        with pytest.raises(Refused, match=r"不符|不合规定"):
            apply(lie)
    assert not Package.objects.exists()


@pytest.mark.parametrize("method", ["sm3"])
def test_a_machine_without_sm3_says_so_and_changes_nothing(
    settings: LazySettings, package: Path, method: str, without_sm3: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GONGKAI_DIGEST = "sha256"
    with pytest.raises(Refused, match="本机的 Python 没有 SM3（OpenSSL 未提供），无法核对，未应用"):
        apply(package)
    assert not Package.objects.exists()
    assert not matches_digest(digest("a") + "x", "a")
    monkeypatch.setenv("GONGKAI_DIGEST", "SM3")
    with pytest.raises(ImproperlyConfigured, match="没有 sm3（OpenSSL 未提供）"):
        env.digest_method("GONGKAI_DIGEST")
