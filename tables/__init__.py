"""Reading and typing tables, their keys and persons, and the engine that streams them."""
