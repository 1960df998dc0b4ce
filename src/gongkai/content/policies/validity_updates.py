"""Update validity and facts of records: by their own days and words, or from a signed edition of their document."""

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime, timedelta

from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_date

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Document, Edition, EditionContent, EditionEffect, Shelf, ValidityState
from gongkai.content.editions.sources import OutgoingText, Source
from gongkai.content.editions.validity import (
    STATES_WITH_QUOTED_NOTE,
    DatedStanding,
    find_validity_start,
    get_validity_on,
    validity_sentence,
)
from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.signed_records import VALIDITY_DAY_FIELDS, find_binding_content, is_signed
from gongkai.content.policies.text_facts import (
    find_beginning_sentence,
    find_dates_unlike_text,
    find_ending_sentence,
    find_only_last_day,
    find_stated_last_days,
    read_stated_facts,
)
from gongkai.content.publishing.actions import set_standing
from gongkai.content.reviewing.required_reading import VALIDITY_EFFECT_PREFIX
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.rows import find_row
from gongkai.core.units.actors import SYSTEM
from gongkai.core.widgets.query_parameters import parse_day
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib import typed_json
from gongkai.lib.chinese.document_numbers import canonical_number
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.typed_json import read_text


def map_edition_dates(
    record: PolicyRecord, facts: Mapping[str, object], html: str, title: str
) -> dict[str, date | None]:
    """Return the dates of a record from an edition, by field name: from its facts, else from its text.

    A date in neither is missing, so the record's date remains; it is None if it came from an earlier edition.
    """
    text, dates = to_plain_text(html), dict[str, date | None]()
    begins = parse_date(str(facts.get("effective_on", ""))) or read_stated_facts(text).begins
    first_day = begins or record.effective_on or record.published_on or record.made_on
    ends = parse_date(str(facts.get("ends_on", ""))) or find_only_last_day(text, first_day, title)
    if (
        ends
        and not facts.get("ends_on")
        and record.ends_on in find_stated_last_days(text, [first_day] if first_day else [], title)
    ):
        ends = record.ends_on  # a term ends a day earlier or later, by how it is counted
    dates.update({name: day for name, day in zip(VALIDITY_DAY_FIELDS, (begins, ends), strict=True) if day})
    lost = [name for name in VALIDITY_DAY_FIELDS if name not in dates and getattr(record, name)]
    if lost and record.document_id is not None:
        earlier_contents = list(EditionContent.objects.filter(edition__document=record.document_id))
        no_longer_given = [name for name in lost if not _states_record_date(record, name, facts, html, title)]
        given_before = (
            name
            for name in no_longer_given
            if any(
                _states_record_date(record, name, content.facts, content.html, content.title)
                for content in earlier_contents
            )
        )
        dates.update(dict.fromkeys(given_before))
    return dates


def find_library_record(item: Source) -> PolicyRecord | None:
    """Return a copy of the library's record of an item, or None."""
    rows = PolicyRecord.objects.filter(document__source=item.stream).select_related("body")
    record = ask_once(("record", item.stream), lambda: find_row(rows))
    return copy(record)  # Each caller may apply an edition to its own.


def record_of_text(text: OutgoingText) -> PolicyRecord | None:
    """Return a copy of the library's record of a text's document, or None; read once for the text."""
    return copy(text.once("library record", lambda: find_library_record(text.source)))


def is_text_signed(text: OutgoingText) -> bool:
    """Return true if an edition of a text's document was signed, from the editions that the text has read."""
    return any(edition.act == EditionEffect.PUBLISH for edition in text.editions)


def has_decisions(text: OutgoingText) -> bool:
    """Return true if a decision concerns a text's document, to avoid the slow joins of decisions for most texts."""
    record = record_of_text(text)
    return text.once("decisions", Decision.objects.concerning(text.document.pk, record.pk if record else None).exists)


def apply_edition(record: PolicyRecord, frozen: "FrozenContent", *, signed: bool | None = None) -> PolicyRecord:
    """Return a copy of a record with the facts of the edition to be signed.

    A signed record (`signed`; None: it is read) takes title, number, dates and end words; an unsigned one only the end words.
    """
    later = copy(record)
    later.ends_when = find_ending_sentence(to_plain_text(frozen.html), frozen.title)
    if not (is_signed(record) if signed is None else signed):
        return later
    later.title = frozen.title
    later.number = typed_json.read_text(frozen.facts, "document_number") or record.number
    later.number_key = canonical_number(later.number)
    for name, day in map_edition_dates(record, frozen.facts, frozen.html, frozen.title).items():
        setattr(later, name, day)
    return later


def _states_record_date(record: PolicyRecord, name: str, facts: Mapping[str, object], html: str, title: str) -> bool:
    """Return true if an edition gives a record's date."""
    day, text = getattr(record, name), to_plain_text(html)
    if facts.get(name) == day.isoformat():
        return True
    if name == "effective_on":
        return read_stated_facts(text).begins == day
    begins = [one for one in (record.effective_on, record.published_on, record.made_on) if one]
    return day in find_stated_last_days(text, begins, title)


#: Validity states that follow from days and words of a text; a decision is final.
UNDECIDED_STANDINGS = frozenset(
    {ValidityState.IN_FORCE, ValidityState.NOT_YET, ValidityState.AMENDED, ValidityState.OPEN_ENDED}
)
#: Age up to which the job reads editions again.
RECENT_EDITION_PERIOD = timedelta(days=30)


def find_differing_days(frozen: FrozenContent, day: date) -> list[str]:
    """Return errors if the days in the fields of a text differ from those that its words state.

    It applies to texts outside the library before they are public.
    """
    text = read_text(frozen.facts, "standing")
    if text not in UNDECIDED_STANDINGS:
        return []
    begins, ends, made = (
        parse_day(read_text(frozen.facts, name)) for name in ("effective_on", "ends_on", "written_on")
    )
    record, words = PolicyRecord(effective_on=begins, ends_on=ends, made_on=made), to_plain_text(frozen.html)
    if text == ValidityState.NOT_YET and begins is None and find_beginning_sentence(words, frozen.title):
        return []
    return find_dates_unlike_text(record, frozen.title, words, day, "本页")


def read_dated_standing(facts: Mapping[str, object], html: str, title: str) -> DatedStanding:
    """Return the validity data of a text outside the library.

    They are the days of its fields, else those and the event that the text states.
    """
    begins, ends = (parse_day(read_text(facts, name)) for name in ("effective_on", "ends_on"))
    text = to_plain_text(html)
    begins = begins or read_stated_facts(text).begins
    ends = ends or find_only_last_day(text, begins, title)
    said = "" if ends else find_ending_sentence(text, title)
    return DatedStanding(read_text(facts, "standing"), None, begins, ends, ends_when=said)


def update_dated_standing(document: Document, content: EditionContent, day: date) -> bool:
    """Set a document's validity to that which its public text states for a day; return true if it changed.

    A text that ends itself by an event is neither in force nor ended (没有宣布失效); the note has the
    words.
    """
    if not _is_validity_from_text(document, read_text(content.facts, "standing")):
        return False
    dated = read_dated_standing(content.facts, content.html, content.title)
    state = get_validity_on(dated, day)
    note = dated.ends_when if state in STATES_WITH_QUOTED_NOTE else ""
    if state == document.standing and (state not in STATES_WITH_QUOTED_NOTE or note == document.standing_note):
        return False
    since = find_validity_start(dated, day) or dated.effective_on
    on = since if since and since <= day else day
    set_standing(document, by=SYSTEM, standing=state, on=on, note=note, successor=document.successor)
    return True


def _is_validity_from_text(document: Document | None, standing: str) -> bool:
    """Return true if the days and words of a text decide its validity, and no decision.

    `standing` is the validity that the author chose; a final one (已废止) does not follow from days.
    """
    decided = (
        document is not None
        and document.standing not in {"", *UNDECIDED_STANDINGS}
        and not is_expired_by_date(document)
    )
    return standing in UNDECIDED_STANDINGS and not decided


def list_validity_effects(outgoing: OutgoingText) -> list[tuple[str, str]]:
    """Return the changes of validity that signers of a text outside the library approve.

    Pairs of (description, digest) for `reviewing.required_reading`.
    """
    frozen, document = outgoing.frozen, outgoing.document
    if record_of_text(outgoing) is not None or not _is_validity_from_text(
        document, read_text(frozen.facts, "standing")
    ):
        return []
    dated = read_dated_standing(frozen.facts, frozen.html, frozen.title)
    old = find_binding_content(document)
    stated = dated.effective_on or dated.ends_on or dated.ends_when
    if not stated or (old and read_dated_standing(old.facts, old.html, old.title) == dated):
        return []
    text = validity_sentence(dated, timezone.localdate(outgoing.start)).text
    facts = [dated.standing, str(dated.effective_on), str(dated.ends_on), dated.ends_when]
    mark = digest(canonical_json({"source": outgoing.source.stream, "validity": facts}))
    return [(f"{VALIDITY_EFFECT_PREFIX}{text}", mark)]


def is_expired_by_date(document: Document) -> bool:
    """Return true if a document is expired because the last day of one of its editions has passed."""
    if document.standing != ValidityState.EXPIRED or document.standing_on is None:
        return False
    last = (document.standing_on - timedelta(days=1)).isoformat()
    return Edition.objects.filter(document=document, content__facts__ends_on=last).exists()


def update_dated_standings(now: datetime) -> int:
    """Job: update documents outside the library with a due day or a recent edition; return how many changed."""
    day = timezone.localdate(now)
    today = day.isoformat()
    live = Shelf.objects.filter(Q(until_at=None) | Q(until_at__gt=now), column=None, from_at__lte=now)
    rows = live.filter(document__policy=None).annotate(
        ends=Cast(KeyTextTransform("ends_on", "edition__content__facts"), TextField()),
        begins=Cast(KeyTextTransform("effective_on", "edition__content__facts"), TextField()),
    )
    query = Q(standing__in=UNDECIDED_STANDINGS, ends__gt="", ends__lt=today)
    coming = Q(standing__in=UNDECIDED_STANDINGS - {ValidityState.NOT_YET}, begins__gt=today)
    begun = Q(standing=ValidityState.NOT_YET, begins__lte=today)
    recent = Q(
        standing__in=[ValidityState.IN_FORCE, ValidityState.NOT_YET],
        edition__visible_from__gte=now - RECENT_EDITION_PERIOD,
    )
    found = rows.filter(query | coming | begun | recent | Q(standing=ValidityState.EXPIRED, ends__gte=today))
    editions = Edition.objects.filter(pk__in=list(found.values_list("edition", flat=True)))
    return sum(
        update_dated_standing(edition.document, edition.content, day)
        for edition in editions.select_related("document__successor", "content")
    )
