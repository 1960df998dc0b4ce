"""The public site as plain files, which any web server shows while the application is away (docs/mirror.md).

- `models.Leaf`: one address that stands there as a file. `rendering` asks the portal for a page, without a network; `rewriting` makes its links lead
  to files; `writing` writes or removes one file; `updating` says what is due: told by `portal.purging` as a cache is, and by a job.
- `manifest`: lists of digests, signed with the key of the seals. `verifying` holds a folder against them; it needs no database.

No crawler: it asks its own portal for addresses of its own tables, and for what these pages link to on the same site.
"""
