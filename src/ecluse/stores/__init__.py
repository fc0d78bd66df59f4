"""What a gate keeps: its journal, its snapshots, its secret and its API keys, in one data folder."""
