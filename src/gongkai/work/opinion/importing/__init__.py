"""Both ledgers as spreadsheets, out and in with the same columns."""

from gongkai.work.opinion.importing.cases import CASES
from gongkai.work.opinion.importing.promises import PROMISES

__all__ = ["CASES", "PROMISES"]
