"""Actions of this app."""

from gongkai.content.migration.actions.orders import *
from gongkai.content.migration.actions.row_decisions import *
from gongkai.content.migration.actions.runs import *
from gongkai.content.migration.actions.windows import *
