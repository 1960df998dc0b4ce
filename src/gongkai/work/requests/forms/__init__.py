"""The fields of what is done to a request."""
