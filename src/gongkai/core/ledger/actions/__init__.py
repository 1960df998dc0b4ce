"""Actions that apply to entries of every kind."""

from gongkai.core.ledger.actions.entry_facts import *
from gongkai.core.ledger.actions.evidence import *
from gongkai.core.ledger.actions.urging import *
