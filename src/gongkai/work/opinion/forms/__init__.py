"""Forms of this room: acts on cases and promises (entered when read), registering."""

from gongkai.work.opinion.forms import cases, promises
from gongkai.work.opinion.forms.registering import (
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
