"""Actions of annual reports."""

from gongkai.oversight.annual.actions.earlier import *
from gongkai.oversight.annual.actions.publishing import *
from gongkai.oversight.annual.actions.report_content import *
from gongkai.oversight.annual.actions.report_submission import *
