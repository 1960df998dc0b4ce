"""Simulation of an office: seeded years played through the acts that the product offers.

    python -m simulation --years 3 --seed 1        (`make simulate YEARS=3 SEED=1`)

`world` makes a government from a table of shapes, or takes the sample city that `start` keeps. `hand` picks an act:
`leads` finds who may do it to which row, or what has to come before; `offers` and `seeking` find where it is offered;
what forms and pages did not reach is called with facts that `signatures` reads from the act. `courses` takes acts
that need each other, from `course_table`; `turns` and the modules named after it are their events. `steps` performs a
step, from the generator or from a file. `events` changes staff, units and texts; `arrivals`, `operators` and `situations`
bring what people outside, commands, other networks and old sites do; `outside` is the internet. `touched` asks
after each step what must hold of its rows; `invariants` and the modules beside it ask the rest
now and then. `shrink` shortens a failing sequence. A seed gives the same steps each time.
"""
