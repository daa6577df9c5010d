"""What a call's file may hold, and what programs are told of a call."""
