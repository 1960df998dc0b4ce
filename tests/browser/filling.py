"""A form of a page filled in as a person might: what stands there, first choices, a few words, today."""

from typing import Any

SUGGESTED = {"date": "2026-11-20", "datetime-local": "2026-11-20T09:00", "number": "1", "email": "a@b.cn"}
SUGGESTED |= {"time": "09:00", "url": "http://127.0.0.1/a.html", "hidden": "", "tel": "0799-8000000"}


def _kind(one: Any) -> str:
    """Return the type of a field; of a text field for a date, a time or a number what it asks for."""
    picker = one.getparent().get("data-picker")
    number = one.get("inputmode") in {"numeric", "decimal"} and (one.get("type") or "text") == "text"
    return picker or ("number" if number else (one.get("type") or one.tag).lower())


def filled(form: Any) -> list[tuple[str, str]]:
    """Return what a person would send: what stands there, first choices, a few words, today."""
    values: list[tuple[str, str]] = []
    for one in form.inputs:
        name, kind = one.name, _kind(one)
        if not name or kind in {"submit", "button", "image", "file", "reset"} or one.get("disabled") is not None:
            continue
        if one.tag == "select":
            options = [o.get("value") or "" for o in one.xpath(".//option")]
            chosen = [o.get("value") or "" for o in one.xpath(".//option[@selected]")]
            value = next(iter([*filter(None, chosen), *filter(None, options)]), "")
        elif kind in {"checkbox", "radio"}:
            # Of columns that are ticked the first is enough: some take some kinds of information alone.
            if (kind == "radio" or name == "columns") and any(name == sent for sent, _ in values):
                continue
            # The first choice may stand for nothing of its own (as above), and is sent empty.
            value = one.get("value", "on")
        else:
            value = str(one.value or "") or SUGGESTED.get(kind, "经核对，情况属实，同意办理。")
        values.append((name, value))
    return values
