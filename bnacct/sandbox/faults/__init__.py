"""The faults that the sandbox can inject."""
