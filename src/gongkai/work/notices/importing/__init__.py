"""Importing a notice: read its file, resolve units, flag questions."""
