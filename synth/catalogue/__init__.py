"""The compact catalogue that ships: the core tables, their codes, and what the official schema leaves unsaid."""
