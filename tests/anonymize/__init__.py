"""Tests of the anonymize room."""
