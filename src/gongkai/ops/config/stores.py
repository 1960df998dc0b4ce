"""Django's DATABASES setting with replicas, and its STORAGES setting: the data folder or an S3-compatible store."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gongkai.lib.chinese import lazy_re as re
from gongkai.ops.config import env

FOLDER, BUCKET = "folder", "bucket"
#: Styles of a bucket's URLs: bucket in the path (MinIO, Ceph) or in the host (most public clouds).
ADDRESSING_STYLES = ("path", "virtual", "auto")
# Maximum validity in seconds of a signed link: it works that long after the file was withdrawn.
MAX_LINK_SECONDS = 300


def read_bucket_options() -> dict[str, object]:
    """Return the options of the S3-compatible store; empty unless `GONGKAI_BUCKET` is set.

    Raises:
        ImproperlyConfigured: required options are missing.
    """
    name = env.env_text("GONGKAI_BUCKET").strip()
    if not name:
        return {}
    key, secret = env.env_text("GONGKAI_BUCKET_KEY"), env.env_text("GONGKAI_BUCKET_SECRET")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("GONGKAI_BUCKET_KEY 和 GONGKAI_BUCKET_SECRET 要一起设置")
    style = env.env_text("GONGKAI_BUCKET_STYLE", "path").strip().lower()
    if style not in ADDRESSING_STYLES:
        raise ImproperlyConfigured(f"GONGKAI_BUCKET_STYLE 应是 {'、'.join(ADDRESSING_STYLES)} 之一，现在是“{style}”")
    return {
        "bucket_name": name,
        "endpoint_url": env.env_text("GONGKAI_BUCKET_ENDPOINT").strip() or None,
        "region_name": env.env_text("GONGKAI_BUCKET_REGION", "us-east-1").strip(),
        "access_key": key or None,
        "secret_key": secret or None,
        "addressing_style": style,
        "location": env.env_text("GONGKAI_BUCKET_PREFIX").strip().strip("/"),
        "public_url": env.env_text("GONGKAI_BUCKET_PUBLIC").strip() or None,
    }


def read_signed_link_seconds() -> int:
    """Return the validity in seconds of signed links to public files; 0 means that the application serves the files.

    Raises:
        ImproperlyConfigured: longer than a withdrawal may take.
    """
    seconds = env.env_number("GONGKAI_BUCKET_LINKS", 0)
    if seconds > MAX_LINK_SECONDS:
        raise ImproperlyConfigured(
            f"GONGKAI_BUCKET_LINKS 最多{MAX_LINK_SECONDS}秒：撤下的文件在这段时间里还能用旧链接下载"
        )
    return seconds


def read_chosen_store(options: Mapping[str, object]) -> str:
    """Return the configured store, `folder` or `bucket`.

    Raises:
        ImproperlyConfigured: another value, or a bucket without options.
    """
    word = env.env_text("GONGKAI_FILES", FOLDER).strip().lower()
    if word not in {FOLDER, BUCKET}:
        raise ImproperlyConfigured(f"环境变量 GONGKAI_FILES 应是 folder 或 bucket，现在是“{word}”")
    if word == BUCKET and not options:
        raise ImproperlyConfigured("GONGKAI_FILES=bucket 还要写明存储桶：请设置 GONGKAI_BUCKET 等（docs/start.md）")
    return word


def storages_setting(files_root: str, store: str, options: Mapping[str, object]) -> dict[str, object]:
    """Return Django's STORAGES setting; `store` is the one in use (`folder` or `bucket`), the others serve to move files.

    A store is named by its dotted path and imported at its first use, so that an installation with a folder never
    loads the client of the bucket.
    """
    folder = {
        "BACKEND": "gongkai.core.files.storage.AtomicFileStorage",
        "OPTIONS": {"location": str(Path(files_root)), "base_url": None},
    }
    existing = {FOLDER: folder}
    if options:
        existing[BUCKET] = {"BACKEND": "gongkai.core.files.bucket.BucketStorage", "OPTIONS": options}
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "files": existing[store],
        **existing,
    }


# IMMEDIATE: a writing transaction takes the lock when it begins, so that writers queue instead of failing.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Prepared statements per connection. 500 took 8 MB more of each thread, and no page was faster (200 office pages).
    "cached_statements": 100,
    # Pages are read through the map; each thread has a cache of its own for those that are not in it yet.
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-2000;"
        "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
    ),
}
# Timeout in seconds for connecting to a replica.
REPLICA_CONNECT_TIMEOUT_SECONDS = 2
# Separator of addresses: a comma or blank before the next address; a comma inside a password does not separate.
_ADDRESS_SEPARATOR_PATTERN = re.compile(r"[\s,]+(?=postgres(?:ql)?://)")


def databases_setting(data: Path, *, pooler: bool) -> dict[str, Any]:
    """Return the DATABASES setting: `default`, and `replica` and so on for replicas; no server-side state with a pooler.

    A thread reuses its connection to PgBouncer (transaction mode), because a new connection takes longer than most
    pages. Server-side cursors and prepared statements (psycopg's `prepare_threshold` is None) are off; settings are
    made per transaction (`set_config`), and the lock of migrations bypasses the pooler. A broken connection is
    detected before a request uses it.

    Raises:
        ImproperlyConfigured: a replica is set for SQLite.
    """
    settings_by_alias = {"default": env.database_setting("DATABASE_URL", f"sqlite:///{data / 'gongkai.sqlite3'}")}
    addresses = _ADDRESS_SEPARATOR_PATTERN.split(env.env_text("GONGKAI_REPLICA_URL").strip())
    for number, address in enumerate(filter(None, addresses), 1):
        connection_setting = env.database_setting("GONGKAI_REPLICA_URL", "", url=address)
        connection_setting.setdefault("OPTIONS", {}).setdefault("connect_timeout", REPLICA_CONNECT_TIMEOUT_SECONDS)
        connection_setting["TEST"] = {"MIRROR": "default"}
        settings_by_alias["replica" if number == 1 else f"replica{number}"] = connection_setting
    if len(settings_by_alias) > 1 and any(
        not row["ENGINE"].endswith("postgresql") for row in settings_by_alias.values()
    ):
        raise ImproperlyConfigured(
            "GONGKAI_REPLICA_URL 只用于 PostgreSQL：请去掉它，或者改用 PostgreSQL（DATABASE_URL）"
        )
    for connection_setting in settings_by_alias.values():
        if connection_setting["ENGINE"].endswith("sqlite3"):
            connection_setting["OPTIONS"] = _SQLITE_OPTIONS
        elif pooler and connection_setting["ENGINE"].endswith("postgresql"):
            connection_setting |= {"CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}
    return settings_by_alias
