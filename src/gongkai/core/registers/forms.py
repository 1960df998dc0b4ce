"""Build an action's form from its signature and the model.

A parameter named like a model field takes that field's label, length, choices and help. Other
parameters take the field declared in `asks`, or one of `COMMON_FIELDS`. A parameter without default is
required. Only forms with interdependent fields are written by hand; they derive from `ActForm`.
"""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Unpack

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from gongkai.core.acts.action import AnyAction
from gongkai.core.acts.actors import Actor
from gongkai.core.files.store import store_upload
from gongkai.core.registers.columns import find_model_field
from gongkai.core.units.forms.base import BodiesChoice, words_field
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import DecimalNumberField, MomentField, WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FieldFacts, FormFacts, PlainForm, Posted, Sent, choices_field

if TYPE_CHECKING:
    from django.http import QueryDict

    from gongkai.core.registers.columns import AnyField, AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow

#: Form fields of common parameters that no model has, by name; each form gets its own copy.
COMMON_FIELDS: Mapping[str, Callable[[], forms.Field]] = {
    "reason": lambda: words_field("理由", rows=2, limit=300),
    "words": lambda: words_field("说明", rows=3),
    "until": lambda: YearCheckedDateField(label="期限"),
}
#: Parameters that the page supplies.
PAGE_SUPPLIED_PARAMETERS = frozenset({"by", "version"})
#: Label of the empty choice.
CHOOSE_PROMPT = "请选择"


class ActForm(PlainForm):
    """The form of an action; `facts()` returns its arguments, except `by` and `version`.

    Attributes:
        act: the declaration from which the form was built.
        intro: a sentence above the fields.
        said: lines shown above the fields, such as the items of a fee.
        warnings: reasons against the action today, shown before the user types.
        at_times: fields that only some choices require; they are not marked as optional, and their help states when.
        reasons: the reasons of a refusal.
        overtaken: true if another person changed the row in the meantime.
    """

    act: "ClassVar[Act | None]" = None
    intro: str = ""
    said: Sequence[str] = ()
    warnings: Sequence[str] = ()
    at_times: Sequence[str] = ()
    reasons: Sequence[str] = ()
    overtaken: bool = False

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        by: Actor,
        target: object = None,
        **kwargs: Unpack[FormFacts],
    ) -> None:
        self.by, self.target = by, target
        super().__init__(data, files, **kwargs)
        if self.act:
            self._apply_declarations(self.act)
        self.prepare()
        for name in set(self.at_times) & set(self.fields):
            self.fields[name].either = True  # type: ignore[attr-defined]

    def _apply_declarations(self, act: "Act") -> None:
        """Set the choices, default times and texts that the act declares for this target."""
        for name, rows in act.offers.items():
            offered = rows(self.by, self.target)
            self.offer(name, offered)
            if not self.fields[name].required and not act.needs(name) and not offered.exists():
                del self.fields[name]  # a choice of nothing is not asked for
        for name, choices in act.choices.items():
            choices_field(self, name).choices = choices(self.target)
        self.intro, self.at_times = self.intro or act.note, act.at_times or self.at_times
        if act.said:
            self.said = act.said(self.target)

    def prepare(self) -> None:
        """Restrict choices and set initial values from `self.target` and `self.by`."""

    def facts(self) -> dict[str, object]:
        """Return the action's arguments; store uploaded files in the private store.

        Raises:
            Refused: a file cannot be stored.
        """
        return {name: self._to_argument(value) for name, value in self.cleaned_data.items()}

    def _to_argument(self, value: object) -> object:
        """Return a form value as an argument of the action: uploads become stored files, other values stay."""
        if isinstance(value, UploadedFile):
            return store_upload(value, self.by)
        if isinstance(value, list) and value and isinstance(value[0], UploadedFile):
            return [store_upload(upload, self.by) for upload in value]
        return value


@dataclass(frozen=True, kw_only=True)
class Act:
    """An action that a register offers on its rows: condition, form and label.

    Attributes:
        action: the action; its rule decides who may use it, its label is the button's.
        fields: the fields in this order; by default the parameters of its function. None: no fields.
        asks: fields for parameters that neither the model nor `COMMON_FIELDS` has, or that differ from theirs.
        offers: returns the rows offered in a field, by its name, for the actor and the row (`None` for a new one).
        choices: returns the choices of a field without rows, by its name, for the row.
        form: a form written by hand.
        base: base class of a form built from the signature; its fields are added to the built ones.
        label: label of the button if it differs from the action's.
        note: a sentence above the form.
        said: returns lines about the row, shown above the fields.
        at_times: fields that only some choices require.
        done: the message afterwards.
        initial: returns initial values for the actor and the row (`None` for a new one).
        when: returns true if the action is offered on a row (an action done once is not offered again).
        listed: true if the list offers it next to a row; otherwise only the row's page does.
        quick: true if the button on the record's page runs it without a form, for an action without fields.
        model: the model of the parameters if the action creates or changes a row of another model (a part).
        part: the part of the record's page that offers it; otherwise the top of the record does.
        to: returns the target if it is not the row itself (for example the record of a part's row).
        given: returns the parameters that the row supplies, by name.
        begin: returns initial values for the actor and the query parameters (`?round=3`).
        told: true if the record's page shows the reasons why the action is not possible yet.
        groups: legends with the fields below each, for a long form.
        hints: returns warnings about the facts, shown afterwards.
        then: returns the URL of the next page for the action's result.
        beside: columns that the form's page shows about the row in addition to those of the list.
    """

    action: AnyAction
    fields: Sequence[str] | None = ()
    asks: Mapping[str, forms.Field] = field(default_factory=dict)
    offers: "Mapping[str, Callable[[Actor, AnyRow], AnyRows]]" = field(default_factory=dict)
    choices: "Mapping[str, Callable[[AnyRow], Sequence[tuple[object, str]]]]" = field(default_factory=dict)
    form: type[ActForm] | None = None
    base: type[ActForm] = ActForm
    label: str = ""
    note: str = ""
    said: "Callable[[AnyRow], Sequence[str]] | None" = None
    at_times: Sequence[str] = ()
    done: str = "已办理。"
    initial: "Callable[[Actor, AnyRow], Mapping[str, object]] | None" = None
    when: "Callable[[AnyRow], bool] | None" = None
    listed: bool = True
    quick: bool = False
    model: type[models.Model] | None = None
    part: str = ""
    to: "Callable[[AnyRow], AnyRow] | None" = None
    given: "Mapping[str, Callable[[AnyRow], object]]" = field(default_factory=dict)
    begin: "Callable[[Actor, QueryDict], Mapping[str, object]] | None" = None
    told: bool = False
    groups: Sequence[tuple[str, Sequence[str]]] = ()
    beside: Sequence[str] = ()
    then: "Callable[[AnyRow], str] | None" = None
    hints: "Callable[[Mapping[str, object]], Sequence[str]] | None" = None

    def needs(self, name: str) -> bool:
        """Return true if the action's function has a parameter of this name without default."""
        parameter = inspect.signature(self.action.function).parameters.get(name)
        return parameter is not None and parameter.default is inspect.Parameter.empty

    def target_of(self, row: "AnyRow") -> "AnyRow":
        """Return the target of the action for a row."""
        return self.to(row) if self.to else row

    def applies(self, row: "AnyRow") -> bool:
        """Return true if the action is offered on a row at all (`when`)."""
        return self.when is None or self.when(row)

    def why_not(self, row: "AnyRow", by: Actor) -> list[str]:
        """Return Chinese reasons why the actor cannot run the action on a row; empty if it can."""
        return self.action.why_not(self.target_of(row), by=by)

    def is_offered(self, row: "AnyRow", by: Actor) -> bool:
        """Return true if the actor may perform the action on a row now."""
        return self.applies(row) and not self.why_not(row, by)

    @property
    def words(self) -> str:
        """Return the label of the button."""
        return self.label or self.action.label

    @property
    def slug(self) -> str:
        """Return the part of the URL that names the action."""
        return self.action.name.partition(".")[2].replace("_", "-").replace(".", "-")

    def form_class(self, model: type[models.Model]) -> type[ActForm]:
        """Return the form: the hand-written one, or one built from signature and model."""
        form_base = self.form or make_form_class(
            self.action,
            self.model or model,
            fields=self.fields,
            asks=self.asks,
            left_out=self.given,
            base=self.base,
        )
        attributes = {"act": self} | ({"groups": self.groups} if self.groups else {})
        return type(form_base.__name__, (form_base,), attributes)


@dataclass(frozen=True, kw_only=True)
class New(Act):
    """An action that creates a row under a unit or under another row; its form asks for the target if there are
    several.

    Attributes:
        targets: the units for which the actor may create a row; without any the form is not offered.
        target: the name of the form field in which the target is chosen.
        target_label: its label if it differs from that of the model's field.
        lacking: the message for a user without any target although the rule allows the action.
    """

    targets: "Callable[[Actor], AnyRows]"
    target: str = "body"
    target_label: str = ""
    lacking: str = "您没有可以办理这件事的单位。"
    done: str = "已登记。"

    def form_class(self, model: type[models.Model]) -> type[ActForm]:
        """Return the form with a field for the target (mostly the unit) first."""
        form_base = super().form_class(model)
        if self.target in form_base.base_fields:
            return form_base
        field = find_model_field(model, self.target)
        label = self.target_label or (str(field.verbose_name) if field is not None else "单位")
        related = field.related_model if field is not None else None
        chosen: forms.Field
        if isinstance(related, type) and related is not Body:
            chosen = forms.ModelChoiceField(related._default_manager.none(), label=label, empty_label=CHOOSE_PROMPT)
        else:
            chosen = UnitField(Body.objects.none(), label=label, empty_label=CHOOSE_PROMPT)
        return type(
            form_base.__name__,
            (form_base,),
            {self.target: chosen, "field_order": [self.target, *form_base.base_fields]},
        )


def make_form_class(
    action: AnyAction,
    model: type[models.Model],
    *,
    fields: Sequence[str] | None = (),
    asks: Mapping[str, forms.Field] | None = None,
    left_out: Collection[str] = (),
    base: type[ActForm] = ActForm,
) -> type[ActForm]:
    """Build the form of an action from its signature and the model.

    Raises:
        TypeError: a parameter is neither a model field nor in `asks` or `COMMON_FIELDS`.
    """
    _, *signature_parameters = inspect.signature(action.function).parameters.values()
    parameters = {
        p.name: p
        for p in signature_parameters
        if p.name not in PAGE_SUPPLIED_PARAMETERS
        and p.name not in left_out
        and p.kind is not inspect.Parameter.VAR_KEYWORD
        and not p.name.startswith("_")
    }
    form_class: dict[str, forms.Field] = {}
    for name in () if fields is None else fields or tuple(parameters):
        parameter = parameters.get(name)
        needed = None if parameter is None else parameter.default is inspect.Parameter.empty
        form_class[name] = _make_field(action, model, name, needed=needed, asks=asks or {})
    return type(f"{action.name.title().replace('.', '').replace('_', '')}Form", (base,), form_class)


def _make_field(
    action: AnyAction,
    model: type[models.Model],
    name: str,
    *,
    needed: bool | None,
    asks: Mapping[str, forms.Field],
) -> forms.Field:
    """Return the form field of an argument of an action: declared, from the model, or a common one.

    Raises:
        TypeError: none of these exists.
    """
    if name in asks:
        return deepcopy(asks[name])
    field = find_model_field(model, name)
    if field is not None:
        form_field = make_form_field(field)
        required = not field.blank if needed is None else needed
        # A choice field without empty choice always has a value.
        required = required or (isinstance(form_field, forms.ChoiceField) and bool(form_field.initial))
    elif name in COMMON_FIELDS:
        form_field, required = COMMON_FIELDS[name](), bool(needed)
    else:
        raise TypeError(f"{action.name}: what is asked for as “{name}”? Name its field in `asks`")
    form_field.required = required and not isinstance(form_field, forms.BooleanField)
    form_field.widget.is_required = form_field.required
    return form_field


def make_form_field(model_field: "AnyField") -> forms.Field:
    """Return the form field of a model field; for a relation the page sets the rows to choose from.

    Raises:
    TypeError: a form cannot ask for it.
    """
    field_facts: FieldFacts = {"label": str(model_field.verbose_name), "help_text": str(model_field.help_text)}
    if model_field.choices:
        return _make_choice_field(model_field, field_facts)
    if model_field.is_relation:
        return _make_relation_field(model_field, field_facts)
    if isinstance(model_field, models.TextField):
        return words_field(
            field_facts["label"], rows=3, limit=model_field.max_length or 5000, hint=field_facts["help_text"]
        )
    if isinstance(model_field, models.DateField):
        return (
            MomentField(**field_facts)
            if isinstance(model_field, models.DateTimeField)
            else YearCheckedDateField(**field_facts)
        )
    if isinstance(model_field, models.URLField):
        return forms.URLField(max_length=model_field.max_length, assume_scheme="https", **field_facts)
    numbers = {models.IntegerField: WholeNumberField, models.DecimalField: DecimalNumberField}
    kind = next((field for model, field in numbers.items() if isinstance(model_field, model)), None)
    form_field = model_field.formfield(**field_facts, form_class=kind) if kind else model_field.formfield(**field_facts)
    if form_field is None:
        raise TypeError(f"{model_field} cannot be asked for in a form")
    return form_field


def _make_choice_field(model_field: "AnyField", field_facts: FieldFacts) -> forms.Field:
    """Return a choice field that starts with the default, or with an empty choice if there is none."""
    choices = [(value, text) for value, text in model_field.flatchoices if value not in ("", None)]
    default = model_field.get_default() if model_field.has_default() else None
    if default in (None, ""):
        return forms.ChoiceField(choices=[("", CHOOSE_PROMPT), *choices], **field_facts)
    field = forms.ChoiceField(choices=choices, **field_facts)
    field.initial = default
    return field


def _make_relation_field(field: "AnyField", field_facts: FieldFacts) -> forms.Field:
    """Return a choice field without rows for a relation; the page sets the rows."""
    if field.related_model is Body:
        if field.many_to_many:
            return BodiesChoice(**field_facts)
        return UnitField(Body.objects.none(), **field_facts, empty_label=CHOOSE_PROMPT)
    model = field.related_model
    assert isinstance(model, type)
    return forms.ModelChoiceField(model._default_manager.none(), **field_facts, empty_label=CHOOSE_PROMPT)
