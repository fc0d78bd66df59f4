"""What Écluse can do, measured: each module prints its own table. Never run in CI; see ``docs/benchmarks.md``."""
