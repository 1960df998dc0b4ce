"""Edition packages between two networks: what is public is carried one way, signed, in order.

`export` writes the next packages on the inner side; `apply` writes one on the outer side, whole or not at all. `parts` are the tables that
are carried; rooms above publishing register theirs with `publishing.parts.register_part`.
"""
