"""Pages as a browser sees them: links, forms, errors and submitted data."""

import random
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django import forms
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from lxml import html

from simulation.values import Data, draw, draw_day, draw_file, draw_text, may_be_left_out

EXCLUDED_PATHS = re.compile(
    r"^/admin/(logout|password_reset|login|signin)|^/static/|/export|[?&]export=|\.(xlsx|docx|pdf|zip)$"
)
#: A value that names an action instead of a row.
ACT_VALUE = re.compile(r"^[a-z][a-z_.-]{1,40}$")
#: The arithmetic challenge of public forms without JavaScript.
ARITHMETIC_CHALLENGE, DIGITS = (
    re.compile("([一二三四五六七八九十])加([一二三四五六七八九十])"),
    "零一二三四五六七八九十",
)
#: Text with which a form asks to be checked and submitted again.
SUBMIT_AGAIN_TEXT = "再次点击"
#: Size of the cache of paths: menus repeat them.
LINK_CACHE_SIZE = 20_000
#: Maximum number of ticked rows in a list.
MAX_TICKED_ROWS = 4
#: Upload page of a spreadsheet import.
IMPORT_PATH = re.compile(r"^/admin/spreadsheets/([a-z_-]+)/$")


class Sendable(NamedTuple):
    """A form with its submit button, target URL and declared fields."""

    form: Any
    button: Any
    to: str
    fields: Mapping[str, forms.Field]

    @property
    def kind(self) -> str:
        """The kind of address that the form is sent to, with what its button and its fields are called."""
        named = [(self.button.get("name"), self.button.get("value"))] if self.button is not None else []
        named += [(one.get("name"), one.get("value")) for one in self.form.xpath(".//input[@type='hidden']")]
        words = [f"{name}={value}" for name, value in named if name and value and ACT_VALUE.match(value)]
        asked = {re.sub(r"\d+", "*", name) for name in self.form.xpath(".//*[not(@type='hidden')]/@name")}
        return " ".join([kind_of_address(self.to), *words, ",".join(sorted(asked))[:60]]).strip()

    @property
    def said(self) -> frozenset[str]:
        """What the button and the hidden fields say by name or value."""
        inputs = [*self.form.xpath(".//input[@type='hidden']"), *filter(lambda one: one is not None, [self.button])]
        return frozenset(said for one in inputs for said in (one.get("name"), one.get("value")) if said)


def fields_of(contexts: Any) -> dict[str, forms.Field]:
    """Return the declared fields of a page's forms, by input name."""
    found: dict[str, forms.Field] = {}
    for values in (layer for context in contexts or () for layer in getattr(context, "dicts", ())):
        for one in _forms_in(values.values(), 2):
            found |= {one.add_prefix(name): field for name, field in one.fields.items()}
    return found


def _forms_in(values: Any, depth: int) -> Iterator[forms.BaseForm]:
    for value in values:
        if isinstance(value, forms.BaseForm):
            yield value
        elif isinstance(value, forms.BaseFormSet):
            yield from value.forms
        elif isinstance(value, list | tuple) and depth:
            yield from _forms_in(value[:30], depth - 1)
        elif isinstance(value, dict) and depth:
            yield from _forms_in([*value.values()][:30], depth - 1)


def list_forms(tree: Any, path: str, fields: Mapping[str, forms.Field]) -> list[Sendable]:
    """Return a page's forms that change something, once for each submit button."""
    found = []
    for shown in tree.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        if shown.xpath(".//input[@name='is_editing']"):
            continue  # by which a script says that somebody still edits
        form = deepcopy(shown)
        for outside in tree.xpath("//*[@form=$named]", named=shown.get("id") or "-"):  # boxes of a list's rows
            if not any(above is shown for above in outside.iterancestors()):
                form.append(deepcopy(outside))
        buttons = form.xpath(".//button[not(@type) or @type='submit'][@name or @formaction]") or [None]
        for button in buttons:
            to = (button is not None and button.get("formaction")) or form.get("action") or path
            if (to := urljoin(path, to)).startswith("/") and not EXCLUDED_PATHS.search(to):
                found.append(Sendable(form, button, to, fields))
    return found


def words_of(tree: Any) -> list[str]:
    """Return the error messages of a page."""
    wrong = "contains(@class, 'error') or contains(@id, 'error') or contains(@id, 'wrong') or @role='alert'"
    return [" ".join(one.text_content().split()) for one in tree.xpath(f"//*[{wrong}]")]


@lru_cache(LINK_CACHE_SIZE)
def kind_of_address(path: str) -> str:
    """Return a path without primary keys, as the kind of the page."""
    parts = urlsplit(path).path.split("/")
    return "/".join("*" if any(sign.isdigit() for sign in part) else part for part in parts)


def list_links(tree: Any, path: str, *, office: bool) -> list[str]:
    """Return the distinct paths of our own pages that a page links to."""
    named = [to for one in tree.xpath("//a/@href") if (to := one.partition("#")[0])]
    found = dict.fromkeys(urljoin(path, one) for one in named)
    return [to for to in found if to.startswith("/admin/") == office and is_page(to)]


@lru_cache(LINK_CACHE_SIZE)
def is_dead(answer: HttpResponseBase) -> bool:
    """Return true for an answer of 400 or more; a file that is being written again (503, Retry-After) is not dead."""
    return answer.status_code >= 400 and not (answer.status_code == 503 and answer.has_header("Retry-After"))


def is_page(to: str) -> bool:
    """Return true for the path of one of our pages: no file, no sign-out."""
    if not to.startswith("/") or to.startswith("//") or EXCLUDED_PATHS.search(to):
        return False
    try:
        view = resolve(urlsplit(to).path).func
        if view.__module__ == "wagtail.admin.views.home" and view.__name__ == "default":
            return True  # what Wagtail answers for an address that nobody has: a dead link
        return view.__module__.startswith("gongkai.") or not to.startswith("/admin/")
    except Resolver404:
        return True


def fill_html(one: Sendable, rng: random.Random, *, unlawful: bool, again: bool = False) -> Data:
    """Return the form data of a page; a form that came back without an error is sent again."""
    data: Data = {}
    fullness = 1.0 if again else rng.choice((0.4, 0.7, 1.0))
    for entered in one.form.inputs:
        name, kind = entered.name, (entered.get("type") or entered.tag).lower()
        if not name or kind in {"submit", "button", "image", "reset"} or entered.get("disabled") is not None:
            continue
        if "请不要填写" in "".join(one.form.xpath(f".//label[@for='{entered.get('id')}']//text()")):
            continue
        field, said = one.fields.get(name), _said_of(one.form, entered)
        needed = entered.get("required") is not None or bool(said) or rng.random() < fullness
        if said and entered.get("required") is None and may_be_left_out(said, rng):
            continue
        kept = again and not said
        if kept and entered.value and kind not in {"checkbox", "radio", "file"}:
            data.setdefault(name, []).append(str(entered.value))
        elif entered.tag == "select":
            filled = [value for option in entered.xpath(".//option") if (value := option.get("value"))]
            if filled and needed:
                data[name] = [rng.choice(filled)]
        elif kind == "radio":
            if not data.get(name) or rng.random() < 0.4:
                data[name] = [entered.get("value", "on")]
        elif kind == "checkbox":
            if needed or (field is not None and field.required):
                data.setdefault(name, []).append(entered.get("value", "on"))
        elif kind == "file":
            if needed:
                data[name] = [_draw_upload(one.to, entered, rng)]
        elif kind == "hidden":
            data.setdefault(name, []).append(entered.get("value") or "")
        elif needed or (field is not None and field.required):
            data[name] = _draw_input(entered, name, field, said, rng)
    data.pop("csrfmiddlewaretoken", None)
    boxes = one.form.xpath(".//input[@type='checkbox'][@name='row' or @name='rows' or @name='entry']")
    if boxes and not (again and data.get(boxes[0].get("name"))):  # a list whose rows are ticked
        ticked = rng.sample(boxes, min(len(boxes), rng.randint(1, MAX_TICKED_ROWS)))
        data[boxes[0].get("name")] = [box.get("value", "on") for box in ticked]
    if one.button is not None and one.button.get("name"):
        data[one.button.get("name")] = [one.button.get("value") or ""]
    if unlawful and data:
        data[rng.choice(sorted(data))] = [rng.choice(("", "9" * 25, "2026-13-40", "不是这里的选项", "\x00"))]
    return {name: values for name, values in data.items() if values} or {"csrfmiddlewaretoken": [""]}  # a button alone


def _said_of(form: Any, entered: Any) -> str:
    """Return the error messages of an input."""
    if entered.get("aria-invalid") != "true":
        return ""
    named = (entered.get("aria-describedby") or "").split()
    told = [form.xpath(f"string(.//*[@id='{one}'])") for one in named if "error" in one or "wrong" in one]
    words = " ".join(" ".join(told).split())
    return "" if SUBMIT_AGAIN_TEXT in words else words or "有误"


def _draw_upload(to: str, entered: Any, rng: random.Random) -> str:
    if found := IMPORT_PATH.match(to):
        return f"file:sheet/{found[1]}/{rng.randint(1, 999)}"
    return "file:template.docx" if "/templates/" in to else draw_file(entered.get("accept") or "", rng)


def _draw_input(entered: Any, name: str, field: forms.Field | None, said: str, rng: random.Random) -> list[str]:
    told, label = (
        str(entered.value or ""),
        "".join(entered.xpath(f"//label[@for='{entered.get('id')}']//text()")).split(),
    )
    if found := ARITHMETIC_CHALLENGE.search("".join(label)):
        return [str(sum(DIGITS.index(one) for one in found.groups()))]
    if told and not said and rng.random() < 0.6:
        return [told]
    picker = entered.getparent().get("data-picker") or ""
    proposed = entered.xpath(f"//datalist[@id='{entered.get('list')}']/option/@value") if entered.get("list") else []
    if proposed and rng.random() < 0.9:
        return [rng.choice(proposed)]
    if field is not None and not isinstance(field, forms.MultiValueField):
        return draw(name, field, rng, said)[:1]
    if picker == "date" or entered.get("type") == "date":
        return [draw_day(name, rng, said)]
    if picker == "datetime-local":
        return [draw_day(name, rng, said) + " 10:00"]
    if entered.get("inputmode") in {"numeric", "decimal"} or entered.get("type") == "number":
        return [str(rng.randint(1, 9))]
    most, about = entered.get("maxlength"), f"{said} {entered.get('placeholder', '')}"
    return [draw_text(name, rng, int(most) if most and most.isdigit() else None, f"{''.join(label)} {about}")]


@lru_cache(8)
def read_page(text: str) -> Any:
    """Return the parsed page, which is cached and must not be changed."""
    return html.fromstring(text)
