"""Small services, whole enough to run, that show how one is put behind a gate."""
