"""Errors of PostgreSQL tools are shortened to one line with advice."""

import pytest

from gongkai.core.acts.backups.database import _find_failure_reason

LOCKS = (
    "pg_restore: error: could not execute query: ERROR:  out of shared memory\n"
    "HINT:  You might need to increase max_locks_per_transaction.\nCommand was: CREATE TABLE x (\n);\n"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (LOCKS, "max_locks_per_transaction 改为 256"),
        ("pg_restore: error: could not execute query: ERROR:  no\nCommand was: CREATE TABLE x (\n);", "ERROR:  no"),
        ("connection refused\n", "connection refused"),
        ("", ""),
    ],
)
def test_failure_reason_is_one_line(said: str, words: str) -> None:
    reason = _find_failure_reason(said)
    assert words in reason
    assert "\n" not in reason
