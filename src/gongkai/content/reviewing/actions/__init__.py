"""Actions of this app."""

from gongkai.content.reviewing.actions.coordination import *
from gongkai.content.reviewing.actions.paper import *
from gongkai.content.reviewing.actions.publication import *
from gongkai.content.reviewing.actions.reviews import *
from gongkai.content.reviewing.actions.signing import *
from gongkai.content.reviewing.actions.urgent import *
from gongkai.content.reviewing.schemes import *
