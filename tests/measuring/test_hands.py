"""Batches written by several processes: only missing ones, each once, and failures are raised."""

import pytest
from benchmarks.province.hands import list_missing_batches, write_batches


def fail_after_first_batch(numbers: range) -> int:
    if numbers.start:
        raise ArithmeticError("no room")
    return len(numbers)


def test_missing_batches_are_written_by_one_or_two_processes() -> None:
    wanted = list_missing_batches(3_500, 1_000, lambda first: first == 1_000)
    assert wanted == [range(1_000), range(2_000, 3_000), range(3_000, 3_500)]
    assert [one.rows for one in write_batches(len, wanted, 1)] == [1_000, 1_000, 500]
    assert [one.rows for one in write_batches(len, wanted, 2)] == [1_000, 1_000, 500]
    assert all(one.elsewhere >= 0 for one in write_batches(len, wanted, 2))


def test_failing_batch_ends_the_run() -> None:
    done = write_batches(fail_after_first_batch, list_missing_batches(3_000, 1_000, lambda _: False), 2)
    assert next(done).rows == 1_000
    with pytest.raises(ArithmeticError):
        list(done)
