"""Base classes and fields of the forms of units."""

from collections.abc import Callable
from typing import Generic, TypeVar, Unpack

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Person
from gongkai.core.widgets.fields import RowChoices
from gongkai.core.widgets.forms import ChoiceFacts, FieldFacts, FormFacts, Posted, Sent

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class TargetForm(forms.Form, Generic[T]):
    """Base class of the form of one action on one target; `facts()` returns the action's arguments."""

    def __init__(
        self, data: Posted = None, files: Sent = None, *, target: T, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        self.target, self.by = target, by
        super().__init__(data, files, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Restrict choices and set initial values from `self.target` and `self.by`."""

    def facts(self) -> dict[str, object]:
        """Return the arguments for the action, except `by` and `version`."""
        return dict(self.cleaned_data)

    def offer(self, name: str, rows: QuerySet[M], label: Callable[[M], str] | None = None) -> None:
        """Set the choices of a field, and optionally a function that labels them."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        if label is not None:
            field.label_from_instance = label  # type: ignore[method-assign, assignment]

    def start_with(self, **values: object) -> None:
        """Set initial values; values from the URL take precedence."""
        self.initial = {**values, **self.initial}


def words_field(
    label: str, *, required: bool = True, rows: int = 3, limit: int = 1000, hint: str = ""
) -> forms.CharField:
    """Return a multi-line text field."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class LinesField(forms.CharField):
    """A text field that returns its non-empty lines."""

    def __init__(self, *, rows: int = 3, most: int = 2000, **kwargs: Unpack[FieldFacts]) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=most, **kwargs)

    def clean(self, value: object) -> list[str]:
        """Return the non-empty lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


#: Error of an invalid e-mail address.
INVALID_MAIL_ERROR = "邮箱的写法不对，应像 name@example.cn。"


def format_today() -> str:
    """Return today's date in the format of a date field."""
    return timezone.localdate().isoformat()


class BodyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field to choose one body, shown by its full name, of the `queryset` that the form sets."""

    def __init__(self, **kwargs: Unpack[ChoiceFacts]) -> None:
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(queryset=Body.objects.none(), **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        """Return the full name, with a different short name in brackets."""
        return f"{obj.name}（{obj.short_name}）" if obj.short_name and obj.short_name != obj.name else obj.name


class BodiesChoice(RowChoices):
    """A field to choose any number of bodies with checkboxes."""

    def __init__(self, **kwargs: Unpack[FieldFacts]) -> None:
        super().__init__(queryset=Body.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        """Return the short name, to keep the list readable."""
        return str(obj.label)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field to choose one person of the `queryset` that the form sets, by default none."""

    def __init__(self, **kwargs: Unpack[ChoiceFacts]) -> None:
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(queryset=Person.objects.none(), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        """Return the name with the posts, to distinguish namesakes."""
        posts = "、".join(
            f"{appointment.body.label}{appointment.get_role_display()}" for appointment in getattr(obj, "running", [])
        )
        return f"{obj.name}（{posts or obj.title or '尚无任职'}）"
