"""Forms of this room: acts on cases and promises (entered when read), registering, registers."""

from gongkai.opinion.forms import cases, promises
from gongkai.opinion.forms.registering import (
    PLATFORMS,
    CollectForm,
    FeedForm,
    FieldForm,
    PromiseForm,
    SpokespersonForm,
    TopicForm,
)

__all__ = [
    "PLATFORMS",
    "CollectForm",
    "FeedForm",
    "FieldForm",
    "PromiseForm",
    "SpokespersonForm",
    "TopicForm",
    "cases",
    "promises",
]
