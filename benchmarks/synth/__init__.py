"""A source of which the structure is known, to measure synthetic data against."""
