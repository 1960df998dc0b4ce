"""Simulation of an office: seeded years played through the acts that the product offers.

    python -m simulation --years 3 --seed 1        (`make simulate YEARS=3 SEED=1`)

`world` makes a government from a table of shapes, or takes the sample city that `start` keeps. `hand` picks a
person and a step that the product offers.
`steps` performs a step, from the generator or from a file. `events` changes staff and units. `invariants`
asks what must hold. `shrink` shortens a failing sequence. A seed gives the same steps each time.
"""
