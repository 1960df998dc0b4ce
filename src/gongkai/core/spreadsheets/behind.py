"""Imports with many rows: they are carried out behind the page, by whoever does long work (`background_jobs`)."""

from collections.abc import Callable

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.models import ImportRun

#: So many rows are written while a browser waits: some seconds where each is an action of its own.
AT_ONCE = 500
#: Who takes an import over; it returns the address where somebody waits for it.
BEHIND: list[Callable[[ImportRun, Actor], str]] = []


def takes_long(run: ImportRun) -> bool:
    """Whether an import has too many rows for a browser to wait."""
    return bool(BEHIND) and run.made + run.changed > AT_ONCE


def hand_on(run: ImportRun, by: Actor) -> str:
    """Have an import carried out behind the page; return where somebody waits for it."""
    return BEHIND[0](run, by)
