"""Content of other sites (归集): sources that are pulled politely, what they bring with its source and time, and how that reaches the public.

Four ways (适当方式): a link, pages and feeds that are read, an interface of another platform, entries by hand or by file. Nothing gathered is
public without review: it becomes a draft that goes through the reviews of its column, or a source's links are listed by one decision that went
through them itself and ends on a day.
"""
