"""How much of a whole is done, in percent: said in one way on pages, in papers and in spreadsheets."""

#: The format of a share in a spreadsheet, as `share` says it.
FORMAT = "0.0%"


def share(done: int, total: int) -> str:
    """Return a share with one decimal, never 100 before all is done; a dash where there is nothing to do."""
    if not total:
        return "—"
    tenths = round(done * 1000 / total)
    return f"{(tenths if done == total else min(tenths, 999)) / 10:.1f}%"
