"""Forms for acts on requests."""
