"""Actions of this app."""

from gongkai.content.checks.actions import *
from gongkai.content.editions.actions import *
from gongkai.content.publishing.actions.columns import *
from gongkai.content.publishing.actions.corrections import *
from gongkai.content.publishing.actions.items import *
from gongkai.content.publishing.actions.sites import *
from gongkai.content.publishing.actions.wording import *
from gongkai.content.reviewing.actions import *
