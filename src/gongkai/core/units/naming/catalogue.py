"""Index of bodies, offices, aliases and groups by every spelling of their names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gongkai.core.units.models import Alias, Body, BodyKind, Office
from gongkai.core.units.naming.spelling import (
    LEVEL_CHARACTERS,
    canonical_stem,
    clean_name,
    get_higher_place,
    get_place,
    looser_stem,
    remove_places,
)

#: Kinds of governments: other bodies belong to them, and their place name precedes those bodies'
#: names.
AREA_BODY_KINDS = frozenset(
    {
        BodyKind.GOVERNMENT,
        BodyKind.DISTRICT,
        BodyKind.COMMITTEE,
        BodyKind.TOWNSHIP,
        BodyKind.SUBDISTRICT,
    }
)


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group of units as plain data: names, government (id), kinds of members directly under it, ids of added and
    excluded bodies."""

    names: tuple[str, ...]
    government: int
    kinds: frozenset[str] = frozenset()
    added: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    open_ended: bool = False  # the notice must say which units are meant (有关部门)


@dataclass(slots=True)
class NameCatalogue:
    """An index of all bodies by their names, built once for each notice; lookups run no query.

    Attributes:
        full: full or short name → bodies.
        named: alias → (body, its office if the alias means one).
        stems: (government id, name without places) → bodies.
        loose: as `stems`, with names shortened further (`looser_stem`).
        places: government id → its place name.
        spelt: body id → spellings of its name.
        offices: body id → its offices.
        office_names: name of an office → offices of this name.
        children: body id → the bodies directly under it; 0 → the topmost bodies.
    """

    bodies: dict[int, Body]
    groups: tuple[NamedGroup, ...]
    today: date
    full: dict[str, list[Body]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, list[tuple[Body, Office | None]]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[tuple[int, str], list[Body]] = field(default_factory=lambda: defaultdict(list))
    loose: dict[tuple[int, str], list[Body]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, str] = field(default_factory=dict)
    offices: dict[int, list[Office]] = field(default_factory=lambda: defaultdict(list))
    office_names: dict[str, list[Office]] = field(default_factory=lambda: defaultdict(list))
    spelt: dict[int, tuple[str, ...]] = field(default_factory=dict)
    children: dict[int, list[Body]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(
        cls,
        bodies: Iterable[Body],
        *,
        aliases: Iterable[Alias] = (),
        offices: Iterable[Office] = (),
        groups: Iterable[NamedGroup] = (),
        today: date,
    ) -> "NameCatalogue":
        """Build the index from these rows."""
        catalogue = cls({body.pk: body for body in bodies}, tuple(groups), today)
        for body in catalogue.bodies.values():
            if body.kind in AREA_BODY_KINDS:
                catalogue.places[body.pk] = remove_places(get_place(body.name), catalogue.above(body))
        for body in catalogue.bodies.values():
            catalogue._index_body(body)
        for alias in aliases:
            if alias.body_id in catalogue.bodies:
                office = alias.office if alias.office_id else None
                catalogue.named[clean_name(alias.name)].append((catalogue.bodies[alias.body_id], office))
                catalogue._index_stem(catalogue.bodies[alias.body_id], alias.name)
        for office in offices:
            if office.body_id in catalogue.bodies:
                office.body = catalogue.bodies[office.body_id]
                catalogue.offices[office.body_id].append(office)
                catalogue.office_names[clean_name(office.name)].append(office)
        return catalogue

    def chain(self, body: Body) -> list[Body]:
        """Return the bodies above a body, nearest first."""
        higher_bodies: list[Body] = []
        parent = self.bodies.get(body.parent_id or 0)
        while parent is not None and parent not in higher_bodies:
            higher_bodies.append(parent)
            parent = self.bodies.get(parent.parent_id or 0)
        return higher_bodies

    def above(self, body: Body) -> tuple[str, ...]:
        """Return the place names of the governments above a body, widest first, including one that is not in the database."""
        places = (
            self.places.get(government.pk) or get_place(government.name) for government in reversed(self.chain(body))
        )
        return tuple(filter(None, [self.outside(body), *places]))

    def outside(self, body: Body) -> str:
        """Return the places that the topmost government's name begins with and that have no body
        here: 松江省, or ""."""
        return get_higher_place([body, *self.chain(body)][-1].name)

    def home(self, body: Body) -> Body:
        """Return the government of a body: a 人民政府 or 区县政府 itself, else the nearest area body above, else the body."""
        if body.kind in {BodyKind.GOVERNMENT, BodyKind.DISTRICT}:
            return body
        return next((higher for higher in self.chain(body) if higher.kind in AREA_BODY_KINDS), body)

    def sign(self, government: Body) -> str:
        """Return the level character with which a government's place name ends (市, 区, 县 …), or ""."""
        place = self.places.get(government.pk, "")
        return place[-1] if place and place[-1] in LEVEL_CHARACTERS else ""

    def alive(self, body: Body) -> bool:
        """Return true if a body exists on the day of the catalogue."""
        return body.merged_into_id is None and (body.active_to is None or body.active_to > self.today)

    def successor(self, body: Body) -> Body:
        """Return the body that a merged body went into, through all mergers."""
        visited_ids = {body.pk}
        while body.merged_into_id and body.merged_into_id in self.bodies and body.merged_into_id not in visited_ids:
            body = self.bodies[body.merged_into_id]
            visited_ids.add(body.pk)
        return body

    def _index_body(self, body: Body) -> None:
        """Add a body to the index by its names, its abbreviations and the place that it governs."""
        self.children[body.parent_id or 0].append(body)
        for name in {body.name, body.short_name} - {""}:
            self.full[clean_name(name)].append(body)
            self._index_stem(body, name)
        place = self.places.get(body.pk)
        if place:  # 青山区人民政府 is also 青山区, and 政府 within itself
            self._add_stem(self.government_id_of(body), place, body)
            self._add_stem(body.pk, "政府" if body.kind != BodyKind.COMMITTEE else "管委会", body)

    def spellings(self, body: Body) -> tuple[str, ...]:
        """Return a body's name without places, its short name, and their short forms (`canonical_stem`), cached."""
        cached = self.spelt.get(body.pk)
        if cached is None:
            names = {remove_places(body.name, self.above(body)), clean_name(body.short_name)} - {""}
            cached = self.spelt[body.pk] = tuple(names | {canonical_stem(name) for name in names})
        return cached

    def government_id_of(self, body: Body) -> int:
        """Return the id of the nearest area body (government, 管委会, …) above a body; its own id if there is none."""
        return next((higher.pk for higher in self.chain(body) if higher.kind in AREA_BODY_KINDS), body.pk)

    def _index_stem(self, body: Body, name: str) -> None:
        """Add a name to the index without its place, and also without the character of its level (市教委)."""
        home = self.government_id_of(body)
        stem = remove_places(name, self.above(body))
        self._add_stem(home, stem, body)
        sign = self.sign(self.bodies[home])
        if sign and stem.startswith(sign) and len(stem) > 3:  # a short name stored with its sign: 市教委
            self._add_stem(home, stem[1:], body)

    def _add_stem(self, home: int, stem: str, body: Body) -> None:
        """Add a body to the index of stems and to that of looser stems."""
        short = canonical_stem(stem)
        for index, key in ((self.stems, short), (self.loose, looser_stem(short))):
            if key and body not in index[home, key]:
                index[home, key].append(body)


class ResolutionKind(StrEnum):
    """The way in which a printed name was resolved."""

    EXACT = "exact"  # a full or short name as it stands
    ALIAS = "alias"  # another name, or another spelling of one
    GROUP = "group"  # a plural name, all of whose members are known
    OPEN = "open"  # it does not say which units are meant, or not all of them: a clerk must
    UNKNOWN = "unknown"  # no existing unit of that name, or more than one


@dataclass(frozen=True, slots=True)
class Resolution:
    """The result of resolving a printed name. `words` states in Chinese what a clerk must check, or "".

    `bodies` of an open name are those it names explicitly (区交通局等 names one). `offices` is set if
    the name was an office's (处室); `bodies` then contains their bodies. `suggestions` are candidate
    bodies. `slip` lists the wrong characters if the name is a misspelling of one of them.
    """

    name: str
    kind: ResolutionKind
    bodies: tuple[Body, ...] = ()
    offices: tuple[Office, ...] = ()
    words: str = ""
    suggestions: tuple[Body, ...] = ()
    slip: str = ""

    @property
    def sure(self) -> bool:
        """Return true if no clerk needs to check the name."""
        return self.kind in {ResolutionKind.EXACT, ResolutionKind.ALIAS, ResolutionKind.GROUP} and not self.words


#: A result before it becomes a `Resolution`: kind, bodies, offices, words for the clerk,
#: suggestions.
RawResolution = tuple[ResolutionKind, tuple[Body, ...], tuple[Office, ...], str, tuple[Body, ...]]
