"""Actions on collections, sources, fetches, drafts and listing decisions."""

from gongkai.oversight.gathering.actions.entries import *
from gongkai.oversight.gathering.actions.sources import *
