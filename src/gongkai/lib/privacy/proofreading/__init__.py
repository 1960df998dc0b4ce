"""Proofread official texts. False alarms cost more than misses, so rules are strict."""
