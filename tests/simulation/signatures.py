"""Build a form for any action from its signature, to call it as an API, a job or a command does."""

import inspect
import re
import types
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from django import forms
from django.apps import apps
from django.db.models import Choices, Field, Model, QuerySet

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.registers.columns import find_model_field
from gongkai.core.registers.forms import COMMON_FIELDS, PAGE_SUPPLIED_PARAMETERS, make_form_field
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Body
from gongkai.core.widgets.fields import RowChoices
from simulation.addresses import _names_in
from simulation.ways import body_of, link_to

#: Value types with a form field.
PLAIN: dict[type, Callable[[], forms.Field]] = {
    bool: forms.BooleanField, int: partial(forms.IntegerField, min_value=1, max_value=9), Decimal: forms.DecimalField,
    datetime: forms.DateTimeField, date: forms.DateField, str: forms.CharField,
}  # fmt: skip
#: Maximum number of functions searched for allowed texts.
MAX_FUNCTIONS = 12
#: Collection types.
COLLECTION_TYPES = (Sequence, Collection, Iterable, list, tuple, set, frozenset)


class Unfit(Exception):
    """An action has a parameter that no form field can supply, such as a plan or a table."""


def form_of(act: str, target: Model | None) -> type[forms.Form]:
    """Return the form of an act's parameters, with the rows that belong to its target.

    Raises:
        Unfit: a parameter that it needs is of no kind that a form has.
    """
    fields: dict[str, forms.Field] = {}
    for name, hint, needed in _parameters(act):
        try:
            fields[name] = _field(act, name, hint, target)
        except Unfit:
            if needed and ACTIONS_BY_NAME[act].ahead is None:  # what is read ahead is not given by who calls
                raise
            continue
        fields[name].required = needed and not isinstance(fields[name], forms.BooleanField)
    return type("SignatureForm", (forms.Form,), fields)


@cache
def is_fit(act: str) -> bool:
    """Return true for an action whose parameters a form can supply."""
    try:
        form_of(act, None)
    except Unfit:
        return False
    return True


def facts_of(act: str, form: forms.Form) -> dict[str, object]:
    """Return a valid form's arguments for the action; omitted ones have their default."""
    hints = {name: _plain(hint) for name, hint, _ in _parameters(act)}
    found: dict[str, object] = {}
    for name, value in form.cleaned_data.items():
        if value in (None, "") or (isinstance(value, QuerySet) and not form.fields[name].required and not value):
            continue
        kind, several = hints[name]
        if kind is int and isinstance(value, QuerySet | list):
            found[name] = [getattr(one, "pk", one) for one in value]
        elif kind is int and isinstance(value, Model):
            found[name] = value.pk
        else:
            found[name] = ([value] if isinstance(value, str | int) else [*value]) if several else value
    return found


@cache
def _parameters(act: str) -> tuple[tuple[str, Any, bool], ...]:
    function = inspect.unwrap(ACTIONS_BY_NAME[act].function)
    hints = get_type_hints(function)
    _, *rest = inspect.signature(function).parameters.values()
    found = [
        (one.name, hints.get(one.name, object), one.default is inspect.Parameter.empty)
        for one in rest
        if one.name not in PAGE_SUPPLIED_PARAMETERS and one.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    for one in rest:  # `**facts: Unpack[Facts]`
        named = get_args(hints.get(one.name)) if one.kind is inspect.Parameter.VAR_KEYWORD else ()
        if named and is_typeddict(named[0]):
            found += [(key, hint, key in named[0].__required_keys__) for key, hint in get_type_hints(named[0]).items()]
    return tuple(found)


def _plain(hint: Any) -> tuple[Any, bool]:
    """Return the type of a parameter's value, and true if it is a collection."""
    if get_origin(hint) in {Union, types.UnionType}:
        hint = next((one for one in get_args(hint) if one is not type(None)), object)
    if get_origin(hint) in COLLECTION_TYPES or get_origin(hint) in {
        one for one in COLLECTION_TYPES if isinstance(one, type)
    }:
        return (get_args(hint) or (object,))[0], True
    return hint, False


def _field(act: str, name: str, hint: Any, target: Model | None) -> forms.Field:
    kind, several = _plain(hint)
    if not isinstance(kind, type):
        raise Unfit(name)
    model = kind if issubclass(kind, Model) else _model_called(name) if kind is int else None
    if model is not None and model._meta.app_label != "files":
        chosen = RowChoices if several else forms.ModelChoiceField
        return chosen(rows_near(model, target))
    if issubclass(kind, Enum):
        return forms.ChoiceField(choices=[(one.value, one.name) for one in kind])
    if kind not in PLAIN or (several and kind not in {str, int}):
        raise Unfit(name)
    own = find_model_field(type(target), name) if target is not None else None
    codes = codes_for(act, name, several=several) if kind in {str, int} else ()
    if kind is int and codes and all(map(str.isdigit, codes)):
        return forms.TypedChoiceField(choices=[(one, one) for one in codes], coerce=int)
    if (
        kind is str
        and isinstance(own, Field)
        and not own.is_relation
        and (not codes or {str(key) for key, _ in own.flatchoices} & {*codes})  # else another matter of the same name
    ):
        return make_form_field(own)
    if kind in {str, date} and name in COMMON_FIELDS:
        return COMMON_FIELDS[name]()
    if codes and kind is str:
        return forms.ChoiceField(choices=[(one, one) for one in codes])
    return forms.IntegerField() if "year" in name and kind is int else PLAIN[kind]()


@cache
def _model_called(name: str) -> type[Model] | None:
    """Return the model that a parameter name such as `measure` or `duties` refers to."""
    word = re.sub("ies$", "y", name).removesuffix("s").replace("_", "")
    return next((one for one in apps.get_models() if one._meta.model_name in {word, name}), None)


@cache
def codes_for(act: str, name: str, *, several: bool = False) -> tuple[str, ...]:
    """Return the words that a text has to be one of.

    They are a choice or a table that the act's code names like it, or the choices of a field of the app with its name.
    """
    function = inspect.unwrap(ACTIONS_BY_NAME[act].function)
    codes, waiting, package = dict[str, tuple[str, ...]](), [function], ".".join(function.__module__.split(".")[:3])
    for one in waiting:
        for value_name in sorted(_names_in(one.__code__)[0]):
            value = one.__globals__.get(value_name)
            if isinstance(value, type) and issubclass(value, Choices) and value.__name__[-5:] != "State":
                codes[value.__name__.lower()] = tuple(map(str, value.values))
            elif isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
                codes[value_name.lower().replace("_", "")] = tuple(value)
            elif (
                isinstance(value, types.FunctionType) and value.__module__.startswith(package) and value not in waiting
            ):
                waiting += [value] if len(waiting) < MAX_FUNCTIONS else []
    word = name.removesuffix("s").replace("_", "")
    if found := next((values for said, values in codes.items() if word in said), ()):
        return found
    own = [value for key in _names_in(function.__code__)[0] if (value := function.__globals__.get(key)) is not None]
    choices = [
        one for one in own if isinstance(one, type) and issubclass(one, Choices) and one.__name__[-5:] != "State"
    ]
    if len(choices) == 1 and several:
        return tuple(map(str, choices[0].values))
    models = [one for one in apps.get_models() if one.__module__.startswith(package)]
    fields = [
        own for one in models if (own := find_model_field(one, name)) is not None and own.choices and name != "state"
    ]
    return tuple(str(key) for key, _ in fields[0].flatchoices if key) if fields else ()


def rows_near(model: type[Model], target: Model | None) -> QuerySet[Any]:
    """Return rows of a model related to a row or its parent; else those of its unit; else all."""
    rows = model._base_manager.order_by("-pk")
    if model is Body:
        staffed = Appointment.objects.filter(in_force_q()).values("body")
        return rows.filter(active_to=None, pk__in=staffed)
    if target is None:
        return rows
    if isinstance(target, model):
        return rows.exclude(pk=target.pk)
    if link := link_to(model, type(target)):
        return rows.filter(**{f"{link}_id": target.pk})
    for one in model._meta.get_fields():  # rows of its rows
        above = getattr(one, "related_model", None)
        if getattr(one, "many_to_one", False) and isinstance(above, type) and (link := link_to(above, type(target))):
            return rows.filter(**{f"{one.name}__{link}_id": target.pk})
    under = {
        field.name: getattr(target, field.attname) for field in type(target)._meta.concrete_fields if field.is_relation
    }
    for one in model._meta.get_fields():  # rows of the same record
        if getattr(one, "many_to_one", False) and under.get(one.name) is not None and one.related_model is not Body:
            return rows.filter(**{f"{one.name}_id": under[one.name]})
    if (link := link_to(model, Body)) and (body := body_of(target)):
        return rows.filter(**{f"{link}_id": body})
    return rows
