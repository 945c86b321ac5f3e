"""The compact catalogue that ships: core tables, their codes, what the official schema leaves unsaid."""
