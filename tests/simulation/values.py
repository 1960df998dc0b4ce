"""Draw values for form fields from their declarations; a share of fills has one invalid value.

What a field does not declare is read from its label, its help and its example, and from the words with which a form came back.
"""

import random
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path

from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model, QuerySet
from django.utils import timezone

from factories.checks import docx_with, pdf_with, xlsx_with

#: A personal number for texts, and the share of texts that contain it.
ID_NUMBER, PERSONAL_NUMBER_SHARE = "11010519491231002X", 0.12
GIVEN_NAMES = ("大数据", "公共资源", "行政审批", "市民热线")
SENTENCES = (
    "经核对，情况属实，按规定办理。",
    "请说明老旧小区改造的补助标准和申请条件。",
    "已在规定期限内公开，内容完整准确，咨询电话和依据一并列明。",
    "因材料不齐，需要补充以后继续办理，并向申请人说明理由。",
)
NAMES = ("专项规划公开", "财政收支情况", "住房保障政策", "教育招生工作", "便民服务事项")
#: Parts of a field's name or label → valid texts; the first match applies.
KNOWN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("id_number", "证件号", "身份证"), (ID_NUMBER,)), (("credit", "信用代码"), ("91350100M000100Y43",)),
    (("mobile", "手机"), ("13800000000",)), (("doc_number", "文号", "发文字号"), ("云政发〔2026〕12号", "云政办发〔2026〕3号")),
    (("email", "邮箱"), ("a@yunling.example",)), (("postcode", "邮编", "邮政编码"), ("343000",)),
    (("phone", "电话", "传真"), ("0799-8001234", "13800000000")),
    (("url", "网址", "链接"), ("https://www.yunling.gov.example/a.html", "http://www.shiqiao.example/")),
    (("标识码",), ("3601990002", "3601990003")),
    (("host", "域名"), ("www.yunling.gov.example",)), (("number",), ("0799-8001234", "12")),
)  # fmt: skip
EXAMPLE = re.compile(r"(?:(?:例如|按|如)[：\s]*“([^”]+)”|(?:例如|如 )[：\s]*([^，。；、）”\s]+(?: \d\d:\d\d)?))")
#: A label that ends with a unit of measure, for a number field.
MEASURED_LABEL = re.compile(r"（(?:[万亿]?元|个|人|次|件|份|条|亩|户|天|公里|平方米|%|％)）")
#: Parts of an error → model and field of the rows that fix it.
ROWS_BY_ERROR = (
    ("台账编号", "ledger.Entry", "number"), ("单位名录", "units.Body", "name"), ("上级指标", "assessment.Indicator", "code"),
    ("统一登记编号或标题", "policies.PolicyRecord", "title"),
)  # fmt: skip
WITHIN_YEAR = re.compile(r"(\d{4})年之内")
DATE = re.compile(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})")
#: Suffixes of uploaded files, whose contents are cached.
SUFFIXES = ("pdf", "docx", "xlsx", "txt")
#: A real notice, so that the notice parser finds one.
NOTICE_FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "notices_unseen" / "b01.docx"
INVALID_VALUES = ("", "不是这里的选项", "9" * 30, "长" * 6000, "2026-13-40", "-1", "\x00", "<script>alert(1)</script>")
#: Shares of optional fields that are filled in.
OPTIONAL_FIELD_SHARES = (0.4, 0.8, 1.0)
#: Texts of errors about a missing value.
MISSING_VALUE_ERRORS = ("请填写", "请选择", "请写明", "请上传", "请同时", "须")
#: Maximum number of rows of an imported sheet.
MAX_SHEET_ROWS = 3
#: Numbers that are years.
YEARS = range(1949, 2101)
#: Share of altered cells; minimum length of a text that identifies something.
ALTERED_CELL_SHARE, MIN_IDENTIFYING_LENGTH = 0.25, 8
#: Maximum number of rows from which a choice is drawn.
MAX_CHOICES = 40
Data = dict[str, list[str]]


def fill_form(
    form: forms.Form,
    rng: random.Random,
    *,
    unlawful: bool,
    before: Data | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Data:
    """Return what a browser would send for a form; files as `file:name`.

    Args:
        form: the form.
        rng: draws.
        unlawful: give one value that the form should refuse.
        before: what was sent last; fields that were not wrong keep their values.
        wrong: field → what was said against it; under an empty name what was said of the whole.
    """
    data: Data = {}
    fullness, said = (1.0 if before is not None else rng.choice(OPTIONAL_FIELD_SHARES)), dict(wrong or {})
    if before is not None and (whole := said.pop("", "")):
        said |= dict.fromkeys(_fields_with_errors(form, whole, rng), whole)
    for name, field in form.fields.items():
        if field.disabled:
            continue
        initial = form.get_initial_for_field(field, name)
        needed = field.required or isinstance(field.widget, forms.HiddenInput) or name in said
        if before is not None and name in before and name not in said:
            data[name] = before[name]
        elif name in said and not field.required and may_be_left_out(said[name], rng):
            continue
        elif initial not in (None, "", []) and name not in said and (field.widget.is_hidden or rng.random() < 0.6):
            data[name] = _strings(initial)
        elif needed or rng.random() < fullness:
            data[name] = draw(name, field, rng, said.get(name, ""))
    if any("只填一项" in words for words in said.values()):
        open_names = sorted(name for name in data if not form.fields[name].required)
        for name in rng.sample(open_names, max(0, len(open_names) - 1)):
            del data[name]
    if unlawful and data:
        data[rng.choice(sorted(data))] = [rng.choice(INVALID_VALUES)]
    return {name: values for name, values in data.items() if values}


def may_be_left_out(said: str, rng: random.Random) -> bool:
    """Return true, now and then, for a refused optional value that is not required."""
    return not any(word in said for word in MISSING_VALUE_ERRORS) and rng.random() < 0.5


def _fields_with_errors(form: forms.Form, whole: str, rng: random.Random) -> list[str]:
    """Return the fields whose labels a form error names, or else some fields."""
    shown = {name: field for name, field in form.fields.items() if not field.widget.is_hidden}
    named = [
        name
        for name, field in shown.items()
        if (field.label and str(field.label).strip("：") in whole)
        or ("上传" in whole and isinstance(field, forms.FileField))
        or ("编号" in whole and "编号" in str(field.label))
    ]
    several = [name for name, field in shown.items() if isinstance(field, forms.MultipleChoiceField)]
    return named or [*several, *(name for name in shown if rng.random() < 0.5)]


def list_empty_choices(form: forms.Form) -> list[tuple[str, type[Model] | None]]:
    """Return the required fields without choices, with the model of their choices."""
    return [
        (
            name,
            field.queryset.model if isinstance(field, forms.ModelChoiceField) and field.queryset is not None else None,
        )
        for name, field in form.fields.items()
        if field.required and isinstance(field, forms.ChoiceField | forms.ModelChoiceField) and not _has_choices(field)
    ]


def _has_choices(field: forms.Field) -> bool:
    if isinstance(field, forms.ModelChoiceField):
        return field.queryset is not None and field.queryset.exists()
    return isinstance(field, forms.ChoiceField) and bool(_values(field))


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


def draw(name: str, field: forms.Field, rng: random.Random, said: str = "") -> list[str]:
    """Return values for a declared field; `said` is the error of the previous one."""
    if isinstance(field, forms.ModelChoiceField):
        rows = list(field.queryset[:MAX_CHOICES]) if field.queryset is not None else []
        several = isinstance(field, forms.ModelMultipleChoiceField)
        keys = [str(field.prepare_value(row)) for row in rows]
        return rng.sample(keys, min(len(keys), rng.randint(1, 3) if several else 1))
    if isinstance(field, forms.ChoiceField):
        choices = _values(field)
        if isinstance(field, forms.MultipleChoiceField):
            return choices if said and rng.random() < 0.7 else rng.sample(choices, min(len(choices), rng.randint(1, 3)))
        return [rng.choice(choices)] if choices else []
    if isinstance(field, forms.FileField):
        return [draw_file(field.widget.attrs.get("accept", ""), rng)]
    if isinstance(field, forms.BooleanField):
        return ["on"] if field.required or rng.random() < (0.8 if said else 0.5) else []
    if isinstance(field, forms.DateField | forms.DateTimeField):
        clock = f" {rng.choice(('09', '10'))}:00" if isinstance(field, forms.DateTimeField) else ""
        return [draw_day(name, rng, said, str(field.label or "")) + clock]
    if isinstance(field, forms.TimeField):
        return ["09:30"]
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return [_draw_number(name, field, rng, said)]
    proposed = getattr(field.widget, "proposals", None) or ()
    if rows := getattr(field, "rows", None):  # a text that names a row
        proposed = [str(row) for row in rows[:MAX_CHOICES]]
    if proposed and rng.random() < 0.9:
        return [str(rng.choice(list(proposed)))]
    about = f"{field.label or ''} {said or field.help_text or ''} {field.widget.attrs.get('placeholder', '')}"
    url = isinstance(field, forms.URLField)
    return [draw_text("url" if url else name, rng, getattr(field, "max_length", None), about)]


def _values(field: forms.ChoiceField) -> list[str]:
    found: list[str] = []
    for value, label in field.choices:
        pairs = label if isinstance(label, list | tuple) else [(value, label)]
        found += [str(one) for one, _ in pairs if one not in ("", None)]
    return found[:MAX_CHOICES]


def draw_day(name: str, rng: random.Random, said: str = "", label: str = "") -> str:
    """Return a date for a field: near the date that an error names, in the future for an end."""
    today: date = timezone.localdate()
    if found := DATE.search(said):
        year, month, day = map(int, found.groups())
        with suppress(ValueError):  # a number of the same form, like 2026-13-40
            return (date(year, month, day) + timedelta(days=rng.choice((-1, 0, 1)))).isoformat()
    if found := WITHIN_YEAR.search(said):
        return date(int(found[1]), rng.randint(1, 12), 15).isoformat()
    before = said.partition("不能早于")[2]
    if label and label in before:  # the earlier one of two days
        return (today - timedelta(days=rng.randint(10, 40))).isoformat()
    if before and label and label in said:
        return today.isoformat()
    if "晚于现在" in said:
        return (today + timedelta(days=rng.randint(60, 300))).isoformat()
    ahead = any(word in name for word in ("until", "due", "end", "till", "to", "next")) or "晚于今天" in said
    if "不能早于今天" in said or "不能晚于今天" in said:
        return today.isoformat()
    if not ahead and rng.random() < 0.5:
        return today.isoformat()
    return (today + timedelta(days=rng.randint(1, 60) if ahead else -rng.randint(0, 30))).isoformat()


def _draw_number(name: str, field: forms.Field, rng: random.Random, said: str) -> str:
    low, high = getattr(field, "min_value", None), getattr(field, "max_value", None)
    if "year" in name:
        return str(timezone.localdate().year + (rng.choice((-1, 0, 1)) if said else 0))
    low = Decimal(low) if low is not None else Decimal(0)
    high = Decimal(high) if high is not None else low + 100
    return str(rng.randint(int(low), int(max(low, min(high, low + 1000)))))


def draw_text(name: str, rng: random.Random, most: int | None, about: str = "") -> str:
    """Return a text for a field of this name and length; `about`: its label, help text and example."""
    label = about.partition(" ")[0]
    known = next((texts for parts, texts in KNOWN if any(one in name or one in label for one in parts)), None)
    shown = [quoted or plain for quoted, plain in EXAMPLE.findall(about)]
    if shown and (known is None or rng.random() < 0.5):
        known = (rng.choice(shown),)
    elif "年度" in label or "年份" in label or name.endswith("year"):
        known = (str(timezone.localdate().year),)
    if "一行一" in about or "每行一" in about:
        known = ("满意\n一般\n不满意",)
    if known and "手机号码" in about:
        known = known[:1]
    if "不是数字" in about or MEASURED_LABEL.search(label):
        known = ("12", "3")
    for words, model, named in ROWS_BY_ERROR:
        if words in about and (found := _names_of_rows(model, named)):
            known = found
    if "http" in about and "手机" not in about and (known is None or "http" not in known[0]):
        known = ("https://www.yunling.gov.example/a.html",)
    text = rng.choice(known or (SENTENCES if not most or most > 60 else NAMES))
    if known is None and text in SENTENCES and rng.random() < PERSONAL_NUMBER_SHARE:
        text += f"我的身份证号码是{ID_NUMBER}。"
    return text[:most] if most else text


def _names_of_rows(model: str, named: str) -> tuple[str, ...]:
    rows = apps.get_model(model)._base_manager.exclude(**{named: ""}).order_by("-pk")
    return tuple(str(value) for value in rows.values_list(named, flat=True)[:MAX_CHOICES])


def draw_file(accepted: str, rng: random.Random) -> str:
    """Return a file name of an accepted type: `file:` and its suffix."""
    known = [suffix for suffix in SUFFIXES if f".{suffix}" in accepted]
    suffix = rng.choice(known or SUFFIXES)
    return "file:notice.docx" if suffix == "docx" and rng.random() < 0.3 else f"file:{suffix}"


def as_upload(value: str) -> SimpleUploadedFile:
    """Return the uploaded file that a value names."""
    named = value.partition(":")[2]
    if named.startswith("sheet/"):
        _, importer, seed = named.split("/")
        return SimpleUploadedFile("表格.xlsx", sheet_of(importer, int(seed)))
    suffix = named.rpartition(".")[2]
    if named == "template.docx":  # of a letter: it has a field that the system fills in
        return SimpleUploadedFile("模板.docx", docx_with("{{收件人}}：{{编号}}"))
    return SimpleUploadedFile(f"材料.{suffix}", NOTICE_FILE.read_bytes() if named == "notice.docx" else file_of(suffix))


@cache
def file_of(suffix: str) -> bytes:
    """Return the content of a file of a type: some lines of text, or a sheet with a header."""
    if suffix == "pdf":
        return pdf_with(" ".join(SENTENCES))
    if suffix == "docx":
        return docx_with("\n".join(SENTENCES))
    if suffix == "xlsx":
        return xlsx_with([["名称", "内容", "日期"], [NAMES[0], SENTENCES[0], "2026-06-01"]])
    return "\n".join(SENTENCES).encode()


def sheet_of(importer: str, seed: int) -> bytes:
    """Return a sheet that an import reads: its rows as they are exported, with some cells altered, or new rows like them.

    Where there is nothing to export, cells are drawn from what the columns declare.
    """
    from gongkai.core.spreadsheets.importers import get_importer
    from gongkai.core.units.actors import SYSTEM

    rng, found = random.Random(seed), get_importer(importer)
    columns = found.sheet.columns
    try:
        old = list(islice(found.rows(SYSTEM), MAX_SHEET_ROWS))
    except Exception:  # an export that is for somebody with a unit
        old = []
    lines = []
    for row in old:
        kept = [
            _cell(column.head, column.choices, column.explained, rng)
            if column.required and not column.blank and column.value_of(row) in (None, "")
            else _as_cell(column.value_of(row))
            for column in columns
        ]
        changed = [
            _alter_value(value, column.choices, rng) if rng.random() < ALTERED_CELL_SHARE else value
            for value, column in zip(kept, columns, strict=True)
        ]
        lines.append(changed)
    if (
        lines and rng.random() < 0.6
    ):  # a new row like the last one: the texts that name it are others, its number is given later
        lines.append(
            [_renamed(value, column.head, column.choices, rng) for value, column in zip(kept, columns, strict=True)]
        )
    for _ in range(2 if not old else 0):
        lines.append([_cell(column.head, column.choices, column.explained, rng) for column in columns])
    return xlsx_with([[column.head for column in columns], *lines])


def _renamed(value: object, head: str, choices: object, rng: random.Random) -> object:
    if "编号" in head:
        return ""
    if (
        choices
        or not isinstance(value, str)
        or len(value) < MIN_IDENTIFYING_LENGTH
        or DATE.search(value)
        or "/" in value
    ):
        return value
    known = apps.get_model("units.Body")._base_manager.filter(name=value).exists()
    return value if known else f"{value}之{rng.randint(2, 99)}"


def _alter_value(value: object, choices: object, rng: random.Random) -> object:
    """Return another value of the same type: a later date, another number, choice or text; or none."""
    if isinstance(value, date):
        return value - timedelta(days=rng.randint(1, 20))
    if isinstance(value, int | float) and not isinstance(value, bool) and value < min(YEARS):
        return rng.randint(1, 9)
    if isinstance(choices, list | tuple) and choices and value:
        return rng.choice(choices)
    return rng.choice(SENTENCES)[:40] if isinstance(value, str) and len(value) > 2 * MIN_IDENTIFYING_LENGTH else value


def _as_cell(value: object) -> object:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return value if value is None or isinstance(value, str | int | float | date) else str(value)


def _cell(head: str, choices: object, about: str, rng: random.Random) -> str:
    listed = [*choices] if isinstance(choices, list | tuple) else []
    if listed:
        return str(rng.choice(listed))
    if any(word in head for word in ("日期", "时间", "期限")):
        return draw_day("", rng)
    if any(word in head for word in ("数", "金额", "分", "次")):
        return str(rng.randint(1, 9))
    return draw_text("", rng, 40, f"{head} {about}")
