"""The parts of the admin that every application builds on."""
