"""Files that somebody gave us: one private store, one list of what may come in, one way out.

- `kinds`: the list: suffix, media type, whether it may be published. `bytes`: whether the bytes are what the suffix says.
- `models.StoredFile`: the bytes of one file, once, under their digest. `models.NamedFile`: what a room's own row of a file stands on.
- `store`: `receive(upload)` for what a form takes, `store(bytes, name)` for what is at hand; `forget` when nothing carries it any more.
- `papers`: what shows that something was held (议程、签到表、照片), for registers that record it.
- `forms`: file fields that refuse kind and size before anything is stored. `serving`: how staff get a file.

Nothing in the store has an address of its own: a view asks first who may have it.
"""
