//! The Mob compiler: source text to Module. Pure: no I/O, no clock, no unsafe.
