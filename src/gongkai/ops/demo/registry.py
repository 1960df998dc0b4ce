"""The rooms' stories: what each room shows in the sample city, one after the other, behind the year that the notices made.

A room adds a story where its acts can be seen: a function that takes the stage and does, by the room's own actions, what people would.

    @story("inquiries", "问答库", position=75)
    def inquiries(stage: Stage) -> None: ...

The small city opens before a reader's patience ends, so each story has a budget there: `most` acts, counted by a test; an act takes
five to fifteen milliseconds of processor time. What takes more belongs to the whole city (`stage.small` is false), or is fewer rows of the
same states.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gongkai.ops.demo.cast import Cast

#: Acts (rows of the log) that one story may take in the small city, unless it says otherwise.
MOST_ACTS = 50


@dataclass(frozen=True)
class Stage:
    """What a story has to work with: who there is, the sample's today, and whether the city is the small one."""

    cast: Cast
    today: date
    small: bool


@dataclass(frozen=True)
class Story:
    """A room's story: its name, what is said while it is told, its place in the order, what tells it, and its most acts in the small city."""

    name: str
    label: str
    position: int
    tell: Callable[[Stage], None]
    most: int


STORIES: dict[str, Story] = {}


def story(
    name: str, label: str, *, position: int, most: int = MOST_ACTS
) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Register a function as a story; stories are told in the order of their positions."""

    def add(tell: Callable[[Stage], None]) -> Callable[[Stage], None]:
        assert name not in STORIES, name
        STORIES[name] = Story(name, label, position, tell, most)
        return tell

    return add


def stories() -> list[Story]:
    """Return all stories in their order; their modules are read here."""
    from gongkai.ops.demo import stories as _stories  # noqa: F401 - fills the registry

    return sorted(STORIES.values(), key=lambda one: one.position)
