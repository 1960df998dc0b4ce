"""Names of units as notices print them, resolved to bodies: pure, on a `Catalogue` of what is known.

`spelling` brings a name to one short form, `catalogue` indexes bodies, offices, aliases and groups, `groups` reads plural names
with their exceptions, `singles` and `plurals` look them up,
`resolve` puts them together. Nothing is guessed: what is not certain is `open` or `unknown`, with suggestions.
"""

from gongkai.core.units.naming.catalogue import HOMES, Catalogue, Group
from gongkai.core.units.naming.plurals import members_of
from gongkai.core.units.naming.resolve import resolve, unknown_names
from gongkai.core.units.naming.results import Kind, Resolution

__all__ = ["HOMES", "Catalogue", "Group", "Kind", "Resolution", "members_of", "resolve", "unknown_names"]
