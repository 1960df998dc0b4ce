"""People outside the office (applicants, commenters), their forms and query codes.

A `Party` is a person or organisation in one matter (such as `fault/12`, an entry of an upper app).
Name, contact and identity are encrypted, reading them is a logged action, and retention erases
them. An app registers its `MatterKind` (`matters`) and its `PublicForm` (`forms.definition`); the
portal displays both. Submission is idempotent and supports drafts and uploads. Protection needs no
foreign service: proof of work or a question, rate limits by address and content, and a honeypot
field. A query code (`matter_access`) opens one matter.
"""
