"""Data whose shape somebody else decides (JSON from outside, facts of the log): read by name, each value as the kind that is wanted."""

from collections.abc import Mapping

#: A record whose values are looked at before they are used.
Record = Mapping[str, object]


def number(row: Record, name: str, usual: int = 0) -> int:
    """Return a whole number, also one that stands as words; the usual one where nothing stands there.

    Raises:
        ValueError: something else stands there.
    """
    value = row.get(name)
    if value is None:
        return usual
    if isinstance(value, (int, str)):
        return int(value)
    raise ValueError(f"{name}: a whole number is wanted")


def numbers(row: Record, name: str) -> list[int]:
    """Return the whole numbers of a list, others left out; none where no list stands there."""
    value = row.get(name)
    return [one for one in value if isinstance(one, int)] if isinstance(value, (list, tuple)) else []


def text(row: Record, name: str) -> str:
    """Return what stands there in words; nothing where nothing stands there."""
    value = row.get(name)
    return "" if value is None else str(value)


def texts(row: Record, name: str) -> list[str]:
    """Return the words of a list, others left out; none where no list stands there."""
    value = row.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []


def record(row: Record, name: str) -> dict[str, object]:
    """Return the record that stands there; an empty one where none does."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def records(row: Record, name: str) -> list[dict[str, object]]:
    """Return the records of a list, others left out; none where no list stands there."""
    value = row.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, (list, tuple)) else []
