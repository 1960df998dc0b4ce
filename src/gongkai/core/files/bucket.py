"""The store of files in an S3-compatible service, by django-storages. Imported only where such a store is named (config/stores.py)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from gongkai.core.files.errors import StoreAway
from gongkai.core.widgets.answers import attachment

if TYPE_CHECKING:
    from datetime import datetime

    from botocore.client import BaseClient

#: Bytes of a file that are held in memory while it is read; what is larger goes through a temporary file.
IN_MEMORY = 8 * 1024 * 1024
#: How long a connection may take and an answer may be waited for, in seconds; how often it is tried.
CONNECT, READ, TRIES = 3, 60, 2
_ABSENT = {"404", "NoSuchKey", "NotFound"}
_NO_BUCKET = "NoSuchBucket"


@contextmanager
def _reaching(name: str = "") -> Iterator[None]:
    """Turn the client's errors into those of a store: a file that is not there, or a store that cannot be reached or refuses."""
    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        if said.get("Code") in _ABSENT:
            raise FileNotFoundError(name) from error
        if said.get("Code") == _NO_BUCKET:
            raise StoreAway(
                "对象存储里还没有 GONGKAI_BUCKET 所指的桶：请在对象存储上建立，或者运行 gongkai files move --to bucket --create"
            ) from error
        raise StoreAway(
            f"对象存储拒绝了请求（{said.get('Code') or error}）：请检查 GONGKAI_BUCKET 等设置"
        ) from error
    except BotoCoreError as error:
        raise StoreAway(f"对象存储连接不上（{error}）：请检查 GONGKAI_BUCKET_ENDPOINT 和网络") from error


class Bucket(S3Storage):
    """A bucket as the private store: nothing in it has an address; an object comes whole or not at all (S3 shows no part of an upload)."""

    def __init__(self, **options: object) -> None:
        style = options.pop("addressing_style", "path")
        self.public_url = options.pop("public_url", None) or options.get("endpoint_url")
        self._signer: BaseClient | None = None
        super().__init__(
            file_overwrite=False,
            default_acl=None,
            max_memory_size=IN_MEMORY,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                s3={"addressing_style": style},
                signature_version="s3v4",
                connect_timeout=CONNECT,
                read_timeout=READ,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                # The client's newer default headers are refused by several compatible stores (Huawei's OBS, older Ceph).
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            **options,
        )

    def url(self, name: str | None, *args: object, **kwargs: object) -> str:
        """Refuse: a view asks first who may have a file, and serves it."""
        raise ValueError("Nothing in the private store has an address of its own.")

    def link(self, name: str, kept_as: str, kind: str, seconds: int) -> str:
        """Return a signed address by which anybody may fetch one file for some seconds, to be kept, never shown. Signed here, the store is not asked.

        Args:
            name: the file.
            kept_as: the name it is kept under.
            kind: its media type.
            seconds: how long the link works.
        """
        with _reaching(name):
            if self._signer is None:
                session = self._create_session()
                facts = {
                    "region_name": self.region_name,
                    "endpoint_url": self.public_url,
                    "config": self.client_config,
                }
                self._signer = session.client("s3", **facts)
            asked = {
                "Bucket": self.bucket_name,
                "Key": self._normalize_name(clean_name(name)),
                "ResponseContentDisposition": attachment(kept_as),
                "ResponseContentType": kind,
                "ResponseCacheControl": "private, no-store",
            }
            return str(self._signer.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds))

    def create(self) -> bool:
        """Make the bucket itself where the store has none of this name; return whether it was made.

        Raises:
            StoreAway: the store cannot be reached, or lets this key make none.
        """
        client = self.connection.meta.client
        with _reaching():
            try:
                client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in {*_ABSENT, _NO_BUCKET}:
                    raise
                client.create_bucket(Bucket=self.bucket_name)
                self._open_to_scripts(client)
                return True
        return False

    def _open_to_scripts(self, client: "BaseClient") -> None:
        """Let scripts of any site follow a signed link (CORS), as they may read what the site offers; a store may know no such rule."""
        rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3600}
        with suppress(ClientError):
            client.put_bucket_cors(Bucket=self.bucket_name, CORSConfiguration={"CORSRules": [rule]})

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield name and size of each file, by name."""
        root = f"{self.location}/" if self.location else ""
        with _reaching():
            for one in self.bucket.objects.filter(Prefix=root):
                yield one.key[len(root) :], one.size

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        with _reaching(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete a file; nothing where there is none."""
        with _reaching(name):
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of what looks like folders, and of files, under a beginning."""
        with _reaching(path):
            folders, files = super().listdir(path)
            return list(folders), list(files)

    def get_modified_time(self, name: str) -> "datetime":
        """Return when a file came."""
        with _reaching(name):
            return super().get_modified_time(name)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Open a file; it is fetched now, so that what fails fails before an answer has begun."""
        with _reaching(name):
            opened = super()._open(name, mode)
            opened.open()
            return opened  # type: ignore[no-any-return]

    def _save(self, name: str, content: File[bytes]) -> str:
        with _reaching(name):
            return str(super()._save(name, content))
