"""Encryption at rest: nothing readable in rows, one key ring, key rotation."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from factories.intake import party
from gongkai.core.intake.models import Party
from gongkai.core.vault.key_file import KeyRingError, key_path
from gongkai.core.vault.keys import key_ring
from gongkai.core.vault.sealing import EncryptedSecret, EncryptedWords, decrypt_bytes, encrypt, encrypt_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _use_temporary_ring(settings: Any, tmp_path: Path) -> None:
    settings.GONGKAI_KEYS = str(tmp_path / "keys" / "keys.json")


def test_key_ring_is_made_once_with_private_permissions() -> None:
    first = key_ring()
    assert key_ring() == first
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600


def test_encrypted_row_contains_no_plain_text() -> None:
    made = party(name="李晓云", phone="13800138000", id_kind="id_card", id_number="11010519491231002X")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM intake_party")
        stored = str(cursor.fetchall())
    for secret in ("李晓云", "13800138000", "11010519491231002X", "li@example.cn"):
        assert secret not in stored
        assert secret not in f"{made!r}{made}{made.name}{made.name!r}{vars(made)}"
    again = Party.objects.get()
    assert again.name.reveal() == "李晓云"
    assert not again.address
    assert again.address.reveal() == ""


def test_lost_key_ring_is_not_replaced_if_data_are_encrypted() -> None:
    party()
    key_path().unlink()
    with pytest.raises(KeyRingError, match="恢复原来的密钥文件"):
        Party.objects.get().name.reveal()


@pytest.mark.parametrize(
    "text", ["", "no json", "{}", '{"keys": [], "digest": ""}', '{"keys": ["x"], "digest": "eA=="}']
)
def test_damaged_key_file_gets_a_one_line_error(text: str) -> None:
    key_ring()
    key_path().write_text(text)
    with pytest.raises(KeyRingError, match="已损坏"):
        key_ring()


def test_another_key_ring_cannot_decrypt() -> None:
    token = encrypt("李晓云")
    key_path().unlink()
    with pytest.raises(KeyRingError, match="打不开"):
        EncryptedSecret(token).reveal()


def test_each_file_has_its_own_key() -> None:
    first, second = encrypt_bytes(b"page"), encrypt_bytes(b"page")
    assert first[0] != second[0]
    assert decrypt_bytes(*first) == b"page"
    for wrong in ((first[0], second[1]), (first[0][:-2], first[1]), (first[0], "no key")):
        with pytest.raises(KeyRingError):
            decrypt_bytes(*wrong)


@pytest.mark.parametrize("number", ["530102199003071234", "53010219900307123x", "1380013800 0", "6222 0210 0111 2223"])
def test_masked_words_hide_long_numbers(number: str) -> None:
    shown = EncryptedWords.of(f"编号咨询2026-00012，我的号是{number}。").masked()
    assert number[6:10] not in shown
    assert "咨询2026-00012" in shown


class TestCommands:
    def test_keys_check_and_rotate(self, capsys: pytest.CaptureFixture[str]) -> None:
        from gongkai.ops.cli import main

        party()
        for arguments, said in ((["check"], "都能打开"), (["rotate"], "已更换密钥"), (["check"], "2 个密钥")):
            with pytest.raises(SystemExit) as ended:
                main(["keys", *arguments])
            assert not ended.value.code
            assert said in capsys.readouterr().out

    def test_lost_key_ring_is_reported_in_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        from gongkai.ops.cli import main, serve

        party()
        key_path().unlink()
        with pytest.raises(SystemExit) as ended:
            main(["keys", "check"])
        assert ended.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1
        serve._warn_of_key_fault()
        assert "恢复原来的密钥文件" in capsys.readouterr().out
