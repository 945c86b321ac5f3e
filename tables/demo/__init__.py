"""A small fictitious extraction of the SNDS for the demonstration, and two profiles for it.

``generate.generate`` writes six CSV files; ``profiles/imprudent.yaml`` and
``profiles/prudent.yaml`` describe them. Nobody in these files exists.
"""
