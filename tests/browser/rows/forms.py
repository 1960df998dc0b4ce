"""Forms filled in as a person fills them in, and the same with the number of a row that this person does not see.

A field that names a row is one of a form that was drawn (`ModelChoiceField`), or whatever else of the page is sent with a number (ticks, hidden
fields, lists): which model's number that is, the table says in which one is looked for that no row has. A hidden row must be treated as one that is
not there: the same answer, the same rows written; a form that chooses it writes nothing.
"""

import copy
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lxml import html

from browser.filling import filled
from browser.rows.addresses import Model
from browser.rows.asking import ASIDE, NOBODY, Answered, Asker, ask
from gongkai.core.acts import object_access

if TYPE_CHECKING:
    from browser.rows.__main__ import Holes

#: Where a form leads that ends what the next question needs.
ENDS = re.compile(r"logout|sign_out|leave|password|/account/")
#: Fields with numbers that name no row, in every form.
COUNTS = re.compile(r"version|year|.*-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*-ORDER")
#: Values of a form by the names of its fields, as a browser sends them.
Values = dict[str, list[str]]


def make_of(target: str) -> str:
    """Return an address without its numbers."""
    return re.sub(r"\d+", "0", target)


def written(answer: Answered) -> list[str]:
    """Return the statements that wrote rows, without what is kept aside."""
    return [sql for sql in answer.writes.tables if not ASIDE.search(sql)]


class Forms:
    """The forms that somebody is shown, each make of them once."""

    def __init__(self, who: Asker, holes: "Holes") -> None:
        self.who, self.holes = who, holes
        self._sent: set[tuple[str, tuple[str, ...]]] = set()

    def send_all(self, path: str) -> None:
        """Send the forms of a page: filled in, then with a hidden row in each choice."""
        page = ask(self.who, "get", path)
        if page.status != 200 or "<form" not in page.text:
            return
        for target, values in self._of(page.text, path):
            right = self._post(target, values)
            self.holes.sent += 1
            self.holes.accepted += bool(right.writes.tables)
            self._note_right(target, right)
            for name, number in self._numbers(values, page):
                self._choose(target, values, name, number, page)

    def _of(self, text: str, path: str) -> Iterator[tuple[str, Values]]:
        for form in html.fromstring(text).forms:
            target = (form.get("action") or path).partition("?")[0]
            if (form.method or "").upper() != "POST" or not target.startswith("/") or ENDS.search(target):
                continue
            values: Values = {}
            for name, value in filled(form):
                values.setdefault(name, []).append(value)
            make = make_of(target), tuple(sorted(values))
            if make not in self._sent:
                self._sent.add(make)
                yield target, values

    def _post(self, target: str, values: Values) -> Answered:
        cookies = copy.deepcopy(self.who.client.cookies)
        try:
            return ask(self.who, "post", target, values)
        finally:
            self.who.client.cookies = cookies

    def _note_right(self, target: str, right: Answered) -> None:
        line = f"post {target} as {self.who.name}, filled in: {right.status}"
        if right.status >= 500:
            self.holes.broke.setdefault(f"{target} {self.who.name}", line)
        if unlogged := right.writes.unlogged:
            self.holes.unlogged.setdefault(f"{target} {self.who.name}", f"{line} {unlogged}")

    def _numbers(self, values: Values, page: Answered) -> Iterator[tuple[str, bool]]:
        """Yield the fields that name rows, and whether a form says of which model."""
        for name, given in values.items():
            if name in page.choices:
                yield name, True
            elif not COUNTS.fullmatch(name) and all(value.isdecimal() for value in given):
                yield name, False

    def _choose(self, target: str, values: Values, name: str, declared: bool, page: Answered) -> None:
        """Send the number of a hidden row in one field; compare it with a number that no row has."""
        nobody = self._post(target, values | {name: [str(NOBODY)]})
        models = (
            [page.choices[name][0]]
            if declared
            else [m for m in object_access.VISIBLE_ROWS_BY_MODEL if m._meta.db_table in nobody.writes.sought]
        )
        offered = page.choices[name][1] if declared else frozenset()
        for model in models:
            number = self._hidden(model, offered)
            if number is None:
                continue
            self.holes.foreign += 1
            answer = self._post(target, values | {name: [str(number)]})
            told = answer.status, written(answer)
            if told != (nobody.status, written(nobody)) or (declared and written(answer)):
                line = f"post {target} {name}={number} ({model._meta.label}) as {self.who.name}: {told}, for nobody's number {nobody.status}"
                self.holes.chosen.setdefault(f"{make_of(target)} {name}", line[:400])

    def _hidden(self, model: Model, offered: frozenset[int]) -> int | None:
        """Return a row that is neither shown to this person nor offered; None where there is none."""
        if model not in object_access.VISIBLE_ROWS_BY_MODEL:
            return None
        every: Any = model._default_manager.order_by("-pk").values_list("pk", flat=True)[:400]
        return next((pk for pk in every if pk not in self.who.seen(model) and pk not in offered), None)
