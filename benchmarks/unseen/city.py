"""Create an empty installation for measurements that need a database."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def installation(settings: Mapping[str, str]) -> Iterator[None]:
    """Set up Django over a new SQLite file, with these environment settings; once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "GONGKAI_DATA": f"{folder}/data",
            "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
            **settings,
        }
        sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
        import django

        django.setup()
        from gongkai.ops.demo.database_tables import migrate_sample

        migrate_sample()
        yield
