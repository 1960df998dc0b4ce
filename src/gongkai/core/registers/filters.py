"""Filters of a register, declared by field name and built with django-filter.

A field with choices becomes a list, a unit field the units with rows, a date its year, a
boolean 是/否. `YearFilter(…, this_year=True)` selects this year by default; `("month", month_filter("on"))`
selects a month. Any filter of django-filter can be declared with its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from django import forms
from django.db import models
from django.http import Http404, QueryDict
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet, ModelChoiceFilter

from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.acts.object_access import VISIBLE_ROWS_BY_MODEL, get_visible_or_404
from gongkai.core.registers.columns import find_model_field
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import style_inputs
from gongkai.lib.chinese.normalisation import normalise_characters

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow

#: Name of the search field.
SEARCH_FIELD = "q"


class ChosenFilters(dict[str, object]):
    """The chosen filter values by name."""

    @property
    def year(self) -> int | None:
        """Return the chosen year, or None for all."""
        return int(str(self["year"])) if self.get("year") else None

    @property
    def unit(self) -> Body | None:
        """Return the chosen unit, or None for all."""
        chosen = self.get("body")
        return chosen if isinstance(chosen, Body) else None


@dataclass(frozen=True)
class YearFilter:
    """A filter by the year of a date or by a year field.

    `this_year`: this year is the default (minus `back` years; `newest`: the newest year with rows).
    """

    field: str
    this_year: bool = False
    label: str = "年度"
    back: int = 0
    newest: bool = False

    def default_year(self, rows: "AnyRows") -> str:
        """Return the default year as text: this year minus `back`, or with `newest` the newest year with rows."""
        return list_years(rows, self)[0][0] if self.newest else str(timezone.localdate().year - self.back)


class RowFilter(ModelChoiceFilter):  # type: ignore[misc]
    """A filter that offers the rows of another model to which rows in the list refer."""


class UnitFilter(RowFilter):
    """A filter that offers the units with rows in the list; a search field if there are more than 300."""

    field_class = UnitField

    @classmethod
    def of(cls, path: str, label: str) -> "UnitFilter":
        """Return the filter by the unit at a field path."""
        return cls(field_name=path, label=label, queryset=Body.objects.none(), empty_label="全部")


def make_hidden_filter(
    method: "Callable[[AnyRows, str, str], AnyRows]" = lambda rows, name, value: rows,
) -> CharFilter:
    """Return a filter without form field: a link sets it, and the list preserves it in the URL."""
    return CharFilter(label="", method=method, widget=forms.HiddenInput)


class PresentValuesFilter(ChoiceFilter):  # type: ignore[misc]
    """A filter by those values of a field that occur in the list, each labelled by another field (`called`)."""

    def __init__(self, path: str, label: str, *, called: str) -> None:
        self.called = called
        super().__init__(label=label, field_name=path, choices=[], empty_label="全部")

    def among(self, rows: "AnyRows") -> list[tuple[str, str]]:
        """Return (value, value of the field `called`) of the values that occur in the list."""
        return list(rows.order_by(self.field_name).values_list(self.field_name, self.called).distinct())


class YesNoFilter(ChoiceFilter):  # type: ignore[misc]
    """A filter by an empty (null) or filled field, with its own labels."""

    def __init__(self, path: str, label: str, *, yes: str, no: str) -> None:
        super().__init__(label=label, field_name=path, choices=[("1", yes), ("0", no)], empty_label="全部")

    def filter(self, qs: "AnyRows", value: str) -> "AnyRows":
        """Return the rows whose field is filled, or empty."""
        return qs.filter(**{f"{self.field_name}__isnull": value == "0"}) if value in {"0", "1"} else qs


def make_month_filter(path: str) -> ChoiceFilter:
    """Return the filter by the month of a date."""
    months = [(str(month), f"{month}月") for month in range(1, 13)]
    return ChoiceFilter(label="月份", field_name=f"{path}__month", choices=months, empty_label="全部")


class DayFilter(DateFilter):  # type: ignore[misc]
    """A filter for rows from a date, or (`until`) up to it."""

    field_class = YearCheckedDateField

    def __init__(self, path: str, label: str, *, until: bool = False) -> None:
        expression = "lte" if until else "gte"
        super().__init__(label=label, field_name=path, lookup_expr=expression)


class SearchFilter(CharFilter):  # type: ignore[misc]
    """A text search in several fields."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        super().__init__(label="关键词", field_name=SEARCH_FIELD)

    def filter(self, qs: "AnyRows", value: str) -> "AnyRows":
        """Return the rows of which each of the first five words of `value` is in one of the fields."""
        for word in normalise_characters(str(value or "")).split()[:5]:
            qs = qs.filter(reduce(or_, (models.Q((f"{path}__icontains", word)) for path in self.paths)))
        return qs


class _YearChoiceFilter(ChoiceFilter):  # type: ignore[misc]
    """A choice among the years that have rows."""

    def __init__(self, year: YearFilter) -> None:
        self.year = year
        super().__init__(label=year.label, field_name=year.field, empty_label=None if year.this_year else "全部")

    def filter(self, qs: "AnyRows", value: str) -> "AnyRows":
        """Return the rows of the year."""
        if not value or value == self.null_value:
            return qs
        path = self.year.field if _is_year_field(qs, self.year.field) else f"{self.year.field}__year"
        return qs.filter(**{path: int(value)})


def _is_year_field(rows: "AnyRows", path: str) -> bool:
    return path in rows.query.annotations or isinstance(find_model_field(rows.model, path), models.IntegerField)


def list_years(rows: "AnyRows", year: YearFilter) -> list[tuple[str, str]]:
    """Return (value, label) of the years with rows and of the default year, newest first; with `newest` the default
    year only if no year has rows."""
    path = year.field if _is_year_field(rows, year.field) else f"{year.field}__year"
    existing = set(rows.order_by().values_list(path, flat=True).distinct()) - {None}
    if not (year.newest and existing):
        existing.add(timezone.localdate().year - year.back)
    return [(str(number), f"{number}年") for number in sorted(existing, reverse=True)]


class ListFilters(FilterSet):  # type: ignore[misc]
    """The filters of one list; `initial_filters` are the values before the user chooses.

    `tabs`: the filter shown as tabs. `folded_filters`: collapsed filters. `by`: the actor. `of`: the
    register's parent row.
    """

    initial_filters: Mapping[str, str] = {}
    tabs: str = ""
    folded_filters: Sequence[str] = ()

    def __init__(self, data: QueryDict, queryset: "AnyRows", by: Actor = ANONYMOUS, of: "AnyRow" = None) -> None:
        self.by, self.of = by, of
        parameters = data.copy()
        for name, list_filter in self.base_filters.items():
            if isinstance(list_filter, _YearChoiceFilter) and list_filter.year.this_year:
                parameters.setdefault(name, list_filter.year.default_year(queryset))
        for name, value in self.initial_filters.items():
            parameters.setdefault(name, value)
        super().__init__(parameters, queryset)
        for name, list_filter in self.filters.items():
            if isinstance(list_filter, _YearChoiceFilter):
                choices = list_years(queryset, list_filter.year)
                # A link may name a year without rows, for example from last
                # year's report.
                typed = parameters.get(name, "")
                if typed.isascii() and typed.isdigit() and len(typed) == 4 and typed not in dict(choices):
                    choices.append((typed, f"{typed}年"))
                list_filter.extra["choices"] = choices
            elif isinstance(list_filter, PresentValuesFilter):
                list_filter.extra["choices"] = list_filter.among(queryset)
            elif isinstance(list_filter, RowFilter):
                having = queryset.order_by().values(list_filter.field_name)
                there = list_filter.queryset.model._default_manager.filter(pk__in=having)
                # A link may name a unit without rows: the list is then empty, not
                # unfiltered.
                there |= there.model._default_manager.filter(
                    pk__in=_find_visible_ids(there.model, by, parameters.get(name))
                )
                # django-filter reads the attribute each time and overrides
                # `extra` with it.
                list_filter.queryset = there.order_by("position", "pk") if there.model is Body else there
        style_inputs(self.form)
        if self.tabs:
            self.form.fields[self.tabs].widget = forms.HiddenInput()

    @property
    def chosen(self) -> ChosenFilters:
        """Return the valid chosen values by filter name."""
        valid = self.form.is_valid()
        cleaned_values = self.form.cleaned_data if valid else getattr(self.form, "cleaned_data", {})
        return ChosenFilters({name: value for name, value in cleaned_values.items() if value not in (None, "")})

    @cached_property
    def unknown(self) -> frozenset[str]:
        """Return the names of choice filters with an invalid value, for which the list shows no rows."""
        wrong = self.form.errors
        return frozenset(name for name in wrong if isinstance(self.filters[name], (ChoiceFilter, ModelChoiceFilter)))

    @property
    def invalid_choice_message(self) -> str:
        """Return the message for an invalid choice, or ""."""
        for name in self.filters:
            if name in self.unknown:
                choice, label = str(self.data.get(name, ""))[:20], self.filters[name].label
                return f"不知道“{choice}”是哪个{label}，没有列出记录。请重新选择{label}。"
        return ""

    @property
    def fields(self) -> "list[BoundField]":
        """Return the visible filters."""
        return [field for field in self.form.visible_fields() if field.name not in self.folded_filters]

    @property
    def folded(self) -> "list[BoundField]":
        """Return the collapsed filters."""
        return [field for field in self.form.visible_fields() if field.name in self.folded_filters]

    @property
    def uses_collapsed_filter(self) -> bool:
        """Return true if a collapsed filter is in use."""
        return any(field.value() or field.errors for field in self.folded)

    @property
    def narrowed(self) -> bool:
        """Return true if the user chose anything other than the defaults."""
        by_default = {
            name
            for name, list_filter in self.filters.items()
            if isinstance(list_filter, _YearChoiceFilter) and list_filter.year.this_year
        }
        return any(
            self.initial_filters.get(name) != value
            for name, value in self.chosen.items()
            if name not in {*by_default, self.tabs}
        )

    def rows(self, replaced_choices: Mapping[str, object] | None = None) -> "AnyRows":
        """Return the matching rows, with some choices replaced; none for an invalid choice."""
        if self.unknown - set(replaced_choices or ()):
            return self.queryset.none()
        rows = self.queryset.all()
        for name, value in {**self.chosen, **(replaced_choices or {})}.items():
            rows = self.filters[name].filter(rows, value)
        return rows


def make_filter_class(
    model: type[models.Model],
    declared: Iterable["str | YearFilter | tuple[str, Filter]"],
    words: Sequence[str],
    initial_filters: Mapping[str, str],
    heads: Mapping[str, str],
    tabs: str = "",
    folded_filters: Sequence[str] = (),
) -> type[ListFilters]:
    """Build the filter set class of a list.

    Args:
        model: of the rows.
        declared: names of fields, `YearFilter`s, or pairs of a name and a filter of django-filter.
        words: the fields that the search box searches; empty: no search box.
        initial_filters: values for a URL without parameters.
        heads: field → heading of its column, which also labels the filter by that field.
        tabs: the name of the filter that is shown as tabs.
        folded_filters: the names of the collapsed filters.
    """
    filters: dict[str, Filter] = {SEARCH_FIELD: SearchFilter(words)} if words else {}
    for entry in declared:
        if isinstance(entry, tuple):
            filters[entry[0]] = entry[1]
        elif isinstance(entry, YearFilter):
            filters["year"] = _YearChoiceFilter(entry)
        else:
            filters[entry] = _make_filter(model, entry)
            filters[entry].label = heads.get(entry) or filters[entry].label
    for position, filter_ in enumerate(filters.values()):
        filter_.creation_counter = position  # django-filter shows them by that: in the order of the declaration
    return type(
        "Filters",
        (ListFilters,),
        {**filters, "initial_filters": initial_filters, "tabs": tabs, "folded_filters": folded_filters},
    )


def _find_visible_ids(model: type[models.Model], by: Actor, requested_id: str | None) -> list[int]:
    """Return the requested id as a list of one if the actor sees the row, else an empty list."""
    if not requested_id or model not in VISIBLE_ROWS_BY_MODEL:
        return []
    try:
        return [get_visible_or_404(by, model, requested_id).pk]
    except Http404:
        return []


def _make_filter(model: type[models.Model], name: str) -> Filter:
    """Return the filter for a model field, by the type of the field.

    Raises:
        TypeError: the field has no choices.
    """
    field = find_model_field(model, name)
    assert field is not None, f"{model.__name__} has no field {name} to filter by"
    label = str(field.verbose_name)
    if field.related_model is Body:
        return UnitFilter.of(name, label)
    if isinstance(field.related_model, type):
        rows = field.related_model._default_manager.none()
        return RowFilter(field_name=name, label=label, queryset=rows, empty_label="全部")
    if field.choices:
        return ChoiceFilter(field_name=name, label=label, choices=field.flatchoices, empty_label="全部")
    if isinstance(field, models.BooleanField):
        yes_no: list[tuple[str, str]] = [("1", "是"), ("0", "否")]
        method: Callable[..., object] = lambda rows, path, value: rows.filter(**{path: value == "1"})  # noqa: E731
        return ChoiceFilter(field_name=name, label=label, choices=yes_no, empty_label="全部", method=method)
    if isinstance(field, models.DateField):
        return _YearChoiceFilter(YearFilter(name, label=label))
    raise TypeError(f"{model.__name__}.{name} has no choices: declare a filter with its name")


def list_hidden_fields(form: forms.Form, data: QueryDict, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return (name, value) of the parameters that a filter form preserves, such as sort order."""
    return [(name, str(data[name])) for name in names if data.get(name) and name not in form.fields]
