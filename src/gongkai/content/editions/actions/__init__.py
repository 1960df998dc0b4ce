"""Actions on public content."""

from gongkai.content.editions.actions.editions import *
from gongkai.content.editions.actions.erasure import *
from gongkai.content.editions.actions.placements import *
