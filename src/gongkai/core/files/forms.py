"""File fields that check kind and size before anything is stored."""

from collections.abc import Collection
from typing import Unpack

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES, clean_file_name, get_suffix
from gongkai.core.files.store import list_reasons_against_file
from gongkai.core.widgets.forms import FieldFacts
from gongkai.lib.privacy.model import PrivacyError

#: Maximum number of files in one field.
MAX_FILES_PER_FIELD = 200


#: Largest file that is checked for visible or audible content; larger ones are taken to have some. Films are
#: checked by their header.
MAX_FILE_BYTES_CHECKED_FOR_EMPTINESS = 20_000_000
#: Number of files of one field that are checked for content.
MAX_FILES_CHECKED_FOR_EMPTINESS = 20


def _check_upload(
    upload: "UploadedFile[bytes]", kinds: Collection[str], *, content_checked_later: bool
) -> "UploadedFile[bytes]":
    """Return the upload if its name, size and kind are accepted and (unless `content_checked_later`) it has visible
    content.

    Raises:
        ValidationError: with the Chinese reasons.
    """
    if reasons := list_reasons_against_file(upload.name or "", upload.size or 0, kinds):
        raise forms.ValidationError(reasons)
    if not content_checked_later and (fault := find_upload_text_fault(upload)):
        raise forms.ValidationError(f"“{clean_file_name(upload.name or '')[-60:]}”{fault}。")
    return upload


def find_upload_text_fault(upload: "UploadedFile[bytes]") -> str:
    """Return in Chinese why an uploaded file does not open or shows nothing; "" if it is fine or
    too large to check."""
    from gongkai.lib.privacy.files.emptiness import find_emptiness, strip_mp4_media

    suffix = get_suffix(upload.name or "")
    if (upload.size or 0) > MAX_FILE_BYTES_CHECKED_FOR_EMPTINESS and suffix != "mp4":
        return ""
    upload.seek(0)
    data = strip_mp4_media(upload) if suffix == "mp4" else upload.read()
    upload.seek(0)
    try:
        reason = find_emptiness(data, suffix)
    except PrivacyError as error:
        return f"打不开，{str(error).rstrip('。')}"
    return f"里看不到内容：{reason}，请换成有内容的文件" if reason else ""


class MultipleFileInput(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class OneFileField(forms.FileField):
    """A field for one file; it stores nothing and refuses a file without visible content."""

    def __init__(self, *, kinds: Collection[str] = ACCEPTED_FILE_TYPES, **kwargs: Unpack[FieldFacts]) -> None:
        self.kinds = kinds
        kwargs.setdefault("widget", forms.FileInput())
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: object, initial: object = None) -> UploadedFile[bytes] | None:
        """Return the upload, None without one; raise `ValidationError` if its kind, size or content is refused."""
        upload = super().clean(data, initial)
        return _check_upload(upload, self.kinds, content_checked_later=False) if upload else None


class FilesField(forms.FileField):
    """A field for several files; it stores nothing and refuses files without visible content.

    If some of the files are refused, the others are accepted; the view calls `warn_of_refused_files`.
    `content_checked_later`: accept files without visible content, because a check before publication finds them.

    Attributes:
        refused: a Chinese sentence for each file that was left out.
    """

    def __init__(
        self,
        *,
        kinds: Collection[str] = ACCEPTED_FILE_TYPES,
        content_checked_later: bool = False,
        **kwargs: Unpack[FieldFacts],
    ) -> None:
        self.kinds, self.content_checked_later = kinds, content_checked_later
        self.refused: list[str] = []
        kwargs["widget"] = MultipleFileInput()
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: object, initial: object = None) -> object:
        """Return the uploads; raise `ValidationError` for too many, or if all are refused."""
        values = data if isinstance(data, list | tuple) else [data]
        if len(values) > MAX_FILES_PER_FIELD:
            raise forms.ValidationError(f"一次最多上传{MAX_FILES_PER_FIELD}个文件，请分次上传。")
        uploads = [super(FilesField, self).clean(value, initial) for value in values if value or self.required]
        accepted: list[UploadedFile[bytes]] = []
        self.refused = []
        for number, upload in enumerate(upload for upload in uploads if upload):
            content_checked_later = self.content_checked_later or number >= MAX_FILES_CHECKED_FOR_EMPTINESS
            try:
                accepted.append(_check_upload(upload, self.kinds, content_checked_later=content_checked_later))
            except forms.ValidationError as error:
                self.refused += error.messages
        if self.refused and not accepted:
            raise forms.ValidationError(self.refused)
        return accepted


def make_left_out_sentence(fault: str) -> str:
    """Return a Chinese sentence for a file that was left out of a form whose other files were accepted."""
    return f"{fault.rstrip('。')}；没有收下，其他文件已收下。"


def list_refused_files(form: forms.BaseForm) -> list[str]:
    """Return a Chinese sentence for each file that a valid form left out of its `FilesField`."""
    fields = [field for field in form.fields.values() if isinstance(field, FilesField)]
    return [make_left_out_sentence(text) for field in fields for text in field.refused]


def warn_of_refused_files(request: HttpRequest, form: forms.BaseForm) -> None:
    """Add a page message for each file that a form left out, after its action succeeded."""
    for refused_file in list_refused_files(form):
        messages.warning(request, refused_file)
