"""The statements of the full-text table, one for each database, and which database a search reads."""

from functools import cache
from importlib import resources

from django.db import router

from gongkai.content.search.models import SearchRow


@cache
def sql(name: str, vendor: str) -> str:
    """Return a statement of `sql/` as a database has it."""
    return resources.files("gongkai.content.search").joinpath(f"sql/{name}.{vendor}.sql").read_text("utf-8")


def reads() -> str:
    """Return the database that this request reads: the index stands in the replica, too."""

    return str(router.db_for_read(SearchRow))
