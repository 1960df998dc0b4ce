"""Actions of the assessment app."""

from gongkai.oversight.assessment.actions.appeals import *
from gongkai.oversight.assessment.actions.consequences import *
from gongkai.oversight.assessment.actions.marks import *
from gongkai.oversight.assessment.actions.papers import *
from gongkai.oversight.assessment.actions.rounds import *
from gongkai.oversight.assessment.actions.schemes import *
