"""Queries on requests: lists, statistics and the figures of the annual report."""

from gongkai.work.requests.queries.listing import disputes_visible_to, requests_visible_to
