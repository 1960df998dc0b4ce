"""Words of people outside behind entries: what a list shows of them to whom, and looking for words in them.

An entry's title says what it is (kind, topic, unit), never what somebody typed: that stands encrypted in the kind's own table (`Kind.subject`,
`Kind.words`). Who works on an entry reads it in the clear, everybody else who sees the entry reads it, and all other texts of the entry,
de-identified (`Kind.deidentifiers`). A list opens no more rows than it shows.

Words are looked for by opening what may have them, the newest `MOST` entries that somebody works on, after everything else that was asked for. A
table of keyed digests of words would be faster, and would tell whoever holds the database how often which word stands where: names are found by
that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from gongkai.core.ledger.kinds import KINDS, Kind, kind_of
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.ledger.rules import STAFF, work
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import belongs
from gongkai.core.vault.sealing import Secret, Words

#: Entries of a kind whose words are opened for one search; characters of a subject that a list shows.
MOST, LONGEST = 3000, 60
#: What a list says below its search where older entries were not opened.
BEYOND = (
    f"来件的内容只在您可以办理的最近{MOST}件里查找，更早的没有查：请加上状态、单位、年度或者日期等条件再查。"
)


def reveals(by: Actor, entry: Entry) -> bool:
    """Whether somebody reads in the clear what people outside wrote in a matter: who works on its entry, and the 政务公开办 over them."""
    return not work(by, entry)


def with_subjects(entries: Iterable[Entry], by: Actor) -> None:
    """Say of entries that are to be shown what they are about, as far as this person may read it: `subject`, `revealed`.

    It takes a query for each kind that has such words.
    """
    of_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if kind_of(entry.kind).words:
            entry.revealed = reveals(by, entry)
            of_kind[entry.kind].append(entry)
    for name, some in of_kind.items():
        _prepare_readers(some)
        if not KINDS[name].subject:
            continue
        rows = Entry.objects.filter(pk__in=[entry.pk for entry in some])
        subjects = {pk: words for pk, *words in rows.values_list("pk", *KINDS[name].subject)}
        for entry in some:
            said = next((subject for subject in subjects.get(entry.pk, ()) if subject), Words())
            entry.subject = beginning(said.reveal() if entry.revealed else _beginning_as_read(entry, said))


def _prepare_readers(entries: Sequence[Entry]) -> None:
    """Load at once what hides the people of entries of one kind whose reader does not work on them (`Entry.revealed`)."""
    hidden = [entry for entry in entries if not entry.revealed]
    deidentifiers = kind_of(hidden[0].kind).deidentifiers if hidden else None
    if deidentifiers:
        found = deidentifiers(hidden)
        for entry in hidden:
            entry.deidentifier = found.get(entry.pk)


def with_readers(entries: Iterable[Entry], by: Actor) -> None:
    """Note of entries of one kind whether somebody reads them as written, without their subjects: for exports."""
    some = list(entries)
    for entry in some:
        entry.revealed = reveals(by, entry)
    _prepare_readers(some)


def as_read(entry: Entry, text: str | Secret) -> str:
    """Return a text of an entry as its reader sees it (`Entry.revealed`)."""
    if entry.revealed:
        return text.reveal() if isinstance(text, Secret) else text
    if entry.deidentifier is None:
        _prepare_readers([entry])
    if entry.deidentifier is None or not text:
        return str(text)
    return entry.deidentifier(text.reveal() if isinstance(text, Secret) else text)


def beginning(words: str) -> str:
    """Return what a list shows of a long text: how it begins, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _beginning_as_read(entry: Entry, words: Words) -> str:
    """Return the beginning of a text without its people; the following words decide what it contains, so some of them are searched, too."""
    return as_read(entry, Words.of(" ".join(words.reveal().split())[: 3 * LONGEST]))


def found_in_words(entries: EntryQuerySet, by: Actor, asked: str) -> list[int]:
    """Return which of some entries have words of people outside in which something stands, among the newest that somebody works on."""
    found: list[int] = []
    for kind, rows in _worked_on(entries, by):
        works: dict[int, bool] = {}
        for pk, body, *words in rows.values_list("pk", "body_id", *kind.words)[:MOST].iterator(500):
            if body not in works:
                works[body] = reveals(by, Entry(kind=kind.name, body=Body.objects.get(pk=body)))
            if works[body] and _says(words, asked):
                found.append(pk)
    return found


def beyond_search(entries: EntryQuerySet, by: Actor) -> str:
    """Return the sentence that a list shows where `found_in_words` leaves older ones of these entries unopened; empty where it opens all."""
    return BEYOND if any(rows.values("pk")[MOST : MOST + 1] for _, rows in _worked_on(entries, by)) else ""


def _worked_on(entries: EntryQuerySet, by: Actor) -> Iterator[tuple[Kind, EntryQuerySet]]:
    """Yield the kinds that have words of people outside, with those entries that somebody may work on, the newest first."""
    reached = entries if by.system else entries.filter(belongs(by, roles=STAFF, supervising=(Role.CHIEF,)))
    for kind in KINDS.values():
        if kind.words:
            yield kind, reached.filter(kind=kind.name).order_by("-pk")


def _says(words: Sequence[Words | None], asked: str) -> bool:
    return any(asked.casefold() in word.reveal().casefold() for word in words if word)
