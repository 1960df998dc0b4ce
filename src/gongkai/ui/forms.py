"""What every form is made with, said once: a form that asks for more names it and hands the rest on."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TypedDict

from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import BaseRenderer
from django.forms.utils import ErrorList
from django.utils.datastructures import MultiValueDict

#: Fields as they were sent (`request.POST`); None for a form that nobody filled in yet.
Posted = Mapping[str, object] | None
#: Files as they were sent (`request.FILES`).
Sent = MultiValueDict[str, UploadedFile] | None


class FormFacts(TypedDict, total=False):
    """What a form takes by name, beside what was sent."""

    auto_id: bool | str
    prefix: str | None
    initial: MutableMapping[str, Any] | None
    error_class: type[ErrorList]
    label_suffix: str | None
    empty_permitted: bool
    field_order: Iterable[str] | None
    use_required_attribute: bool | None
    renderer: BaseRenderer | None
