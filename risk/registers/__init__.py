"""Registers of named people, and how they are linked with a release.

``reading`` reads the files that a profile declares, ``grain`` brings their values to what the release
holds, ``simulated`` derives a register from the source, ``exact`` and ``weights`` link.
"""
