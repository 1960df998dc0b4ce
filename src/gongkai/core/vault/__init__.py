"""Encryption at rest of data in the database, in backups and in the file store.

The key ring is a database row (`models.StoredRing`), encrypted with the master key that each
server derives from its key file (`GONGKAI_KEYS`, mode 0600). The master key never changes; the
ring may be rotated while servers run (`rotation`), and `servers` records who uses which
version. `EncryptedTextField` and `EncryptedWordsField` encrypt columns, `encrypt_blocks` files;
`keyed_digest` makes values findable.
"""
