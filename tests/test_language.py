"""Users see no English: strings that Wagtail and Django leave untranslated are in `core/widgets/locale`."""

import ast
import re
from pathlib import Path
from types import ModuleType

import polib
import pytest
import wagtail
from django import forms
from django.core import validators

OWN_CATALOGUES = Path(__file__).resolve().parents[1] / "src/gongkai/core/widgets/locale/zh_Hans/LC_MESSAGES"
WAGTAIL_APPS = ("", "admin", "users", "documents", "images", "snippets", "sites", "search")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("part", WAGTAIL_APPS)
def test_wagtail_strings_are_translated(part: str, domain: str) -> None:
    folder = Path(wagtail.__file__).parent / part / "locale"
    source = folder / f"en/LC_MESSAGES/{domain}.po"
    if not source.exists():
        return
    known = {e.msgid for e in polib.pofile(OWN_CATALOGUES / f"{domain}.po") if e.translated()}
    theirs = folder / f"zh_Hans/LC_MESSAGES/{domain}.po"
    if theirs.exists():
        known |= {e.msgid for e in polib.pofile(theirs) if e.translated()}
    assert [e.msgid for e in polib.pofile(source) if e.msgid and e.msgid not in known] == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_own_catalogue_keeps_placeholders_and_is_compiled(domain: str) -> None:
    entries = polib.pofile(OWN_CATALOGUES / f"{domain}.po")
    for entry in entries:
        text = entry.msgstr or entry.msgstr_plural[0]
        assert placeholders(text) <= placeholders(entry.msgid) | placeholders(entry.msgid_plural or ""), entry.msgid
    compiled = {e.msgid: e.msgstr or e.msgstr_plural.get(0) for e in polib.mofile(OWN_CATALOGUES / f"{domain}.mo")}
    assert compiled == {e.msgid: e.msgstr or e.msgstr_plural.get(0) for e in entries}


#: Messages that no form here shows (offsets, nested forms, network addresses), and labels that are not sentences.
UNUSED_MESSAGES = ("starting from", "inline value", "lookup", "IPv", "UUID", "JSON")
SHORT_LABELS = {"and", "Delete", "Order"}


@pytest.mark.parametrize("module", [forms.fields, forms.models, forms.formsets, validators])
def test_field_errors_are_translated(module: ModuleType) -> None:
    known = {entry.msgid for entry in polib.pofile(OWN_CATALOGUES / "django.po")}
    calls = [
        node for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())) if isinstance(node, ast.Call)
    ]
    first = [
        node.args[0].value
        for node in calls
        if isinstance(node.func, ast.Name)
        and node.func.id in {"_", "ngettext_lazy", "gettext"}
        and isinstance(node.args[0], ast.Constant)
    ]
    assert first
    met = [
        words for words in first if words not in SHORT_LABELS and not any(one in str(words) for one in UNUSED_MESSAGES)
    ]
    assert [words for words in met if words not in known] == []


def test_form_errors_say_what_to_do() -> None:
    class Given(forms.Form):
        text = forms.CharField()
        share = forms.DecimalField(max_value=100)
        day = forms.DateField()
        why = forms.CharField(min_length=5)

    said = Given({"share": "120", "day": "x", "why": "没有答复"}).errors.as_text()
    for words in (
        "请填写或者选择这一项。",
        "请填写不大于100的数。",
        "请填写有效的日期",
        "至少5个字，现在是4个",
    ):
        assert words in said
