"""What synthetic tables are worth: how near they are to the source, and what they can be used for."""
