"""Aggregated tables: cells of counts and sums that hide small groups, and stay hidden.

``grid`` says how cells add up, ``rules`` what everybody knows of a measure, ``audit`` what an
intruder can compute of the cells that are not published, ``closure`` and ``protect`` which cells
must go besides the small ones. Those modules work on arrays alone. ``members``, ``query`` and
``build`` fill them from the tables of a profile.
"""
