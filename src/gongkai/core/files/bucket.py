"""File store in an S3-compatible service, through django-storages, and its backup; imported only if configured."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from gongkai.core.files.storage import StoreUnavailable
from gongkai.core.widgets.responses import attachment_header

if TYPE_CHECKING:
    from datetime import datetime

    from botocore.client import BaseClient

    pass


#: Bytes held in memory while reading; larger files use a temporary file.
MAX_IN_MEMORY_BYTES = 8 * 1024 * 1024
#: Seconds to connect, seconds without a byte, and attempts: a request to a store that hangs fails within a minute.
CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS, MAX_ATTEMPTS = 3, 20, 2
_ABSENT_CODES = {"404", "NoSuchKey", "NotFound"}
_NO_BUCKET_CODE = "NoSuchBucket"


@contextmanager
def _translate_errors(name: str = "") -> Iterator[None]:
    """Raise `FileNotFoundError` for an absent file and `StoreUnavailable` in Chinese for other store errors."""
    try:
        yield
    except ClientError as error:
        response_error = error.response.get("Error", {})
        if response_error.get("Code") in _ABSENT_CODES:
            raise FileNotFoundError(name) from error
        if response_error.get("Code") == _NO_BUCKET_CODE:
            raise StoreUnavailable(
                "对象存储里还没有 GONGKAI_BUCKET 所指的桶：请在对象存储上建立，或者运行 gongkai files move --to bucket --create"
            ) from error
        raise StoreUnavailable(
            f"对象存储拒绝了请求（{response_error.get('Code') or error}）：请检查 GONGKAI_BUCKET 等设置"
        ) from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"对象存储连接不上（{error}）：请检查 GONGKAI_BUCKET_ENDPOINT 和网络") from error


class BucketStorage(S3Storage):
    """A bucket as the private store; objects have no public URL, and uploads are atomic."""

    def __init__(self, **options: object) -> None:
        style = options.pop("addressing_style", "path")
        self.public_url = options.pop("public_url", None) or options.get("endpoint_url")
        self._signer: BaseClient | None = None
        super().__init__(
            file_overwrite=False,
            default_acl=None,
            max_memory_size=MAX_IN_MEMORY_BYTES,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                s3={"addressing_style": style},
                signature_version="s3v4",
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                read_timeout=READ_TIMEOUT_SECONDS,
                retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
                # Several compatible stores (Huawei OBS, older Ceph) refuse the
                # client's newer default headers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            **options,
        )

    def url(self, name: str | None, *args: object, **kwargs: object) -> str:
        """Raise an error: files are served only by views that check permissions."""
        raise ValueError("Nothing in the private store has an address of its own.")

    def link(self, name: str, kept_as: str, kind: str, seconds: int) -> str:
        """Return a signed URL for one file, valid for some seconds; computed without a request.

        Args:
            name: the file.
            kept_as: file name for the download.
            kind: its media type.
            seconds: validity.
        """
        with _translate_errors(name):
            if self._signer is None:
                session = self._create_session()
                facts = {
                    "region_name": self.region_name,
                    "endpoint_url": self.public_url,
                    "config": self.client_config,
                }
                self._signer = session.client("s3", **facts)
            parameters = {
                "Bucket": self.bucket_name,
                "Key": self._normalize_name(clean_name(name)),
                "ResponseContentDisposition": attachment_header(kept_as),
                "ResponseContentType": kind,
                "ResponseCacheControl": "private, no-store",
            }
            return str(self._signer.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

    def create(self) -> bool:
        """Create the bucket if absent; return true if created.

        Raises:
            StoreUnavailable: the service is unreachable or refuses.
        """
        client = self.connection.meta.client
        with _translate_errors():
            try:
                client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in {*_ABSENT_CODES, _NO_BUCKET_CODE}:
                    raise
                client.create_bucket(Bucket=self.bucket_name)
                self._allow_cross_origin_reads(client)
                return True
        return False

    def _allow_cross_origin_reads(self, client: "BaseClient") -> None:
        """Let scripts of all sites read files by signed URLs (CORS), if the service supports it."""
        rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3600}
        with suppress(ClientError):
            client.put_bucket_cors(Bucket=self.bucket_name, CORSConfiguration={"CORSRules": [rule]})

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield (name, size) of each file, sorted by name."""
        root = f"{self.location}/" if self.location else ""
        with _translate_errors():
            for stored_object in self.bucket.objects.filter(Prefix=root):
                yield stored_object.key[len(root) :], stored_object.size

    def exists(self, name: str) -> bool:
        """Return true if the file exists."""
        with _translate_errors(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete a file, if it exists."""
        with _translate_errors(name):
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return (folders, files) under a prefix."""
        with _translate_errors(path):
            folders, files = super().listdir(path)
            return list(folders), list(files)

    def get_modified_time(self, name: str) -> "datetime":
        """Return the time of the upload."""
        with _translate_errors(name):
            return super().get_modified_time(name)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Open and fetch a file at once, so that errors occur before the response starts."""
        with _translate_errors(name):
            opened_file = super()._open(name, mode)
            opened_file.open()
            return opened_file  # type: ignore[no-any-return]

    def _save(self, name: str, content: File[bytes]) -> str:
        with _translate_errors(name):
            return str(super()._save(name, content))
