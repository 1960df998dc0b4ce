"""The registry of kinds of entries, filled by apps at start-up."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce

from django.db.models import Q
from django.urls import reverse

from gongkai.core.acts.machine import Machine
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.addresses import of_row


def _not_known(_: Actor, __: Entry) -> bool:
    return False


def _nobody_else(_: Actor) -> Q | None:
    return None


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its name, its words, its machine, its page, and who else may see its entries.

    `visible` returns a condition on Entry for those beside the owing body and the supervising offices (a lead unit, say), or
    None where nothing is added for this actor.
    `url` names the page of one entry (Django URL name with the entry's number as argument `pk`); the generic page serves most kinds,
    which add their facts by a panel (`ledger.desk`) and their fields by forms (`ledger.forms`).
    `actions` lists the names of the actions that its page offers as buttons, the usual next one first.
    `onward` are those of them that move an entry on: the one button of the first page and of the page's head is the first of these that
    is allowed (empty: any action).
    `awaited` says what others are told comes next where the onward act is one of two decisions: no promise that it is taken that way.
    `judges` says whose turn it is to judge what was handed in (the lead unit); None: the 政务公开办's. The 政务公开办 may judge and urge besides.
    `prefix` begins its numbers (its label where empty). `rules` names its rule set in `law.rule_sets()`: its clock, and when yellow begins; an entry
    may name another (`Entry.rules`).
    `owner_known` says whether somebody who may not see an entry may learn whose it is (never by default).
    `secret` kinds are never opened to all staff (`Audience.STAFF`).
    `resting` is the condition under which the owing body can do nothing for now though the entry is still its own (a text in review).
    `waiting` are the open states in which the owing body waits for somebody else (to accept, to decide); `waits_outside` says that this is
    somebody outside (an applicant), so that it is no staff's turn.
    `asked` are those of them in which a decision was asked for (延期, 不涉及, a report handed in), without which the body does not know what
    it owes: they stand before what was handed in to be looked at.
    `lists_acts` says that a panel of its own lists its actions with what speaks against them: the page's buttons are then the onward ones and
    the shared ones.
    `answers_itself` says that the owing body alone is offered what moves an entry on: who oversees it may act for it, and is not asked to.
    `register` names the room's own list of them (a URL name), to which an entry's page leads back; the ledger where there is none.
    `work` is what the first page's button says where the work is done on the entry's page and by no action of its own (登记上传).
    `still_late`, `excused` and `carried_on` are the outcomes after which nothing is owed any more (不涉及, passed on); such entries count in no
    figure themselves. They differ in a due date that the unit had let pass by then (`ledger.lapses`): after `still_late` it stays with the unit,
    because the unit itself or the person who asked ended the entry. After `excused` it does not, where somebody else than the unit decided so;
    the page names who and why. After `carried_on` another entry of the unit goes on with the same clock.
    `inner` kinds stand between a unit and its own offices: who supervises the unit from above (政务公开办, 监督员) neither sees nor counts them,
    nor is told when they are late.
    `beside` kinds are what one unit gives for another's entry (配合): the entry is counted, they are in no sum of all kinds.
    `ordered_in` is the way from an entry to the words that ordered it (`assignment__measure__text`), so that other rooms see what a task asks for.
    `words` are the ways from an entry to what people outside wrote, encrypted columns of the kind's own table (`request__wanted`); `subject` those
    of them that say what it is about, the first that has something (`ledger.subjects`). The title of such an entry repeats none of it.
    `deidentifiers` returns, by primary key of each of some entries, the function that hides the people of this entry in a text: readers who do
    not work on the entry get all its texts through it (`Entry.as_read`). Without it, encrypted texts are masked and others are shown.
    `related` is what lists read in the same query (`select_related`), so that rules ask the database nothing more for each row.
    """

    name: str
    label: str
    machine: Machine
    url: str = "ledger_entry"
    actions: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()
    awaited: Mapping[str, str] = field(default_factory=dict)
    visible: Callable[[Actor], Q | None] = field(default=_nobody_else)
    judges: Callable[[Actor, Entry], bool] | None = None
    prefix: str = ""
    rules: str = "assignment"
    related: tuple[str, ...] = ()
    waiting: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    owner_known: Callable[[Actor, Entry], bool] = field(default=_not_known)
    secret: bool = False
    resting: Callable[[], Q] | None = None
    waits_outside: bool = False
    lists_acts: bool = False
    still_late: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()
    carried_on: frozenset[str] = frozenset()
    answers_itself: bool = False
    register: str = ""
    work: str = "查看"
    inner: bool = False
    beside: bool = False
    ordered_in: str = ""
    words: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    deidentifiers: Callable[[Collection[Entry]], Mapping[int, Callable[[str], str]]] | None = None

    @property
    def fallen_away(self) -> frozenset[str]:
        """Outcomes after which nothing is owed any more."""
        return self.still_late | self.excused | self.carried_on

    @property
    def series(self) -> str:
        """The prefix of its numbers."""
        return self.prefix or self.label


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Register a kind; called by an app at start-up."""
    KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> Kind:
    """Return a registered kind."""
    return KINDS[name]


def inner_kinds() -> list[str]:
    """Return the kinds used between a unit and its own offices."""
    return sorted(kind.name for kind in KINDS.values() if kind.inner)


def uncounted_kinds() -> list[str]:
    """Return the kinds excluded from totals: those inside units, and those about another's entry."""
    return sorted(kind.name for kind in KINDS.values() if kind.inner or kind.beside)


def ordering(words: Collection[str]) -> Q:
    """Return the filter for entries whose order contains one of these words."""
    found = Q(pk__in=[])
    for kind in KINDS.values():
        for word in words if kind.ordered_in else ():
            found |= Q(kind=kind.name, **{f"{kind.ordered_in}__contains": word})
    return found


def order_of(entry: Entry) -> str:
    """Return the text that ordered an entry, or "" if its kind has none; uses prefetched rows."""
    way = kind_of(entry.kind).ordered_in
    return str(reduce(getattr, way.split("__"), entry)) if way else ""


def list_of(entry: Entry) -> tuple[str, str]:
    """Return label and URL of the list that an entry's page links back to."""
    kind = kind_of(entry.kind)
    return (kind.label, reverse(kind.register)) if kind.register else ("台账", reverse("ledger_list"))


def url_of(entry: Entry) -> str:
    """Return the URL of an entry's page."""
    return of_row(kind_of(entry.kind).url, entry.pk)


def state_label(entry: Entry) -> str:
    """Return the Chinese label of an entry's state."""
    return kind_of(entry.kind).machine.labels.get(entry.state, entry.state)


def related(kinds: Collection[str] = ()) -> set[str]:
    """Return the `select_related` fields of lists over some kinds (default: all)."""
    chosen = [KINDS[name] for name in kinds] if kinds else KINDS.values()
    return {"body", "office"}.union(*(kind.related for kind in chosen))
