"""Django's database backends, which also note the covered rows that they write (`acts.written_rows`)."""
