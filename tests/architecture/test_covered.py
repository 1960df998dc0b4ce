"""Every table is listed once in `config/covered.toml`, or is insert-only: this decides how `audit verify` checks it."""

from collections import Counter

from django.apps import apps
from django.db import models

from gongkai.core.acts import insert_only, row_coverage
from gongkai.core.acts.seal import list_sealed_models
from gongkai.core.ledger.audit import AUDIT_CHECKS_BY_NAME

LISTED = row_coverage.read_covered_toml()


def test_each_own_table_is_listed_once_or_insert_only() -> None:
    own = {
        one._meta.label for one in apps.get_models(include_auto_created=True) if one.__module__.startswith("gongkai.")
    }
    unchecked = [label for labels in LISTED["unchecked"].values() for label in labels]  # type: ignore[attr-defined]
    named = Counter([*LISTED["covered"], *LISTED["recomputed"], *unchecked])
    checked_apart = {
        *insert_only.ERASABLE_TABLES,
        *insert_only.BLANKABLE_TABLES,
        *(("acts", one) for one in ("Movement", "Cover", "Seal")),
    }
    sealed = {model._meta.label for model in list_sealed_models()} | {f"{app}.{model}" for app, model in checked_apart}
    assert not sorted(own - set(named) - sealed), "list the table in config/covered.toml"
    foreign = {one for one in named if one.startswith("auth.")}
    assert not sorted(set(named) - own - foreign), "no such table any more"
    assert not [label for label, times in named.items() if times > 1]


def test_recomputed_tables_name_an_audit_check() -> None:
    assert {str(check) for check in LISTED["recomputed"].values()} <= {*AUDIT_CHECKS_BY_NAME, "files"}


def test_covered_tables_have_integer_primary_keys() -> None:
    for covered in row_coverage.covered_tables().values():
        key: models.Field[object, object] = covered.model._meta.pk
        while isinstance(key, models.ForeignKey):
            key = key.target_field
        assert isinstance(key, models.IntegerField), covered.model
