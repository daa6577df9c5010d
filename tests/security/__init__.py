"""What an attacker tries: others' records, extra fields, hostile text, steps out of order."""
