"""Running the portal: queue, verification, health."""
