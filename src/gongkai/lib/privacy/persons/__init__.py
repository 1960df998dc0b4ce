"""Find names of private persons.

Three things decide together: the shape of the name (surname and given characters), the
dictionary's view of the place, and the context. The context also decides whose name it is: an
applicant's or a relative's is private, an official's public.
"""

from gongkai.lib.privacy.persons.detect import find_persons
from gongkai.lib.privacy.persons.name_matches import PersonName

__all__ = ["PersonName", "find_persons"]
