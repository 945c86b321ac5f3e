"""Facts of DICOM, as compact tables: names and VRs (PS3.6), types in each object (PS3.3), actions (PS3.15).

``generate`` writes the tables of ``data/`` from their sources; ``conformance`` writes what vitrail does
with each row of Table E.1-1. The names of attributes lie in the room ``profiles``, which checks those
that a profile writes. To follow a new edition, run ``generate``, then the tests, then ``conformance``.
"""
