"""Why a release was refused, and what would mend it at the least loss, found by trying.

To add a kind of mend: give the transforms that it would write in ``options.py``, finest first; the
trials (``bench.py``), the loss (``loss.py``) and the sentences follow. What is proposed was made and
attacked, never guessed.
"""
