"""Who may do what: users, their sign-in and sessions, and the trail of what they did."""
