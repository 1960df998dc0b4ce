"""Mechanisms that all apps share."""
