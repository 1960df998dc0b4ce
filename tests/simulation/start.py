"""Start Django on an empty test database that can be copied and restored, and cache the sample city."""

import gc
import hashlib
import os
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Folder of cached sample cities by code version, and their maximum number.
CITY_CACHE, MAX_CACHED_CITIES = ROOT / ".pytest_cache" / "simulated", 2
Restore = Callable[[], None]
#: Restores the empty database from its copy.
BLANK: Restore | None = None
#: Fixed secret key: two runs write the same log.
SECRET_KEY = "simulated" * 6
#: External addresses that the installation may reach, and its mailbox: `outside` responds.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings_test", "GONGKAI_IDLE_MINUTES": "100000000",
    "GONGKAI_FEEDS": "feeds.yunling.example,www.yunling.gov.example",
    "GONGKAI_GATHER_HOSTS": "www.qingxi.example,www.shiqiao.example,www.yunling.gov.example",
    "GONGKAI_INSPECT_HOSTS": "www.qingxi.example,www.shiqiao.example,www.yunling.gov.example",
    "GONGKAI_GATHER_RATE": "0", "GONGKAI_MAILBOX_HOST": "mail.yunling.example",
    "GONGKAI_MAILBOX_USER": "xinxiang@yunling.gov.example", "GONGKAI_PAYMENT_URL": "https://pay.example/cashier",
    "GONGKAI_PAYMENT_MERCHANT": "yunling", "GONGKAI_PAYMENT_KEY": "k" * 40, "GONGKAI_SECRET_KEY": SECRET_KEY,
}  # fmt: skip
#: Files copied from and to the data folder, without the open database.
IGNORE_DATABASE = shutil.ignore_patterns("*.sqlite3*")


def start(module: str = "simulation") -> None:
    """Load Django and create the test database; restart Python once to fix its hash seed."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])
    os.environ |= ENVIRONMENT
    fix_random_bytes(SECRET_KEY)  # the keys of the installation are made with the database
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    import migrated
    from gongkai.content.editions import launch_state
    from simulation import outside

    setup_test_environment()
    outside.intercept_requests()
    migrated.install(connection.creation)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    launch_state.assume_open()
    (Path(settings.DATA) / "secret_key").write_text(SECRET_KEY)  # the sample city keeps it
    if connection.vendor == "sqlite" and (city := _city()).exists():
        # Its personal data can only be decrypted with the keys of its own installation.
        shutil.copytree(city / "data", settings.DATA, dirs_exist_ok=True, ignore=IGNORE_DATABASE)
        _forget_tail()
    gc.freeze()  # what is loaded stays: it need not be walked again
    gc.set_threshold(400_000, 50, 50)


def fix_random_bytes(seed: int | str) -> None:
    """Derive codes and tokens from the seed, so that two runs write the same log."""
    source = random.Random(seed)

    def urandom(size: int) -> bytes:
        return source.randbytes(size)

    random._urandom = urandom  # type: ignore[attr-defined]
    os.urandom = urandom
    random.seed(seed)  # the editor names its paragraphs by it


class SteadyTime:
    """The module `time`, whose clocks are the simulated one: a limit of work does not depend on the load.

    Attributes:
        latest: the latest value of `monotonic`.
        offset: seconds added to the simulated moment: they grow whenever a year begins before the end of the year
            played before it, so that what was cached in that year expires.
    """

    latest = 0.0
    offset = 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)

    @classmethod
    def monotonic(cls) -> float:
        """Return the simulated moment in seconds, never less than before."""
        now = time.time() + cls.offset
        if now < cls.latest:
            cls.offset += cls.latest - now + timedelta(days=1).total_seconds()
            now = time.time() + cls.offset
        cls.latest = now
        return now


def hold_clocks() -> None:
    """Measure the program's work by the simulated clock, except for outgoing requests."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("gongkai.") and not name.startswith("gongkai.lib.outbound"):
            if getattr(module, "time", None) is time:
                module.time = SteadyTime()  # type: ignore[attr-defined]
            if getattr(module, "monotonic", None) is time.monotonic:
                module.monotonic = SteadyTime.monotonic  # type: ignore[attr-defined]


def copy_database() -> Restore:
    """Return a function that restores the database as it is now."""
    from django.db import connection

    return _copy_rows() if connection.vendor == "sqlite" else _copy_template()


def _copy_rows() -> Restore:
    from django.core.cache import cache
    from django.db import connection

    connection.ensure_connection()
    kept, restore_files = sqlite3.connect(":memory:", check_same_thread=False), _copy_files()
    connection.connection.backup(kept)

    def restore() -> None:
        connection.ensure_connection()
        kept.backup(connection.connection)
        restore_files()
        _forget_tail()
        cache.clear()

    return restore


def _copy_template() -> Restore:
    """Copy the PostgreSQL database on its server as a template."""
    from django.core.cache import cache
    from django.db import connection

    name = connection.settings_dict["NAME"]
    kept = f"{name}_{random.getrandbits(40):x}"

    def copy(source: str, to: str) -> None:
        connection.close()
        with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{source}"')

    restore_files = _copy_files()

    def restore() -> None:
        copy(kept, name)
        restore_files()
        _forget_tail()
        cache.clear()

    copy(name, kept)
    return restore


def _copy_files() -> Restore:
    """Copy the stored files: a year deletes those without references."""
    from django.conf import settings

    stored = Path(settings.DATA) / "files"
    held = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}

    def restore() -> None:
        for path, content in held.items():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    return restore


def _forget_tail() -> None:
    """Delete the file with the newest log records, which a restored database contradicts."""
    from gongkai.core.acts import chain

    chain.unsealed_records_file().unlink(missing_ok=True)


def write_database(path: str) -> None:
    """Write the SQLite database to a file for inspection."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return

    with closing(sqlite3.connect(path)) as file:
        connection.connection.backup(file)


def take_city(make: Callable[[], object]) -> Restore:
    """Fill the database with the sample city, from a copy of an earlier run or by `make`; return its restorer."""
    from django.conf import settings
    from django.db import connection

    city = _city()
    if connection.vendor != "sqlite":
        make()
    elif city.exists():
        with closing(sqlite3.connect(city / "rows.sqlite3")) as rows:
            connection.ensure_connection()
            rows.backup(connection.connection)
        _forget_tail()
    else:
        make()
        half = city.with_suffix(f".{os.getpid()}")
        shutil.copytree(settings.DATA, half / "data", ignore=IGNORE_DATABASE)
        write_database(str(half / "rows.sqlite3"))
        half.replace(city) if not city.exists() else shutil.rmtree(half)
        built = sorted(CITY_CACHE.iterdir(), key=lambda path: path.stat().st_mtime) if CITY_CACHE.exists() else []
        for old in built[:-MAX_CACHED_CITIES]:
            shutil.rmtree(old, ignore_errors=True)
    restore = copy_database()
    restore()  # it begins the same whether it was built or read: what was cached meanwhile is forgotten
    return restore


@cache
def _city() -> Path:
    """Return the cache folder of the sample city for this version of the code."""
    mark = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in {".py", ".toml", ".sql", ".txt", ".tsv"}:
            mark.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    mark.update((Path(__file__).parent / "world.py").read_bytes())
    return Path(os.environ.get("GONGKAI_SIMULATED_CITY") or CITY_CACHE / mark.hexdigest()[:20])
