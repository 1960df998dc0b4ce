"""File fields that check kind and size before anything is stored."""

from collections.abc import Collection
from typing import Unpack

from django import forms
from django.core.files.uploadedfile import UploadedFile

from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES
from gongkai.core.files.store import why_not
from gongkai.core.widgets.forms import FieldFacts

#: Maximum number of files in one field.
MAX_FILES_PER_FIELD = 200


def _check_upload(upload: "UploadedFile[bytes]", kinds: Collection[str]) -> "UploadedFile[bytes]":
    if reasons := why_not(upload.name or "", upload.size or 0, kinds):
        raise forms.ValidationError(reasons)
    return upload


class MultipleFileInput(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class OneFileField(forms.FileField):
    """A field for one file; it stores nothing."""

    def __init__(self, *, kinds: Collection[str] = ACCEPTED_FILE_TYPES, **kwargs: Unpack[FieldFacts]) -> None:
        self.kinds = kinds
        kwargs.setdefault("widget", forms.FileInput())
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: object, initial: object = None) -> UploadedFile[bytes] | None:
        """Check the file."""
        upload = super().clean(data, initial)
        return _check_upload(upload, self.kinds) if upload else None


class FilesField(forms.FileField):
    """A field for several files; it stores nothing."""

    def __init__(self, *, kinds: Collection[str] = ACCEPTED_FILE_TYPES, **kwargs: Unpack[FieldFacts]) -> None:
        self.kinds = kinds
        kwargs["widget"] = MultipleFileInput()
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: object, initial: object = None) -> object:
        """Check each file."""
        given = data if isinstance(data, list | tuple) else [data]
        if len(given) > MAX_FILES_PER_FIELD:
            raise forms.ValidationError(f"一次最多上传{MAX_FILES_PER_FIELD}个文件，请分次上传。")
        uploads = [super(FilesField, self).clean(one, initial) for one in given if one or self.required]
        return [_check_upload(upload, self.kinds) for upload in uploads if upload]
