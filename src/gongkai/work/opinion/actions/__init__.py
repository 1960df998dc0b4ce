"""Actions on opinion cases and promises."""

from gongkai.work.opinion.actions.collecting import *
from gongkai.work.opinion.actions.duties import *
from gongkai.work.opinion.actions.judging import *
from gongkai.work.opinion.actions.notifications import *
from gongkai.work.opinion.actions.promising import *
from gongkai.work.opinion.actions.registers import *
from gongkai.work.opinion.actions.responding import *
