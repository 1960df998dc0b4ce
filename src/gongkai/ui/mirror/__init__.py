"""The public site as static files, for any web server while the application is down (docs/mirror.md).

`models.Leaf` is one mirrored URL. `rendering` requests a page from the portal in-process,
`rewriting` adapts its links, `writing` writes or deletes a file, `updating` selects what is
due: purged URLs at once, all others by a job. `manifest` signs lists of digests; `verifying`
checks a folder against them.
"""
