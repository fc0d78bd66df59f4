"""Ways of mass sending. A module a way, or a few that differ in their numbers; all of one shape, ``stage.Part``."""
