"""Running the portal: worker, outbox, health."""
