"""What all routes of the programming interface share: questions, answers, lists, the document."""
