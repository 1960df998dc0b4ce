"""One key ring for all servers of an installation: taken up, rotated and reported by each, replaced by none."""

import base64
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from factories.intake import party
from gongkai.core.intake.models import Party
from gongkai.core.vault import key_file, key_restoration, keys, rotation, servers
from gongkai.core.vault.key_file import KeyRingError
from gongkai.core.vault.models import KeyServer, StoredRing
from gongkai.core.vault.sealing import encrypt, keyed_digest
from gongkai.ops.cli.backup import refuse_running
from gongkai.ops.upkeep import status

pytestmark = pytest.mark.django_db
Switch = Callable[[str], Path]


@pytest.fixture
def at(settings: Any, tmp_path: Path) -> Switch:
    """Become another server: a data folder of its own, and a process that has read nothing yet. The first one's key file is brought to the second."""

    def switch(name: str) -> Path:
        settings.DATA = tmp_path / name
        settings.DATA.mkdir(exist_ok=True)
        settings.GONGKAI_KEYS = str(settings.DATA / "keys.json")
        first = tmp_path / "first" / "keys.json"
        if name == "second" and not key_file.key_path().exists():
            key_file.key_path().write_text(first.read_text())
        keys.reload_next_time()
        return key_file.key_path()

    return switch


def rewrite(path: Path, text: str) -> None:
    """Write a key file by hand, at another moment than it was written before."""
    path.write_text(text)
    os.utime(path, ns=(path.stat().st_mtime_ns + 10**9,) * 2)


def current(path: Path) -> str:
    return str(json.loads(path.read_text())["keys"][0])


def test_a_rotation_holds_for_all_servers(at: Switch) -> None:
    at("first")
    assert servers.confirm_ring() == ""
    made, digest = party(), keyed_digest("phone", "1")
    stored, old = made.name.token, keys.key_ring().keys[0]
    at("second")
    assert servers.confirm_ring() == ""
    seen = keys.key_ring()
    at("first")
    assert rotation.rotate_key() >= 3
    assert Party.objects.get().name.token != stored

    # A process of the second server that still has the former ring opens what the first wrote, and is opened by the first.
    file = at("second")
    token = Fernet(old).encrypt("第二台".encode()).decode()
    keys._RING_CACHE[str(file)] = keys._CachedRing(key_file.key_file(), seen, float("inf"))
    assert Party.objects.get().name.reveal() == made.name.reveal()
    Party.objects.update(address=rotation.EncryptedSecret(token))
    at("first")
    assert Party.objects.get().address.reveal() == "第二台"

    with pytest.raises(KeyRingError, match="second 还没有启用新密钥"):
        rotation.remove_old_keys(now=timezone.now() + timedelta(days=1))
    at("second")
    servers.confirm_ring()
    at("first")
    with pytest.raises(KeyRingError, match="十分钟"):
        rotation.remove_old_keys()
    assert rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD) == 1
    assert rotation.check_decryption() >= 4
    assert old not in at("first").read_text()
    assert Party.objects.get().address.reveal() == "第二台"
    file = at("second")
    servers.confirm_ring()
    assert current(file) == keys.key_ring().keys[0] != old
    assert old not in file.read_text()
    assert keyed_digest("phone", "1") == digest


def test_a_server_with_other_keys_is_named_on_every_server_and_changes_nothing(at: Switch) -> None:
    at("first")
    servers.confirm_ring()
    party()
    stored = StoredRing.objects.get().sealed
    other = {"keys": [Fernet.generate_key().decode()], "digest": base64.b64encode(bytes(32)).decode()}
    at("first")
    file = at("second")
    rewrite(file, json.dumps(other))
    assert "它不是本系统的密钥文件" in servers.confirm_ring()
    for act in (keys.key_ring, lambda: encrypt("李晓云"), rotation.rotate_key, rotation.remove_old_keys):
        with pytest.raises(KeyRingError, match="不是本系统的密钥文件"):
            act()
    said = status.read_keys(timezone.now()).finding
    assert said
    assert "它不是本系统的密钥文件" in said.words
    good = at("first")
    said = status.read_keys(timezone.now()).finding
    assert said
    assert "second：密钥文件" in said.words
    rotation.rotate_key()
    with pytest.raises(KeyRingError, match="second 密钥文件"):
        rotation.remove_old_keys(now=timezone.now() + timedelta(days=1))
    assert Party.objects.get().name.reveal()
    assert json.loads(file.read_text()) == other
    assert StoredRing.objects.get().sealed != stored

    at("second")
    assert "不是本系统的，改名为" in key_restoration.install_key_file(good)
    assert servers.confirm_ring() == ""
    assert [json.loads(one.read_text()) for one in file.parent.glob("keys.json-*")] == [other]
    at("first")
    assert status.read_keys(timezone.now()).finding is None


def test_a_server_without_its_key_file_makes_no_other_one(at: Switch) -> None:
    at("first")
    servers.confirm_ring()
    at("third")
    assert "找不到密钥文件" in servers.confirm_ring()
    with pytest.raises(KeyRingError, match="不能另造新的"):
        encrypt("李晓云")


def test_a_key_file_is_never_put_over_the_right_one(at: Switch, tmp_path: Path) -> None:
    good = at("first")
    servers.confirm_ring()
    party()
    wrong = tmp_path / "wrong.json"
    wrong.write_text(
        json.dumps({"keys": [Fernet.generate_key().decode()], "digest": base64.b64encode(bytes(32)).decode()})
    )
    before = good.read_text()
    saved = tmp_path / "saved.json"
    saved.write_text(before)
    for with_ring in (True, False):
        if not with_ring:  # as before the first version that stores the ring
            StoredRing.objects.all().delete()
            keys.reload_next_time()
        with pytest.raises(KeyRingError, match=r"wrong\.json"):
            key_restoration.install_key_file(wrong)
        assert good.read_text() == before
        good.unlink()
        with pytest.raises(KeyRingError, match="打不开"):
            key_restoration.install_key_file(wrong)
        assert not good.exists()
        assert "已放好" in key_restoration.install_key_file(saved)
        assert "已经是这一份" in key_restoration.install_key_file(saved)
        assert Party.objects.get().name.reveal()
    wrong.write_text(json.dumps({**json.loads(before), "keys": [Fernet.generate_key().decode()]}))
    rotation.rotate_key()
    with pytest.raises(KeyRingError, match="抄错"):
        key_restoration.install_key_file(wrong)
    assert "换密钥以前" in key_restoration.install_key_file(saved)


def test_servers_whose_copies_went_apart_before_there_was_a_ring_come_together(at: Switch) -> None:
    """An earlier version rotated and forgot on the first server alone: letters that the second one took since open again."""
    first = at("first")
    keys.key_ring()
    second = at("second")
    Party.objects.filter(pk=party(name="第二台收到的").pk).update(address="")
    at("first")
    text = json.loads(first.read_text())
    rewrite(first, json.dumps({**text, "keys": [Fernet.generate_key().decode()]}))
    keys.reload_next_time()
    servers.confirm_ring()
    with pytest.raises(KeyRingError):
        Party.objects.get().name.reveal()
    at("second")
    assert servers.confirm_ring() == ""
    at("first")
    assert Party.objects.get().name.reveal() == "第二台收到的"
    assert current(first) == current(second) == keys.key_ring().keys[0]


def test_a_saved_key_file_brings_no_forgotten_key_back(at: Switch) -> None:
    file = at("first")
    servers.confirm_ring()
    party()
    saved = file.read_text()
    rotation.rotate_key()
    rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD)
    rewrite(file, saved)
    servers.confirm_ring()
    assert len(keys.key_ring().keys) == 1
    assert current(file) == keys.key_ring().keys[0]
    assert Party.objects.get().name.reveal()


def test_a_server_whose_programs_run_keeps_a_restore_away_and_one_that_is_gone_is_removed(
    at: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("first")
    servers.confirm_ring()
    at("second")
    servers.confirm_ring()
    KeyServer.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    monkeypatch.setattr(servers.time, "sleep", lambda _: servers.confirm_ring())
    with pytest.raises(click.ClickException, match=r"用这个数据库：[^、]*second（"):
        refuse_running(as_json=True)
    assert servers.find_running_servers(lambda _: None) == []  # killed ones are silent
    KeyServer.objects.update(seen_at=timezone.now() - timedelta(days=2))
    assert servers.find_running_servers(lambda _: 1 // 0) == []
    gone = KeyServer.objects.get(place__endswith="second").place
    at("first")
    rotation.rotate_key()
    with pytest.raises(KeyRingError, match="登记过的"):
        servers.forget_key_server("别的")
    servers.forget_key_server(gone)
    assert rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD) == 1


def test_a_rotation_that_was_interrupted_is_begun_again(at: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    at("first")
    party()
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_reencrypt_all_tables", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rotation.rotate_key()
    assert Party.objects.get().name.reveal()
    assert rotation.rotate_key() >= 3
    assert rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD) == 2
    assert rotation.check_decryption() >= 3
