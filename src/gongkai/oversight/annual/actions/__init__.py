"""Actions of annual reports."""

from gongkai.oversight.annual.actions.earlier import *
from gongkai.oversight.annual.actions.filling import *
from gongkai.oversight.annual.actions.publishing import *
from gongkai.oversight.annual.actions.submitting import *
