"""The search for the generalization that makes classes of k persons and loses least.

Everything here works on distinct combinations of values and the persons who have them
(:mod:`anonymize.search.problem`), never on rows. ``lattice`` gives one level a column to the whole
table and proves it best; ``local`` gives each class its own values.
"""
