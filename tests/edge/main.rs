//! The product as strangers meet it: whole processes, the command line, HTTP and a browser.

mod audit;
mod browser;
mod check;
mod command_line;
mod contract;
mod demo;
mod files;
mod first_sign_in;
mod hostile;
mod introspection;
mod kills;
mod node;
mod portal;
mod readme;
mod refused;
mod replicas;
mod restart;
mod sandbox;
mod serve;
mod session;
mod site;
mod stop;
