"""Forms: a record, a new table, sending for review, a schema with its fields."""

import re
from typing import Unpack

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone

from gongkai.content.editions.models import Column, ColumnKind, Document, Shelf
from gongkai.content.editions.models.editions import DisclosureBasis, ItemKind
from gongkai.content.editions.rules import filter_publishable_columns
from gongkai.core.ledger.forms import EntryActionForm, register_entry_form
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.units.forms.units import SearchedField
from gongkai.core.units.models import BodyLevel
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FieldFacts, FormFacts, Posted, Sent
from gongkai.work.tables.actions.records import EDITABLE_FIELDS
from gongkai.work.tables.fields import FIELD_KINDS, MAX_SCHEMA_FIELDS, SchemaField, find_exceeded_bounds
from gongkai.work.tables.models import PublicTable, Record, TableGroup, TableSchema

#: Prefix of the names of schema fields in forms, so that they never equal other field names.
FIELD_NAME_PREFIX = "v_"
#: Name of the form field that confirms improbable numbers.
CONFIRMATION_FIELD = "sure"


class TableRecordForm(forms.Form):
    """The form for one row, made from its schema; required values may stay empty."""

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        table: PublicTable,
        record: Record | None = None,
        **kwargs: Unpack[FormFacts],
    ) -> None:
        self.table = table
        self.listed = tuple(field for field in table.schema.all_fields if not field.opinion_of)
        super().__init__(data, files, **kwargs)
        values = record.values if record else {}
        for index, one in enumerate(self.listed):
            name = FIELD_NAME_PREFIX + one.key
            owed = one.is_owed_on_level(table.body.level)
            self.fields[name] = _make_input(one, required=index == 0, owed=owed)
            self.fields[name].either = owed  # type: ignore[attr-defined]  # not said to be optional
            self.initial[name] = _get_initial_value(one, values.get(one.key))
        if table.schema.documents:
            self.fields["bases"] = forms.CharField(
                label="政策依据",
                required=False,
                help_text="政策库中文件的文号或者标题，每行一个；文件失效、废止时这一条会被标出",
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=3000,
            )
            self.initial["bases"] = "\n".join(_list_document_names(record)) if record else ""
        if self.data.get(CONFIRMATION_FIELD):
            self.fields[CONFIRMATION_FIELD] = _make_confirmation_field()

    def clean(self) -> dict[str, object]:
        """Validate all fields and report each error at its field."""
        read: dict[str, object] = {}
        for field in self.listed:
            name = FIELD_NAME_PREFIX + field.key
            try:
                if isinstance(typed := self.cleaned_data.get(name), list):
                    self.cleaned_data[name] = typed = "、".join(typed)
                read[field.key] = field.read(typed)
            except BadCell as bad:
                self.add_error(name, f"{bad.what}，{bad.todo}。")
        if not self.cleaned_data.get(CONFIRMATION_FIELD):
            self._warn_about_number(read)
        return self.cleaned_data

    def _warn_about_number(self, read: dict[str, object]) -> None:
        """Report implausible numbers (5 units of 4), to correct or confirm."""
        keys = {field.label: FIELD_NAME_PREFIX + field.key for field in self.listed}
        for fault in find_exceeded_bounds(self.listed, read):
            self.fields[CONFIRMATION_FIELD] = _make_confirmation_field()
            self.add_error(keys[fault.label], f"{fault.what}。请改正；确实如此的，勾选最下面一项。")

    def clean_bases(self) -> list[Document]:
        """Return the policy documents named by number or title (ValidationError: not public)."""
        documents: list[Document] = []
        for line in filter(None, map(str.strip, self.cleaned_data["bases"].splitlines())):
            bare = line.strip("《》")
            shelf = (
                Shelf.objects.filter(column=None, number=bare).order_by("pk").first()
                or Shelf.objects.filter(column=None, title=bare).order_by("pk").first()
            )
            if shelf is None:
                raise forms.ValidationError(f"已公开的文件中没有“{line[:40]}”，请核对文号或者标题。")
            documents.append(shelf.document)
        return documents

    def facts(self) -> dict[str, object]:
        """Return the arguments of the actions on records."""
        values: dict[str, object] = {
            "values": {field.key: self.cleaned_data.get(FIELD_NAME_PREFIX + field.key) for field in self.listed}
        }
        if self.table.schema.documents:
            values["documents"] = self.cleaned_data["bases"]
        return values


def _make_confirmation_field() -> forms.BooleanField:
    return forms.BooleanField(label="标出的数字已经核对，确实如此", required=False)


def _list_document_names(record: Record) -> list[str]:
    """Return number or title of the public documents of a record, each once."""
    rows = Shelf.objects.filter(column=None, document__in=record.documents.all()).order_by("document", "pk")
    names = {row.document_id: row.number or row.title for row in rows}
    return list(names.values())


def _make_input(field: SchemaField, *, required: bool, owed: bool) -> forms.Field:
    """Return the form field for a table field; `owed`: should be filled, may stay empty."""
    label = field.head + ("" if not owed or required else "（应填）")
    facts: FieldFacts = {"label": label, "required": required, "help_text": field.help}
    if field.kind == "choice":
        return forms.ChoiceField(choices=[("", "请选择"), *((c, c) for c in field.choices)], **facts)
    if field.kind == "choices":
        facts["widget"] = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=[(c, c) for c in field.choices], **facts)
    if field.kind == "yes_no":
        return forms.ChoiceField(choices=[("", "请选择"), ("是", "是"), ("否", "否")], **facts)
    if field.kind == "long":
        facts["widget"] = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(max_length=4000, **facts)
    if field.kind == "day":
        return YearCheckedDateField(**facts)
    return forms.CharField(max_length=300, **facts)


def _get_initial_value(field: SchemaField, value: object) -> object:
    """Return a stored value as the form shows it."""
    if field.kind == "yes_no":
        return "" if value in (None, "") else field.show(value)
    if field.kind == "choices":
        return str(value or "").split("、")
    return value


class OpenColumnChoice(SearchedField):
    """A choice of open columns by site and path."""

    def label_from_instance(self, obj: Column) -> str:
        """Return the path, after the site's name unless it is the default site."""
        site = "" if obj.website.is_default else f"{obj.website.name}："
        return f"{site}{obj.title}"


class SendForReviewForm(forms.Form):
    """The form for the column of a table that is sent for review."""

    column = OpenColumnChoice(
        label="公开栏目", queryset=Column.objects.none(), help_text="输入栏目名称的一部分查找，选一个"
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, source: PublicTable | Record, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = self.fields["column"]
        assert isinstance(field, OpenColumnChoice)
        rows = Column.objects.filter(opened_at__isnull=False, archived_at=None).exclude(kind=ColumnKind.LINK)
        field.queryset = (
            filter_publishable_columns(rows, {source.unit.pk})
            .select_related("website")
            .order_by("-website__is_default", "key")
        )
        proposed = _find_last_column(source) or _find_matching_column(
            source.schema, rows.order_by("-website__is_default", "key")
        )
        if proposed:
            self.initial.setdefault("column", proposed.pk)
        else:
            field.help_text += "；没有名称相近的栏目，可以先由政务公开办开设"


def _find_last_column(source: PublicTable | Record) -> Column | None:
    """Return the column of a source, or of the unit's latest earlier edition."""
    streams = [source.stream]
    if isinstance(source, PublicTable) and source.year:
        earlier_tables = PublicTable.objects.filter(schema=source.schema, body=source.body, year__lt=source.year)
        streams += [table.stream for table in earlier_tables.order_by("-year")]
    placed = (Column.objects.filter(placements__document__source=stream).first() for stream in streams)
    return next((column for column in placed if column and column.archived_at is None), None)


def _find_matching_column(schema: TableSchema, rows: QuerySet[Column]) -> Column | None:
    """Return the column named like a schema or its group, else one containing it."""
    label, group = schema.label.split("（")[0], schema.get_group_display()
    queries = [Q(name__in=(label, schema.label, group, f"{label}信息公开")), Q(name__contains=label)]
    if schema.group == TableGroup.INSTITUTION:
        queries.append(Q(name__contains=group))
    return next(filter(None, (rows.filter(query).first() for query in queries)), None)


class SchemaForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form for the fields of a schema itself."""

    kind = forms.ChoiceField(label="信息类别", choices=ItemKind.choices)
    basis = forms.ChoiceField(label="公开依据", choices=DisclosureBasis.choices)

    class Meta:
        model = TableSchema
        fields = tuple(name for name in EDITABLE_FIELDS if name != "fields")
        field_classes = {"review_days": WholeNumberField}


class FieldForm(forms.Form):
    """The form for one field of a schema."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=31)
    label = forms.CharField(label="字段", max_length=40, required=False)
    kind = forms.ChoiceField(label="类型", choices=list(FIELD_KINDS.items()))
    unit = forms.CharField(label="单位", max_length=10, required=False)
    required = forms.BooleanField(label="应填", required=False)
    signed = forms.BooleanField(label="可为负数", required=False)
    at_most = forms.CharField(label="不大于", max_length=40, required=False)
    choices = forms.CharField(label="可选内容（顿号隔开）", max_length=600, required=False)
    help = forms.CharField(label="填写说明", max_length=120, required=False)
    levels = forms.MultipleChoiceField(
        label="只对这些层级", choices=BodyLevel.choices, required=False, widget=forms.MultipleHiddenInput
    )


FieldForms = formset_factory(FieldForm, extra=3, max_num=MAX_SCHEMA_FIELDS, absolute_max=MAX_SCHEMA_FIELDS + 3)


#: Facts of a schema's field that its form shows as they are stored.
UNCHANGED_FACTS = ("label", "kind", "unit", "required", "signed", "help")


def get_initial_fields(schema: TableSchema) -> list[dict[str, object]]:
    """Return the initial values of a schema's field forms."""
    labels = {field.key: field.label for field in schema.all_fields}
    return [
        {
            "key": field.key,
            **{name: getattr(field, name) for name in UNCHANGED_FACTS},
            "at_most": labels.get(field.at_most, ""),
            "choices": "、".join(field.choices),
            "levels": list(field.levels),
        }
        for field in schema.all_fields
    ]


def read_submitted_fields(forms_: BaseFormSet[FieldForm], schema: TableSchema | None) -> list[dict[str, object]]:
    """Return the submitted fields with a name; hidden attributes keep their values."""
    old_fields = {field.key: field.as_json() for field in schema.all_fields} if schema else {}
    used = set(old_fields) | (_list_stored_keys(schema) if schema else set())
    submitted_fields = []
    for form in forms_:
        cleaned_data = form.cleaned_data
        if not cleaned_data.get("label", "").strip():
            continue
        key = cleaned_data["key"] or _make_new_key(used)
        used.add(key)
        facts = {
            **old_fields.get(key, {}),
            **{name: cleaned_data[name] for name in UNCHANGED_FACTS},
        }
        facts["key"] = key
        facts["choices"] = [choice for choice in re.split(r"[、，,；;\s]+", cleaned_data["choices"]) if choice]
        facts["at_most"] = cleaned_data.get("at_most", "").strip()
        submitted_fields.append(facts)
    by_label = {facts["label"].strip(): facts["key"] for facts in submitted_fields}
    for facts in submitted_fields:
        facts["at_most"] = by_label.get(facts["at_most"], facts["at_most"])
    return submitted_fields


def _list_stored_keys(schema: TableSchema) -> set[str]:
    """Return the keys with a stored value in any record, also those of removed fields."""
    rows = Record.objects.filter(table__schema=schema).values_list("values", flat=True)
    return set().union(*rows.iterator())


def _make_new_key(used_keys: set[str]) -> str:
    """Return the first of the keys f1, f2, … that is not used."""
    return next(key for number in range(1, 1000) if (key := f"f{number}") not in used_keys)


class _PublishedForm(EntryActionForm):
    on = YearCheckedDateField(label="公开日期", initial=timezone.localdate)


class _ElsewhereForm(_PublishedForm):
    address = forms.URLField(label="公开网址", max_length=500, assume_scheme="https")


def register_duty_forms() -> None:
    """Register the forms of the duties to publish budgets."""
    register_entry_form("budget_duty.report", _ElsewhereForm)
    register_entry_form("budget_duty.accept", _PublishedForm)
