"""Edition packages: carry public content from the inner to the outer network, signed and in order.

`exporting` writes the next packages on the inner side; `applying` applies one on the outer side, completely or not at
all, and `outer` refuses all other changes there. Upper apps register their tables with
`editions.parts.register_part`.
"""
