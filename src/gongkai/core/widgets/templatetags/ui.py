"""Small helpers: lights, days, unit names."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Protocol

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, TextInput
from django.forms.renderers import get_default_renderer
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.core.widgets.addresses import of_row
from gongkai.core.widgets.asked import LONGEST_TYPED, Typed, typed_year
from gongkai.core.widgets.fields import DecimalInput, MomentInput, NumberInput, PickerInput
from gongkai.core.widgets.help import HELP
from gongkai.core.widgets.paging import page_addresses
from gongkai.lib.law import Light, default_calendar, figures
from gongkai.lib.richtext import telephones
from gongkai.lib.writing.titles import cited

register = template.Library()


class Readable(Protocol):
    """A row that decides how its reader sees its texts."""

    def as_read(self, text: object) -> str:
        """Return a text as the reader sees it."""


#: Seconds below which clocks in hours say what remains in hours.
SHORT = 72 * 3600


@register.simple_tag
def light(value: object) -> SafeString:
    """Draw a light by its name (a string or an enum whose value is the name)."""
    return _drawn(value if isinstance(value, Light) else Light.of(str(value)))


@cache
def _drawn(one: Light) -> SafeString:
    """Draw each light once: lists have one in every row, and it is the same for everybody."""
    return render_to_string("ui/light.html", {"name": one.key, "sign": one.shape, "word": one.word})


def sign(key: str, words: str) -> SafeString:
    """Draw a light with words of its own, as `ui/sign.html` does."""
    return format_html(
        '<span class="gk-light gk-light--{0}"><span class="gk-light__sign" aria-hidden="true">{1}</span>'
        '<span class="gk-light__word">{2}</span></span>',
        key,
        light_sign(key),
        words,
    )


@register.simple_tag
def period(key: str) -> str:
    """Return a period of the law in words by its key: `{% period "request.reply" %}`."""
    return figures()[key].words


@register.simple_tag(takes_context=True)
def help_link(context: Context, kind: str = "") -> SafeString:
    """Draw the link to the section of the handbook that explains this page; `kind`: of the record that it shows.

    In a window of its own: who asks for help in the middle of a form goes on with it.
    """
    request = context.get("request")
    if request is None or not HELP:
        return mark_safe("")
    link = '<a class="gk-helplink gk-noprint" href="{}" target="_blank" rel="noopener">帮助<span class="gk-sr">（在新窗口打开本页说明）</span></a>'
    return format_html(link, HELP[-1].address(request.path, kind))


@register.simple_tag
def term(word: str) -> SafeString:
    """Draw a term of the work with its sentence behind it, to be opened by a click or a key; not inside a paragraph (`p`)."""
    meaning = HELP[-1].meaning(word) if HELP else ""
    if not meaning:
        return conditional_escape(word)
    return format_html('<details class="gk-term"><summary>{}</summary><div>{}</div></details>', word, meaning)


@register.simple_tag
def options(rows: Iterable[tuple[object, str]], chosen: object) -> SafeString:
    """Draw what a list offers to choose from, (value, words) each; values as they are, numbers without the marks that are for reading."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, " selected" if value == chosen else "", words) for value, words in rows),
    )


@register.simple_tag
def date_input(name: str, value: date | str | None, **attributes: object) -> SafeString:
    """Draw the field for a date of a form without a form class; `aria_label="…"` gives the attribute `aria-label`."""
    return _typed_input(PickerInput, name, value, attributes)


@register.simple_tag
def moment_input(name: str, value: datetime | str | None, **attributes: object) -> SafeString:
    """Draw the field for a date with a time, as `date_input` does."""
    return _typed_input(MomentInput, name, value, attributes)


@register.simple_tag
def number_input(name: str, value: object, **attributes: object) -> SafeString:
    """Draw the field for a whole number, as `date_input` does."""
    return _typed_input(NumberInput, name, value, attributes)


@register.simple_tag
def decimal_input(name: str, value: object, **attributes: object) -> SafeString:
    """Draw the field for a number with decimals, as `date_input` does."""
    return _typed_input(DecimalInput, name, value, attributes)


@register.inclusion_tag("ui/typed_filter.html", takes_context=True)
def year_filter(context: Context, year: int) -> dict[str, object]:
    """Draw the year among the filters of a page that shows `year`; a year that cannot be read, with its reason."""
    asked = typed_year(context["request"].GET.get("year", ""))
    return _filter(NumberInput, "年度", "year", "f-year", asked if asked.reason else Typed(str(year), year))


@register.inclusion_tag("ui/typed_filter.html")
def day_filter(label: str, name: str, identifier: str, asked: Typed[date]) -> dict[str, object]:
    """Draw a date among the filters of a page, with its reason where it cannot be read."""
    return _filter(PickerInput, label, name, identifier, asked)


def _filter(
    kind: type[TextInput], label: str, name: str, identifier: str, asked: Typed[date] | Typed[int]
) -> dict[str, object]:
    error = f"{identifier}_error" if asked.reason else ""
    attributes = {"id": identifier, "maxlength": LONGEST_TYPED, "aria-describedby": error}
    attributes |= {"aria-invalid": "true"} if error else {}
    field = _typed_input(kind, name, asked.text, attributes)
    return {"label": label, "id": identifier, "reason": asked.reason, "error": error, "field": field}


def _typed_input(
    kind: type[TextInput], name: str, value: object, attributes: dict[str, object]
) -> SafeString:
    named = {key.replace("_", "-"): one for key, one in attributes.items() if one is not None and one != ""}
    return kind({"class": "gk-input", **named}).render(name, value, renderer=get_default_renderer())


@register.simple_tag
def row_url(name: str, *numbers: int) -> str:
    """Return the address of a row's page, as `url` does, for lists (`ui.addresses`)."""
    return of_row(name, *numbers)


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(
    context: Context, page: "Page[object]", name: str = "page", counted: str = "条", of: str = ""
) -> dict[str, object]:
    """Draw how many rows a list has and the ways to its other pages (`ui.paging`); `name`: of the address's parameter.

    Args:
        context: of the template; holds the request.
        page: of the list, the one that is shown.
        name: of the address's parameter.
        counted: the measure word of rows, or what they are.
        of: what the list is called, where one screen has several: a reader who jumps along landmarks tells them apart by it.
    """
    addresses = page_addresses(context["request"], page, name)
    return {"page": page, "pages": addresses, "counted": counted, "of": of}


@register.filter
def wrong(form: BaseForm) -> int:
    """Count the places of a form at which something is said to be wrong."""
    return sum(bool(field.errors) for field in form) + bool(form.non_field_errors())


@register.filter
def words(text: object, row: Readable) -> str:
    """Return a text of a row, such as an entry, as the reader of the page sees it."""
    return row.as_read(text)


@register.filter
def phones(text: str) -> SafeString:
    """Print how somebody is reached so that no number breaks across lines; what stands around it does.

    >>> phones("电话0799-8001234，<传真>0799-8001235")
    '电话<span class="gk-nowrap">0799-8001234</span>，&lt;传真&gt;<span class="gk-nowrap">0799-8001235</span>'
    """
    safe = conditional_escape(text)
    return mark_safe(telephones.REACHED.sub(r'<span class="gk-nowrap">\g<0></span>', safe))


@register.filter
def dialled(text: str) -> SafeString:
    """Print how somebody is reached, each number a link that calls it.

    >>> dialled("电话0799-8001234，<传真>")
    '电话<a class="gk-nowrap" href="tel:0799-8001234">0799-8001234</a>，&lt;传真&gt;'
    """
    return mark_safe(telephones.reached(conditional_escape(text)))


@register.filter(name="cited")
def cited_title(title: object) -> str:
    """Return a document's title as texts cite it, no marks twice: 《关于印发〈停车办法〉的通知》."""
    return cited(str(title))


@register.filter
def light_sign(key: str) -> str:
    """Return the shape of a light by its key, where a place draws its own word beside it; nothing for no light."""
    return next((one.shape for one in Light if one.key == key), "")


@register.filter
def day(value: date | datetime | None) -> str:
    """Print a day as tables do: 2026-11-20; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value.isoformat()


@register.filter
def groups(form: BaseForm) -> list[tuple[str, list[BoundField]]]:
    """Return a form's visible fields in the groups that it names, as (legend, fields); what no group names stands first, without legend."""
    named: tuple[tuple[str, tuple[str, ...]], ...] = getattr(form, "groups", ())
    grouped = {name for _, names in named for name in names}
    visible = {field.name: field for field in form.visible_fields()}
    rest = [field for name, field in visible.items() if name not in grouped]
    return [
        ("", rest),
        *((legend, [visible[name] for name in names if name in visible]) for legend, names in named),
    ]


@register.filter
def moment(value: datetime | None) -> str:
    """Print a time as the site rules do: 2026-11-20 09:30."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def timestamp(value: date | datetime | None) -> str:
    """Print a day or time for machines, to the second: HTML's `datetime` takes no microseconds (HTML, 2.3.5.11 Local dates and times)."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if value else ""


class Named(Protocol):
    """What is called by a full name and perhaps a short one."""

    name: str
    short_name: str


@register.filter
def unit(body: Named | None) -> SafeString | str:
    """Print a body's short name, the full one on hover and for screen readers."""
    if body is None:
        return ""
    if not body.short_name or body.short_name == body.name:
        return str(body.name)
    return format_html('<abbr class="gk-unit" title="{}">{}</abbr>', body.name, body.short_name)


def _ends_with_its_day(due: datetime) -> bool:
    """Whether a due time is the end of a day; clocks in hours end at a moment."""
    return (due.hour, due.minute) == (23, 59)


@register.filter
def ended(words: str) -> str:
    """Print what somebody wrote as a sentence with one stop, whether they wrote one or not."""
    bare = words.rstrip()
    return bare if bare.endswith(("。", "！", "？", "…")) else f"{bare.rstrip('；;，,.')}。"


@register.filter
def due(value: datetime | None) -> str:
    """Print a due time: its day, or day and hour where the clock runs in hours."""
    if value is None:
        return ""
    return day(value) if _ends_with_its_day(timezone.localtime(value)) else moment(value)


class Dated(Protocol):
    """What is due on a day that may rest on a year without a calendar."""

    provisional: bool
    opened_at: datetime
    due_at: datetime | None


@register.filter
def provisional_why(entry: Dated) -> str:
    """Say why a due date may still move: which year's days off are not announced yet; nothing where it may not."""
    if not entry.provisional or entry.due_at is None:
        return ""
    first, last = timezone.localdate(entry.opened_at), timezone.localdate(entry.due_at)
    unknown = default_calendar().unknown(first, last)
    named = "、".join(f"{year}年" for year in sorted(unknown)) or "该年度"
    return f"{named}放假安排尚未公布（登记），到期日暂按周末推算，公布后自动重新计算。"


@register.filter
def provisional(entry: Dated) -> SafeString:
    """Mark a due date of a list that may still move, with the reason on hover and for screen readers."""
    why = provisional_why(entry)
    mark = '<abbr class="gk-soft" title="{0}" aria-label="暂定：{0}">（暂定）</abbr>'
    return format_html(mark, why) if why else mark_safe("")


@register.filter
def days_left(due: datetime | None) -> str:
    """Say how much time remains until a due time, in words: 还有3天、今天到期、已逾期2天; hours for clocks in hours that run short."""
    if due is None:
        return "无期限"
    local = timezone.localtime(due)
    seconds = (due - timezone.now()).total_seconds()
    if not _ends_with_its_day(local) and abs(seconds) < SHORT:
        hours, minutes = divmod(int(abs(seconds)) // 60, 60)
        left = f"{hours}小时" if hours else f"{minutes}分钟"
        return f"还有{left}" if seconds > 0 else f"已逾期{left}"
    days = (local.date() - timezone.localdate()).days
    if days > 0:
        return f"还有{days}天"
    return "今天到期" if days == 0 else f"已逾期{-days}天"
