"""Names of persons in their context.

A name is found by three things together: its shape (surname and characters of given names), what the
dictionary says of the place, and what stands beside it. What stands beside it also decides whose name
it is: who asks, complains, is punished, is ill or receives money is private; who is in office, signs,
speaks for an office or writes stays public.
"""

from gongkai.lib.privacy.persons.detect import persons
from gongkai.lib.privacy.persons.found import Person

__all__ = ["Person", "persons"]
