"""Files from outside: checked, stored encrypted, and read by people who handle the matter."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from gongkai.core.acts.action import Refused
from gongkai.core.files.content_checks import describe_misfit
from gongkai.core.files.forms import find_upload_text_fault
from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES, clean_file_name, describe_conversion, get_suffix
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake.models import Upload
from gongkai.core.vault.sealing import decrypt_bytes, encrypt_bytes

#: For file limits that are configured in megabytes.
BYTES_PER_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileRule:
    """The files that a form accepts: maximum number, size in megabytes and file extensions."""

    most: int = 3
    megabytes: int = 10
    suffixes: tuple[str, ...] = ("jpg", "jpeg", "png", "gif", "webp", "heic", "pdf", "docx")
    label: str = "图片或者文件"
    help: str = ""

    @property
    def accept(self) -> str:
        """Return the `accept` attribute of the file input."""
        return ",".join(f".{suffix}" for suffix in self.suffixes)

    @property
    def words(self) -> str:
        """Return the rule in Chinese words."""
        kinds = {"jpg": "图片", "pdf": "PDF", "docx": "Word", "doc": "Word", "xlsx": "Excel"}
        kind_labels = dict.fromkeys(kinds[suffix] for suffix in self.suffixes if suffix in kinds)
        return f"{'、'.join(kind_labels)}，最多{self.most}个，每个不超过{self.megabytes} MB。"


def find_upload_fault(upload: "UploadedFile[bytes]", rule: FileRule, *, blank_allowed: bool = False) -> str:
    """Return the fault of a file in Chinese, or ""; unless `blank_allowed`, a file without visible content is a
    fault."""
    name = clean_file_name(upload.name or "")
    suffix = get_suffix(name)
    if suffix not in rule.suffixes:
        return f"不接受“{name}”这种文件：{describe_conversion(suffix, rule.suffixes) or f'请上传{rule.words}'}"
    if not upload.size:
        return f"“{name}”是空文件，请检查后重新选择。"
    if upload.size > rule.megabytes * BYTES_PER_MEGABYTE:
        return f"“{name}”超过{rule.megabytes} MB，请压缩后再上传。"
    text = "内容与扩展名不符，请用办公软件另存为这种格式，或改正扩展名后再上传。"
    misfit = describe_misfit(upload, suffix, text, damaged=False)  # type: ignore[arg-type]
    if not misfit and not blank_allowed and (fault := find_upload_text_fault(upload)):
        return f"“{name}”{fault}。"
    return f"“{name}”：{misfit}" if misfit else ""


def store_upload(upload: "UploadedFile[bytes]", *, token: str = "", matter: str = "") -> Upload:
    """Store a checked file encrypted under a random name."""
    upload.seek(0)
    content = upload.read()
    sealed, key = encrypt_bytes(content)
    name = clean_file_name(upload.name or "")
    path = get_files_storage().save(f"intake/{uuid.uuid4().hex}", ContentFile(sealed))
    return Upload.objects.create(
        token=token,
        matter=matter,
        name=name,
        place=path,
        key=key,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        kind=ACCEPTED_FILE_TYPES[get_suffix(name)],
    )


def drop_repeated(
    files: "Iterable[UploadedFile[bytes]]", stored_uploads: "Iterable[Upload]"
) -> "list[UploadedFile[bytes]]":
    """Return the files without repeated contents and without contents of `stored_uploads`; names do not count."""
    existing_digests = {upload.digest for upload in stored_uploads}
    by_digest: dict[str, UploadedFile[bytes]] = {}
    for upload in files:
        upload.seek(0)
        by_digest.setdefault(hashlib.file_digest(upload, "sha256").hexdigest(), upload)
    return [upload for digest, upload in by_digest.items() if digest not in existing_digests]


def read_upload(upload: Upload) -> bytes:
    """Return the decrypted file. The caller checks the permission.

    Raises:
        Refused: it was erased, or is missing in the store.
    """
    if upload.erased_at:
        raise Refused("这个文件已按规定清除；仍需要的，请提交人重新提供。")
    try:
        with get_files_storage().open(upload.place) as file:
            return decrypt_bytes(file.read(), upload.key.reveal())
    except FileNotFoundError as error:
        raise Refused("文件不在存储中，请联系系统管理员。") from error


def list_sent_files(data: Mapping[str, object]) -> list[Upload]:
    """Return the stored files in the data that a follow-up's `act` receives (`matters.FollowUp`)."""
    sent_files = data.get("files")
    return [value for value in sent_files if isinstance(value, Upload)] if isinstance(sent_files, (list, tuple)) else []


def delete_uploads(uploads: "list[Upload]") -> int:
    """Delete files that belong to no matter; return their number."""
    for upload in uploads:
        assert not upload.matter, "files of a matter go by retention only"
        upload.delete()
        get_files_storage().delete(upload.place)
    return len(uploads)


def list_form_files(token: str) -> list[Upload]:
    """Return the files uploaded to an unsubmitted form, by the digest of its token; empty for ""."""
    return list(Upload.objects.filter(token=token, matter="")) if token else []
