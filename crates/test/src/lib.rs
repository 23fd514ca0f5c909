//! The attributes of tests that want a database of their own. They only hand the test over: what
//! happens then is in the harness, `tests/it/harness/database.rs`.
//!
//! `#[sqlx::test]` does the same by running every migration for every test.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Makes a test of an `async fn` that takes a pool of connections to a database with our schema.
#[proc_macro_attribute]
pub fn on_a_database(_: TokenStream, test: TokenStream) -> TokenStream {
    hand_over(test, "ours")
}

/// The same with a database that nobody has made anything in.
#[proc_macro_attribute]
pub fn on_an_empty_database(_: TokenStream, test: TokenStream) -> TokenStream {
    hand_over(test, "empty")
}

/// Puts the function into one that the test runner knows, which calls `run` of the harness with it.
fn hand_over(test: TokenStream, run: &str) -> TokenStream {
    let test: Vec<TokenTree> = test.into_iter().collect();
    let is = |tree: &TokenTree, word: &str| matches!(tree, TokenTree::Ident(ident) if ident.to_string() == word);
    let start = test.iter().position(|tree| is(tree, "async"));
    let name = test.iter().skip_while(|tree| !is(tree, "fn")).nth(1);
    let (Some(start), Some(TokenTree::Ident(name))) = (start, name) else {
        return parsed("compile_error!(\"a test on a database is an async fn\");");
    };
    // What is written above the function, like its comment or `#[ignore]`, is for the test runner.
    let (above, function) = test.split_at(start);
    let call = format!(
        "crate::harness::database::{run}(::core::concat!(::core::module_path!(), \"::{name}\"), \
         |db| ::std::boxed::Box::pin({name}(db)));"
    );
    let mut body: TokenStream = function.iter().cloned().collect();
    body.extend(parsed(&call));
    let mut all: TokenStream = above.iter().cloned().collect();
    all.extend(parsed(&format!("#[::core::prelude::v1::test] fn {name}()")));
    all.extend([TokenTree::Group(Group::new(Delimiter::Brace, body))]);
    all
}

fn parsed(text: &str) -> TokenStream {
    // What is written above is Rust; should it not be, rustc says so where the test is.
    text.parse().unwrap_or_default()
}
