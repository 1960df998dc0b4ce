"""Actions of decisions, comments, open days and surveys."""

from gongkai.work.participation.actions.announcing import *
from gongkai.work.participation.actions.catalogues import *
from gongkai.work.participation.actions.commenting import *
from gongkai.work.participation.actions.deciding import *
from gongkai.work.participation.actions.open_events import *
from gongkai.work.participation.actions.surveying import *
