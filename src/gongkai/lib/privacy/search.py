"""Find all personal data in a text."""

from collections.abc import Iterable
from dataclasses import replace

from gongkai.lib.privacy import (
    accounts,
    banking,
    codes,
    columns,
    facts,
    health,
    landlines,
    mail,
    mobiles,
    numbers,
    places,
    plates,
)
from gongkai.lib.privacy.frame import Frame, frame, text_only
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import persons
from gongkai.lib.privacy.spoken import spoken
from gongkai.lib.privacy.surroundings import People

#: Which kind keeps a place that two of them claim.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        ("id_number", "credit_code", "bank_card", "account", "phone", "passport", "email", "plate", "address",
         "birth", "person", "health")
    )
}  # fmt: skip


def _named(view: Frame) -> list[Finding]:
    return [
        Finding("person", person.start, person.end, view.source[person.start : person.end], person.why)
        for person in persons(view)
    ]


def _settle(findings: Iterable[Finding]) -> list[Finding]:
    ranked = sorted(findings, key=lambda found: (_RANK[found.kind], found.start, -found.end))
    kept: list[Finding] = []
    taken: set[int] = set()
    for found in ranked:
        span = range(found.start, found.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def find(text: str) -> list[Finding]:
    """Return the personal data in a text.

    Public data is skipped: an office's phone and address, an official's name in office, a company's
    credit code, a signer, masked data. A reviewer checks the rest: every finding has a reason.

    Args:
        text: any text; offsets of the findings are offsets in it.

    Returns:
        Findings in order, not overlapping.

    Raises:
        PrivacyError: what is given is no text.
    """
    read = spoken(text_only(text))
    if read is None:
        return _find(text)
    words, offsets = read
    spans = [(finding, offsets[finding.start], offsets[finding.end - 1] + 1) for finding in _find(words)]
    return [replace(one, start=start, end=end, text=text[start:end]) for one, start, end in spans]


def _find(text: str) -> list[Finding]:
    view = frame(text)
    found = [
        hit
        for module in (numbers, mobiles, codes, accounts)
        for finder in module.FINDERS
        for hit in finder(view)
    ]
    names = _named(view)
    people = People([(name.start, name.end) for name in names])
    return _settle(
        [
            *found,
            *columns.column_cells(view),
            *mail.emails(view, people),
            *plates.plates(view),
            *landlines.landlines(view, people),
            *banking.bank_cards(view, people),
            *banking.accounts_of_banks(view, people),
            *numbers.ids_of_people(view, people),
            *places.addresses(view, people),
            *names,
            *facts.births(view, people),
            *health.health(view, people),
        ]
    )
