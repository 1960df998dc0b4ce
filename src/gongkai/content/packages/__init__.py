"""Edition packages between two networks: what is public is carried one way, signed, in order.

`exporting` writes the next packages on the inner side; `applying` writes one on the outer side, whole or not at all, and `outer` refuses every
other change there. The tables that are carried: rooms above publishing register theirs with `editions.parts.register_part`.
"""
