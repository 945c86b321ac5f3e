"""Who counts persons by group: this machine, or the engine that the profile names."""
