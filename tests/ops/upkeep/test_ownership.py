"""On PostgreSQL the application's role cannot remove triggers; `gongkai check` reports a role that could."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from factories.units import BodyFactory
from gongkai.core.acts import insert_only
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.seal import seal_now, verify_log
from gongkai.core.units.actors import SYSTEM
from gongkai.ops.upkeep import migrating, ownership

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ROLE = "gongkai_test_app"
FORBIDDEN = [
    "DROP TRIGGER guard_acts_movement_update ON acts_movement",
    "ALTER TABLE acts_movement DISABLE TRIGGER ALL",
    "TRUNCATE acts_cover",
    "DROP TABLE signin_operation",
    "CREATE OR REPLACE FUNCTION gongkai_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "SET LOCAL session_replication_role = 'replica'",
    "UPDATE acts_movement SET actor = '别人'",
    "DELETE FROM signin_operation WHERE false; DELETE FROM acts_movement",
]


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def as_application() -> Iterator[None]:
    """Work under the application's role until the test ends."""
    if connection.vendor != "postgresql":
        pytest.skip("roles are PostgreSQL's")
    run(f"CREATE ROLE {ROLE}", *ownership.list_grant_statements(ROLE), f"SET LOCAL ROLE {ROLE}")
    yield
    run("RESET ROLE")


def test_application_role_can_do_its_work(as_application: None) -> None:
    BodyFactory()
    append_record("body/1", action="test.act", by=SYSTEM, words="办理")
    assert seal_now() is not None
    assert verify_log().ok
    assert insert_only.find_missing_triggers() == []


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_application_role_cannot_remove_triggers(statement: str, as_application: None) -> None:
    append_record("body/1", action="test.act", by=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic():
        run(statement)
    assert verify_log().ok


def test_application_role_cannot_migrate_and_says_who_can(
    as_application: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGKAI_DIRECT_URL", raising=False)
    assert migrating.migrate_database() == ""
    monkeypatch.setattr(migrating, "is_migrated", lambda: False)
    with pytest.raises(ImproperlyConfigured, match="不拥有数据表"):
        migrating.migrate_database()
    with pytest.raises(CommandError, match="不拥有数据表"):
        call_command("migrate", verbosity=0)


def test_check_reports_ownership_of_tables(as_application: None) -> None:
    assert list(ownership.check_owner()) == []
    run("RESET ROLE")
    [finding] = ownership.check_owner()
    assert "可以拆除只增表的保护" in finding.words
    run(
        f"CREATE ROLE {ROLE}_member",
        f"ALTER TABLE acts_seal OWNER TO {ROLE}_member",
        f"GRANT {ROLE}_member TO {ROLE}",
    )
    assert ownership.describe_role_ownership(ROLE) == "是1张数据表的所有者"


def test_sqlite_has_no_roles() -> None:
    if connection.vendor == "sqlite":
        assert list(ownership.check_owner()) == []
