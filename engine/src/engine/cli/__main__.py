"""`python -m engine.cli` is `marketplace`."""

from engine.cli import main

main()
