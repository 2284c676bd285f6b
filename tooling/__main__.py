"""Run the tool from a fresh clone: ``python tooling check``."""

from schemaward.cli import main

if __name__ == "__main__":
    main()
