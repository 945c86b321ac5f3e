"""One attack a file. To add one, read :mod:`risk.attackers.interface` and add a line to the registry."""
