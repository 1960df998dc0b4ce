"""Read values of expected types from JSON of unknown shape."""

from collections.abc import Mapping

#: A record whose values are looked at before they are used.
Record = Mapping[str, object]


def read_number(row: Record, name: str, usual: int = 0) -> int:
    """Return a whole number, also from text; `usual` if absent.

    Raises:
        ValueError: it is something else.
    """
    value = row.get(name)
    if value is None:
        return usual
    if isinstance(value, (int, str)):
        return int(value)
    raise ValueError(f"{name}: a whole number is wanted")


def read_numbers(row: Record, name: str) -> list[int]:
    """Return the whole numbers of the list under a name, skipping other values; [] if it is no list."""
    value = row.get(name)
    return [one for one in value if isinstance(one, int)] if isinstance(value, (list, tuple)) else []


def read_text(row: Record, name: str) -> str:
    """Return a value as text; "" if absent."""
    value = row.get(name)
    return "" if value is None else str(value)


def read_texts(row: Record, name: str) -> list[str]:
    """Return the strings of the list under a name, skipping other values; [] if it is no list."""
    value = row.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []


def read_record(row: Record, name: str) -> dict[str, object]:
    """Return the JSON object under a name; {} if the value is no object."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def read_records(row: Record, name: str) -> list[dict[str, object]]:
    """Return the objects of the list under a name, skipping other values; [] if it is no list."""
    value = row.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, (list, tuple)) else []
