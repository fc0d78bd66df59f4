"""The vocabulary: what an event is, in JSON and in Arrow, and what is refused at the door."""
