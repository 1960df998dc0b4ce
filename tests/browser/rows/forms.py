"""Send forms filled in as a user would, and again with the primary key of a hidden row.

A field that names a row is a `ModelChoiceField` of a rendered form, or another field with a number (checkboxes, hidden fields, lists). The model of
such a number is found by sending an unused key and watching which table is queried. A hidden row must be treated as a missing one: same answer, same
rows written; a form that chooses it writes nothing.
"""

import copy
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lxml import html

from browser.form_values import get_form_values
from browser.rows.addresses import Model
from browser.rows.recorded_requests import UNLOGGED_TABLES, UNUSED_KEY, RecordedAnswer, Requester, send_request
from gongkai.core.acts import object_access

if TYPE_CHECKING:
    from browser.rows.__main__ import Findings

#: Targets of forms that end the session or change the login.
SESSION_ENDING_URLS = re.compile(r"logout|sign_out|leave|password|/account/")
#: Fields with numbers that are not primary keys.
NON_KEY_FIELDS = re.compile(r"version|year|.*-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*-ORDER")
#: Values of a form by field name, as a browser sends them.
Values = dict[str, list[str]]


def replace_numbers(target: str) -> str:
    """Return a URL with its numbers replaced by 0."""
    return re.sub(r"\d+", "0", target)


def list_logged_writes(answer: RecordedAnswer) -> list[str]:
    """Return the statements that wrote rows, without `UNLOGGED_TABLES`."""
    return [sql for sql in answer.writes.tables if not UNLOGGED_TABLES.search(sql)]


class FormSender:
    """Send each kind of form that a requester sees once."""

    def __init__(self, who: Requester, findings: "Findings") -> None:
        self.who, self.findings = who, findings
        self._sent: set[tuple[str, tuple[str, ...]]] = set()

    def send_all(self, path: str) -> None:
        """Send the forms of a page: filled in, then with a hidden row in each choice."""
        page = send_request(self.who, "get", path)
        if page.status != 200 or "<form" not in page.text:
            return
        for target, values in self._list_forms(page.text, path):
            right = self._post(target, values)
            self.findings.sent += 1
            self.findings.accepted += bool(right.writes.tables)
            self._record_valid(target, right)
            for name, number in self._list_key_fields(values, page):
                self._send_hidden_key(target, values, name, number, page)

    def _list_forms(self, text: str, path: str) -> Iterator[tuple[str, Values]]:
        for form in html.fromstring(text).forms:
            target = (form.get("action") or path).partition("?")[0]
            if (
                (form.method or "").upper() != "POST"
                or not target.startswith("/")
                or SESSION_ENDING_URLS.search(target)
            ):
                continue
            values: Values = {}
            for name, value in get_form_values(form):
                values.setdefault(name, []).append(value)
            make = replace_numbers(target), tuple(sorted(values))
            if make not in self._sent:
                self._sent.add(make)
                yield target, values

    def _post(self, target: str, values: Values) -> RecordedAnswer:
        cookies = copy.deepcopy(self.who.client.cookies)
        try:
            return send_request(self.who, "post", target, values)
        finally:
            self.who.client.cookies = cookies

    def _record_valid(self, target: str, right: RecordedAnswer) -> None:
        line = f"post {target} as {self.who.name}, filled in: {right.status}"
        if right.status >= 500:
            self.findings.broke.setdefault(f"{target} {self.who.name}", line)
        if unlogged := right.writes.unlogged:
            self.findings.unlogged.setdefault(f"{target} {self.who.name}", f"{line} {unlogged}")

    def _list_key_fields(self, values: Values, page: RecordedAnswer) -> Iterator[tuple[str, bool]]:
        """Yield the fields that name rows, and whether a rendered form declares the model."""
        for name, given in values.items():
            if name in page.choices:
                yield name, True
            elif not NON_KEY_FIELDS.fullmatch(name) and all(value.isdecimal() for value in given):
                yield name, False

    def _send_hidden_key(self, target: str, values: Values, name: str, declared: bool, page: RecordedAnswer) -> None:
        """Send the primary key of a hidden row in one field; compare the answer with that for an unused key."""
        unused = self._post(target, values | {name: [str(UNUSED_KEY)]})
        models = (
            [page.choices[name][0]]
            if declared
            else [m for m in object_access.VISIBLE_ROWS_BY_MODEL if m._meta.db_table in unused.writes.sought]
        )
        offered = page.choices[name][1] if declared else frozenset()
        for model in models:
            number = self._find_hidden_row(model, offered)
            if number is None:
                continue
            self.findings.foreign += 1
            answer = self._post(target, values | {name: [str(number)]})
            told = answer.status, list_logged_writes(answer)
            if told != (unused.status, list_logged_writes(unused)) or (declared and list_logged_writes(answer)):
                line = f"post {target} {name}={number} ({model._meta.label}) as {self.who.name}: {told}, for an unused key {unused.status}"
                self.findings.chosen.setdefault(f"{replace_numbers(target)} {name}", line[:400])

    def _find_hidden_row(self, model: Model, offered: frozenset[int]) -> int | None:
        """Return a row that is neither visible to the requester nor offered, or None."""
        if model not in object_access.VISIBLE_ROWS_BY_MODEL:
            return None
        every: Any = model._default_manager.order_by("-pk").values_list("pk", flat=True)[:400]
        return next((pk for pk in every if pk not in self.who.seen(model) and pk not in offered), None)
