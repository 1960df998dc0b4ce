"""Where files stand, as Django wants it (`STORAGES`): the data folder, or an S3-compatible store."""

from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from gongkai.ops.config import env

FOLDER, BUCKET = "folder", "bucket"
#: Ways of naming the bucket: in the host (most public clouds ask for it) or in the path (MinIO, Ceph).
STYLES = ("path", "virtual", "auto")
#: A signed link to a file holds so many seconds at most: so long it works after the file was withdrawn.
LONGEST = 300


def bucket() -> dict[str, object]:
    """Return the options of the S3-compatible store; empty where none is named.

    Raises:
        ImproperlyConfigured: it is named by halves.
    """
    name = env.text("GONGKAI_BUCKET").strip()
    if not name:
        return {}
    key, secret = env.text("GONGKAI_BUCKET_KEY"), env.text("GONGKAI_BUCKET_SECRET")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("GONGKAI_BUCKET_KEY 和 GONGKAI_BUCKET_SECRET 要一起设置")
    style = env.text("GONGKAI_BUCKET_STYLE", "path").strip().lower()
    if style not in STYLES:
        raise ImproperlyConfigured(f"GONGKAI_BUCKET_STYLE 应是 {'、'.join(STYLES)} 之一，现在是“{style}”")
    return {
        "bucket_name": name,
        "endpoint_url": env.text("GONGKAI_BUCKET_ENDPOINT").strip() or None,
        "region_name": env.text("GONGKAI_BUCKET_REGION", "us-east-1").strip(),
        "access_key": key or None,
        "secret_key": secret or None,
        "addressing_style": style,
        "location": env.text("GONGKAI_BUCKET_PREFIX").strip().strip("/"),
        "public_url": env.text("GONGKAI_BUCKET_PUBLIC").strip() or None,
    }


def links() -> int:
    """Return for how many seconds a link to a public file in the bucket is signed; 0: files pass through the application.

    Raises:
        ImproperlyConfigured: longer than withdrawing may take.
    """
    seconds = env.number("GONGKAI_BUCKET_LINKS", 0)
    if seconds > LONGEST:
        raise ImproperlyConfigured(
            f"GONGKAI_BUCKET_LINKS 最多{LONGEST}秒：撤下的文件在这段时间里还能用旧链接下载"
        )
    return seconds


def chosen(options: Mapping[str, object]) -> str:
    """Return which store holds the files: `folder` or `bucket`.

    Raises:
        ImproperlyConfigured: another word, or a bucket that is not named.
    """
    word = env.text("GONGKAI_FILES", FOLDER).strip().lower()
    if word not in {FOLDER, BUCKET}:
        raise ImproperlyConfigured(f"环境变量 GONGKAI_FILES 应是 folder 或 bucket，现在是“{word}”")
    if word == BUCKET and not options:
        raise ImproperlyConfigured(
            "GONGKAI_FILES=bucket 还要写明存储桶：请设置 GONGKAI_BUCKET 等（docs/start.md）"
        )
    return word


def storages(files_root: str, word: str, options: Mapping[str, object]) -> dict[str, object]:
    """Return Django's table of stores: `files` is the one that is used, `folder` and `bucket` are what there is to move between.

    A store is named by its path and imported at its first use, so that an installation with a folder never loads the client of the other.
    """
    folder = {
        "BACKEND": "gongkai.core.files.place.WholeFiles",
        "OPTIONS": {"location": str(Path(files_root)), "base_url": None},
    }
    there = {FOLDER: folder}
    if options:
        there[BUCKET] = {"BACKEND": "gongkai.core.files.bucket.Bucket", "OPTIONS": options}
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "files": there[word],
        **there,
    }
