"""Queries on the library, for the public (`library`, `side`) and the office (`office`, `uploading`)."""
