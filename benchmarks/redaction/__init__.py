"""How well the redaction of French texts works, on letters whose answers are known."""
