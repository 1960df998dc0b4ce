"""Addresses of the product: the acts that a view does and the rows that it reads, found in its code.

A view is followed through the functions, classes, tables and declarations that it names. A page leads to the views
that its templates name.
"""

import re
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache, lru_cache, partial
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, get_args, get_type_hints

from django.db.models import Model
from django.template import Engine
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from wagtail import hooks

from gongkai.content.editions.sources import Source
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ACTIONS_BY_NAME, Action
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME

#: Calls from a view to what it does, at most; entries of a table that is followed, at most.
DEPTH, TABLE = 6, 60
#: Packages whose code is shared by all views: what it names belongs to no view.
SHARED = ("gongkai.core.acts", "gongkai.core.widgets", "gongkai.core.registers", "gongkai.lib", "gongkai.core.outbox")
#: Pages where a file is uploaded, and where what it would change is done.
IMPORT_PAGES = frozenset({"spreadsheets:start", "spreadsheets:run", "spreadsheets:apply"})
#: Pages of Wagtail's editor → the hooks by which our own code answers them.
HOOKS = {
    "wagtailadmin_pages:add": "after_create_page", "wagtailadmin_pages:edit": "after_edit_page",
    "wagtailadmin_pages:delete": "before_delete_page",
}  # fmt: skip
#: Names of methods that make a row.
MAKING = frozenset({"create", "bulk_create", "get_or_create", "update_or_create", "save"})
#: An address that a form of a template is sent to.
URL_NAME = re.compile(r"""action=["']?{%\s*url\s+["']([\w:]+)["']""")
INCLUDED = re.compile(r"""{%\s*include\s+["']([^"']+)["']""")


@dataclass
class Reach:
    """What code leads to.

    Acts with the calls between and the keys of tables on the way; models that it reads and that it makes; words and
    names of addresses.
    """

    acts: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    models: dict[type[Model], int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    makes: dict[type[Model], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Address:
    """A pattern of addresses: its whole route, its name, and what its view leads to."""

    route: str
    name: str
    parameters: tuple[tuple[str, Any], ...]
    reach: Reach
    #: The view answers no GET.
    only_posted: bool = False

    @property
    def office(self) -> bool:
        """Return true for a page of the back office."""
        return self.route.startswith("admin/")

    def fill(self, values: Mapping[str, object]) -> str:
        """Return the address with values for its parameters."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), self.route)


def acts_behind(to: str) -> Mapping[str, tuple[int, frozenset[str]]]:
    """Return the acts that the view of an address leads to: the calls between, and the keys of tables on the way."""
    return _acts_behind(to.partition("?")[0])


@lru_cache(20_000)
def _acts_behind(path: str) -> Mapping[str, tuple[int, frozenset[str]]]:
    try:
        found = list_addresses().get(resolve(path).route)
    except Resolver404:
        return {}
    return found.reach.acts if found else {}


@cache
def list_addresses() -> dict[str, Address]:
    """Return all addresses of the project's own views by their routes."""
    found: dict[str, Address] = {}
    for route, name, pattern, parameters in _walk(get_resolver(), "", "", ()):
        hooked = tuple(hooks.get_hooks(HOOKS[name])) if name in HOOKS else ()
        reach = follow_view(hooked or pattern.callback)
        if reach.acts or reach.models or reach.names:
            found.setdefault(route, Address(route, name, parameters, reach, _is_only_posted(pattern.callback)))
    return found


@cache
def pages_for(act: str) -> tuple[tuple[float, Address], ...]:
    """Return the pages where an act may be done, the nearest first: its own, and those whose templates name it."""
    doing, naming = _index_addresses()
    own = {one.route: (float(one.reach.acts[act][0]), one) for one in doing.get(act, ())}
    found, linked = dict(own), dict[str, tuple[float, Address]]()
    if importers_for(act):
        found |= {one.route: (1.0, one) for one in list_addresses().values() if one.name in IMPORT_PAGES}
    for depth, named in sorted((depth, one.name) for depth, one in own.values() if one.name):
        for one in naming.get(named, ()):
            if one.route not in own:
                linked.setdefault(one.route, (depth + 0.5, one))
    return tuple(sorted((found | linked).values(), key=lambda pair: (pair[0], pair[1].route)))


@cache
def _index_addresses() -> tuple[dict[str, list[Address]], dict[str, list[Address]]]:
    """Return the addresses whose views do an act, by the act, and those whose templates name an address, by its name."""
    doing, naming = dict[str, list[Address]](), dict[str, list[Address]]()
    for one in list_addresses().values():
        for act in one.reach.acts:
            doing.setdefault(act, []).append(one)
        for name in one.reach.names:
            naming.setdefault(name, []).append(one)
    return doing, naming


@cache
def importers_for(act: str) -> tuple[str, ...]:
    """Return the names of the importers that do an act."""
    return tuple(sorted(name for name, one in IMPORTERS_BY_NAME.items() if act in follow_view(type(one)).acts))


@cache
def target_of(act: str) -> object:
    """Return the model that an act is done to, None where it is done to nothing, or `...` where that is not declared."""
    function = unwrap(ACTIONS_BY_NAME[act].function)
    try:
        first = next(iter(get_type_hints(function).items()), ("", ...))
    except (NameError, TypeError):
        return ...
    if first[0] in {"by", "return"}:
        return ...
    kinds = get_args(first[1]) or (first[1],)
    if type(None) in kinds:
        return None
    if Source in kinds:  # models with texts: an item is tried for all of them
        return ItemPage
    return next((one for one in kinds if isinstance(one, type) and issubclass(one, Model)), ...)


def _walk(
    resolver: URLResolver, before: str, space: str, given: tuple[tuple[str, Any], ...]
) -> Iterator[tuple[str, str, URLPattern, tuple[tuple[str, Any], ...]]]:
    for one in resolver.url_patterns:
        route = getattr(one.pattern, "_route", None)
        if route is None:  # a regular expression: the catch-all of pages
            continue
        parameters = (*given, *one.pattern.converters.items())
        if isinstance(one, URLResolver):
            yield from _walk(one, before + str(route), f"{one.namespace}:" if one.namespace else space, parameters)
        else:
            yield before + str(route), space + (one.name or ""), one, parameters


@cache
def follow_view(view: Any) -> Reach:
    """Return what a view leads to."""
    found = Reach()
    waiting: deque[tuple[Any, int, frozenset[str]]] = deque([(view, 0, frozenset())])
    met: set[int] = set()
    templates: set[str] = set()
    while waiting:
        one, depth, keys = waiting.popleft()
        if isinstance(one, Action):
            if one.name not in found.acts:
                found.acts[one.name] = depth, keys
            continue
        if isinstance(one, type) and issubclass(one, Model):
            if one is not Model and not one._meta.abstract:
                found.models.setdefault(one, depth)
            continue
        if id(one) in met or depth > DEPTH or not _is_followed(one, depth):
            continue
        met.add(id(one))
        named = _named_by(one)
        templates |= named.templates
        found.names |= named.names
        for name, said in named.acts:
            found.acts.setdefault(name, (depth + 1, keys | said))
        for model in named.makes:
            found.makes.setdefault(model, depth)
        next_depth = depth + named.cost
        waiting.extend((value, next_depth, keys | added if added else keys) for value, added in named.values)
    for name in templates:
        found.names |= _names_in_template(name)
    return found


def _is_only_posted(view: Any) -> bool:
    """Return true for a view that is declared to answer POST alone."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list | tuple) and [*cell.cell_contents] == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


def _is_followed(one: Any, depth: int) -> bool:
    if isinstance(one, dict | list | tuple | set | frozenset):
        return len(one) <= TABLE and one is not ACTIONS_BY_NAME and one is not ENTRY_KINDS_BY_NAME
    if isinstance(one, partial | MethodType) or (is_dataclass(one) and not isinstance(one, type)):
        return True
    module = getattr(one if isinstance(one, type | FunctionType) else type(one), "__module__", "") or ""
    if not module.startswith("gongkai."):
        return depth < 3 and isinstance(one, FunctionType)  # a decorator of Django's around a view
    return depth < 3 or not module.startswith(SHARED)


@dataclass(frozen=True)
class Named:
    """The values, acts (by their words) and models of new rows that one expression refers to."""

    #: The value itself: as long as it is kept, no other has its identity.
    one: Any
    values: tuple[tuple[Any, frozenset[str]], ...]
    acts: tuple[tuple[str, frozenset[str]], ...] = ()
    templates: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    makes: tuple[type[Model], ...] = ()
    #: Calls that a step through it counts as.
    cost: int = 1


#: Identity of a value → what it names: many views lead to the same values.
_NAMED: dict[int, Named] = {}


def _named_by(one: Any) -> Named:
    if id(one) not in _NAMED:
        values = _values_of(one)
        cost = 0 if isinstance(one, dict | list | tuple) or is_dataclass(one) else 1
        found = Named(one, tuple(pair for pair in values if _leads_on(pair[0])), cost=cost)
        if isinstance(one, FunctionType):
            words = _read_function(one)[1]
            makes = [value for value, _ in values if isinstance(value, type) and issubclass(value, Model)]
            found = replace(
                found,
                acts=tuple(_acts_named_by(words)),
                templates=frozenset(word for word in words if word.endswith(".html")),
                names=frozenset(word for word in words if re.fullmatch(r"[a-z][\w:]{2,60}", word)),
                makes=tuple(value for value in makes if value is not Model)
                if MAKING & {*one.__code__.co_names}
                else (),
            )
        _NAMED[id(one)] = found
    return _NAMED[id(one)]


def _leads_on(one: Any) -> bool:
    """Return true for a value that is an act or a model, or that is followed where it is near to the view."""
    return isinstance(one, Action) or (isinstance(one, type) and issubclass(one, Model)) or _is_followed(one, 0)


def _values_of(one: Any) -> list[tuple[Any, frozenset[str]]]:
    none: frozenset[str] = frozenset()
    if isinstance(one, dict):
        return [(value, frozenset({key}) if isinstance(key, str) else none) for key, value in one.items()]
    if isinstance(one, list | tuple | set | frozenset):
        return [(value, none) for value in one]
    if isinstance(one, partial):
        return [(value, none) for value in (one.func, *one.args, *one.keywords.values())]
    if isinstance(one, MethodType):
        return [(value, none) for value in (one.__func__, one.__self__)]
    if isinstance(one, FunctionType):
        return [(value, none) for value in _read_function(one)[0]]
    if isinstance(one, type):
        return [(value, none) for value in vars(one).values() if not isinstance(value, str | int)]
    found: list[tuple[Any, frozenset[str]]] = []
    if is_dataclass(one):  # what a declared act is called in addresses
        slug = getattr(one, "slug", None) or (hasattr(one, "act") and getattr(one, "name", None))
        called = frozenset({slug}) if isinstance(slug, str) else none
        found = [(getattr(one, part.name, None), called) for part in fields(one)]
    return [*found, *([(type(one), none)] if not type(one).__module__.startswith(SHARED) else [])]


def _acts_named_by(words: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the acts that code names by words: whole, or by what its names begin with and a verb from elsewhere."""
    for name in ACTIONS_BY_NAME.keys() & words:
        yield name, frozenset()
    for begun in words & _acts_by_beginning().keys():
        yield from ((begun + verb, frozenset({verb})) for verb in _acts_by_beginning()[begun])


@cache
def _acts_by_beginning() -> dict[str, list[str]]:
    """Return the verbs of acts by what the acts' names begin with: `request.`."""
    found: dict[str, list[str]] = {}
    for name in ACTIONS_BY_NAME:
        subject, dot, verb = name.partition(".")
        found.setdefault(subject + dot, []).append(verb)
    return found


@cache
def _read_function(function: FunctionType) -> tuple[tuple[Any, ...], frozenset[str]]:
    """Return what a function names: values, and words."""
    names, words = _names_in(function.__code__)
    known = function.__globals__
    met = [known[name] for name in names if name in known]
    words |= {one for one in met if isinstance(one, str)}
    imported = [sys.modules[name] for name in names if name.startswith("gongkai.") and name in sys.modules]
    met += [value for module in imported for name in names if (value := getattr(module, name, None)) is not None]
    modules = [one for one in met if isinstance(one, ModuleType) and one.__name__.startswith("gongkai.")]
    met += [value for module in modules for name in names if (value := getattr(module, name, None)) is not None]
    for cell in function.__closure__ or ():
        try:
            met.append(cell.cell_contents)
        except ValueError:  # not filled yet
            continue
    if (inner := unwrap(function)) is not function:
        met.append(inner)
    return tuple(one for one in met if not isinstance(one, ModuleType)), frozenset(words)


def _names_in(code: CodeType) -> tuple[set[str], set[str]]:
    names, words = {*code.co_names}, {one for one in code.co_consts if isinstance(one, str)}
    for one in code.co_consts:
        if isinstance(one, CodeType):
            inner = _names_in(one)
            names |= inner[0]
            words |= inner[1]
    return names, words


@cache
def _names_in_template(name: str) -> frozenset[str]:
    """Return the names of the addresses that a template's forms are sent to, read from its file: it is not compiled."""
    places = (place for loader in Engine.get_default().template_loaders for place in loader.get_template_sources(name))
    file = next((path for place in places if (path := Path(place.name)).is_file()), None)
    if file is None:
        return frozenset()
    source = file.read_text(encoding="utf-8")
    found = frozenset(URL_NAME.findall(source))
    for inner in INCLUDED.findall(source):
        if inner != name:
            found |= _names_in_template(inner)
    return found
