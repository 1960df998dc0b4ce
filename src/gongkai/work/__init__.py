"""Everything that a unit owes by a date."""
