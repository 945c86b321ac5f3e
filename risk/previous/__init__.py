"""Earlier releases of the same data: what they say beside the new one.

``earlier`` is one of them; ``two_releases`` finds what both say, ``differencing`` who is told apart by it.
``newcomers`` guesses the secrets of those groups; ``draws`` is for synthetic tables, ``totals`` for cells.
"""
