"""Masking whole files, so that nothing of what was masked is left anywhere in them.

Every format is read into one text with a way back to the places it came from (`find_field_values`), searched, written
anew from what is known to be safe, and read again from outside (`check`) before it is given.
"""
