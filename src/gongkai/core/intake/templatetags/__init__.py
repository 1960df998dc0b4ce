"""Template tags of forms for people outside."""
