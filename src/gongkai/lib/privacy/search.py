"""Find all personal data in a text."""

from collections.abc import Iterable
from dataclasses import replace

from gongkai.lib.chinese.characters import is_rare
from gongkai.lib.privacy import accounts, banking, codes, columns, facts, health, landlines, mobiles, numbers, places
from gongkai.lib.privacy.frame import SearchText, check_text, prepare_text
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import PersonName, find_persons
from gongkai.lib.privacy.spoken import find_character_end, join_split_text
from gongkai.lib.privacy.surroundings import PersonSpans

#: Which kind keeps a place that two of them claim.
_KIND_RANK = {
    kind: rank
    for rank, kind in enumerate(
        ("id_number", "credit_code", "bank_card", "account", "phone", "passport", "email", "plate", "address",
         "birth", "person", "health")
    )
}  # fmt: skip


#: Stands for a rare character where it may be a surname.
_USUAL_SURNAME = "李"


def _list_persons(view: SearchText) -> list[PersonName]:
    """Return the persons of a text, also those whose surname is a rare character that is no known surname."""
    found = find_persons(view)
    covered = {place for one in found for place in range(one.start, one.end)}
    odd = {place for place, char in enumerate(view.text) if is_rare(char)} - covered
    if odd:
        text = "".join(_USUAL_SURNAME if place in odd else char for place, char in enumerate(view.text))
        found += (one for one in find_persons(prepare_text(text)) if one.start in odd)
    return sorted(found, key=lambda one: one.start)


def _find_persons(view: SearchText) -> list[Finding]:
    found: list[Finding] = []
    for person in _list_persons(view):
        start = person.start
        while start and is_rare(view.text[start - 1]):  # 𠮷田明, of which 田明 alone looks like a name
            start -= 1
        found.append(Finding("person", start, person.end, view.source[start : person.end], person.why))
    return found


def _resolve_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    ranked = sorted(findings, key=lambda found: (_KIND_RANK[found.kind], found.start, -found.end))
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
    read = join_split_text(check_text(text))
    if read is None:
        return _find_in_prepared_text(text)
    words, offsets = read
    spans = [
        (finding, offsets[finding.start], find_character_end(text, offsets[finding.end - 1]))
        for finding in _find_in_prepared_text(words)
    ]
    return [replace(one, start=start, end=end, text=text[start:end]) for one, start, end in spans]


def _find_in_prepared_text(text: str) -> list[Finding]:
    view = prepare_text(text)
    found = [hit for module in (numbers, mobiles, codes, accounts) for finder in module.FINDERS for hit in finder(view)]
    names = _find_persons(view)
    people = PersonSpans([(name.start, name.end) for name in names])
    return _resolve_overlaps(
        [
            *found,
            *columns.find_column_cells(view),
            *accounts.find_personal_emails(view, people),
            *codes.find_vehicle_plates(view),
            *landlines.find_personal_landlines(view, people),
            *banking.find_bank_cards(view, people),
            *banking.find_bank_accounts(view, people),
            *numbers.find_ids_after_names(view, people),
            *places.find_home_addresses(view, people),
            *names,
            *facts.find_birth_dates(view, people),
            *health.find_health_data(view, people),
        ]
    )
