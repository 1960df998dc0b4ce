"""Nothing English in front of a user: what Wagtail leaves untranslated stands in look/locale."""

import re
from pathlib import Path

import polib
import pytest
import wagtail
from django import forms

OWN = Path(__file__).resolve().parents[1] / "src/gongkai/ui/locale/zh_Hans/LC_MESSAGES"
PARTS = ("", "admin", "users", "documents", "images", "snippets", "sites", "search")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("part", PARTS)
def test_every_string_of_wagtail_has_chinese(part: str, domain: str) -> None:
    folder = Path(wagtail.__file__).parent / part / "locale"
    source = folder / f"en/LC_MESSAGES/{domain}.po"
    if not source.exists():
        return
    known = {e.msgid for e in polib.pofile(OWN / f"{domain}.po") if e.translated()}
    theirs = folder / f"zh_Hans/LC_MESSAGES/{domain}.po"
    if theirs.exists():
        known |= {e.msgid for e in polib.pofile(theirs) if e.translated()}
    assert [e.msgid for e in polib.pofile(source) if e.msgid and e.msgid not in known] == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_own_catalogue_keeps_placeholders_and_is_compiled(domain: str) -> None:
    entries = polib.pofile(OWN / f"{domain}.po")
    for entry in entries:
        text = entry.msgstr or entry.msgstr_plural[0]
        assert placeholders(text) <= placeholders(entry.msgid) | placeholders(entry.msgid_plural or ""), (
            entry.msgid
        )
    compiled = {e.msgid: e.msgstr or e.msgstr_plural.get(0) for e in polib.mofile(OWN / f"{domain}.mo")}
    assert compiled == {e.msgid: e.msgstr or e.msgstr_plural.get(0) for e in entries}


def test_what_a_form_refuses_says_what_to_do() -> None:
    class Given(forms.Form):
        text = forms.CharField()
        share = forms.DecimalField(max_value=100)
        day = forms.DateField()

    said = Given({"share": "120", "day": "x"}).errors.as_text()
    for words in ("请填写或者选择这一项。", "请填写不大于100的数。", "请填写有效的日期"):
        assert words in said
