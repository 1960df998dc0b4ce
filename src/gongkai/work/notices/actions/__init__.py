"""Actions that change the state of notices and their entries."""

from gongkai.work.notices.actions.alignment import *
from gongkai.work.notices.actions.amendments import *
from gongkai.work.notices.actions.awaited_acts import *
from gongkai.work.notices.actions.channel_records import *
from gongkai.work.notices.actions.child_drafts import *
from gongkai.work.notices.actions.completion import *
from gongkai.work.notices.actions.confirmation import *
from gongkai.work.notices.actions.contributions import *
from gongkai.work.notices.actions.corrections import *
from gongkai.work.notices.actions.decisions import *
from gongkai.work.notices.actions.delegation import *
from gongkai.work.notices.actions.duties import *
from gongkai.work.notices.actions.entry_updates import *
from gongkai.work.notices.actions.import_undo import *
from gongkai.work.notices.actions.imports import *
from gongkai.work.notices.actions.revisions import *
from gongkai.work.notices.actions.submissions import *
from gongkai.work.notices.actions.supersession import *
from gongkai.work.notices.actions.table_heads import *
from gongkai.work.notices.actions.takeover_portions import *
from gongkai.work.notices.actions.units import *
from gongkai.work.notices.actions.upward_submissions import *
