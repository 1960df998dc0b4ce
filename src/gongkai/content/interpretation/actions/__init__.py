"""Actions of this app."""

from gongkai.content.interpretation.actions.interpretations import *
from gongkai.content.interpretation.actions.owed_interpretations import *
from gongkai.content.interpretation.actions.planned_releases import *
from gongkai.content.interpretation.actions.planning import *
from gongkai.content.interpretation.actions.registers import *
from gongkai.content.interpretation.actions.result_handovers import *
