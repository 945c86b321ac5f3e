"""Tables from a schema alone: whole keys, declared domains, rules of coherence; no real row is ever read."""
