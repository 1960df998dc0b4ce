"""Actions on opinion cases and promises."""

from gongkai.work.opinion.actions.case_answers import *
from gongkai.work.opinion.actions.case_judgment import *
from gongkai.work.opinion.actions.case_registration import *
from gongkai.work.opinion.actions.duties import *
from gongkai.work.opinion.actions.notifications import *
from gongkai.work.opinion.actions.promises import *
from gongkai.work.opinion.actions.registers import *
