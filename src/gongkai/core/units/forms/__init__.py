"""Forms of the actions of units; `facts()` returns the action's arguments."""
