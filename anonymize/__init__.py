"""From staged tables to a candidate: keys, column transforms, suppression of rare persons."""
