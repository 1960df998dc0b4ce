"""The program's command for a sample city that tests walk through: Django's putting queries together is spared what it asks again and again
(`quick_columns`), and the collector of garbage comes less often. `GONGKAI_REPLAY=off` (`make test-all`) runs the command as it is.
"""

import gc
import os
from typing import Any

from gongkai.cli import django
from gongkai.cli import main as command


def main() -> None:
    """Run the command."""
    if os.environ.get("GONGKAI_REPLAY") != "off":
        _spare_once_django_stands()
    command()


def _spare_once_django_stands() -> None:
    starts = django.start

    def start(*given: Any, **named: Any) -> None:
        starts(*given, **named)
        import quick_columns  # reads Django's apps

        quick_columns.use()
        gc.set_threshold(50_000, 20, 20)

    django.start = start
