"""Documents: issued in a transaction, drawn by a job that nothing can lead astray."""
