"""Fill in a form as a user might: existing values, first choices, sample text, today."""

from typing import Any

SAMPLE_VALUES = {"date": "2026-11-20", "datetime-local": "2026-11-20T09:00", "number": "1", "email": "a@b.cn"}
SAMPLE_VALUES |= {"time": "09:00", "url": "http://127.0.0.1/a.html", "hidden": "", "tel": "0799-8000000"}


def _get_field_type(one: Any) -> str:
    """Return the type of a field; for a text field that accepts a date, a time or a number, that type."""
    picker = one.getparent().get("data-picker")
    number = one.get("inputmode") in {"numeric", "decimal"} and (one.get("type") or "text") == "text"
    return picker or ("number" if number else (one.get("type") or one.tag).lower())


def get_form_values(form: Any) -> list[tuple[str, str]]:
    """Return the values that a user would send: existing values, first choices, sample text, today."""
    values: list[tuple[str, str]] = []
    for one in form.inputs:
        name, kind = one.name, _get_field_type(one)
        if not name or kind in {"submit", "button", "image", "file", "reset"} or one.get("disabled") is not None:
            continue
        if one.tag == "select":
            options = [o.get("value") or "" for o in one.xpath(".//option")]
            chosen = [o.get("value") or "" for o in one.xpath(".//option[@selected]")]
            value = next(iter([*filter(None, chosen), *filter(None, options)]), "")
        elif kind in {"checkbox", "radio"}:
            # Tick only the first column: some columns take only some kinds of information.
            if (kind == "radio" or name == "columns") and any(name == sent for sent, _ in values):
                continue
            # The value of a choice may be empty, and is sent empty.
            value = one.get("value", "on")
        else:
            value = str(one.value or "") or SAMPLE_VALUES.get(kind, "经核对，情况属实，同意办理。")
        values.append((name, value))
    return values
