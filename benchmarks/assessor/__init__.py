"""What a whole assessment costs, beside anonymeter, pycanon and sdmetrics as they are shipped."""
