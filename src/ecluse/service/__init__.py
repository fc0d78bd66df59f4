"""The gate over HTTP."""

from ecluse.service.problems import CODES, ProblemError
from ecluse.service.server import run
from ecluse.service.settings import Settings

__all__ = ["CODES", "ProblemError", "Settings", "run"]
