"""Encryption at rest: what must not be readable in the database, a backup or a file store.

The key ring of an installation is a row of the database (`models.StoredRing`), sealed by the master key that each server derives from its key file
(`GONGKAI_KEYS`, mode 0600, `key_file`). The master key never changes, so the ring may (`rotation`) while servers run; `servers` records which of
them have taken up a change. `EncryptedTextField` (`fields`) stores text encrypted; an attribute of it is a `Secret`, which shows nothing until a
caller calls `reveal()`. `keyed_digest` makes values findable without storing them. Files get a key of their own (`encrypt_bytes`), which is stored
encrypted in their row, so that rotating the ring never rewrites a file.

The app does not decide who may read a value: the apps above do, and log each reading.
"""
