"""Actions on parties, query codes, files and retention."""

from gongkai.core.intake.actions.exports import *
from gongkai.core.intake.actions.parties import *
from gongkai.core.intake.actions.retention import *
