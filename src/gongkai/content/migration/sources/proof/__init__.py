"""Prove a spreadsheet row by its saved page; unproved parts make it a draft or are left out."""

from gongkai.content.migration.sources.proof.saved_page import KINDS, page_behind, page_itself

__all__ = ["KINDS", "page_behind", "page_itself"]
