"""Open data for machines: one table of operations, used by API, OpenAPI and MCP.

`operations` defines an operation: name, parameters, answer shape and a read function; `reads/`
holds them by subject. The read API (`/api/v1/…`, `views`), its description (`openapi`, page
`/api/`) and the assistant tools (`/mcp/`, `assistants`) are generated from that table.
`bundles` are whole files, `catalogue` is DCAT.
"""
