"""Compute the title, number and dates that a record takes from a signed edition of its document."""

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_date

from gongkai.content.editions.models import EditionContent
from gongkai.content.policies.formats import canonical_number
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.signed import VALIDITY_DAY_FIELDS, is_signed
from gongkai.content.policies.stated import ending_sentence, only_stated_last_day, read_stated_facts, stated_last_days
from gongkai.lib import typed_json
from gongkai.lib.richtext import to_plain_text

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import Frozen


def dates_of_edition(
    record: PolicyRecord, facts: Mapping[str, object], html: str, title: str
) -> dict[str, date | None]:
    """Return the dates that a record takes from an edition, by field name: from its facts, else from its text.

    A date that neither gives is kept; if it came from an earlier edition, it is None here.
    """
    text, found = to_plain_text(html), dict[str, date | None]()
    begins = parse_date(str(facts.get("effective_on", ""))) or read_stated_facts(text).begins
    first = begins or record.effective_on or record.published_on or record.made_on
    ends = parse_date(str(facts.get("ends_on", ""))) or only_stated_last_day(text, first, title)
    if ends and not facts.get("ends_on") and record.ends_on in stated_last_days(text, [first] if first else [], title):
        ends = record.ends_on  # a term ends a day earlier or later, by how it is counted
    found.update({name: day for name, day in zip(VALIDITY_DAY_FIELDS, (begins, ends), strict=True) if day})
    lost = [name for name in VALIDITY_DAY_FIELDS if name not in found and getattr(record, name)]
    if lost and record.document_id is not None:
        earlier = list(EditionContent.objects.filter(edition__document=record.document_id))
        gone = [name for name in lost if not _gives_date(record, name, facts, html, title)]
        given = (
            name for name in gone if any(_gives_date(record, name, one.facts, one.html, one.title) for one in earlier)
        )
        found.update(dict.fromkeys(given))
    return found


def apply_edition(record: PolicyRecord, frozen: "Frozen") -> PolicyRecord:
    """Return a copy of a record with title, number and dates of the edition to be signed."""
    later = copy(record)
    later.ends_when = ending_sentence(to_plain_text(frozen.html), frozen.title)
    if not is_signed(record):
        return later
    later.title = frozen.title
    later.number = typed_json.read_text(frozen.facts, "document_number") or record.number
    later.number_key = canonical_number(later.number)
    for name, day in dates_of_edition(record, frozen.facts, frozen.html, frozen.title).items():
        setattr(later, name, day)
    return later


def _gives_date(record: PolicyRecord, name: str, facts: Mapping[str, object], html: str, title: str) -> bool:
    """Return true if an edition gives a record's date."""
    day, text = getattr(record, name), to_plain_text(html)
    if facts.get(name) == day.isoformat():
        return True
    if name == "effective_on":
        return read_stated_facts(text).begins == day
    begins = [one for one in (record.effective_on, record.published_on, record.made_on) if one]
    return day in stated_last_days(text, begins, title)
