"""The sockets and the bytes on the wire: listener, HTTP, WebSocket."""
