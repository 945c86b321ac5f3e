"""Synthetic tables: from a schema alone, or fitted on real tables; and what they are worth."""
