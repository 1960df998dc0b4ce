"""A table printed as one string, with nothing between its cells.

What is left is the grammar of a row: headings are numbered, a measure ends in a full stop, then come the units and
perhaps a limit, then the next row begins. So the text is cut at full stops, and behind each it is asked whether the
sentences go on or units begin (`cells`); names that the notice prints often are believed first (`names`); where a
heading ends without a mark, the words on both sides decide (`headings`). All of it stays flagged.
"""

from gongkai.lib.reading.layouts.unparted.middle import grid_of_middle
from gongkai.lib.reading.layouts.unparted.parts import DOUBT, without_page_foot
from gongkai.lib.reading.layouts.unparted.read import grid_of_run

__all__ = ["DOUBT", "grid_of_middle", "grid_of_run", "without_page_foot"]
