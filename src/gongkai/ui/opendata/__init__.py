"""What machines read of what is public: one table of operations, told in three ways.

- `operations`: each operation has a name, parameters, the shape of its answer and one function that reads. `reads/` holds them by subject.
- The read API (`/api/v1/…`, `views`), its description (`openapi`, the page `/api/`) and the tools of assistants (`/mcp/`, `assistants`) are made
  from that table: what one way says the others say, too.
- `bundles`: everything of a year in one file, written by a job, with its digest and day. `catalogue`: what there is, as DCAT.

Everything is read as the public reads it (`ANONYMOUS`), whoever asks; every answer names its source and the day on which it was given.
"""
