"""Attack a candidate, measure what the attacks reach, and judge it.

``statistics`` (rates and bounds) and ``decide`` (the rule) are pure; ``person_view`` gives one row
a person; ``attackers`` has one attack a file; ``assessment`` runs them; ``gate`` gives the verdict;
``report`` writes it down.
"""
