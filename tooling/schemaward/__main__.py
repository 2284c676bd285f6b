"""Run the tool as a module: ``python -m schemaward check``."""

from schemaward.cli import main

if __name__ == "__main__":
    main()
