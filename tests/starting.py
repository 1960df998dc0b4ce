"""The program is read where tests run: who only gives the modules of the whole suite to workers does without (four seconds of processor time).

While it is read the collector of garbage rests: nearly all of it stays (one second of five).
"""

import gc
import os
import re
import sys

SETTINGS = "gongkai.ops.config.settings_test"
#: The ways to name a number of workers.
WORKERS = re.compile(r" (?:-n|--numprocesses)[ =]?(?:[1-9]|auto|logical)")


def only_gives_out(asked: list[str]) -> bool:
    """Whether a process with these arguments runs no test itself and reads no conftest but the first: `pytest -n 2` without a path."""
    if "PYTEST_XDIST_WORKER" in os.environ or any(one.startswith("tests") or "::" in one for one in asked):
        return False
    return WORKERS.search(" " + " ".join(asked)) is not None


GIVES_OUT = only_gives_out(sys.argv[1:])
#: Modules that were there once the program stood, before any test was read (`architecture/test_floors.py`).
STOOD: set[str] = set()


def keep_bytecode() -> None:
    """Write what is compiled, here and in the commands that tests start, also where the environment forbids it.

    Containers often do. Then each worker compiles the program and all tests anew, and so does every command for itself.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def start() -> None:
    """Read the program, unless nobody here asks it."""
    keep_bytecode()
    gc.disable()
    if GIVES_OUT:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()
    from gongkai.lib.law import calendar, changes

    # Years that were entered in the office are looked for once in half a minute, in whatever test: nobody looks but with
    # `load_entered_holiday_notices`.
    calendar.CALENDAR_SOURCES.clear()
    changes.CHANGE_SOURCES.clear()
    STOOD.update(sys.modules)
