"""SDV's synthesizers, fed with nothing below the floor: opaque columns, keys of our own."""
