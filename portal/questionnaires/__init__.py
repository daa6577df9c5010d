"""Form definitions and the answers given to them, of whatever record."""
