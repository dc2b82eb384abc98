"""What Fairsteps knows: values, pure decisions and use cases. No I/O, no clock, no network."""
