"""What a profile is: its model, how it is read and explained, and the catalogue of texts.

To add a key: a field in :mod:`profiles.model`, a rule in :mod:`profiles.semantics` if it must agree with
others, its texts in ``texts/``, and ``vitrail schema`` to refresh the schema of the editors.
"""
