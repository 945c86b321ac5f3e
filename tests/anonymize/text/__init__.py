"""Redaction of free text."""
