"""Libraries without Django, each usable alone."""
