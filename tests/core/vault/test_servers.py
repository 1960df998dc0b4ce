"""One key ring for all servers of an installation: distributed, rotated, reported, never replaced."""

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
def switch_server(settings: Any, tmp_path: Path) -> Switch:
    """Return a function that simulates another server with its own data folder and process.

    The second server gets a copy of the first key file.
    """

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


def rewrite_key_file(path: Path, text: str) -> None:
    """Write a key file with a later modification time."""
    path.write_text(text)
    os.utime(path, ns=(path.stat().st_mtime_ns + 10**9,) * 2)


def current_key(path: Path) -> str:
    return str(json.loads(path.read_text())["keys"][0])


def test_rotation_applies_to_all_servers(switch_server: Switch) -> None:
    switch_server("first")
    assert servers.confirm_ring() == ""
    made, digest = party(), keyed_digest("phone", "1")
    stored, old = made.name.token, keys.key_ring().keys[0]
    switch_server("second")
    assert servers.confirm_ring() == ""
    seen = keys.key_ring()
    switch_server("first")
    assert rotation.rotate_key() >= 3
    assert Party.objects.get().name.token != stored

    # A process of the second server with the former ring can read data of the first, and the reverse.
    file = switch_server("second")
    token = Fernet(old).encrypt("第二台".encode()).decode()
    keys._RING_CACHE[str(file)] = keys._CachedRing(key_file.key_file(), seen, float("inf"))
    assert Party.objects.get().name.reveal() == made.name.reveal()
    Party.objects.update(address=rotation.EncryptedSecret(token))
    switch_server("first")
    assert Party.objects.get().address.reveal() == "第二台"

    with pytest.raises(KeyRingError, match="second 还没有启用新密钥"):
        rotation.remove_old_keys(now=timezone.now() + timedelta(days=1))
    switch_server("second")
    servers.confirm_ring()
    switch_server("first")
    with pytest.raises(KeyRingError, match="十分钟"):
        rotation.remove_old_keys()
    assert rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD) == 1
    assert rotation.check_decryption() >= 4
    assert old not in switch_server("first").read_text()
    assert Party.objects.get().address.reveal() == "第二台"
    file = switch_server("second")
    servers.confirm_ring()
    assert current_key(file) == keys.key_ring().keys[0] != old
    assert old not in file.read_text()
    assert keyed_digest("phone", "1") == digest


def test_server_with_other_keys_is_reported_and_changes_nothing(switch_server: Switch) -> None:
    switch_server("first")
    servers.confirm_ring()
    party()
    stored = StoredRing.objects.get().sealed
    other = {"keys": [Fernet.generate_key().decode()], "digest": base64.b64encode(bytes(32)).decode()}
    switch_server("first")
    file = switch_server("second")
    rewrite_key_file(file, json.dumps(other))
    assert "它不是本系统的密钥文件" in servers.confirm_ring()
    for act in (keys.key_ring, lambda: encrypt("李晓云"), rotation.rotate_key, rotation.remove_old_keys):
        with pytest.raises(KeyRingError, match="不是本系统的密钥文件"):
            act()
    said = status.read_keys(timezone.now()).finding
    assert said
    assert "它不是本系统的密钥文件" in said.words
    good = switch_server("first")
    said = status.read_keys(timezone.now()).finding
    assert said
    assert "second：密钥文件" in said.words
    rotation.rotate_key()
    with pytest.raises(KeyRingError, match="second 密钥文件"):
        rotation.remove_old_keys(now=timezone.now() + timedelta(days=1))
    assert Party.objects.get().name.reveal()
    assert json.loads(file.read_text()) == other
    assert StoredRing.objects.get().sealed != stored

    switch_server("second")
    assert "不是本系统的，改名为" in key_restoration.install_key_file(good)
    assert servers.confirm_ring() == ""
    assert [json.loads(one.read_text()) for one in file.parent.glob("keys.json-*")] == [other]
    switch_server("first")
    assert status.read_keys(timezone.now()).finding is None


def test_server_without_key_file_does_not_make_a_new_one(switch_server: Switch) -> None:
    switch_server("first")
    servers.confirm_ring()
    switch_server("third")
    assert "找不到密钥文件" in servers.confirm_ring()
    with pytest.raises(KeyRingError, match="不能另造新的"):
        encrypt("李晓云")


def test_wrong_key_file_does_not_replace_the_right_one(switch_server: Switch, tmp_path: Path) -> None:
    good = switch_server("first")
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


def test_diverged_key_files_of_old_versions_are_merged(switch_server: Switch) -> None:
    """An old version rotated only on the first server; data of the second becomes readable again."""
    first = switch_server("first")
    keys.key_ring()
    second = switch_server("second")
    Party.objects.filter(pk=party(name="第二台收到的").pk).update(address="")
    switch_server("first")
    text = json.loads(first.read_text())
    rewrite_key_file(first, json.dumps({**text, "keys": [Fernet.generate_key().decode()]}))
    keys.reload_next_time()
    servers.confirm_ring()
    with pytest.raises(KeyRingError):
        Party.objects.get().name.reveal()
    switch_server("second")
    assert servers.confirm_ring() == ""
    switch_server("first")
    assert Party.objects.get().name.reveal() == "第二台收到的"
    assert current_key(first) == current_key(second) == keys.key_ring().keys[0]


def test_restored_key_file_does_not_bring_removed_keys_back(switch_server: Switch) -> None:
    file = switch_server("first")
    servers.confirm_ring()
    party()
    saved = file.read_text()
    rotation.rotate_key()
    rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD)
    rewrite_key_file(file, saved)
    servers.confirm_ring()
    assert len(keys.key_ring().keys) == 1
    assert current_key(file) == keys.key_ring().keys[0]
    assert Party.objects.get().name.reveal()


def test_running_server_blocks_a_restore_and_lost_one_is_removed(
    switch_server: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_server("first")
    servers.confirm_ring()
    switch_server("second")
    servers.confirm_ring()
    KeyServer.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    monkeypatch.setattr(servers.time, "sleep", lambda _: servers.confirm_ring())
    with pytest.raises(click.ClickException, match=r"用这个数据库：[^、]*second（"):
        refuse_running(as_json=True)
    assert servers.find_running_servers(lambda _: None) == []  # killed ones are silent
    KeyServer.objects.update(seen_at=timezone.now() - timedelta(days=2))
    assert servers.find_running_servers(lambda _: 1 // 0) == []
    gone = KeyServer.objects.get(place__endswith="second").place
    switch_server("first")
    rotation.rotate_key()
    with pytest.raises(KeyRingError, match="登记过的"):
        servers.forget_key_server("别的")
    servers.forget_key_server(gone)
    assert rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD) == 1


def test_interrupted_rotation_is_repeated(switch_server: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_server("first")
    party()
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_reencrypt_all_tables", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rotation.rotate_key()
    assert Party.objects.get().name.reveal()
    assert rotation.rotate_key() >= 3
    assert rotation.remove_old_keys(now=timezone.now() + rotation.KEY_SETTLING_PERIOD) == 2
    assert rotation.check_decryption() >= 3
