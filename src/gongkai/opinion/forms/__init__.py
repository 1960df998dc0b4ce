"""Forms of this room: acts on cases and promises (entered when read), registering."""

from gongkai.opinion.forms import cases, promises
from gongkai.opinion.forms.registering import (
    PLATFORMS,
    CollectForm,
    PromiseForm,
)

__all__ = [
    "PLATFORMS",
    "CollectForm",
    "PromiseForm",
    "cases",
    "promises",
]
