"""What others' tools find on the pages and the interfaces of a served city: schemathesis, the Nu checker, axe, Lighthouse, a measure of larger type."""
