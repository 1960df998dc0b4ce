"""SQL of the full-text table for each database, and the database for reading."""

from functools import cache
from importlib import resources

from django.db import router

from gongkai.content.search.models import SearchRow


@cache
def read_sql(name: str, vendor: str) -> str:
    """Return the statement `name` of `sql/` for a database (`vendor`: postgresql, sqlite)."""
    return resources.files("gongkai.content.search").joinpath(f"sql/{name}.{vendor}.sql").read_text("utf-8")


def reading_alias() -> str:
    """Return the database alias for reading; replicas have the index too."""

    return str(router.db_for_read(SearchRow))
