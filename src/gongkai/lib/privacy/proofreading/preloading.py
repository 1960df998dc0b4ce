"""Load all tables of the proofreader on import, for confined processes."""

from gongkai.lib.privacy import WARM_UP_TEXT
from gongkai.lib.privacy.proofreading.run import proofread

proofread(WARM_UP_TEXT)
