"""Simulation of an office: seeded years played through the acts that the product offers.

    python -m simulation --years 3 --seed 1        (`make simulate YEARS=3 SEED=1`)

`world` makes a government from a table of shapes, or takes the sample city that `start` keeps. `hand` picks a
person and a step that the product offers; what forms and pages did not reach it calls with facts that `signatures`
reads from the act. `steps` performs a step, from the generator or from a file. `events` changes staff, units and
texts; `arrivals` and `operators` bring what people outside, commands and services for sign-in do. `touched` asks
after each step what must hold of its rows; `invariants`, `access_invariants` and `public_invariants` ask the rest
now and then. `shrink` shortens a failing sequence. A seed gives the same steps each time.
"""
