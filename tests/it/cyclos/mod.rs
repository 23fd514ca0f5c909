//! Cyclos, row by row of contracts/cyclos.md. A test names the section or table it shows.

mod passwords;
