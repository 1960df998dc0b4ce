"""People outside: whoever asks, comments, complains or reports a fault, and the forms and codes they do it with.

A `Party` is one person or organisation in one matter (`fault/12`, an entry of a room above); name, contact and identity are stored
encrypted, each reading of them in the clear is an action, and retention erases them. A room registers its `Matter` (matters.py: who may read
the party, how the state is shown to the asker) and its `PublicForm` (forms/definition.py: a Django form and what sending it does); the portal
draws both. Sending a form is idempotent, keeps drafts and uploads, and is protected without foreign services: proof of work with a question
for those without scripts, limits by address and by content, a field only machines fill in. A query code
(codes.py) opens one's own matter and nothing else.
"""
