"""Importing a notice: read its file, repair tables, recognize heads, resolve units, flag questions."""
