"""`audit verify` names each of many changes made by SQL in one database."""

from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from factories import requests as asked
from factories import tables
from factories.consultation import released_answer
from factories.publishing import public
from gongkai.content.editions.models import Column
from gongkai.content.reviewing.models import Review
from gongkai.core.acts import insert_only, row_coverage
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import seal_now
from gongkai.core.intake.actions.codes_and_files import issue_code
from gongkai.core.ledger import audit
from gongkai.core.outbox.models import Letter
from gongkai.core.signin.models import OperationKind
from gongkai.core.signin.operations import record_operation
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Alias, Body

pytestmark = pytest.mark.django_db

#: Defer foreign keys until the changes are rolled back.
DEFERRED = {"sqlite": "PRAGMA defer_foreign_keys = ON", "postgresql": "SET CONSTRAINTS ALL DEFERRED"}

#: Change → (SQL, expected message); applied one after another in one database.
ROWS = {
    "result of a request": ("UPDATE requests_decision SET result = '1'", "（requests_decision）"),
    "letter": ("UPDATE requests_letter SET number = '改'", "（requests_letter）"),
    "letter by mail": ("UPDATE outbox_letter SET subject = '改'", "（outbox_letter）"),
    "text of a letter by mail": ("UPDATE outbox_letter SET body = '改'", "号对外信件的内容被改动"),
    "published answer": ("UPDATE consultation_knownanswer SET answer = '改'", "（consultation_knownanswer）"),
    "row of a table": ("DELETE FROM tables_record", "（tables_record）"),
    "table": ("UPDATE tables_publictable SET phone = '改'", "（tables_publictable）"),
    "title in a list": ("UPDATE editions_shelf SET title = '改'", "列表中的信息"),
    "title in the search": ("UPDATE search_searchrow SET title = '改'", "检索行中的信息"),
    "address": ("UPDATE editions_address SET since = '2020-01-01'", "（editions_address）"),
    "placement": ("UPDATE editions_placement SET at = '2020-01-01'", "（editions_placement）"),
    "name of a column": ("UPDATE editions_column SET name = '改'", "（editions_column）"),
    "role": ("UPDATE units_appointment SET role = 'auditor'", "（units_appointment）"),
    "who decided a review": ("UPDATE reviewing_review SET decided_by = '改'", "（reviewing_review）"),
    "password": ("UPDATE auth_user SET password = '改'", "（auth_user）"),
    "group of a login": ("DELETE FROM auth_user_groups", "（auth_user_groups）"),
    "query code": ("UPDATE intake_querycode SET digest = '改' || id", "（intake_querycode）"),
    "operation log": ("UPDATE signin_operation SET words = '改'", "（signin_operation）"),
}
LOG = {
    "newest movements": ("DELETE FROM acts_movement WHERE id > {last} - 5", "封存之后的5条流水已被删去"),
    "stream": ("DELETE FROM acts_movement WHERE stream = 'test/1'", "封存之前的流水有缺失"),
    "row that came and no movement knows": (
        "INSERT INTO units_alias (body_id, name, source) SELECT body_id, '假', '' FROM units_alias LIMIT 1",
        "没有流水",
    ),
}
SEALS = {"only seal": ("DELETE FROM acts_seal", "的封存（流水"), "operation log": ("DELETE FROM signin_operation", "")}


def make_rows(plans: Column, housing: Body) -> None:
    """Make a row of each kind, and cover rows that existed before."""
    public(housing, [plans])
    released_answer(housing)
    tables.table(housing, "school", tables.SCHOOL)
    entry = asked.register(housing)
    asked.do(entry, "decide", result="3.1")
    words = "请查收"
    mark = sha256(words.encode()).hexdigest()
    Letter.objects.create(channel="mail", key="test/1", subject="答复", recipient="party/1", body=words, digest=mark)
    record_operation(next(iter(OperationKind)), None, text="登录")
    User.objects.latest("pk").groups.add(Group.objects.create(name="评估"))
    issue_code(None, by=SYSTEM, matter="request/1")
    for number in range(1, 8):
        append_record(f"test/{number}", action="test.act", by=SYSTEM)
    Alias.objects.create(body=housing, name="住建局")
    Review.objects.create(
        source="test/8", revision_id=1, body_id=housing.pk, title="通知", submitted_by="甲", state="returned"
    )
    append_record("test/8", action="test.act", by=SYSTEM)
    row_coverage.cover_existing_rows()


def list_faults() -> list[str]:
    return [said for one in audit.run_audit() for said in (one.verdict.broken, *one.verdict.others) if said]


def test_each_change_is_named(
    plans: Column, housing: Body, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.DATA = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        make_rows(plans, housing)
        assert seal_now()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(11, 18):
            append_record(f"test/{number}", action="test.act", by=SYSTEM)
    assert list_faults() == []
    last = Movement.objects.latest("pk").pk
    insert_only.drop_triggers()
    for changes in (ROWS, LOG, SEALS):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(DEFERRED[connection.vendor])
                    for change, (sql, _) in changes.items():
                        cursor.execute(sql.format(last=last))
                        assert cursor.rowcount > 0, change
                said = list_faults()
                for change, (_, words) in changes.items():
                    assert any(words in one for one in said), f"{change}: {said}"
                raise Rollback
        except Rollback:
            pass


def test_failing_check_is_reported() -> None:
    said = audit.run_check("files", "文件", lambda: {}["digest"]).verdict.broken
    assert "没有核验完" in said


class Rollback(Exception):
    """Raised to roll the changes back."""
