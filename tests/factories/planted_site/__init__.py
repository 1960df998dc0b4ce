"""A faultless government site of the invented 云岭市 on localhost, into which tests plant faults."""

from factories.planted_site.disclosure import report_tables
from factories.planted_site.frame import CODE, DOC, TODAY, TOPICS, Site, column, day, page, text
from factories.planted_site.interaction import message
from factories.planted_site.services import GUIDE, guide
from factories.planted_site.serving import served
from factories.planted_site.whole import clean

__all__ = [
    "CODE",
    "DOC",
    "GUIDE",
    "TODAY",
    "TOPICS",
    "Site",
    "clean",
    "column",
    "day",
    "guide",
    "message",
    "page",
    "report_tables",
    "served",
    "text",
]
