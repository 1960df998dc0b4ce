"""Import and export of cases and promises."""

from gongkai.work.opinion.importing.cases import CASES
from gongkai.work.opinion.importing.promises import PROMISES
