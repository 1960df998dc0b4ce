"""Property tests here are judged by their answers, never by how long a busy machine takes."""

from hypothesis import settings

settings.register_profile("law", deadline=None)
settings.load_profile("law")
