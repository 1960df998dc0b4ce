"""Settings, URLs and the WSGI entry point. Environment variables choose the profile."""
