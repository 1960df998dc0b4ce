"""The registry of kinds of entries, filled by apps at start-up."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TypedDict, Unpack

from django.db.models import Q
from django.urls import reverse

from gongkai.core.acts.action import Notification
from gongkai.core.acts.machine import StateMachine
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.addresses import make_row_url
from gongkai.lib.writing.titles import quote_words


def _is_never_known(_: Actor, __: Entry) -> bool:
    return False


def _no_taken_actions(_: Entry) -> Collection[str]:
    return ()


def _no_extra_viewers(_: Actor) -> Q | None:
    return None


def _given_by_own_unit(entry: Entry) -> int:
    return entry.body_id


@dataclass(frozen=True)
class EntryKind:
    """A kind of ledger entry, such as a task or a request: labels, state machine, page, deadline rules, readers.

    `visible` returns a filter for entries visible to the actor beyond the usual rules (for example
    to a lead unit), or None. `url` is the URL name of an entry's page, with argument `pk`; most
    kinds use the generic page with panels (`ledger.panels`) and forms (`ledger.forms`).

    `actions` lists the actions on its page, the usual next one first. `onward` are those that
    advance an entry; the first allowed one is the main button (empty: any action). `awaited` gives
    other readers a neutral label if the next action is one of two decisions. `judges` decides whose
    turn it is to judge a submission; None: the 政务公开办's.

    `prefix` starts its numbers (default: its label). `rules` names its rule set in
    `law.build_rule_sets()`; an entry may override it (`Entry.rules`). `owner_known` tells if an actor who
    may not see an entry may learn its unit (default: never). Entries of `secret` kinds are never
    visible to all staff.

    `resting` is the filter for entries on which the unit can do nothing for now, such as a text in
    review. `waiting` are the open states in which the unit waits for somebody else; with
    `waits_outside` that is an outside person. `asked` are those of them in which a decision was
    requested; they are shown before submissions.

    `taken` returns the onward actions that were already done in the present state, such as a proposal
    whose decision is pending: they may be repeated, but are not the main button.

    `lists_acts`: a panel of its own lists the actions with reasons against them. `answers_itself`:
    only the unit itself is asked to act, not its supervisors. `register` is the URL name of the
    app's own list. `work` is the button label on the home page for work that is not an action.

    `still_late`, `excused` and `carried_on` are outcomes after which nothing is owed; such entries
    are not counted. They differ for a due date already missed (`ledger.lapses`): `still_late` leaves it on the
    unit's record; `excused` removes it, because another body decided so; after `carried_on` another
    entry of the unit continues the same clock.

    `inner` kinds are between a unit and its own offices: supervisors above the unit neither see nor
    count them. `giver` returns the id of the unit that gave such work: its people may read the entry,
    and are notified if the entry's unit has no staff. `beside` kinds are contributions to another unit's entry (配合)
    and not counted in totals.

    `ordered_in` is the lookup of the text that ordered an entry (`assignment__measure__text`).
    `words` are lookups of encrypted text from outside persons (`request__wanted`); `subject` lists
    those that describe the matter (`ledger.outside_texts`). The title repeats none of it.
    `deidentifiers` returns, by primary key, the function that masks the persons of an entry for
    readers who do not work on it (`Entry.as_read`). `related` are the `select_related` fields of lists,
    and `unlisted` those large fields of theirs that lists do not load.
    """

    name: str
    label: str
    machine: StateMachine
    url: str = "ledger_entry"
    actions: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()
    awaited: Mapping[str, str] = field(default_factory=dict)
    visible: Callable[[Actor], Q | None] = field(default=_no_extra_viewers)
    judges: Callable[[Actor, Entry], bool] | None = None
    prefix: str = ""
    rules: str = "assignment"
    related: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    waiting: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    owner_known: Callable[[Actor, Entry], bool] = field(default=_is_never_known)
    secret: bool = False
    resting: Callable[[], Q] | None = None
    taken: Callable[[Entry], Collection[str]] = field(default=_no_taken_actions)
    waits_outside: bool = False
    lists_acts: bool = False
    still_late: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()
    carried_on: frozenset[str] = frozenset()
    answers_itself: bool = False
    register: str = ""
    work: str = "查看"
    inner: bool = False
    giver: Callable[[Entry], int] = field(default=_given_by_own_unit)
    beside: bool = False
    ordered_in: str = ""
    words: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    deidentifiers: Callable[[Collection[Entry]], Mapping[int, Callable[[str], str]]] | None = None

    @property
    def outcomes_without_duty(self) -> frozenset[str]:
        """Return the outcomes after which the unit no longer has to do anything."""
        return self.still_late | self.excused | self.carried_on

    @property
    def series(self) -> str:
        """Return the prefix of the kind's numbers."""
        return self.prefix or self.label


#: EntryKind's name → kind.
ENTRY_KINDS_BY_NAME: dict[str, EntryKind] = {}


def register_entry_kind(kind: EntryKind) -> EntryKind:
    """Register a kind; called by an app at start-up."""
    ENTRY_KINDS_BY_NAME[kind.name] = kind
    return kind


def get_kind(name: str) -> EntryKind:
    """Return a registered kind."""
    return ENTRY_KINDS_BY_NAME[name]


def list_inner_kinds() -> list[str]:
    """Return the names of the kinds of entries between a unit and its own offices, sorted."""
    return sorted(kind.name for kind in ENTRY_KINDS_BY_NAME.values() if kind.inner)


def list_uncounted_kinds() -> list[str]:
    """Return the names of the kinds that totals exclude: inner kinds, and contributions to another unit's entry."""
    return sorted(kind.name for kind in ENTRY_KINDS_BY_NAME.values() if kind.inner or kind.beside)


def make_ordering_filter(words: Collection[str]) -> Q:
    """Return the filter for entries whose ordering text contains one of the words."""
    query = Q(pk__in=[])
    for kind in ENTRY_KINDS_BY_NAME.values():
        for word in words if kind.ordered_in else ():
            query |= Q(kind=kind.name, **{f"{kind.ordered_in}__contains": word})
    return query


def get_ordering_text(entry: Entry) -> str:
    """Return the text that ordered an entry, or "" if its kind has none; uses prefetched rows."""
    lookup = get_kind(entry.kind).ordered_in
    return str(reduce(getattr, lookup.split("__"), entry)) if lookup else ""


def get_list_link(entry: Entry) -> tuple[str, str]:
    """Return (label, URL) of the list that contains an entry; the page of the entry links back to that list."""
    kind = get_kind(entry.kind)
    return (kind.label, reverse(kind.register)) if kind.register else ("台账", reverse("ledger_list"))


def get_entry_url(entry: Entry) -> str:
    """Return the URL of an entry's page in the back office."""
    return make_row_url(get_kind(entry.kind).url, entry.pk)


class NotificationFacts(TypedDict, total=False):
    """The recipients of a notification and its other arguments (`Notification`)."""

    persons: tuple[int, ...]
    by_post: bool
    posts: tuple[tuple[str, int], ...]
    urgent: bool
    settled: bool


def make_entry_notification(
    entry: Entry, subject: str, text: str, key: str, *, opening: str = "", **facts: Unpack[NotificationFacts]
) -> Notification:
    """Return a notification about an entry in its present version.

    The body is `opening`, the title and number of the entry, and `text`.
    """
    return Notification(
        f"{subject}：{entry.title[:60]}",
        f"{opening}{quote_words(entry.title)}（{entry.number}）{text}",
        get_entry_url(entry),
        f"{key}:{entry.pk}:{entry.version}",
        **facts,
    )


def state_label(entry: Entry) -> str:
    """Return the Chinese label of an entry's state."""
    return get_kind(entry.kind).machine.labels.get(entry.state, entry.state)


def list_related_fields(kinds: Collection[str] = ()) -> set[str]:
    """Return the `select_related` fields of lists over some kinds (default: all)."""
    return {"body", "office"}.union(*(kind.related for kind in _choose_kinds(kinds)))


def list_unlisted_fields(kinds: Collection[str] = ()) -> set[str]:
    """Return the fields that lists over some kinds (default: all) do not load."""
    return {name for kind in _choose_kinds(kinds) for name in kind.unlisted}


def _choose_kinds(names: Collection[str]) -> Collection[EntryKind]:
    """Return the named kinds of entries; all if none is named."""
    return [ENTRY_KINDS_BY_NAME[name] for name in names] if names else ENTRY_KINDS_BY_NAME.values()
