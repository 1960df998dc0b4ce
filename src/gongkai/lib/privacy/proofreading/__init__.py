"""Proofread official texts. A false alarm costs more than a miss, so rules must rarely be wrong."""
