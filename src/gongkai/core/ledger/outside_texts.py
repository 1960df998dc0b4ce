"""Subjects written by outside persons: who reads them unmasked, and search in them.

An entry's title contains only kind, topic and unit. What a person typed is encrypted in the
kind's own table (`EntryKind.subject`, `EntryKind.words`). Staff who work on an entry read it unmasked;
other readers see it de-identified (`EntryKind.deidentifiers`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Model, QuerySet

from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, EntryKind, get_kind
from gongkai.core.ledger.models import Attachment, Entry, EntryQuerySet
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, check_may_work
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import own_units_q
from gongkai.core.vault.sealing import EncryptedSecret, EncryptedWords
from gongkai.core.widgets.request_cache import announce

#: Entries of a kind decrypted for one search; maximum length of a subject in a list.
MAX_DECRYPTED_ENTRIES, MAX_SUBJECT_CHARACTERS = 3000, 60
#: Roles of the staff of a unit that was asked to join who handle its part.
_HANDLING_ROLES = frozenset({Role.CLERK, Role.LEAD})
#: Note below a search in which older entries were not decrypted.
SEARCH_LIMIT_NOTE = f"来件的内容只在您可以办理的最近{MAX_DECRYPTED_ENTRIES}件里查找，更早的没有查：请加上状态、单位、年度或者日期等条件再查。"


def may_read_unmasked(by: Actor, entry: Entry) -> bool:
    """Return true if the actor may read outside persons' text unmasked: staff of the entry's unit, or of the 政务公开办
    over it."""
    return not check_may_work(by, entry)


def can_open_attachment(by: Actor, file: Model) -> bool:
    """Return true if the actor may open a file of a visible entry.

    Files on an outside person's matter are open to staff who work on the entry, to those who added them with a
    comment, and to clerks and heads of a unit in which that author works.
    """
    assert isinstance(file, Attachment)
    if get_kind(file.entry.kind).deidentifiers is None or may_read_unmasked(by, file.entry):
        return True
    author = file.comment.person_id if file.comment else None
    handled = by.body_ids(*_HANDLING_ROLES)
    colleague = Appointment.objects.filter(
        in_force_q(), person_id=author or -1, body_id__in=handled, role__in=ENTRY_STAFF_ROLES
    )
    return author is not None and (is_self(by, author) or colleague.exists())


@register_visible_to(Attachment, technical=True, judge=can_open_attachment)
def attachments_visible_to(user: object) -> QuerySet[Attachment]:
    """Return the files of the entries a user sees; `can_open_attachment` decides on each."""
    rows = Attachment.objects.filter(entry__in=visible_to(user).values("pk"))
    return rows.select_related("stored", "entry__body", "comment")


def set_subjects(entries: Iterable[Entry], by: Actor) -> None:
    """Set `subject` and `revealed` on entries, masked unless the actor may read the clear text.

    One query for each kind with subjects.
    """
    of_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in announce_entries(entries):
        if get_kind(entry.kind).words:
            entry.revealed = may_read_unmasked(by, entry)
            of_kind[entry.kind].append(entry)
    for name, entries_of_kind in of_kind.items():
        _attach_deidentifiers(entries_of_kind)
        if not ENTRY_KINDS_BY_NAME[name].subject:
            continue
        rows = Entry.objects.filter(pk__in=[entry.pk for entry in entries_of_kind])
        subjects = {pk: texts for pk, *texts in rows.values_list("pk", *ENTRY_KINDS_BY_NAME[name].subject)}
        for entry in entries_of_kind:
            subject_words = next((subject for subject in subjects.get(entry.pk, ()) if subject), EncryptedWords())
            entry.subject = shorten(subject_words.reveal() if entry.revealed else _shorten_masked(entry, subject_words))


def announce_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries as a list, and announce their ids and streams, so that permission rules query all at once."""
    listed = list(entries)
    announce("entry", (entry.pk for entry in listed))
    announce("stream", (entry.stream for entry in listed))
    return listed


def _attach_deidentifiers(entries: Sequence[Entry]) -> None:
    """Give each entry (of one kind) that is not `revealed` its deidentifier."""
    hidden = [entry for entry in entries if not entry.revealed]
    deidentifiers = get_kind(hidden[0].kind).deidentifiers if hidden else None
    if deidentifiers:
        by_entry = deidentifiers(hidden)
        for entry in hidden:
            entry.deidentifier = by_entry.get(entry.pk)


def set_revealed(entries: Iterable[Entry], by: Actor) -> None:
    """Set `revealed` on entries of one kind, without subjects; for exports."""
    rows = list(entries)
    for entry in rows:
        entry.revealed = may_read_unmasked(by, entry)
    _attach_deidentifiers(rows)


def mask_unless_revealed(entry: Entry, text: str | EncryptedSecret) -> str:
    """Return a text of an entry as its reader may see it (`Entry.revealed`)."""
    if entry.revealed:
        return text.reveal() if isinstance(text, EncryptedSecret) else text
    if entry.deidentifier is None:
        _attach_deidentifiers([entry])
    if entry.deidentifier is None or not text:
        return str(text)
    return entry.deidentifier(text.reveal() if isinstance(text, EncryptedSecret) else text)


def shorten(text: str) -> str:
    """Return the beginning of a long text on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SUBJECT_CHARACTERS else f"{line[:MAX_SUBJECT_CHARACTERS]}…"


def _shorten_masked(entry: Entry, words: EncryptedWords) -> str:
    """Return a text as the reader may see it; only its beginning is masked, to save time."""
    return mask_unless_revealed(
        entry, EncryptedWords.of(" ".join(words.reveal().split())[: 3 * MAX_SUBJECT_CHARACTERS])
    )


def search_outside_texts(entries: EntryQuerySet, by: Actor, search_words: str) -> list[int]:
    """Return the ids of those of the newest entries whose texts from outside contain the words; only entries that the
    actor may read unmasked are searched, at most `MAX_DECRYPTED_ENTRIES` of a kind."""
    outside_texts: list[int] = []
    for kind, rows in _iterate_searchable(entries, by):
        works: dict[int, bool] = {}
        for pk, body, *texts in rows.values_list("pk", "body_id", *kind.words)[:MAX_DECRYPTED_ENTRIES].iterator(500):
            if body not in works:
                works[body] = may_read_unmasked(by, Entry(kind=kind.name, body=Body.objects.get(pk=body)))
            if works[body] and _contains_text(texts, search_words):
                outside_texts.append(pk)
    return outside_texts


def search_limit_note(entries: EntryQuerySet, by: Actor) -> str:
    """Return the note that `search_outside_texts` skipped older entries, or ""."""
    return (
        SEARCH_LIMIT_NOTE
        if any(
            rows.values("pk")[MAX_DECRYPTED_ENTRIES : MAX_DECRYPTED_ENTRIES + 1]
            for _, rows in _iterate_searchable(entries, by)
        )
        else ""
    )


def _iterate_searchable(entries: EntryQuerySet, by: Actor) -> Iterator[tuple[EntryKind, EntryQuerySet]]:
    """Yield (kind with outside persons' texts, entries of it that the actor may search)."""
    own_entries = (
        entries if by.system else entries.filter(own_units_q(by, roles=ENTRY_STAFF_ROLES, supervising=(Role.CHIEF,)))
    )
    for kind in ENTRY_KINDS_BY_NAME.values():
        if kind.words:
            yield kind, own_entries.filter(kind=kind.name).order_by("-pk")


def _contains_text(words: Sequence[EncryptedWords | None], typed: str) -> bool:
    """Return true if any of the texts contains what was typed, ignoring case; encrypted texts are decrypted."""
    return any(typed.casefold() in word.reveal().casefold() for word in words if word)
