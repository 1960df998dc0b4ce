"""Resolve names of units as printed in notices to bodies; pure functions on a `NameCatalogue`.

`spelling` normalises a name, `catalogue` indexes bodies, offices, aliases and groups, `singles` and
`plurals` (with exceptions) look names up, `suggest` finds similar ones, and `resolve` combines them. Uncertain
names are never guessed: they are `open` or `unknown`, with
suggestions.
"""

from gongkai.core.units.naming.catalogue import AREA_BODY_KINDS, NameCatalogue, NamedGroup, Resolution, ResolutionKind
from gongkai.core.units.naming.plurals import list_group_members
from gongkai.core.units.naming.resolve import describe_unknown_names, resolve

__all__ = [
    "AREA_BODY_KINDS",
    "NameCatalogue",
    "NamedGroup",
    "Resolution",
    "ResolutionKind",
    "describe_unknown_names",
    "list_group_members",
    "resolve",
]
