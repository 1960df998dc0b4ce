"""Actions on schemas, tables and records."""

from gongkai.work.tables.actions.postings import *
from gongkai.work.tables.actions.records import *
from gongkai.work.tables.actions.submission import *
