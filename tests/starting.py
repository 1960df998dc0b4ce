"""Load the program where tests run; a process that only schedules workers does without (saves four seconds).

Garbage collection is off meanwhile, as nearly everything stays (saves one second of five).
"""

import gc
import os
import re
import sys

SETTINGS = "gongkai.ops.config.settings_test"
#: Options that set a number of workers.
WORKERS = re.compile(r" (?:-n|--numprocesses)[ =]?(?:[1-9]|auto|logical)")


def is_scheduler_only(arguments: list[str]) -> bool:
    """Return true if a process with these arguments runs no test and imports no other conftest: `pytest -n 2` without a path."""
    if "PYTEST_XDIST_WORKER" in os.environ or any(one.startswith("tests") or "::" in one for one in arguments):
        return False
    return WORKERS.search(" " + " ".join(arguments)) is not None


ONLY_SCHEDULES = is_scheduler_only(sys.argv[1:])
#: Modules that are imported once the program is loaded, before any test module (`architecture/test_layers.py`).
LOADED_MODULES: set[str] = set()


def keep_bytecode() -> None:
    """Write compiled modules, here and in commands that tests start, even where the environment forbids it.

    Containers often do; each worker and each command would then compile all modules again.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def start() -> None:
    """Load the program, except in a process that only schedules."""
    keep_bytecode()
    gc.disable()
    if ONLY_SCHEDULES:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()
    from gongkai.lib.law import calendar, changes

    # Entered holidays and legal changes are read from the database every half minute, in any test: only the fixture
    # `entered_years` uses them.
    calendar.CALENDAR_SOURCES.clear()
    changes.CHANGE_SOURCES.clear()
    LOADED_MODULES.update(sys.modules)
