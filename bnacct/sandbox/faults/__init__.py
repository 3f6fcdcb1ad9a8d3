"""The ways in which the sandbox can be told to misbehave."""
