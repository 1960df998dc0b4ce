"""Read a table printed as one string without separators, by the grammar of its rows."""

from gongkai.lib.reading.layouts.unparted.cells import UNSEPARATED_COLUMNS_DOUBT, without_page_foot
from gongkai.lib.reading.layouts.unparted.middle import grid_of_middle
from gongkai.lib.reading.layouts.unparted.read import grid_of_run

__all__ = ["UNSEPARATED_COLUMNS_DOUBT", "grid_of_middle", "grid_of_run", "without_page_foot"]
