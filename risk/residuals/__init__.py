"""The search for what must not be left: source identifiers in what would be published.

``hidden`` says which values are looked for, ``cells`` and ``documents`` read what would be
published, ``needles`` and ``matching`` find distinctive values wherever they are hidden,
``own_rows`` and ``names`` judge ordinary values (surnames, short numbers, dates), ``search`` puts
them together. To read another kind of file, add a reader to ``documents.READERS``.
"""
