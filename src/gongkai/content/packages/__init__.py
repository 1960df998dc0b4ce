"""Edition packages: signed files that carry public content from the inner to the outer network.

`exporting` writes the next packages on the inner side. `applying` applies one on the outer side,
completely or not at all; `mailbag.find_barriers` refuses all other changes there. Higher apps register their tables
with `editions.parts.register_part`.
"""
