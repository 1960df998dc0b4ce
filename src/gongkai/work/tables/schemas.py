"""The preset schemas, installed once; changes by the office stay."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from gongkai.lib.typed_json import read_number, read_record, read_records, read_text, read_texts
from gongkai.work.tables.fields import make_fields
from gongkai.work.tables.models import TableSchema

if TYPE_CHECKING:
    from gongkai.work.tables.models import TableSchema

#: Version of the presets; schemas of an earlier version get newer fields (`since`) and display
#: rules.
PRESETS_EDITION = 8
#: Keys that a later edition may add to existing fields.
ADDED_FIELD_KEYS = (
    "at_most",
    "over",
    "internal",
    "narrows",
    "after",
    "within",
    "settles",
    "needed_where",
    "mentioned",
    "opinion_of",
)


@lru_cache(maxsize=1)
def _load_preset_rows() -> tuple[dict[str, object], ...]:
    """Return the presets as `data/schemas.toml` has them."""
    presets = tomllib.loads(files("gongkai.work.tables").joinpath("data/schemas.toml").read_text(encoding="utf-8"))
    return tuple(read_records(presets, "schema"))


@lru_cache(maxsize=1)
def load_presets() -> tuple[dict[str, object], ...]:
    """Return the presets, each as the field values of a `TableSchema`."""
    presets = []
    for position, row in enumerate(_load_preset_rows(), 1):
        listed = make_fields([_remove_edition_marks(field) for field in read_records(row, "fields")])
        fields = [field.as_json() for field in listed]
        presets.append({**row, "fields": fields, "position": position * 10, "edition": PRESETS_EDITION})
    return tuple(presets)


def _remove_edition_marks(field: Mapping[str, object]) -> dict[str, object]:
    """Return a preset's field without the keys that name the edition which added it."""
    return {name: value for name, value in field.items() if name not in ("since", "added")}


def install_presets(**_: object) -> None:
    """Add missing presets and new parts of later editions; runs after each `migrate`."""

    existing = {schema.key: schema for schema in TableSchema.objects.all()}
    TableSchema.objects.bulk_create(TableSchema(**row) for row in load_presets() if row["key"] not in existing)
    for row, facts in zip(_load_preset_rows(), load_presets(), strict=True):
        schema = existing.get(read_text(row, "key"))
        if schema is not None and schema.edition < PRESETS_EDITION:
            _add_later_parts(schema, row, facts)
            schema.save()


def _add_later_parts(schema: "TableSchema", row: Mapping[str, object], facts: Mapping[str, object]) -> None:
    """Add parts of later editions to a schema; changes by the office stay."""
    preset = {read_text(field, "key"): field for field in read_records(facts, "fields")}
    fields: list[dict[str, object]] = []
    for field in schema.fields:
        newer = preset.get(field["key"], {})
        fields.append({**{name: newer[name] for name in ADDED_FIELD_KEYS if name in newer}, **field})
        if "mentioned" in newer:  # no form changes it
            fields[-1]["mentioned"] = newer["mentioned"]
        if read_texts(newer, "choices") and _has_unchanged_choices(field, row, read_texts(newer, "choices")):
            fields[-1]["choices"] = newer["choices"]
    existing = {field["key"] for field in fields}
    new_keys = [
        read_text(field, "key")
        for field in read_records(row, "fields")
        if read_number(field, "since", 1) > schema.edition
    ]
    schema.fields = _drop_dangling_bounds([*fields, *(preset[key] for key in new_keys if key not in existing)])
    schema.view = _merge_views(read_record(facts, "view"), schema.view)
    schema.owed_by = schema.owed_by or read_text(facts, "owed_by")
    schema.edition = PRESETS_EDITION


def _has_unchanged_choices(field: Mapping[str, object], row: Mapping[str, object], choices: Sequence[str]) -> bool:
    """Return True if the office left the choices of a field as the edition before offered them."""
    added = next((read_texts(one, "added") for one in read_records(row, "fields") if one["key"] == field["key"]), [])
    return list(read_texts(field, "choices")) == [choice for choice in choices if choice not in added]


def _merge_views(newer_views: Mapping[str, object], stored_views: Mapping[str, object]) -> dict[str, object]:
    """Return a schema's stored views with the additions of a later edition."""
    merged = {
        name: {**read_record(newer_views, name), **own_view}
        for name, own_view in stored_views.items()
        if isinstance(own_view, dict)
    }
    return {**newer_views, **stored_views, **merged}


def _drop_dangling_bounds(fields: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out bounds by fields that the office took out."""
    keys = {field["key"] for field in fields}
    bounds = ("at_most", "after")
    return [{name: value for name, value in field.items() if name not in bounds or value in keys} for field in fields]
