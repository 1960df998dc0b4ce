"""Actions of inquiries and the Q&A base."""

from gongkai.work.consultation.actions.answer_search import *
from gongkai.work.consultation.actions.answering import *
from gongkai.work.consultation.actions.firm_subscriptions import *
from gongkai.work.consultation.actions.inquiries import *
from gongkai.work.consultation.actions.known_answers import *
from gongkai.work.consultation.actions.mails import *
from gongkai.work.consultation.actions.message_publication import *
from gongkai.work.consultation.actions.order_exchange import *
from gongkai.work.consultation.actions.periodic_reviews import *
from gongkai.work.consultation.actions.phones import *
from gongkai.work.consultation.actions.service_windows import *
