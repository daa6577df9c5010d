"""Who uses the portal: users, roles, sessions, sign-in, invitations."""
