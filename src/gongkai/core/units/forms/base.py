"""What the forms of this room share."""

from collections.abc import Callable
from typing import Generic, TypeVar, Unpack

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Person
from gongkai.core.widgets.forms import ChoiceFacts, FieldFacts, FormFacts, Posted, Sent

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class TargetForm(forms.Form, Generic[T]):
    """The fields of one action on one target. `facts()` is what the action is called with, beside `by` and `version`."""

    def __init__(
        self, data: Posted = None, files: Sent = None, *, target: T, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        self.target, self.by = target, by
        super().__init__(data, files, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices and set initial values by `self.target` and `self.by`."""

    def facts(self) -> dict[str, object]:
        """Return the action's facts."""
        return dict(self.cleaned_data)

    def offer(self, name: str, rows: QuerySet[M], label: Callable[[M], str] | None = None) -> None:
        """Say what can be chosen in a field, and how it is called where that is not the field's own way."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        if label is not None:
            field.label_from_instance = label  # type: ignore[method-assign, assignment]

    def start_with(self, **values: object) -> None:
        """Set what fields show at first; what came with the address goes before."""
        self.initial = {**values, **self.initial}


def words(
    label: str, *, required: bool = True, rows: int = 3, most: int = 1000, hint: str = ""
) -> forms.CharField:
    """Return a field for some sentences; a room that asks for more or fewer says so once: `words = partial(base.words, most=5000)`."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class Lines(forms.CharField):
    """Lines of text; empty ones do not count."""

    def __init__(self, *, rows: int = 3, most: int = 2000, **kwargs: Unpack[FieldFacts]) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=most, **kwargs)

    def clean(self, value: object) -> list[str]:
        """Return the lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


#: What is said of an e-mail address that is none.
WRONG_MAIL = "邮箱的写法不对，应像 name@example.cn。"


def today() -> str:
    """Return today as a date field shows it."""
    return timezone.localdate().isoformat()


class BodyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One body out of a list, by its full name."""

    def __init__(self, **kwargs: Unpack[ChoiceFacts]) -> None:
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(queryset=Body.objects.none(), **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        """Full name, with the short one where it differs."""
        return (
            f"{obj.name}（{obj.short_name}）" if obj.short_name and obj.short_name != obj.name else obj.name
        )


class BodiesChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of bodies, as a list of boxes."""

    def __init__(self, **kwargs: Unpack[FieldFacts]) -> None:
        super().__init__(
            queryset=Body.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **kwargs
        )

    def label_from_instance(self, obj: Body) -> str:
        """The short name; long ones make the list unreadable."""
        return str(obj.label)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One person out of those that the actor sees, with where they work."""

    def __init__(self, **kwargs: Unpack[ChoiceFacts]) -> None:
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(queryset=Person.objects.none(), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        """The name and, to tell namesakes apart, the posts."""
        posts = "、".join(f"{one.body.label}{one.get_role_display()}" for one in getattr(obj, "running", []))
        return f"{obj.name}（{posts or obj.title or '尚无任职'}）"
