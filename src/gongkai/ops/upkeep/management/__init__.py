"""Management commands that replace Django's."""
