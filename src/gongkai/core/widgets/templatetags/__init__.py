"""Template tags of portal and back office."""
