//! Whether the read model follows the PSA: every rule ends by asking both sides.

mod books;
mod cost;
mod databases;
mod down;
mod fill;
mod halo;
mod interrupted;
mod journal;
mod lean;
mod leases;
mod mirror;
mod once;
mod order;
mod parts;
mod protection;
mod random;
mod replicas;
mod restored;
mod rights;
mod search;
mod seen;
mod shelf;
mod teams;
mod threads;
mod tickets;
mod upstream;
