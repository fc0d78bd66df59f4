"""Cases: what is collected against who sends in bulk, and the sealed bundle that goes to a lawyer or a court."""
