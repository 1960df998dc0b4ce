"""Importing this reads rules and tables: for a process whose children search (`confined`)."""

from gongkai.lib.privacy import warm

warm()
