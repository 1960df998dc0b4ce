"""What a unit still owes elsewhere, said before it is abolished: the rooms above enter who counts it."""

from collections.abc import Callable

from gongkai.core.units.models import Body

#: Called with a unit: what it has not finished, in sentences without a word of what it is about (who keeps the units reads no business).
OWING: list[Callable[[Body], list[str]]] = []


def owed_by(body: Body) -> list[str]:
    """Return what a unit has not finished, in sentences; with what to do where another one goes on with it."""
    found = [sentence for count in OWING for sentence in count(body)]
    advice = (
        "由其他单位接着办的，请改用“并入其他单位”；直接撤销的，这些事项没有人办理，请先改派、办结或者取消。"
    )
    return [*found, advice] if found else []
