"""Shared form fields: short texts, and a document of the library by its name."""

from collections.abc import Sequence
from functools import partial
from typing import Unpack

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.queries.office import filter_nameable_records
from gongkai.core.acts.actors import Actor
from gongkai.core.units.forms import base
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.lib.chinese.document_numbers import canonical_number

#: Error for a document that is not found; it does not reveal unpublished documents of other units.
NOT_NAMEABLE_ERROR = (
    "在已公开的和本单位的文件中找不到这一份，请填写完整的文号、统一登记编号或标题，也可以从提示中选择；"
    "国家法律法规和别的单位没有公开的文件，有“库外文件”一栏的，填在那里。"
)
#: A field for a few sentences.
make_words_field = partial(base.words_field, rows=2, limit=300)


class RecordField(forms.CharField):
    """A form field that finds a record by number, unified number or full title."""

    #: Documents that may be named; the form sets them for its user (`DocumentNamingForm`).
    rows: QuerySet[PolicyRecord] | None = None

    def clean(self, value: object) -> PolicyRecord | None:
        """Return the named record, or None if empty."""
        said = super().clean(value)
        if not said:
            return None
        record = find_record(said, PolicyRecord.objects.none() if self.rows is None else self.rows)
        if record is None:
            raise forms.ValidationError(NOT_NAMEABLE_ERROR)
        return record


def find_record(typed: str, among: QuerySet[PolicyRecord]) -> PolicyRecord | None:
    """Return the record with the typed number or title, or None if there is none or several.

    A suggestion, number, unified number or full title names a record.
    """
    text = typed.strip().removeprefix("《")
    head, _, rest = text.rpartition("》（")
    tries: list[dict[str, object]] = [
        {"unified_number": text},
        {
            "title__in": _list_title_spellings(text.rstrip("》")),
        },
        {"title": typed.strip()},
    ]
    if head:
        tries.insert(0, {"title__in": _list_title_spellings(head), "number_key": canonical_number(rest.rstrip("）"))})
    if key := canonical_number(text):
        tries.append({"number_key": key})
    for condition in tries:
        rows = list(among.filter(**condition)[:2])
        if len(rows) == 1:
            return rows[0]
    return None


def _list_title_spellings(text: str) -> list[str]:
    """Return the spellings of a cited title: inner titles in 〈〉 or 《》."""
    return [text, text.replace("〈", "《").replace("〉", "》")]


def list_suggestions(rows: QuerySet[PolicyRecord], limit: int = 400) -> list[str]:
    """Return the names of the newest records, at most `limit`, for a list of suggestions."""
    return [str(record) for record in rows.only("title", "number").order_by("-pk")[:limit]]


class SuggestionInput(forms.TextInput):
    """A text input with a `datalist` of suggestions."""

    proposals: Sequence[str] = ()

    def render(self, name: str, value: object, *args: object, **kwargs: object) -> SafeString:
        """Render the input and its list."""
        line = super().render(name, value, *args, **kwargs)  # type: ignore[arg-type]
        options = format_html_join("", '<option value="{}">', ((proposal,) for proposal in self.proposals))
        return format_html('{}<datalist id="policy-names">{}</datalist>', line, options)


class DocumentNamingForm(forms.Form):
    """A form whose fields name documents that are public or visible to the user."""

    def __init__(self, data: Posted = None, files: Sent = None, *, by: Actor, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        for field in self.fields.values():
            if isinstance(field, RecordField):
                field.rows = filter_nameable_records(by)


#: Attributes of an input that suggests documents of the library.
SUGGESTION_INPUT_ATTRIBUTES = {"list": "policy-names", "autocomplete": "off"}
