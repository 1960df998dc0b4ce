"""Check the pages and interfaces of a served city with external tools: schemathesis, the Nu checker, axe, Lighthouse,
and a measurement of larger type.
"""
