"""Actions of this app."""

from gongkai.content.policies.actions.cleanup import *
from gongkai.content.policies.actions.decisions import *
from gongkai.content.policies.actions.files import *
from gongkai.content.policies.actions.records import *
from gongkai.content.policies.actions.relations import *
from gongkai.content.policies.actions.texts import *
from gongkai.content.policies.actions.uploading import *
