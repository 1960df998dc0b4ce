"""Actions of inquiries and the Q&A base."""

from gongkai.work.consultation.actions.answer_search import *
from gongkai.work.consultation.actions.answering import *
from gongkai.work.consultation.actions.exchange import *
from gongkai.work.consultation.actions.folders import *
from gongkai.work.consultation.actions.known_answers import *
from gongkai.work.consultation.actions.mails import *
from gongkai.work.consultation.actions.phones import *
from gongkai.work.consultation.actions.publication import *
from gongkai.work.consultation.actions.registering import *
from gongkai.work.consultation.actions.service_windows import *
