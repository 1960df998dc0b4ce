"""Assessing units (考核评估): indicator systems, the round of a year, the registers that accountability asks for.

A `Scheme` is a tree of indicators with weights and, at each leaf, a way of scoring; once in force it never changes, a changed one is a new
edition. A `Round` takes a scheme to units: self-assessment, automatic figures (`ledger.scoring`), checks, third-party evaluators, appeals, a
ranking that a leader confirms. What was judged stands as marks; `scoring` computes every score from them, and nothing else does.
Beside it: bulletins (通报), talks (约谈) and help, look-back on rectifications, training, staff and funds.
"""
