"""Planning: derive owners, periods, deadlines, due dates and entries of a notice. Pure functions."""
