"""Actions on parties, query codes, files and retention."""

from gongkai.core.intake.actions.codes_and_files import *
from gongkai.core.intake.actions.parties import *
from gongkai.core.intake.actions.retention import *
