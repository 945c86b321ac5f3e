"""Hierarchies of codes, from the finest level to the coarsest.

To ship another one: write a subclass of :class:`interface.Hierarchy` in a file of its own, with
the source and edition of what it knows, and add it to the list in ``registry.py``. A table of
facts goes to ``data/``, as compact as it can be.
"""
