"""The thin signed client: one guard, one deadline and one log line for HTTPS and WebSocket."""
