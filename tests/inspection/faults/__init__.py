"""Faults planted in the clean site, each with the indicator that must name it and where. Faults of one round do not touch each other."""

from inspection.faults.columns import COLUMNS
from inspection.faults.form import FORM
from inspection.faults.links import LINKS
from inspection.faults.marks import MARKS
from inspection.faults.missing import MISSING
from inspection.faults.planting import Fault
from inspection.faults.words import WORDS

__all__ = ["FAULTS", "Fault"]

FAULTS = [*LINKS, *WORDS, *FORM, *COLUMNS, *MARKS, *MISSING]
