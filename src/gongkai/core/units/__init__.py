"""Who there is: bodies (单位), the offices (处室) inside them, groups as notices write them, people and appointments.

A body's name has a history: `Alias` holds former, short and learnt names, `BodyEvent` renames and mergers. A group
(各区县政府, 市政府各部门) is resolved to members with exceptions. An `Appointment` (person, office, role, from, to) is the
one source of who may do what; Wagtail's groups and permissions are derived from it. `actors.actor_of(user)` turns a
signed-in user into an `Actor` that actions and `visible_to` ask. A person is not a login: sign-in plugs in.
"""
