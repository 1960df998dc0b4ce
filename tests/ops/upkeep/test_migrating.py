"""Two servers that start concurrently run the migrations one after the other."""

from unittest.mock import MagicMock

from gongkai.ops.upkeep.migrating import migration_lock


def test_migration_lock_waits_and_is_released(settings) -> None:
    settings.GONGKAI_POOLER = False
    connection = MagicMock(vendor="postgresql")
    cursor = connection.cursor.return_value.__enter__.return_value
    cursor.fetchone.side_effect = [(False,), (False,), (True,), (True,)]
    waited: list[float] = []
    with migration_lock(connection, waited.append):
        assert len(waited) == 2
        assert cursor.execute.call_count == 3
    assert "pg_advisory_unlock" in cursor.execute.call_args[0][0]


def test_no_lock_is_used_on_sqlite_or_behind_a_pooler(settings) -> None:
    for vendor, pooler in (("sqlite", False), ("postgresql", True)):
        settings.GONGKAI_POOLER = pooler
        connection = MagicMock(vendor=vendor)
        with migration_lock(connection):
            connection.cursor.assert_not_called()
