"""Queries on requests: lists, statistics and the figures of the annual report."""

from gongkai.work.requests.queries.request_list import disputes_visible_to, requests_visible_to
