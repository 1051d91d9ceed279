//! The proxy goes wrong as told, and the transport sees each fault for what it is.

mod faults;
mod proxy;
mod upstream;
