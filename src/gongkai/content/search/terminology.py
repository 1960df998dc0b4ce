"""Synonyms of the search: the built-in table, the office's own, and names of units.

Each process stores them in memory. In a server the thread that renews the vocabularies renews them as well
(`spelling.start_rebuilding_thread`), so that no search waits for it.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import permutations

from django.db.models import Count, Max

from gongkai.content.search.keywords import SearchKeyword, select_needed_keywords, spell_pinyin
from gongkai.content.search.parser import interpret_search
from gongkai.core.units.models import Alias, Body, BodyEvent
from gongkai.core.units.naming import NameCatalogue, ResolutionKind, resolve
from gongkai.core.units.naming.spelling import LEVEL_CHARACTERS, canonical_stem
from gongkai.core.units.queries import load_catalogue
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.matching.synonyms import Synonym, Synonyms, load_default_synonyms


@dataclass(frozen=True)
class Terminology:
    """Synonyms, and the catalogue of units with their places."""

    synonyms: Synonyms
    units: NameCatalogue
    stamp: object = None
    #: Names of places (云岭市, 云岭), which weigh little, as all of a site's texts are about its place.
    places: frozenset[str] = frozenset()
    #: Abbreviations of two characters that are no other word (城管) and names in pinyin, with the names of their units.
    short: dict[str, str] = field(default_factory=dict)

    def find_unit(self, name: str, home: Body | None = None) -> list[Body]:
        """Return the units named by a name or abbreviation, seen from a government; only the nearest."""
        top = home or next((body for body in self.units.bodies.values() if body.parent_id is None), None)
        if top is None:
            return []
        government = self.units.bodies.get(top.pk, top)
        everyday = [row.official for row in self.synonyms.find(name) if row.everyday == name]
        for spelling in (
            self.short.get(name, name),
            *_exchange_ending(name),
            *self._add_whole_place(name),
            *everyday,
        ):
            resolution = resolve(spelling, government, self.units)
            if resolution.kind in {ResolutionKind.EXACT, ResolutionKind.ALIAS} and not resolution.offices:
                return list(resolution.bodies)
            key = canonical_stem(spelling)
            if bodies := [body for body in resolution.suggestions if key in self.units.spellings(body)]:
                return bodies
        return []

    def _add_whole_place(self, name: str) -> list[str]:
        """Return a name with its full place: 青溪教育局 also means 青溪县教育局."""
        places = {place for place in self.units.places.values() if place and len(place) > 2}
        return [
            place + name[len(place) - 1 :]
            for place in sorted(places)
            if name.startswith(place[:-1]) and not name.startswith(place)
        ]


@dataclass(frozen=True)
class SynonymSource:
    """Synonyms of another app: a stamp that changes with them, and the rows."""

    stamp: Callable[[], object]
    rows: Callable[[], Synonyms]


_SYNONYM_SOURCES: dict[str, SynonymSource] = {}
_terminologies: dict[str, Terminology] = {}
_in_background = threading.Event()


def register_synonyms(name: str, source: SynonymSource) -> None:
    """Register synonyms maintained by an app, replacing those of the same name."""
    _SYNONYM_SOURCES[name] = source


def rebuild_terminology() -> Terminology:
    """Return the current terminology, rebuilt after changes."""
    stamp = _make_stamp()
    stored = _terminologies.get("")
    if stored is None or stored.stamp != stamp:
        stored = _terminologies[""] = _build_terminology(stamp)
    return stored


def use_threaded_terminology() -> None:
    """Use the terminology last built by this process's thread (`spelling.start_rebuilding_thread`)."""
    _in_background.set()


def load_terminology() -> Terminology:
    """Return the terminology; in a server the one last built by its thread."""
    stored = _terminologies.get("") if _in_background.is_set() else None
    return stored or ask_once(("terminology",), rebuild_terminology)


def clear_terminology() -> None:
    """Clear the terminology (tests, restored backups)."""
    _terminologies.clear()


def _make_stamp() -> tuple[object, ...]:
    """Return a value that changes when units, names or terms change."""
    units = Body.objects.aggregate(n=Count("pk"), last=Max("pk"), version=Max("version"))
    changes = BodyEvent.objects.aggregate(last=Max("pk")), Alias.objects.aggregate(n=Count("pk"), last=Max("pk"))
    return (*units.values(), *changes, *(source.stamp() for source in _SYNONYM_SOURCES.values()))


@cache
def _load_search_synonyms() -> Synonyms:
    """Return the everyday words that only the search knows."""
    return Synonyms.parse(files("gongkai.content.search").joinpath("synonyms.tsv").read_text("utf-8"))


def _build_terminology(stamp: object) -> Terminology:
    """Return the names of units, their everyday and short forms, and all synonyms."""
    catalogue = load_catalogue()
    synonyms = load_default_synonyms().merged(_load_search_synonyms())
    for source in _SYNONYM_SOURCES.values():
        synonyms = synonyms.merged(source.rows())
    places = {place for place in catalogue.places.values() if place}
    short: dict[str, str] = {}
    sounds: dict[str, str] = {}
    rows: dict[tuple[str, str], Synonym] = {}
    for body in filter(catalogue.alive, catalogue.bodies.values()):
        names = _list_names(body, catalogue)
        for value, other_name in permutations(names, 2):
            if 2 <= len(value) <= 20 and value not in other_name:
                rows[value, other_name] = Synonym(value, other_name)
        sounds |= {text: name for name in names if (text := spell_pinyin(name))}
        for name in names:
            longer = [other_name for other_name in names if len(other_name) > 3]
            if len(name) == 3 and longer and not any(name[:2] in other_name for other_name in longer):
                short[name[:2]] = name
    return Terminology(
        Synonyms([*rows.values(), *synonyms]),
        catalogue,
        stamp,
        frozenset(places | {place[:-1] for place in places if len(place) > 2}),
        sounds | {two: name for two, name in short.items() if not synonyms.find(two)},
    )


def _exchange_ending(name: str) -> list[str]:
    """Return a name with bureau and commission exchanged: 卫健局 also means 卫健委."""
    endings = {"局": "委", "委": "局"}
    return [name[:-1] + endings[name[-1]]] if name[-1] in endings and len(name) > 2 else []


def _list_names(body: Body, catalogue: NameCatalogue) -> list[str]:
    """Return the names of a unit without place: full, abbreviated, and short without its level."""
    spelled: Iterable[str] = (
        name.lstrip(LEVEL_CHARACTERS) if len(name) > 3 else name for name in catalogue.spellings(body)
    )
    return sorted({name for name in spelled if len(name) > 2}, key=lambda name: (-len(name), name))[:4]


def list_required_keywords(search_words: str) -> tuple[SearchKeyword, ...]:
    """Return the keywords of a search that a result must contain."""
    terminology = load_terminology()
    return select_needed_keywords(interpret_search(search_words, terminology.synonyms, terminology.places).keywords)
