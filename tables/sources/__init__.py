"""Formats that a table can be read from, one file each.

To add one: write a :class:`tables.sources.interface.TableReader` in a new file here, and add its
class to ``READERS`` in :mod:`tables.sources.registry`.
"""
