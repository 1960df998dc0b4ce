"""Actions on accounts, filings, screenings and posts."""

from gongkai.work.newmedia.actions.filings import *
from gongkai.work.newmedia.actions.posting import *
from gongkai.work.newmedia.actions.screening import *
