"""Letting people in: invitations, first activation, log-ins that other systems vouch for."""
