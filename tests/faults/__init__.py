"""Breaking things on purpose, and proving that nothing was lost: `make faults`."""
