"""Faults planted in the clean site, each with the expected indicator and place. Faults of one round are independent."""

from oversight.inspection.faults.columns import COLUMNS
from oversight.inspection.faults.form import FORM
from oversight.inspection.faults.links import LINKS
from oversight.inspection.faults.marks import MARKS
from oversight.inspection.faults.missing import MISSING
from oversight.inspection.faults.planting import Fault
from oversight.inspection.faults.words import WORDS

__all__ = ["FAULTS", "Fault"]

FAULTS = [*LINKS, *WORDS, *FORM, *COLUMNS, *MARKS, *MISSING]
