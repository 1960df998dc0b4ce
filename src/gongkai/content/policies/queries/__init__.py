"""Everything that reads: the library for the public (`library`, `side`), for the office (`office`), the filed list (`filing`)."""
