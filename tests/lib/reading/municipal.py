"""Expected units of each row of the municipal notice: beginning of the measure, item, lead, units."""

from pathlib import Path

_FILE = Path(__file__).parents[2] / "samples" / "notices" / "municipal.txt"
ROWS = [
    (begin, item, lead, units)
    for begin, item, lead, units in (line.split(" | ") for line in _FILE.read_text().splitlines())
]
