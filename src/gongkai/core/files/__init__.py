"""Uploaded files: one private store, one list of accepted kinds, one way to serve them.

- `kinds`: suffix, media type, publishable or not. `bytes`: checks content against suffix.

- `models.StoredFile`: content, stored once by digest. `models.NamedFile`: base of an app's own
row of a file.

- `store`: `receive(upload)` for forms, `store(bytes, name)` for others. `serving`: responses.
`record_files`: files of a register's records. `losses`: content that reading a file did not yield.
"""
