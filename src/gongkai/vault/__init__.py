"""Encryption at rest: what must not be readable in the database, a backup or a file store.

`keys.py` holds the key ring, a file outside the database (`GONGKAI_KEYS`, mode 0600), made at the first use. `EncryptedTextField` (fields.py)
stores text encrypted; an attribute of it is a `Secret`, which shows nothing until somebody calls `reveal()`. `keyed_digest` makes
values findable without storing them. Files get a key of their own (`encrypt_bytes`), which stands encrypted in their row, so that
rotating the ring never rewrites a file.

Knows nothing of who may read what: rooms do, and put each reading on the log.
"""
