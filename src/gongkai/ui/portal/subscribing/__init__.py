"""Mail subscriptions: requested on a page, confirmed by mail, one digest a day, one click to leave.

Only public content is sent, and only if there is any. No accounts, no tracking.
"""
