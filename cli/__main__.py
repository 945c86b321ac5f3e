"""``python -m cli``: the same command where no script is installed."""

from cli import main

main()
