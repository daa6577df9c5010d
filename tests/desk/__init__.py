"""The personal area and the office's lists."""
