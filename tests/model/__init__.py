"""A naive model of ledgers, signals and the gate, written from the definitions alone: it shares no code with them."""
