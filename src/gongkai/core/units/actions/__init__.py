"""Actions that change units, people and appointments."""

from gongkai.core.units.actions.appointments import *
from gongkai.core.units.actions.bodies import *
from gongkai.core.units.actions.colleague_registration import *
from gongkai.core.units.actions.groups import *
from gongkai.core.units.actions.passwords import *
from gongkai.core.units.actions.people import *
