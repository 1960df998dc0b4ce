"""Mail of what is new: asked for on a page, confirmed from the address (double opt-in), one digest a day, left with one click.

Only what is for all is ever told, only where there is something new. No account, no address of a machine, no figure of who opened what.
"""
