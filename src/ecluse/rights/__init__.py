"""Rights: all that is held of an account, its erasure, and how long each kind of record is kept."""
