"""Tables fitted on real ones: the person first, the events after, the keys last.

Every value that can come out belongs to a finite domain frozen at the fit (``domains``), of which no
member is carried by fewer persons than the floor. The order of the work: ``entities`` (which tables
are rows of one kind), ``frames`` (reading), ``derived`` (rules), ``persons``, ``moments``, ``events``,
``numbering`` (keys). ``fit.fit`` and ``drawing.sample`` are the two ends.
"""
