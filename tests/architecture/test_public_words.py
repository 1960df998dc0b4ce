"""Every text field is listed with the way its content becomes public; a new field fails until it is listed."""

import tomllib
from collections import Counter
from importlib import resources

from django.apps import apps
from django.db import models

from gongkai.content.publishing.proposed_words import WORDED_KINDS_BY_NAME

LISTED = tomllib.loads(resources.files("gongkai.ops.config").joinpath("public_words.toml").read_text())


def text_fields() -> set[tuple[str, str]]:
    """Return the text columns, without declared fields of public forms, which are encrypted and never public."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("gongkai.")
        for field in model._meta.local_fields
        if not field.choices
        and not hasattr(field, "declared")
        and (isinstance(field, kinds) or type(field).__name__.startswith(("Encrypted", "Sealed")))
    }


def list_rows() -> list[tuple[str, str]]:
    return [(label, name) for rows in LISTED.values() for label, names in rows.items() for name in names]


def test_each_text_field_is_listed_once() -> None:
    there, listed = text_fields(), Counter(list_rows())
    assert not sorted(there - set(listed)), "list the field in config/public_words.toml"
    assert not sorted(set(listed) - there), "no such field any more"
    assert not [one for one, times in listed.items() if times > 1]


def test_confirmed_fields_wait_for_a_second_person() -> None:
    """Fields other than text (dates, levels) also wait if their kind says so."""
    texts = {name for _, name in text_fields()}
    waits = {one.model._meta.label: set(one.labels) & texts for one in WORDED_KINDS_BY_NAME.values()}
    assert waits == {label: set(LISTED["confirmed"][label]) for label in waits}
    assert set(waits) == {"editions.Website", "editions.Column", "policies.PolicyRecord", "policies.Decision"}


def test_public_words_has_five_sections() -> None:
    assert set(LISTED) == {"review", "confirmed", "fixed", "checked", "inner"}
