"""The demo: an invented programme, its accounts, its mailbox and clock."""
