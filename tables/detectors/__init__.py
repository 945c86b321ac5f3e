"""Signs that a column identifies persons although the profile does not say so, one sign a file.

To add one: write a :class:`tables.detectors.interface.Detector` in a new file here, add it to
``DETECTORS`` in :mod:`tables.detectors.registry`, and its text ``error.<code>`` to the catalogue.
A detector sees the name of a column and its first values; it never keeps or shows a value.
"""
