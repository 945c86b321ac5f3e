"""Persons drawn from noisy counts: differential privacy of a table with one row a person."""
