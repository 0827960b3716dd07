//! What the README shows is what the repository holds.

use std::path::Path;

#[test]
fn the_program_for_embedders_is_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).expect("the file is there");
    let example = read("crates/sinmun/examples/embed.rs");
    let readme = read("README.md");
    let shown = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(shown, Some(example.as_str()), "README.md, embedding, and crates/sinmun/examples/embed.rs");
}
