"""What a notice makes, as pure functions over dataclasses: owners, periods, limits said once, due days, entries, sentences. No database."""
