//! Against a real daemon.
