"""Column transforms, one a file.

To add one: describe its parameters in ``profiles/transforms.py`` (a model, a field of
``Transforms`` and its place in ``ORDER``), write a subclass of :class:`interface.Transform` in a
file of the same name here, add it to the list in ``registry.py``, and give its sentence to the
steward under ``["transform.<name>"]`` in ``profiles/texts/anonymize.toml``.
"""
