from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from gongkai.core.acts import anchors, chain, generation, insert_only, seal
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.chain import append_record, erase_words, read_stream
from gongkai.core.acts.generation import GENERATION_STREAM, DatabaseGeneration, OlderDatabase
from gongkai.core.acts.models import Movement, MovementWords, Seal, Shown, Stamp
from gongkai.core.acts.seal import (
    _compute_seal_hash,
    _compute_sums_at_seals,
    _matches_log,
    count_unsealed_rows_by_table,
    seal_now,
    verify_log,
)
from gongkai.core.units.actors import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def append_three_records() -> None:
    for n in range(3):
        append_record("entry/1", action="test.act", by=SYSTEM, words=f"第{n}次", to_state="open")
    append_record("entry/2", action="test.act", by=SYSTEM)


def tamper(sql: str) -> None:
    insert_only.drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute(sql)


def delete_record(last: Movement) -> None:
    tamper(f"DELETE FROM acts_movementwords WHERE movement_id = {last.pk}")
    tamper(f"DELETE FROM acts_movement WHERE id = {last.pk}")


@pytest.fixture
def remember_generation() -> Iterator[Callable[[DatabaseGeneration], None]]:
    """Let the process remember a generation; forget it after the test."""
    yield generation.remember_generation
    generation.SEEN_GENERATION.newest = None


def test_records_are_not_written_to_a_former_primary(
    monkeypatch: pytest.MonkeyPatch, remember_generation: Callable[[DatabaseGeneration], None]
) -> None:
    monkeypatch.setattr(generation, "connection", SimpleNamespace(vendor="postgresql"))
    append_record(GENERATION_STREAM, action="test.act", by=SYSTEM, facts={"at": "2026-11-24T08:00:00"})
    remember_generation(generation.read_current_generation())
    append_three_records()
    remember_generation(DatabaseGeneration("that of the primary", at="2026-11-25T08:00:00"))
    with pytest.raises(OlderDatabase), transaction.atomic():
        append_record("entry/3", action="test.act", by=SYSTEM)
    remember_generation(DatabaseGeneration("the one before", at="2026-11-23T08:00:00"))
    append_record("entry/3", action="test.act", by=SYSTEM)
    assert Movement.objects.filter(stream="entry/3").count() == 1


def test_records_of_a_stream_are_numbered_and_linked() -> None:
    append_three_records()
    rows = list(read_stream("entry/1"))
    assert [m.seq for m in rows] == [1, 2, 3]
    assert [m.prev_hash for m in rows[1:]] == [m.hash for m in rows[:2]]
    assert rows[2].words == "第2次"
    silent = Movement(action="publishing.publish")
    assert (rows[2].said, silent.words, silent.said) == ("第2次", "", ACTIONS_BY_NAME["publishing.publish"].label)


@pytest.mark.parametrize("change", ["UPDATE acts_movement SET actor = '别人'", "DELETE FROM acts_movement"])
def test_database_refuses_changes_of_the_log(change: str) -> None:
    append_three_records()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE acts_movement SET actor = '别人' WHERE stream = 'entry/1' AND seq = 2",
        "UPDATE acts_movement SET to_state = 'closed' WHERE stream = 'entry/2'",
        "DELETE FROM acts_movementwords; ",
        "UPDATE acts_movementwords SET text = '改过' ",
    ],
)
def test_verify_finds_a_changed_row_without_triggers(change: str) -> None:
    append_three_records()
    tamper(change)
    assert not verify_log().ok


def test_words_of_a_record_are_removed_only_by_logged_erasure() -> None:
    append_three_records()
    words = MovementWords.objects.filter(movement__stream="entry/1")
    with pytest.raises(DatabaseError), transaction.atomic():
        words.delete()
    erase_words(words)
    assert not words.exists()
    assert verify_log().ok


def test_missing_triggers_are_a_warning_for_migrate() -> None:
    insert_only.drop_triggers()
    told = insert_only.check_triggers(databases=["default"])
    assert told
    assert not any(message.is_serious() for message in told)


def test_unsealed_records_file_is_shortened_once_for_each_seal(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(chain, "RESEAL_CHECK_BYTES", 0)
    with django_capture_on_commit_callbacks():
        append_three_records()
        assert seal_now() is not None
    files = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            append_record("entry/1", action="test.act", by=SYSTEM)
        files.append(chain.unsealed_records_file().stat().st_ino)
    assert len(set(files)) == 1
    assert len(chain.unsealed_records_file().read_text().splitlines()) == 1 + 3


def test_new_row_of_a_sealed_table_needs_a_seal_but_a_stamp_does_not() -> None:
    append_three_records()
    first = seal_now()
    assert first is not None
    Stamp.objects.create(seal=first, at=timezone.now(), refused="没有答复")
    assert seal_now() is None
    Shown.objects.create(stream="entry/1", person_id=1, part="text", digest="a")
    assert count_unsealed_rows_by_table() == {"看过的内容": 1}
    assert seal_now() is not None
    assert count_unsealed_rows_by_table() == {}
    assert seal_now() is None
    assert verify_log().ok
    tamper("UPDATE acts_shown SET part = 'other'")
    assert "acts_shown）被改动或者删去" in verify_log().broken
    tamper("DELETE FROM acts_shown")
    assert "acts_shown 的末尾被删去" in verify_log().broken


def test_rows_are_sealed_before_the_first_log_record() -> None:
    Shown.objects.create(stream="entry/1", person_id=1, part="text", digest="a")
    made = seal_now()
    assert made is not None
    assert (made.movements, verify_log().broken) == (0, "")
    append_three_records()
    assert seal_now() is not None
    assert verify_log().ok


def test_incremental_seal_equals_a_full_one() -> None:
    append_three_records()
    assert seal_now() is not None
    for stream in ("entry/2", "entry/3", "entry/2"):
        append_record(stream, action="test.act", by=SYSTEM)
    later = seal_now()
    assert (later.movements, verify_log().broken) == (7, "")


def test_change_before_a_seal_also_breaks_the_next_seal() -> None:
    append_three_records()
    assert seal_now() is not None
    last = Movement.objects.filter(stream="entry/1").order_by("-seq").first()
    delete_record(last)
    append_record("entry/2", action="test.act", by=SYSTEM)
    later = seal_now()
    assert not _matches_log(later, *_compute_sums_at_seals([later], seal.WIDE_SUM_BITS)[later.pk])


def test_seal_with_a_narrow_sum_verifies_and_the_next_is_wide() -> None:
    append_three_records()
    rows = [(one.stream, one.pk, one.hash) for one in Movement.objects.order_by("stream", "seq")]
    last = max(number for _, number, _ in rows)
    [(count, total)] = seal.compute_sums_at_records(rows, [last], seal.NARROW_SUM_BITS)
    old = Seal(at=timezone.now(), last_movement_id=last, movements=count, heads_digest=f"{total:064x}")
    old.hash = _compute_seal_hash(old)
    old.signature, old.key = anchors.sign_digest(old.hash)
    old.save()
    append_record("entry/2", action="test.act", by=SYSTEM)
    assert len(seal_now().heads_sum) == seal.WIDE_SUM_BITS // 4
    assert verify_log().ok
    tamper("UPDATE acts_seal SET heads_digest = 'x' WHERE heads_sum = ''")
    assert "的封存被改动" in verify_log().broken


def test_movement_without_text_reads_as_its_label() -> None:
    assert Movement(action="fault.open").said == Movement(action="fault.open").label == "建立"
    assert Movement(action="publishing.approve").said == ACTIONS_BY_NAME["publishing.approve"].label
