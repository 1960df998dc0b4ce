"""Unfinished work of a unit, shown before it is closed; other apps register counters."""

from collections.abc import Callable

from gongkai.core.units.models import Body

#: Callbacks called with a unit. They return unfinished work as Chinese sentences without its
#: content, because the directory's editors read no business data.
OBLIGATION_COUNTERS: list[Callable[[Body], list[str]]] = []


def owed_by(body: Body) -> list[str]:
    """Return the unfinished work of a unit in Chinese sentences, with advice."""
    found = [sentence for count in OBLIGATION_COUNTERS for sentence in count(body)]
    advice = "由其他单位接着办的，请改用“并入其他单位”；直接撤销的，这些事项没有人办理，请先改派、办结或者取消。"
    return [*found, advice] if found else []
