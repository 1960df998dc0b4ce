"""Run large imports in a worker process (`background_jobs`)."""

from collections.abc import Callable

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.models import ImportRun

#: Up to this number of rows an import runs while the browser waits, for some seconds.
MAX_ROWS_IMPORTED_AT_ONCE = 200
#: Functions that start an import in the background and return the URL of its progress page (at most one).
BACKGROUND_IMPORT_STARTERS: list[Callable[[ImportRun, Actor, bool], str]] = []


def takes_long(run: ImportRun) -> bool:
    """Return true if an import has too many rows for the browser to wait."""
    return bool(BACKGROUND_IMPORT_STARTERS) and run.made + run.changed > MAX_ROWS_IMPORTED_AT_ONCE


def start_in_background(run: ImportRun, by: Actor, losses_seen: bool) -> str:
    """Start an import in the background; return the URL of the progress page."""
    return BACKGROUND_IMPORT_STARTERS[0](run, by, losses_seen)
