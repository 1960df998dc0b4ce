"""Signed seals are sent to other machines as anchors, which reveal a rewritten database, log and seals."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from gongkai.core.acts import anchors, chain, insert_only, seal
from gongkai.core.acts.models import Movement, MovementWords, Seal
from gongkai.core.units.actors import SYSTEM
from gongkai.core.vault.key_file import keys_folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path: Path) -> Path:
    """Use a data folder with its own keys; return the file that receives the anchors."""
    settings.DATA = tmp_path
    settings.GONGKAI_ANCHORS = [f"file:{tmp_path / 'elsewhere.jsonl'}"]
    return tmp_path / "elsewhere.jsonl"


def append_records(count: int, stream: str = "entry/1") -> None:
    for _ in range(count):
        chain.append_record(stream, action="test.do", by=SYSTEM, words="办理")


def make_seals(count: int) -> None:
    """Make seals an hour apart, each after two log records."""
    start = timezone.now() - timedelta(hours=count)
    for number in range(count):
        append_records(2)
        made = seal.seal_now(start + timedelta(hours=number))
        assert made is not None
        anchors.send_anchor(made)


def cut_off(last: int) -> None:
    """Delete the end of the log and its seals, as someone with database access can."""
    insert_only.drop_triggers()
    Seal.objects.filter(last_movement_id__gt=last).delete()
    MovementWords.objects.filter(movement_id__gt=last).delete()
    Movement.objects.filter(pk__gt=last).delete()


def test_deleted_end_of_the_log_is_found_only_by_anchors(anchor_file: Path) -> None:
    make_seals(3)
    kept = anchors.read_anchors(anchor_file)
    assert anchors.compare_anchors(kept) == ""
    last = kept[1]["last"]
    cut_off(last)
    assert seal.verify_log().ok, "that is why there are anchors"
    found = anchors.compare_anchors(kept)
    assert "流水被删去" in found
    assert kept[2]["at"] in found


def test_rewritten_log_with_new_seals_is_found_by_anchors(anchor_file: Path) -> None:
    make_seals(2)
    kept = anchors.read_anchors(anchor_file)
    first = Movement.objects.order_by("pk")[2]
    cut_off(first.pk - 1)
    append_records(2)
    forged = seal.seal_now(timezone.now())
    assert forged is not None
    assert seal.verify_log().ok
    assert f"第{Movement.objects.order_by('pk')[2].pk}条流水" in anchors.compare_anchors(kept)


def test_seal_with_invalid_signature_is_found() -> None:
    make_seals(1)
    with connection.cursor() as cursor:
        insert_only.drop_triggers()
        cursor.execute("UPDATE acts_seal SET signature = 'AAAA'")
    assert "没有有效签名" in seal.verify_log().broken


def test_seal_signed_by_another_key_is_found_if_the_key_is_known(anchor_file: Path) -> None:
    make_seals(1)
    (keys_folder() / "seal.pub").write_text("AAAA\n")
    assert "不是本系统的密钥" in seal.verify_log().broken
    (keys_folder() / "seal.pub").unlink()
    assert seal.verify_log().ok, "a scratch restore without keys holds each seal against the key it names"


def test_key_is_private_and_a_restored_backup_makes_a_new_one(settings, tmp_path: Path) -> None:
    make_seals(1)
    assert (keys_folder() / "seal.key").stat().st_mode & 0o077 == 0
    before = Seal.objects.get().key
    settings.DATA = tmp_path / "elsewhere"
    settings.DATA.mkdir()
    make_seals(1)
    assert anchors.load_trusted_seal_keys() == {before, Seal.objects.order_by("at").last().key}
    assert seal.verify_log().ok


def test_deleted_last_row_of_an_insert_only_table_is_found() -> None:
    make_seals(1)
    assert "signin_operation" in Seal.objects.get().counts
    insert_only.drop_triggers()
    from gongkai.core.signin.models import Operation, OperationKind

    Operation.objects.create(kind=OperationKind.FAILED, account="x")
    append_records(1)
    assert seal.seal_now() is not None
    Operation.objects.all().delete()
    assert "signin_operation" in seal.verify_log().broken


@pytest.mark.parametrize("text", ["", "nothing", "{}", '{"at": 1}', "{broken", "wrong last"])
def test_file_without_anchors_is_refused(anchor_file: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x"
    if text == "wrong last":
        make_seals(1)
        text = anchor_file.read_text().replace('"last": ', '"last": "x", "was": ')
    path.write_text(text)
    with pytest.raises(anchors.UnreadableAnchors, match="不是锚点文件"):
        anchors.read_anchors(path)


def test_places_that_cannot_take_an_anchor_do_not_count(
    anchor_file: Path, settings, caplog: pytest.LogCaptureFixture
) -> None:
    misspelt = ["/mnt/anchors.jsonl", "syslog:127.0.0.1:port", f"file:{anchor_file.parent}/none/a.jsonl"]
    settings.GONGKAI_ANCHORS = [*misspelt, "syslog:127.0.0.1", "syslog:[::1]:514", f"file:{anchor_file}"]
    make_seals(1)
    assert [record.args[0] for record in caplog.records if "anchor not sent" in record.msg] == misspelt
    assert {one.place for one in anchors.list_outside_anchors()} == {*settings.GONGKAI_ANCHORS} - {*misspelt}


def test_anchors_are_read_from_syslog_lines(anchor_file: Path, tmp_path: Path) -> None:
    make_seals(1)
    served = tmp_path / "syslog"
    served.write_text(f"Nov 21 10:00:00 host gongkai anchor {anchor_file.read_text()}")
    assert anchors.compare_anchors(anchors.read_anchors(served)) == ""
    changed = json.loads(anchor_file.read_text()) | {"hash": "0" * 64}
    served.write_text(json.dumps(changed))
    assert "签名无效" in anchors.compare_anchors(anchors.read_anchors(served))
