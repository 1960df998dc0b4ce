"""Batches written by several processes: each once, the missing ones only, and a failure is told."""

import pytest
from benchmarks.province.hands import list_missing_batches, write_batches


def refuses(numbers: range) -> int:
    if numbers.start:
        raise ArithmeticError("no room")
    return len(numbers)


def test_what_is_not_there_is_written_by_one_process_or_several() -> None:
    wanted = list_missing_batches(3_500, 1_000, lambda first: first == 1_000)
    assert wanted == [range(1_000), range(2_000, 3_000), range(3_000, 3_500)]
    assert [one.rows for one in write_batches(len, wanted, 1)] == [1_000, 1_000, 500]
    assert [one.rows for one in write_batches(len, wanted, 2)] == [1_000, 1_000, 500]
    assert all(one.elsewhere >= 0 for one in write_batches(len, wanted, 2))


def test_a_failure_ends_the_run() -> None:
    done = write_batches(refuses, list_missing_batches(3_000, 1_000, lambda _: False), 2)
    assert next(done).rows == 1_000
    with pytest.raises(ArithmeticError):
        list(done)
