"""Values for form fields, drawn from what each field declares; in a share of fills one of them is unlawful."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model, QuerySet
from django.utils import timezone

from factories.checks import docx_with, pdf_with, xlsx_with

GIVEN_NAMES = ("大数据", "公共资源", "行政审批", "市民热线")
SENTENCES = (
    "经核对，情况属实，按规定办理。",
    "请说明老旧小区改造的补助标准和申请条件。",
    "已在规定期限内公开，内容完整准确，咨询电话和依据一并列明。",
    "因材料不齐，需要补充以后继续办理，并向申请人说明理由。",
)
NAMES = ("专项规划公开", "财政收支情况", "住房保障政策", "教育招生工作", "便民服务事项")
#: Texts by a part of a field's name: what its form would refuse otherwise.
BY_NAME = {
    "phone": ("0799-8001234", "13800000000"),
    "number": ("0799-8001234",),
    "mobile": ("13800000000",),
    "id_number": ("11010519491231002X",),
    "postcode": ("343000",),
    "url": ("https://www.yunling.gov.example/a.html",),
    "email": ("a@yunling.example",),
    "credit": ("91350100M000100Y43",),
}
#: Suffixes of files that are uploaded; their contents are made once.
SUFFIXES = ("pdf", "docx", "xlsx", "txt")
UNLAWFUL = ("", "不是这里的选项", "9" * 30, "长" * 6000, "2026-13-40", "-1", "\x00", "<script>alert(1)</script>")
#: Shares of the fields that may stay empty and are filled in all the same.
FULLNESS = (0.4, 0.8, 1.0)
#: Rows from which a choice is drawn.
MOST_CHOICES = 40
Data = dict[str, list[str]]


def fill_form(form: forms.Form, rng: random.Random, *, unlawful: bool) -> Data:
    """Return what a browser would send for a form; files as `file:name`."""
    data: Data = {}
    fullness = rng.choice(FULLNESS)
    for name, field in form.fields.items():
        if field.disabled:
            continue
        initial = form.get_initial_for_field(field, name)
        needed = field.required or isinstance(field.widget, forms.HiddenInput)
        if initial not in (None, "", []) and rng.random() < 0.6:
            data[name] = _strings(initial)
        elif needed or rng.random() < fullness:
            data[name] = _draw(name, field, rng)
    if unlawful and data:
        data[rng.choice(sorted(data))] = [rng.choice(UNLAWFUL)]
    return {name: values for name, values in data.items() if values}


def _strings(value: object) -> list[str]:
    if isinstance(value, QuerySet | list | tuple | set):
        return [text for one in value for text in _strings(one)]
    if isinstance(value, Model):
        return [str(value.pk)]
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, datetime):
        return [f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"]
    return ["" if value is None else str(value)]


def _draw(name: str, field: forms.Field, rng: random.Random) -> list[str]:
    if isinstance(field, forms.ModelChoiceField):
        rows = list(field.queryset[:MOST_CHOICES]) if field.queryset is not None else []
        several = isinstance(field, forms.ModelMultipleChoiceField)
        keys = [str(field.prepare_value(row)) for row in rows]
        return rng.sample(keys, min(len(keys), rng.randint(1, 3) if several else 1))
    if isinstance(field, forms.ChoiceField):
        choices = _values(field)
        several = isinstance(field, forms.MultipleChoiceField)
        return rng.sample(choices, min(len(choices), rng.randint(1, 3) if several else 1))
    if isinstance(field, forms.FileField):
        accepted = field.widget.attrs.get("accept", "")
        return [draw_file(accepted, rng)]
    if isinstance(field, forms.BooleanField):
        return ["on"] if field.required or rng.random() < 0.5 else []
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return [draw_day(name, rng) + (" 10:00" if isinstance(field, forms.DateTimeField) else "")]
    if isinstance(field, forms.TimeField):
        return ["09:30"]
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return [_draw_number(name, field, rng)]
    return [draw_text(name, rng, getattr(field, "max_length", None), isinstance(field, forms.URLField))]


def _values(field: forms.ChoiceField) -> list[str]:
    found: list[str] = []
    for value, label in field.choices:
        pairs = label if isinstance(label, list | tuple) else [(value, label)]
        found += [str(one) for one, _ in pairs if one not in ("", None)]
    return found[:MOST_CHOICES]


def draw_day(name: str, rng: random.Random) -> str:
    """Return a day for a field of this name: in the weeks to come for an end, else in the weeks before."""
    today: date = timezone.localdate()
    ahead = any(word in name for word in ("until", "due", "end", "till", "to"))
    return (today + timedelta(days=rng.randint(1, 60) if ahead else -rng.randint(0, 30))).isoformat()


def _draw_number(name: str, field: forms.Field, rng: random.Random) -> str:
    low, high = getattr(field, "min_value", None), getattr(field, "max_value", None)
    if "year" in name:
        return str(timezone.localdate().year)
    low = Decimal(low) if low is not None else Decimal(0)
    high = Decimal(high) if high is not None else low + 100
    return str(rng.randint(int(low), int(max(low, min(high, low + 1000)))))


def draw_text(name: str, rng: random.Random, most: int | None, url: bool = False) -> str:
    """Return a text for a field of this name and length."""
    known = next((texts for part, texts in BY_NAME.items() if part in name), None)
    text = rng.choice(BY_NAME["url"] if url else known or (SENTENCES if not most or most > 60 else NAMES))
    return text[:most] if most else text


def draw_file(accepted: str, rng: random.Random) -> str:
    """Return the name of a file of a kind that a field accepts: `file:` and its suffix."""
    known = [suffix for suffix in SUFFIXES if f".{suffix}" in accepted]
    return f"file:{rng.choice(known or SUFFIXES)}"


def as_upload(value: str) -> SimpleUploadedFile:
    """Return the file that a value names."""
    suffix = value.partition(":")[2]
    return SimpleUploadedFile(f"材料.{suffix}", file_of(suffix))


@cache
def file_of(suffix: str) -> bytes:
    """Return the content of a file of a kind: a text of a few lines, or a sheet with a heading."""
    if suffix == "pdf":
        return pdf_with(" ".join(SENTENCES))
    if suffix == "docx":
        return docx_with("\n".join(SENTENCES))
    if suffix == "xlsx":
        return xlsx_with([["名称", "内容", "日期"], [NAMES[0], SENTENCES[0], "2026-06-01"]])
    return "\n".join(SENTENCES).encode()
