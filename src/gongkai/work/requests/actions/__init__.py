"""Actions that change requests. `states.REQUEST_ACTS` declares their states and permissions."""

from gongkai.work.requests.actions.consultations import *
from gongkai.work.requests.actions.corrections import *
from gongkai.work.requests.actions.decisions import *
from gongkai.work.requests.actions.disputes import *
from gongkai.work.requests.actions.endings import *
from gongkai.work.requests.actions.fees import *
from gongkai.work.requests.actions.joint_answers import *
from gongkai.work.requests.actions.letters import *
from gongkai.work.requests.actions.materials import *
from gongkai.work.requests.actions.payments import *
from gongkai.work.requests.actions.registration import *
from gongkai.work.requests.actions.reuse import *
from gongkai.work.requests.actions.revocations import *
