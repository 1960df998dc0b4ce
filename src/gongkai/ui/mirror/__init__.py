"""The public site as static files that any web server can serve (docs/mirror.md).

`models.Leaf` is one mirrored URL. `file_writer` requests a page from the portal in-process
and writes or deletes its file, `rewriting` adapts its links, `mirror_updates` selects what is
due: purged URLs at once, all others by a job. `file_lists` signs lists of digests and checks a folder against them.
"""
