"""What every form is made with, said once: a form that asks for more names it and hands the rest on."""

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
    RadioSelect,
    Widget,
)
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.forms.utils import ErrorList
from django.utils.datastructures import MultiValueDict

T = TypeVar("T")

#: Fields as they were sent (`request.POST`); None for a form that nobody filled in yet.
Posted = Mapping[str, object] | None
#: Files as they were sent (`request.FILES`).
Sent = MultiValueDict[str, UploadedFile] | None


class FieldFacts(TypedDict, total=False):
    """What a field takes by name."""

    label: str
    required: bool
    help_text: str
    initial: object
    widget: Widget | type[Widget]
    error_messages: dict[str, str]
    disabled: bool
    validators: Sequence[Callable[[Any], None]]


class ChoiceFacts(FieldFacts, total=False):
    """What a field takes that offers rows."""

    empty_label: str | None


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


class Drawn(BoundField):
    """A field as pages draw it: a file that was chosen is gone when its form comes back, as browsers keep none; the field says so."""

    @property
    def errors(self) -> ErrorList:
        """What is wrong with the field; files that have to be chosen again, where something is wrong anywhere in the form."""
        own = super().errors
        lost = self._lost()
        if not lost or (own and len(lost) == 1):
            return own
        named = f"“{lost[0]}”" if len(lost) == 1 else f"刚才选择的{len(lost)}个文件"
        said: ErrorList = own.copy()
        said.append(f"{named}没有保留，请重新选择。")
        return said

    def _lost(self) -> list[str]:
        """Return the names of files that came with a form that is wrong."""
        if not isinstance(self.field, FileField) or not self.form.is_bound or not self.form.errors:
            return []
        given = self.data if isinstance(self.data, list | tuple) else [self.data]
        return [one.name or "" for one in given if isinstance(one, UploadedFile)]


class Renderer(DjangoTemplates):
    """How all forms are drawn (`FORM_RENDERER`)."""

    bound_field_class = Drawn


def taken(facts: dict[str, object], name: str, kind: type[T]) -> T:
    """Take out of what a form gave what its field always gives.

    Raises:
        TypeError: it gave something else.
    """
    value = facts.pop(name)
    if not isinstance(value, kind):
        raise TypeError(f"{name}: {kind.__name__} is wanted")
    return value


def file_taken(facts: dict[str, object], name: str) -> "UploadedFile[bytes] | None":
    """Take an uploaded file out of what a form gave; None where none came."""
    value = facts.pop(name)
    return value if isinstance(value, UploadedFile) else None


#: Widgets whose boxes and dots are drawn by themselves, or that are not drawn at all.
BARE = (CheckboxInput, RadioSelect, HiddenInput)


def dress(form: BaseForm) -> None:
    """Give what is typed into, or chosen from a list, the look of the house."""
    for field in form.fields.values():
        if not isinstance(field.widget, BARE):
            field.widget.attrs.setdefault("class", "gk-input")


class Plain(Form):
    """A form in the look of the house."""

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        dress(self)

    def offer(self, name: str, rows: QuerySet[Model]) -> None:
        """Say what can be chosen in a field."""
        rows_field(self, name).queryset = rows


def rows_field(form: BaseForm, name: str) -> "ModelChoiceField[Model]":
    """Return a field that offers rows."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)
    return field


def choices_field(form: BaseForm, name: str) -> ChoiceField:
    """Return a field that offers choices."""
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    return field
