//! Who may see what: the product asked from every side.

mod smoke;
