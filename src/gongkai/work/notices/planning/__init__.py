"""Planning: derive owners, periods, due dates and entries of a notice. Pure."""
