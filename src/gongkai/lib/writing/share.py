"""Percentages of completed work, in the same form on pages and in documents."""

from gongkai.lib.chinese.numerals import percent

#: Number format of a share in a spreadsheet, equal to `format_share`.
FORMAT = "0%"


def format_share(done: int, total: int) -> str:
    """Return a percentage as text; a dash if the total is 0."""
    rounded = percent(done, total)
    return "—" if rounded is None else f"{rounded}%"
