//! The proxy goes wrong as told, and the transport sees each fault for what it is.

mod conformance;
mod faults;
mod model;
mod proxy;
mod upstream;
