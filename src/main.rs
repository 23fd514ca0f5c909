//! The `rekey` command.

fn main() -> std::process::ExitCode {
    rekey::cli::main()
}
