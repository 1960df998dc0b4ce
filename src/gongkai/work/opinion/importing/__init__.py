"""Import and export of cases and promises."""

from gongkai.work.opinion.importing.cases import CASES_IMPORTER
from gongkai.work.opinion.importing.promises import PROMISES_IMPORTER
