"""``python -m ecluse``: the same as the command ``ecluse``."""

from ecluse.cli import app

if __name__ == "__main__":
    app()
