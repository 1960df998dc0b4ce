"""Build the fictitious sample city 云岭市 around today's date with the same actions that users call."""
