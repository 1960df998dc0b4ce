"""Starting Django for the commands that need it."""

import os


def start() -> None:
    """Load the settings and all rooms; done once, however often it is called."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    import django

    django.setup()
