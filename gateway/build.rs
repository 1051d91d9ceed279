//! The binary is made again when the files that go into it change.

fn main() {
    println!("cargo::rerun-if-changed=graphiql/dist");
    println!("cargo::rerun-if-changed=../examples/queries");
}
