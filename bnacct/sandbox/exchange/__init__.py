"""The exchange behind the sockets: keys, request checks, weights, error bodies, and a payload for each endpoint."""
