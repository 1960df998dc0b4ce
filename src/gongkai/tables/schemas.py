"""The preset schemas, put into the database once; what the office changed stays."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from gongkai.tables.fields import fields_of


@lru_cache(maxsize=1)
def presets() -> tuple[dict[str, object], ...]:
    """Return the presets, each as the facts of a `TableSchema`."""
    rows = tomllib.loads(files("gongkai.tables").joinpath("data/schemas.toml").read_text(encoding="utf-8"))
    made = []
    for position, row in enumerate(rows["schema"], 1):
        listed = fields_of(row["fields"])
        made.append({**row, "fields": [one.as_json() for one in listed], "position": position * 10})
    return tuple(made)


def install(**_: object) -> None:
    """Put presets that are not there into the database; behind each `migrate`."""
    from gongkai.tables.models import TableSchema

    there = set(TableSchema.objects.values_list("key", flat=True))
    TableSchema.objects.bulk_create(TableSchema(**row) for row in presets() if row["key"] not in there)
