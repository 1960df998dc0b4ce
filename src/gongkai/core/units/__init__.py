"""Units (单位), their offices (处室), groups of units, people and appointments.

A body's name has a history: `Alias` stores former, short and learnt names, `BodyEvent` renames
and mergers. A group (各区县政府, 市政府各部门) is resolved to its members, minus exceptions. An
`Appointment` (person, office, role, from, to) is the only source of permissions; Wagtail's
groups and permissions are derived from it.
"""
