"""Mask whole files, so that no masked word remains anywhere in them.

Every format is read into one text whose offsets map back to places in the file. Findings are
replaced there; everything that is not needed is dropped, and the output is searched again
before it is written.
"""
