"""Figures of ``docs/benchmarks.md``: ratios measured in one run against a named peer or floor.

``make bench`` prints them. Nothing here is a test: a machine's speed is not a fact about the code.
"""
