"""Gongkai 公开: runs a government's open-government work, from the notice to the annual report."""

__version__ = "0.2.0"
