"""Files from outside: checked by suffix and content, stored encrypted, read by whoever handles the matter."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from gongkai.core.acts.action import Refused
from gongkai.core.files.bytes import misfit
from gongkai.core.files.kinds import ALL, clean_name, instead, suffix_of
from gongkai.core.files.place import files_storage
from gongkai.core.intake.models import Upload
from gongkai.core.vault.sealing import decrypt_bytes, encrypt_bytes

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileRule:
    """What files a form takes: at most `most` of `megabytes` each, of these suffixes."""

    most: int = 3
    megabytes: int = 10
    suffixes: tuple[str, ...] = ("jpg", "jpeg", "png", "gif", "webp", "heic", "pdf", "docx")
    label: str = "图片或者文件"
    help: str = ""

    @property
    def accept(self) -> str:
        """What the browser offers to choose from."""
        return ",".join(f".{suffix}" for suffix in self.suffixes)

    @property
    def words(self) -> str:
        """What is taken, in a sentence."""
        kinds = {"jpg": "图片", "pdf": "PDF", "docx": "Word", "doc": "Word", "xlsx": "Excel"}
        said = dict.fromkeys(kinds[suffix] for suffix in self.suffixes if suffix in kinds)
        return f"{'、'.join(said)}，最多{self.most}个，每个不超过{self.megabytes} MB。"


def fault_of(upload: "UploadedFile[bytes]", rule: FileRule) -> str:
    """Return why a file is not taken, a Chinese sentence; "" where it is. Looks at its name, its size and its first bytes."""
    name = clean_name(upload.name or "")
    suffix = suffix_of(name)
    if suffix not in rule.suffixes:
        return f"不接受“{name}”这种文件：{instead(suffix, rule.suffixes) or f'请上传{rule.words}'}"
    if not upload.size:
        return f"“{name}”是空文件，请检查后重新选择。"
    if upload.size > rule.megabytes * MEGABYTE:
        return f"“{name}”超过{rule.megabytes} MB，请压缩后再上传。"
    said = "内容与文件类型不符，可能已损坏，请另存后重新上传。"
    why = misfit(upload, suffix, said, damaged=False)  # type: ignore[arg-type]
    return f"“{name}”：{why}" if why else ""


def store(upload: "UploadedFile[bytes]", *, token: str = "", matter: str = "") -> Upload:
    """Store a checked file encrypted, under a name that says nothing, for a form being filled in or for a matter."""
    upload.seek(0)
    content = upload.read()
    sealed, key = encrypt_bytes(content)
    name = clean_name(upload.name or "")
    place = files_storage().save(f"intake/{uuid.uuid4().hex}", ContentFile(sealed))
    return Upload.objects.create(
        token=token,
        matter=matter,
        name=name,
        place=place,
        key=key,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        kind=ALL[suffix_of(name)],
    )


def read(upload: Upload) -> bytes:
    """Return a file's bytes; whoever calls this has asked whether the reader may.

    Raises:
        Refused: it was erased, or the store has lost it.
    """
    if upload.erased_at:
        raise Refused("这个文件已按规定清除；仍需要的，请提交人重新提供。")
    try:
        with files_storage().open(upload.place) as file:
            return decrypt_bytes(file.read(), upload.key.reveal())
    except FileNotFoundError as error:
        raise Refused("文件不在存储中，请联系系统管理员。") from error


def files_sent(data: Mapping[str, object]) -> list[Upload]:
    """Return the rows of the files that came along with what an asker did on their page (`matters.FollowUp`)."""
    sent = data.get("files")
    return [one for one in sent if isinstance(one, Upload)] if isinstance(sent, (list, tuple)) else []


def drop(uploads: "list[Upload]") -> int:
    """Delete files that never became part of a matter; return how many."""
    for upload in uploads:
        assert not upload.matter, "files of a matter go by retention only"
        upload.delete()
        files_storage().delete(upload.place)
    return len(uploads)


def now_held(token: str) -> list[Upload]:
    """Return the files that belong to a form being filled in."""
    return list(Upload.objects.filter(token=token, matter="")) if token else []
