"""Template tags and filters: lights, dates, unit names, pagination, inputs."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, TextInput
from django.forms.renderers import get_default_renderer
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.core.widgets.addresses import make_row_url
from gongkai.core.widgets.fields import DecimalInput, MomentInput, NumberInput, PickerInput
from gongkai.core.widgets.help import HELP_SOURCES
from gongkai.core.widgets.paging import make_page_urls
from gongkai.core.widgets.query_parameters import MAX_SHOWN_INPUT_CHARACTERS, TypedFilter, parse_year_filter
from gongkai.core.widgets.request_cache import clocks_stand_still
from gongkai.lib.law import TrafficLight, default_calendar, get_figures_in_force
from gongkai.lib.richtext import telephones
from gongkai.lib.writing.titles import cite_title

register = template.Library()


class Readable(Protocol):
    """Protocol of a row that masks its texts for the reader."""

    def as_read(self, text: object) -> str:
        """Return a text as the reader may see it."""


#: Seconds below which the time left of clocks in hours is shown in hours.
SHORT_PERIOD_SECONDS = 72 * 3600


@register.simple_tag
def light(value: object) -> SafeString:
    """Render a light (状态灯: green, yellow, red, …) by its name, with symbol and label."""
    return _render_light(value if isinstance(value, TrafficLight) else TrafficLight.of(str(value)))


@cache
def _render_light(light: TrafficLight) -> SafeString:
    return render_to_string("ui/light.html", {"name": light.key, "sign": light.shape, "word": light.word})


@register.simple_tag
def sign(key: str, words: str) -> SafeString:
    """Render the light `key` with the label `words` instead of its own."""
    return format_html(
        '<span class="gk-light gk-light--{0}"><span class="gk-light__sign" aria-hidden="true">{1}</span>'
        '<span class="gk-light__word">{2}</span></span>',
        key,
        light_sign(key),
        words,
    )


@register.simple_tag
def period(key: str) -> str:
    """Return a legal period in words: `{% period "request.reply" %}`."""
    return get_figures_in_force()[key].words


@register.simple_tag(takes_context=True)
def help_link(context: Context, kind: str = "") -> SafeString:
    """Render the link to the handbook section of this page; `kind` is the kind of its record.

    It opens in a new window, so that a form in progress is not lost.
    """
    request = context.get("request")
    if request is None or not HELP_SOURCES:
        return mark_safe("")
    link = '<a class="gk-helplink gk-noprint" href="{}" target="_blank" rel="noopener">帮助<span class="gk-sr">（在新窗口打开本页说明）</span></a>'
    return format_html(link, HELP_SOURCES[-1].address(request.path, kind))


@register.simple_tag
def term(word: str) -> SafeString:
    """Render a term with its explanation as `details`; not inside a `p`."""
    meaning = HELP_SOURCES[-1].meaning(word) if HELP_SOURCES else ""
    if not meaning:
        return conditional_escape(word)
    return format_html('<details class="gk-term"><summary>{}</summary><div>{}</div></details>', word, meaning)


@register.simple_block_tag(end_name="end_with_terms")
def with_terms(content: str, words: str) -> SafeString:
    """Render a part of a page, followed by an explanation of those of the terms `words` that it contains."""
    used_terms = [word for word in words.split() if word in content]
    return mark_safe(
        content + render_to_string("ui/terms.html", {"terms": " ".join(used_terms)}) if used_terms else content
    )


@register.simple_tag
def options(rows: Iterable[tuple[object, str]], chosen: object) -> SafeString:
    """Render `option` elements from (value, label) pairs."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, " selected" if value == chosen else "", text) for value, text in rows),
    )


@register.simple_tag
def date_input(name: str, value: date | str | None, **attributes: object) -> SafeString:
    """Render a date input outside a form class; `aria_label="…"` sets the attribute."""
    return _render_typed_input(PickerInput, name, value, attributes)


@register.simple_tag
def moment_input(name: str, value: datetime | str | None, **attributes: object) -> SafeString:
    """Render a date and time input, like `date_input`."""
    return _render_typed_input(MomentInput, name, value, attributes)


@register.simple_tag
def number_input(name: str, value: object, **attributes: object) -> SafeString:
    """Render an integer input, like `date_input`."""
    return _render_typed_input(NumberInput, name, value, attributes)


@register.simple_tag
def decimal_input(name: str, value: object, **attributes: object) -> SafeString:
    """Render a decimal input, like `date_input`."""
    return _render_typed_input(DecimalInput, name, value, attributes)


@register.inclusion_tag("ui/typed_filter.html", takes_context=True)
def year_filter(context: Context, year: int) -> dict[str, object]:
    """Return the context of the year filter's template: the shown `year`, or invalid input with its error."""
    typed_filter = parse_year_filter(context["request"].GET.get("year", ""))
    return _build_filter_context(
        NumberInput, "年度", "year", "f-year", typed_filter if typed_filter.reason else TypedFilter(str(year), year)
    )


@register.inclusion_tag("ui/typed_filter.html")
def day_filter(label: str, name: str, identifier: str, asked: TypedFilter[date]) -> dict[str, object]:
    """Render a date filter with its typed value (`asked`) and its error; `identifier` is the HTML id of its input."""
    return _build_filter_context(PickerInput, label, name, identifier, asked)


def _build_filter_context(
    kind: type[TextInput], label: str, name: str, identifier: str, typed: TypedFilter[date] | TypedFilter[int]
) -> dict[str, object]:
    """Return the template context of a typed filter: its field, and why its text is no valid value."""
    error = f"{identifier}_error" if typed.reason else ""
    attributes = {"id": identifier, "maxlength": MAX_SHOWN_INPUT_CHARACTERS, "aria-describedby": error}
    attributes |= {"aria-invalid": "true"} if error else {}
    field = _render_typed_input(kind, name, typed.text, attributes)
    return {"label": label, "id": identifier, "reason": typed.reason, "error": error, "field": field}


def _render_typed_input(kind: type[TextInput], name: str, value: object, attributes: dict[str, object]) -> SafeString:
    """Return the HTML of an input; attributes without a value are left out."""
    html_attributes = {
        key.replace("_", "-"): setting for key, setting in attributes.items() if setting is not None and setting != ""
    }
    return kind({"class": "gk-input", **html_attributes}).render(name, value, renderer=get_default_renderer())


@register.simple_tag
def row_url(name: str, *numbers: int) -> str:
    """Return a row's URL like `url`, but fast for lists (`widgets.addresses`)."""
    return make_row_url(name, *numbers)


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(
    context: Context, page: "Page[object]", name: str = "page", counted: str = "条", of: str = ""
) -> dict[str, object]:
    """Render total and page links of a list (`widgets.paging`).

    Args:
        context: template context with the request.
        page: the page.
        name: name of the page parameter.
        counted: measure word or name of the rows.
        of: name of the list, to distinguish landmarks for screen readers.
    """
    addresses = make_page_urls(context["request"], page, name)
    return {"page": page, "pages": addresses, "counted": counted, "of": of}


@register.filter
def html_attributes(attributes: Mapping[str, object]) -> SafeString:
    """Return attributes of an HTML element as Django's `attrs.html`: true gives the name alone, false nothing.

    >>> html_attributes({"class": "a<b", "required": True, "hidden": False})
    'class="a&lt;b" required'
    """
    pairs = [(name, value) for name, value in attributes.items() if value is not False]
    written = (name if value is True else f'{name}="{conditional_escape(str(value))}"' for name, value in pairs)
    return mark_safe(" ".join(written))


@register.filter
def html_options(groups: Iterable[tuple[str | None, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """Return the options of a `<select>` from Django's groups of options, without a template for each."""
    written = []
    for name, options, _ in groups:
        inner = [
            f'<option value="{conditional_escape(str(option["value"]))}"'
            f"{' ' if option['attrs'] else ''}{html_attributes(option['attrs'])}>"
            f"{conditional_escape(option['label'])}</option>"
            for option in options
        ]
        written += [f'<optgroup label="{conditional_escape(name)}">', *inner, "</optgroup>"] if name else inner
    return mark_safe("\n".join(written))


@register.filter
def wrong(form: BaseForm) -> int:
    """Return the number of form fields with errors, plus one if the form itself has errors."""
    return sum(bool(field.errors) for field in form) + bool(form.non_field_errors())


@register.filter
def words(text: object, row: Readable) -> str:
    """Return a text of a row masked for its reader (`as_read`)."""
    return row.as_read(text)


@register.filter
def phones(text: str) -> SafeString:
    """Return a text whose telephone numbers do not break over two lines.

    >>> phones("电话0799-8001234，<传真>0799-8001235")
    '电话<span class="gk-nowrap">0799-8001234</span>，&lt;传真&gt;<span class="gk-nowrap">0799-8001235</span>'
    """
    escaped_text = conditional_escape(text)
    return mark_safe(telephones.TELEPHONE_PATTERN.sub(r'<span class="gk-nowrap">\g<0></span>', escaped_text))


@register.filter
def dialled(text: str) -> SafeString:
    """Return a text with its telephone numbers as `tel:` links.

    >>> dialled("电话0799-8001234<传真>")
    '电话<a class="gk-nowrap" href="tel:0799-8001234">0799-8001234</a>&lt;传真&gt;'
    """
    return mark_safe(telephones.link_contact(conditional_escape(text)))


@register.filter(name="cited")
def cited_title(title: object) -> str:
    """Return a document title in 《》 as texts cite it, without doubled marks."""
    return cite_title(str(title))


@register.filter
def light_sign(key: str) -> str:
    """Return the symbol of a light; "" for an unknown one."""
    return next((light.shape for light in TrafficLight if light.key == key), "")


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a date as 2026-11-20; "" for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value.isoformat()


@register.filter
def groups(form: BaseForm) -> list[tuple[str, list[BoundField]]]:
    """Return a form's visible fields by its groups as (legend, fields); fields without a group come
    first."""
    titled_groups: tuple[tuple[str, tuple[str, ...]], ...] = getattr(form, "groups", ())
    grouped = {name for _, names in titled_groups for name in names}
    visible = {field.name: field for field in form.visible_fields()}
    ungrouped = [field for name, field in visible.items() if name not in grouped]
    return [
        ("", ungrouped),
        *((legend, [visible[name] for name in names if name in visible]) for legend, names in titled_groups),
    ]


@register.filter
def moment(value: datetime | None) -> str:
    """Return a time as 2026-11-20 09:30 in the local time zone; "" for None."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def timestamp(value: date | datetime | None) -> str:
    """Return a date or time for HTML's `datetime` attribute, without microseconds; "" for None."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if value else ""


class Named(Protocol):
    """Protocol of an object with a full name and an optional short name."""

    name: str
    short_name: str


@register.filter
def unit(body: Named | None) -> SafeString | str:
    """Render a body's short name, with the full name as tooltip."""
    if body is None:
        return ""
    if not body.short_name or body.short_name == body.name:
        return str(body.name)
    return format_html('<abbr class="gk-unit" title="{}">{}</abbr>', body.name, body.short_name)


def _ends_with_its_day(due: datetime) -> bool:
    """Return true if a due time is the end of its day, so that the day alone is shown."""
    return (due.hour, due.minute) == (23, 59)


@register.filter
def ended(words: str) -> str:
    """Return a text with a final mark: its own 。！？… or a 。 instead of a comma or semicolon."""
    stripped_text = words.rstrip()
    return stripped_text if stripped_text.endswith(("。", "！", "？", "…")) else f"{stripped_text.rstrip('；;，,.')}。"


@register.filter
def due(value: datetime | None) -> str:
    """Return a due time as 2026-11-20, or 2026-11-20 09:30 for clocks in hours; "" for None."""
    if value is None:
        return ""
    return day(value) if _ends_with_its_day(timezone.localtime(value)) else moment(value)


class Dated(Protocol):
    """Protocol of a row with a due date that may be provisional."""

    provisional: bool
    opened_at: datetime
    due_at: datetime | None


@register.filter
def provisional_why(entry: Dated) -> str:
    """Return in Chinese why a due date is provisional, or ""."""
    if not entry.provisional or entry.due_at is None:
        return ""
    opened_on, due_on = timezone.localdate(entry.opened_at), timezone.localdate(entry.due_at)
    unknown = default_calendar().list_unknown_years(opened_on, due_on)
    years_text = "、".join(f"{year}年" for year in sorted(unknown)) or "该年度"
    return f"{years_text}放假安排尚未公布（登记），到期日暂按周末推算，公布后自动重新计算。"


@register.filter
def provisional(entry: Dated) -> SafeString:
    """Render the mark of a provisional due date with its reason."""
    reason = provisional_why(entry)
    markup = '<abbr class="gk-soft" title="{0}" aria-label="暂定：{0}">（暂定）</abbr>'
    return format_html(markup, reason) if reason else mark_safe("")


@register.filter
def days_left(due: datetime | None) -> str:
    """Return the time left in Chinese: 还有3天, 今天到期, 已逾期2天; hours for urgent clocks in hours."""
    if due is None:
        return "无期限"
    if due < timezone.now() and clocks_stand_still():
        return "开通时定"
    local = timezone.localtime(due)
    seconds = (due - timezone.now()).total_seconds()
    if not _ends_with_its_day(local) and abs(seconds) < SHORT_PERIOD_SECONDS:
        hours, minutes = divmod(int(abs(seconds)) // 60, 60)
        time_text = f"{hours}小时" if hours else f"{minutes}分钟"
        return f"还有{time_text}" if seconds > 0 else f"已逾期{time_text}"
    days = (local.date() - timezone.localdate()).days
    if days > 0:
        return f"还有{days}天"
    return "今天到期" if days == 0 else f"已逾期{-days}天"
