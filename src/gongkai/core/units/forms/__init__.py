"""Forms of the room's actions; each says with which facts its action is called."""
