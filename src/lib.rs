//! Mob: programs that move. The embedding API.
