"""Actions on catalogues, items and templates."""

from gongkai.work.directory.actions.catalogues import *
from gongkai.work.directory.actions.checks import *
from gongkai.work.directory.actions.coverage_mapping import *
from gongkai.work.directory.actions.followups import *
