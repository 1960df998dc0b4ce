"""Collect content of other sites (归集), review and publish it.

The four methods (适当方式) are links, pages and feeds, interfaces of other platforms, and manual or
file entry. Requests respect the other site's limits. Nothing is public without review: an entry
becomes a draft that is reviewed for its column, or a reviewed decision allows listing a source's
links.
"""
