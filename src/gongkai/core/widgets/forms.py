"""Base classes and typed helpers of all forms."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, TypedDict, TypeVar, Unpack

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    ChoiceField,
    FileField,
    Form,
    HiddenInput,
    ModelChoiceField,
    MultipleChoiceField,
    RadioSelect,
    Widget,
)
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.datastructures import MultiValueDict

T = TypeVar("T")

#: Submitted fields (`request.POST`), or None for a new form.
Posted = Mapping[str, object] | None
#: Submitted files (`request.FILES`).
Sent = MultiValueDict[str, UploadedFile] | None


class FieldFacts(TypedDict, total=False):
    """Keyword arguments of a form field."""

    label: str
    required: bool
    help_text: str
    initial: object
    widget: Widget | type[Widget]
    error_messages: dict[str, str]
    disabled: bool
    validators: Sequence[Callable[[Any], None]]


class ChoiceFacts(FieldFacts, total=False):
    """Keyword arguments of a form field that offers rows."""

    empty_label: str | None


class FormFacts(TypedDict, total=False):
    """Keyword arguments of a form."""

    auto_id: bool | str
    prefix: str | None
    initial: MutableMapping[str, Any] | None
    error_class: type[ErrorList]
    label_suffix: str | None
    empty_permitted: bool
    field_order: Iterable[str] | None
    use_required_attribute: bool | None
    renderer: BaseRenderer | None


def make_lost_files_sentence(names: Sequence[str]) -> str:
    """Return a Chinese sentence that asks to choose files again."""
    lost_files = f"“{names[0]}”" if len(names) == 1 else f"刚才选择的{len(names)}个文件"
    return f"{lost_files}没有保留，请重新选择。"


class RenderedField(BoundField):
    """A bound field that asks to choose a file again, because browsers discard chosen files."""

    @property
    def errors(self) -> ErrorList:
        """Return the errors of the field; if the form is invalid, also the request to choose its files again."""
        error_list = super().errors
        lost = self._list_lost_files()
        if not lost or (error_list and len(lost) == 1):
            return error_list
        extended_errors: ErrorList = error_list.copy()
        extended_errors.append(make_lost_files_sentence(lost))
        return extended_errors

    def _list_lost_files(self) -> list[str]:
        """Return the names of uploaded files that a form with errors loses."""
        if not isinstance(self.field, FileField) or not self.form.is_bound or not self.form.errors:
            return []
        values = self.data if isinstance(self.data, list | tuple) else [self.data]
        return [upload.name or "" for upload in values if isinstance(upload, UploadedFile)]


class Renderer(TemplatesSetting):
    """Renderer of all forms (`FORM_RENDERER`).

    Our templates of inputs and choices write attributes by a filter: Django's include a template for each option.
    """

    bound_field_class = RenderedField


def pop_value(facts: dict[str, object], name: str, kind: type[T]) -> T:
    """Remove the value `name` of a known type from form data (`facts`); return it.

    Raises:
        TypeError: another type.
    """
    value = facts.pop(name)
    if not isinstance(value, kind):
        raise TypeError(f"{name}: {kind.__name__} is wanted")
    return value


def pop_file(facts: dict[str, object], name: str) -> "UploadedFile[bytes] | None":
    """Remove the upload `name` from form data (`facts`); return it, or None if there is none."""
    value = facts.pop(name)
    return value if isinstance(value, UploadedFile) else None


#: Widgets that get no text input style.
UNSTYLED_WIDGETS = (CheckboxInput, RadioSelect, HiddenInput)


def style_inputs(form: BaseForm) -> None:
    """Add the text input style to a form's fields."""
    for field in form.fields.values():
        if not isinstance(field.widget, UNSTYLED_WIDGETS):
            field.widget.attrs.setdefault("class", "gk-input")


class PlainForm(Form):
    """Base form whose fields have the text input style."""

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        style_inputs(self)

    def offer(self, name: str, rows: QuerySet[Model]) -> None:
        """Set the choices of a field."""
        rows_field(self, name).queryset = rows


def offer_boxes(form: BaseForm, name: str, choices: Sequence[tuple[object, str]]) -> None:
    """Set the choices of a field of tick boxes, or remove the field if there are none."""
    field = form.fields[name]
    assert isinstance(field, MultipleChoiceField)
    field.choices = choices
    field.widget.attrs.pop("class", None)
    if not choices:
        del form.fields[name]


def rows_field(form: BaseForm, name: str) -> "ModelChoiceField[Model]":
    """Return the field `name` of a form, typed as one that offers rows."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)
    return field


def choices_field(form: BaseForm, name: str) -> ChoiceField:
    """Return the field `name` of a form, typed as one that offers choices."""
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    return field
