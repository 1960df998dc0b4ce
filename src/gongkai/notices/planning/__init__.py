"""What a notice makes, as pure functions over dataclasses: owners, periods, due days, entries, sentences. No database."""
