"""How much of a whole is done, in percent: said in one way on pages, in papers and in spreadsheets."""

from gongkai.lib.chinese.numerals import percent

#: The format of a share in a spreadsheet, as `share` says it.
FORMAT = "0%"


def share(done: int, total: int) -> str:
    """Return a share as `percent` rounds it; a dash where there is nothing to do."""
    rounded = percent(done, total)
    return "—" if rounded is None else f"{rounded}%"
