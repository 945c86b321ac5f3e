"""Settings of the tests of this room."""

from hypothesis import settings

settings.register_profile("anonymize", deadline=None)
settings.load_profile("anonymize")
