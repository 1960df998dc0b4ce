"""Prove a spreadsheet row by its saved page; unproved parts make it a draft or are left out."""

from gongkai.content.migration.sources.proof.saved_page import PROOF_KIND_LABELS, prove_by_saved_page, prove_page_itself

__all__ = ["PROOF_KIND_LABELS", "prove_by_saved_page", "prove_page_itself"]
