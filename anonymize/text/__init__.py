"""Redaction of French free text: what in a text points at a person, and its replacement by a label.

To add a rule: one function ``text -> spans`` in a module of :mod:`anonymize.text.rules`'s list. To add a
language: its rules, and its code in ``profiles.transforms.LANGUAGES``.
"""
