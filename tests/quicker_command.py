"""The program's command for a sample city that tests walk through: Django's putting queries together is spared what it asks again and again
(`quick_columns`), and the collector of garbage comes less often. `GONGKAI_REPLAY=off` (`make test-all`) runs the command as it is.
"""

import gc
import os
from typing import Any

from gongkai.ops.cli import django
from gongkai.ops.cli import main as command


def main() -> None:
    """Run the command."""
    starts = django.start

    def start(*given: Any, **named: Any) -> None:
        starts(*given, **named)
        spare()

    django.start = start
    command()


def spare() -> None:
    """Spare this process, in which Django stands, what tests are spared."""
    if os.environ.get("GONGKAI_REPLAY") == "off":
        return
    from django.db import connection

    import quick_columns  # reads Django's apps

    quick_columns.use()
    if connection.vendor == "sqlite":  # as settings_test.py has it
        connection.settings_dict["OPTIONS"] |= {"cached_statements": 5_000}
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
