//! The standard library of Mob, in Mob.
