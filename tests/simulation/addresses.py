"""The product's URL patterns: the actions and models that each view reaches, found in its code.

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

#: Maximum call depth from a view; maximum entries of a table that is followed.
MAX_DEPTH, MAX_TABLE_ENTRIES = 6, 60
#: Packages shared by all views: references in them belong to no view.
SHARED_PACKAGES = (
    "gongkai.core.acts",
    "gongkai.core.widgets",
    "gongkai.core.registers",
    "gongkai.lib",
    "gongkai.core.outbox",
)
#: Pages of the spreadsheet import.
IMPORT_PAGES = frozenset({"spreadsheets:start", "spreadsheets:run", "spreadsheets:apply"})
#: Views of Wagtail's editor → the hooks with which our code handles them.
EDITOR_HOOKS = {
    "wagtailadmin_pages:add": "after_create_page", "wagtailadmin_pages:edit": "after_edit_page",
    "wagtailadmin_pages:delete": "before_delete_page",
}  # fmt: skip
#: Methods that create a row.
CREATING_METHODS = frozenset({"create", "bulk_create", "get_or_create", "update_or_create", "save"})
#: The URL name in a template's form action.
URL_NAME = re.compile(r"""action=["']?{%\s*url\s+["']([\w:]+)["']""")
INCLUDED_TEMPLATE = re.compile(r"""{%\s*include\s+["']([^"']+)["']""")


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


def acts_reached_by(to: str) -> Mapping[str, tuple[int, frozenset[str]]]:
    """Return the actions that a URL pattern's view reaches: call depth, and keys of tables on the way."""
    return _acts_reached_by(to.partition("?")[0])


@lru_cache(20_000)
def _acts_reached_by(path: str) -> Mapping[str, tuple[int, frozenset[str]]]:
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
        hooked = tuple(hooks.get_hooks(EDITOR_HOOKS[name])) if name in EDITOR_HOOKS else ()
        reach = follow_view(hooked or pattern.callback)
        if reach.acts or reach.models or reach.names:
            found.setdefault(route, Address(route, name, parameters, reach, _accepts_only_post(pattern.callback)))
    return found


@cache
def pages_for(act: str) -> tuple[tuple[float, Address], ...]:
    """Return pages where an action may be performed, nearest first: its own, then those linking to it."""
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
    """Return patterns by the action of their view, and by the URL names in their templates."""
    doing, naming = dict[str, list[Address]](), dict[str, list[Address]]()
    for one in list_addresses().values():
        for act in one.reach.acts:
            doing.setdefault(act, []).append(one)
        for name in one.reach.names:
            naming.setdefault(name, []).append(one)
    return doing, naming


@cache
def importers_for(act: str) -> tuple[str, ...]:
    """Return the names of the importers that perform an action."""
    return tuple(sorted(name for name, one in IMPORTERS_BY_NAME.items() if act in follow_view(type(one)).acts))


@cache
def target_of(act: str) -> object:
    """Return an action's target model, None if it has no target, or `...` if undeclared."""
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
        if id(one) in met or depth > MAX_DEPTH or not _is_followed(one, depth):
            continue
        met.add(id(one))
        named = _references_of(one)
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


def _accepts_only_post(view: Any) -> bool:
    """Return true for a view that accepts only POST."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list | tuple) and [*cell.cell_contents] == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


def _is_followed(one: Any, depth: int) -> bool:
    if isinstance(one, dict | list | tuple | set | frozenset):
        return len(one) <= MAX_TABLE_ENTRIES and one is not ACTIONS_BY_NAME and one is not ENTRY_KINDS_BY_NAME
    if isinstance(one, partial | MethodType) or (is_dataclass(one) and not isinstance(one, type)):
        return True
    module = getattr(one if isinstance(one, type | FunctionType) else type(one), "__module__", "") or ""
    if not module.startswith("gongkai."):
        return depth < 3 and isinstance(one, FunctionType)  # a decorator of Django's around a view
    return depth < 3 or not module.startswith(SHARED_PACKAGES)


@dataclass(frozen=True)
class References:
    """The values, action names and created models that one expression refers to."""

    #: Holds a reference so that the `id` is not reused.
    one: Any
    values: tuple[tuple[Any, frozenset[str]], ...]
    acts: tuple[tuple[str, frozenset[str]], ...] = ()
    templates: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    makes: tuple[type[Model], ...] = ()
    #: Call depth that a step through this value counts as.
    cost: int = 1


#: `id` of a value → what it refers to: views share many values.
_NAMED: dict[int, References] = {}


def _references_of(one: Any) -> References:
    if id(one) not in _NAMED:
        values = _values_of(one)
        cost = 0 if isinstance(one, dict | list | tuple) or is_dataclass(one) else 1
        found = References(one, tuple(pair for pair in values if _should_follow(pair[0])), cost=cost)
        if isinstance(one, FunctionType):
            words = _read_function(one)[1]
            makes = [value for value, _ in values if isinstance(value, type) and issubclass(value, Model)]
            found = replace(
                found,
                acts=tuple(_acts_named_by(words)),
                templates=frozenset(word for word in words if word.endswith(".html")),
                names=frozenset(word for word in words if re.fullmatch(r"[a-z][\w:]{2,60}", word)),
                makes=tuple(value for value in makes if value is not Model)
                if CREATING_METHODS & {*one.__code__.co_names}
                else (),
            )
        _NAMED[id(one)] = found
    return _NAMED[id(one)]


def _should_follow(one: Any) -> bool:
    """Return true for an action, a model, or a value that is followed close to the view."""
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
    return [*found, *([(type(one), none)] if not type(one).__module__.startswith(SHARED_PACKAGES) else [])]


def _acts_named_by(words: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield actions that code names: in full, or by a prefix and a verb from elsewhere."""
    for name in ACTIONS_BY_NAME.keys() & words:
        yield name, frozenset()
    for begun in words & _verbs_by_prefix().keys():
        yield from ((begun + verb, frozenset({verb})) for verb in _verbs_by_prefix()[begun])


@cache
def _verbs_by_prefix() -> dict[str, list[str]]:
    """Return the verbs of actions by the prefix of their names, for example `request.`."""
    found: dict[str, list[str]] = {}
    for name in ACTIONS_BY_NAME:
        subject, dot, verb = name.partition(".")
        found.setdefault(subject + dot, []).append(verb)
    return found


@cache
def _read_function(function: FunctionType) -> tuple[tuple[Any, ...], frozenset[str]]:
    """Return the values and strings that a function refers to."""
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
    """Return the URL names that a template's forms post to, read without compiling it."""
    places = (place for loader in Engine.get_default().template_loaders for place in loader.get_template_sources(name))
    file = next((path for place in places if (path := Path(place.name)).is_file()), None)
    if file is None:
        return frozenset()
    source = file.read_text(encoding="utf-8")
    found = frozenset(URL_NAME.findall(source))
    for inner in INCLUDED_TEMPLATE.findall(source):
        if inner != name:
            found |= _names_in_template(inner)
    return found
