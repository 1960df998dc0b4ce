"""Yearly assessment of units (考核评估), and the registers of accountability.

A `Scheme` is a tree of indicators with weights and a scoring method for each leaf. Once in force it
never changes; a revision is a new edition. A `Round` applies a scheme to units: self-assessment,
automatic figures (`ledger.figures`), checks, third-party evaluators, appeals, and a ranking that a
leader confirms.
"""
